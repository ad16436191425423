//! XML: bounded reading into a tree, members out of it, members into text.

mod document;
mod element;
mod outgoing;
mod read;
mod write;

pub(crate) use document::Document;
pub(crate) use element::{Element, parse};
pub(crate) use outgoing::RequestWriter;
pub(crate) use read::{read_structure, read_value};
pub(crate) use write::Writer;
