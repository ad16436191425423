//! Forms that a browser posts to a bucket: one file, with what to do with it in fields before it.
//!
//! Source: S3 API reference, "POST Object"; "Creating a POST policy"; codes: "Error responses".

mod answer;
mod multipart;
mod policy;
mod target;

pub(super) use answer::After;
pub(super) use multipart::{Form, boundary};
pub(super) use policy::check;
pub(super) use target::{Target, missing};
