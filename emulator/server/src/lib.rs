//! The listener and the pipeline of one call; account state, IAM and STS.
//!
//! `listener` is the only room that knows hyper; `pipeline` is the way of one call; `accounts`, `iam`
//! and `sts` are what Rolecall keeps itself.

pub mod accounts;
pub mod clock;
mod compiled;
mod control;
mod host;
pub mod iam;
mod listener;
mod pipeline;
pub mod settings;
mod state;
pub mod sts;

pub use clock::{Clock, Random, SettableClock, SystemClock, SystemRandom};
pub use listener::{RunningServer, ServerBuilder, StartError};
pub use settings::{Limits, Mode, Settings, Supposed};
pub use state::{ADMINISTRATOR, LongTermCredentials, RoleSessionRequest, State};
pub use sts::IssuedCredentials;
