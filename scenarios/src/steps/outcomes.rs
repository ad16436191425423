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
    for expected in [code.as_str(), message] {
        Failure::unless(outcome.said.contains(expected), || {
            format!("it failed without `{expected}`:\n{}", outcome.said)
        })?;
    }
    Ok(())
}
