//! Which actions patterns stand for, and the fewest patterns that stand for actions.

mod cover;
mod expand;
mod shrink;

pub use expand::{Expansion, expand};
pub use shrink::{ShrinkError, Shrunk, shrink};
