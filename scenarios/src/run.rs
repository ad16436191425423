//! Runs features inside an ordinary test.

use std::{
    fmt,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use cucumber::{World as _, cli, writer::Stats as _};

use crate::{Functions, Scenario};

// Each scenario runs programs: more at once would only wait for each other.
const AT_ONCE: usize = 4;

/// What became of the features.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The scenarios that passed.
    pub passed: usize,
    /// The scenarios that failed; one with a step that nobody defines is among them.
    pub failed: usize,
    /// The scenarios of which something was skipped.
    pub skipped: usize,
    /// The steps that passed.
    pub steps: usize,
    /// Features that cannot be parsed, scenarios without a step (in Gherkin a line with a misspelt
    /// keyword is prose), and hooks that failed.
    pub errors: usize,
}

impl Summary {
    /// Whether there was something to run, and all of it passed.
    pub fn is_success(&self) -> bool {
        let not_passed = self.failed + self.skipped + self.errors;
        self.passed > 0 && self.steps > 0 && not_passed == 0
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} scenarios passed with {} steps, {} failed, {} were skipped, {} errors",
            self.passed, self.steps, self.failed, self.skipped, self.errors
        )
    }
}

/// Runs the features in a folder, or in one file; what happens is printed as it happens.
///
/// The arguments of the process are not looked at: they are the test runner's.
pub async fn run(features: impl Into<PathBuf>, functions: Functions) -> Summary {
    let empty = Arc::new(AtomicUsize::new(0));
    let without_steps = Arc::clone(&empty);
    let ran = Scenario::cucumber()
        .max_concurrent_scenarios(AT_ONCE)
        .before(move |_, _, scenario, world: &mut Scenario| {
            if scenario.steps.is_empty() {
                without_steps.fetch_add(1, Ordering::Relaxed);
            }
            world.functions = functions.clone();
            world.name.clone_from(&scenario.name);
            Box::pin(std::future::ready(()))
        })
        .fail_on_skipped()
        .with_cli(cli::Opts::<_, _, _, cli::Empty>::default())
        .run(features.into())
        .await;
    let scenarios = ran.scenarios_stats();
    Summary {
        passed: scenarios.passed,
        failed: scenarios.failed,
        skipped: scenarios.skipped,
        steps: ran.passed_steps(),
        errors: ran.parsing_errors() + ran.hook_errors() + empty.load(Ordering::Relaxed),
    }
}
