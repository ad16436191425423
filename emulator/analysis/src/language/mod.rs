//! The texts that IAM's patterns stand for, as regular languages, decided exactly within limits.

mod explore;
mod machine;
mod union;
mod unit;

pub use explore::Limits;
pub(crate) use explore::{Exploration, Visit, explore};
pub(crate) use machine::{Bits, Machine, Symbols};
pub(crate) use union::action_universe;
pub use union::{Answer, Language};
pub(crate) use unit::{Unit, substituted, widened, with_opaque};
