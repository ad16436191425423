//! Every AWS operation: how to recognise it, and what it authorizes.
//!
//! The generated part is the committed, compressed catalog (made by `cargo ci catalog`); the curated
//! part is `rules/*.toml`. Curated beats generated, always. Everything is pure: what depends on
//! state is asked for as a [`Fact`].

pub mod call;
mod dictionary;
mod expand;
pub mod fact;
mod frames;
pub mod generated;
pub mod iam;
mod integrity;
pub mod loader;
pub mod model;
mod numbering;
mod packed;
pub mod recognise;
pub mod requirements;
pub mod rules;
mod scan;
mod shapes;

pub use call::{Call, partition_of};
pub use fact::{Fact, FactKind, FactValue, Facts};
pub use generated::CatalogError;
pub use iam::{IamAction, IamService};
pub use loader::Catalog;
pub use model::{Operation, ProtocolName, Service, Shape, ShapeId};
pub use requirements::{
    Explained, FactsLookup, Key, Outcome, Row, Rules, explained, keys, requirements, resolve,
    rules_of,
};
pub use rules::nearest::with_nearest;
