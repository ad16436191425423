//! Gherkin steps for IAM least privilege, and the feature files that use them.
//!
//! A suite puts its functions into folders and calls [`run`] from an ordinary test:
//!
//! ```no_run
//! # async fn example() {
//! let functions = rolecall_scenarios::Functions::new("functions", "python3");
//! let summary = rolecall_scenarios::run("features", functions).await;
//! assert!(summary.is_success(), "{summary}");
//! # }
//! ```
//!
//! [`Functions`] says what a folder holds, [`Scenario`] what the steps share, and the modules of
//! [`steps`] which sentences there are.

mod failure;
mod functions;
mod run;
mod scenario;
pub mod steps;
mod without;

pub use failure::Failure;
pub use functions::Functions;
pub use run::{Summary, run};
pub use scenario::{Outcome, Scenario};
pub use without::without_action;
