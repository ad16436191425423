//! What a `cargo test` suite depends on: an emulator, roles, recordings, policies.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use rolecall::Emulator;
//!
//! let emulator = Emulator::builder().start().await?;
//! let role = emulator.role("orders", r#"{"Version": "2012-10-17", "Statement": []}"#)?;
//! println!("{} as {}", emulator.endpoint(), role.arn());
//! // ... run the code under test with `role.sdk_config()` or `role.environment()` ...
//! let recording = emulator.recording();
//! # Ok(()) }
//! ```

mod control;
pub mod emulator;
pub mod environment;
pub mod recorded_command;
pub mod role;
#[cfg(feature = "aws-config")]
mod sdk_config;

pub use control::ControlError;
pub use emulator::{Emulator, EmulatorBuilder};
pub use environment::Environment;
pub use recorded_command::{CommandLine, RecordError, RecordRequest, Recorded, record, recorder};
pub use role::{Credentials, Role};
pub use rolecall_emulator::{Clock, Mode, SettableClock, StartError, SystemClock};
pub use rolecall_least_privilege as least_privilege;
pub use rolecall_policy as policy;
pub use rolecall_trace as trace;
