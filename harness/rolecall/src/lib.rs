//! What a `cargo test` suite depends on: an emulator, roles, recordings, policies.
//!
//! [`Emulator::builder`] starts an emulator of AWS's authorization on a free port of loopback, in the
//! test's own process: any number at once, each with a state of its own, gone when it is dropped.
//! [`Emulator::role`] makes a role from a policy document, or gives the role of that name another
//! policy. Code runs under a session of it, by the way that suits the code:
//!
//! * aws-sdk-rust: `Role::sdk_config` (feature `aws-config`), which signs by the emulator's clock;
//! * a program in any language: [`Role::environment`], applied to a [`std::process::Command`];
//! * anything else: [`Role::credentials`] and [`Emulator::endpoint`].
//!
//! [`Emulator::recording`] is what was attempted. From it
//! [`generate`](fn@least_privilege::generate) writes the smallest policy under which all of it is allowed, and
//! against it [`verify`](fn@least_privilege::verify) holds a policy that is about to be deployed.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use rolecall::{Emulator, least_privilege};
//!
//! let emulator = Emulator::builder().start().await?;
//! let policy = std::fs::read_to_string("policies/archiver.json")?;
//! let role = emulator.role("archiver", &policy)?;
//!
//! let mut program = std::process::Command::new("archiver");
//! role.environment().apply(&mut program, std::env::vars_os());
//! let status = tokio::task::spawn_blocking(move || program.status()).await??;
//! assert!(status.success());
//!
//! let file = least_privilege::PolicyFile::parse("policies/archiver.json", &policy)?;
//! let options = least_privilege::VerifyOptions {
//!     role: Some("archiver".to_owned()),
//!     ..least_privilege::VerifyOptions::default()
//! };
//! let report = least_privilege::verify(&emulator.recording(), &[file], &options)?;
//! assert!(report.findings.is_empty(), "{}", report.to_text());
//! # Ok(()) }
//! ```
//!
//! The emulator answers on the runtime of the test: on a runtime of one thread, do not block that
//! thread while a program waits for an answer.
//!
//! A denied call gets AWS's denial; with [`Mode::Record`] it is answered, and recorded with the decision
//! that it would have got. Time is the machine's, or that of a [`SettableClock`]
//! ([`EmulatorBuilder::clock`]); [`Role::credentials_for`] makes sessions of any length, expired ones
//! too. [`record`] runs a whole command under a role, as `rolecall record` does.
//!
//! `tests/library/least_privilege.rs` is the whole loop with aws-sdk-rust, to read.

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
pub use rolecall_backends::{ChoiceError, Choices, UpstreamCredentials};
pub use rolecall_emulator::{Clock, Mode, SettableClock, StartError, SystemClock};
pub use rolecall_least_privilege as least_privilege;
pub use rolecall_policy as policy;
pub use rolecall_resolve as resolve;
pub use rolecall_trace as trace;
