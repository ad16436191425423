//! The policies of a function's role, and what they are worth.

use cucumber::{given, then};
use rolecall_least_privilege::FindingKind;

use crate::{Failure, Scenario, without_action};

#[given(expr = "its role has the policy {string}")]
fn policy(scenario: &mut Scenario, name: String) -> Result<(), Failure> {
    let text = scenario.policy_text(&name)?;
    scenario.allow(&name, text)
}

#[given(expr = "its role has the policy {string} without {string}")]
fn policy_without(scenario: &mut Scenario, name: String, action: String) -> Result<(), Failure> {
    let text = scenario.policy_text(&name)?;
    let text = without_action(&name, &text, &action)?;
    scenario.allow(&name, text)
}

#[then("its role's policy is sufficient")]
fn sufficient(scenario: &mut Scenario) -> Result<(), Failure> {
    no_finding(scenario, &[FindingKind::Missing, FindingKind::Unknown])
}

#[then("its role's policy grants nothing else")]
fn nothing_else(scenario: &mut Scenario) -> Result<(), Failure> {
    no_finding(scenario, &[FindingKind::Unused, FindingKind::Unknown])
}

#[then("its role's policy grants more than that")]
fn more(scenario: &mut Scenario) -> Result<(), Failure> {
    let report = scenario.verify()?;
    Failure::unless(report.count(FindingKind::Unused) > 0, || {
        format!("nothing in the policy is unused:\n{}", report.to_text())
    })
}

fn no_finding(scenario: &Scenario, kinds: &[FindingKind]) -> Result<(), Failure> {
    let report = scenario.verify()?;
    // A policy is held against something: nothing performed would make any policy sufficient.
    Failure::unless(report.requirements > 0, || {
        "the role performed nothing that its policy could be held against".to_owned()
    })?;
    let found = kinds.iter().any(|kind| report.count(*kind) > 0);
    Failure::unless(!found, || report.to_text())
}
