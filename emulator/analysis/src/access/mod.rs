//! Whether a policy ever allows something, and whether it lets everybody in.

mod granted;
mod public;

pub use granted::{Access, granted};
pub use public::public;
