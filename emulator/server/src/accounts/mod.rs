//! Accounts: who exists, with which policies and which access keys.

mod caller;
mod credential;
mod identity;
mod managed;
mod principals;
mod world;

pub use caller::Caller;
pub use credential::{AccessKey, CredentialProblem, KeyOwner, Session};
pub use identity::{Identity, IdentityKind};
pub use managed::{ManagedPolicy, PolicyVersion, aws_managed};
pub use world::{Account, World};
