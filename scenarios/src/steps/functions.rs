//! Functions and what they work on.

use cucumber::{given, when};

use crate::{Failure, Scenario};

#[given(expr = "the function {string} and its resources")]
async fn set_up(scenario: &mut Scenario, function: String) -> Result<(), Failure> {
    scenario.set_up(&function).await
}

#[given(expr = "the function {string} with the answers {string}, and its resources")]
async fn set_up_with_answers(
    scenario: &mut Scenario,
    function: String,
    answers: String,
) -> Result<(), Failure> {
    scenario.set_up_with_answers(&function, &answers).await
}

#[when(expr = "it is invoked with the event {string}")]
async fn invoke(scenario: &mut Scenario, event: String) -> Result<(), Failure> {
    scenario.invoke(&event).await
}
