//! How a function ended.

use cucumber::{gherkin::Step, then};

use crate::{Failure, Scenario};

#[then("it succeeds")]
fn succeeds(scenario: &mut Scenario) -> Result<(), Failure> {
    let outcome = scenario.outcome()?;
    Failure::unless(outcome.succeeded, || {
        format!("it failed:\n{}", outcome.said)
    })
}

#[then(expr = "it fails with the error {string} and the message")]
fn fails(scenario: &mut Scenario, code: String, step: &Step) -> Result<(), Failure> {
    let message = step.docstring.as_deref().map(str::trim);
    let message = message.ok_or(Failure::Incomplete("the message, between `\"\"\"`"))?;
    let outcome = scenario.outcome()?;
    Failure::unless(!outcome.succeeded, || "it succeeded".to_owned())?;
    let without = |expected: &str| format!("it failed without `{expected}`:\n{}", outcome.said);
    Failure::unless(names(&outcome.said, &code), || without(&code))?;
    Failure::unless(outcome.said.contains(message), || without(message))
}

/// Whether a code stands there as a word: `AccessDenied` is not `AccessDeniedException`.
fn names(said: &str, code: &str) -> bool {
    said.split(|c: char| !c.is_alphanumeric() && c != '.')
        .any(|word| word == code)
}
