//! How much memory an attempt holds, roughly: what bounds the queue.

use std::mem::size_of;

use rolecall_policy::{Context, ContextValue};

use crate::record::{Attempt, AttemptRequirement};

/// What a heap allocation costs beside its bytes.
const ALLOCATION: usize = 32;

/// The estimated bytes of an attempt.
pub(crate) fn of_attempt(attempt: &Attempt) -> usize {
    let texts = [
        &attempt.time,
        &attempt.request_id,
        &attempt.caller.principal.arn,
        &attempt.caller.principal.user_id,
        &attempt.service,
        &attempt.operation,
        &attempt.region,
    ];
    let policies: usize = attempt
        .policies
        .iter()
        .map(|(key, hashes)| text(key) + all(hashes))
        .sum();
    size_of::<Attempt>()
        + texts.into_iter().map(|value| text(value)).sum::<usize>()
        + of_context(&attempt.context)
        + all(&attempt.supposed)
        + policies
        + attempt
            .requirements
            .iter()
            .map(of_requirement)
            .sum::<usize>()
}

fn of_requirement(requirement: &AttemptRequirement) -> usize {
    let checks = &requirement.decision.checks;
    let statements: usize = checks
        .iter()
        .flat_map(|check| &check.statements)
        .map(|at| 64 + text(&at.policy))
        .sum();
    size_of::<AttemptRequirement>()
        + text(&requirement.requirement.resource)
        + of_context(&requirement.requirement.context)
        + all(&requirement.requirement.unknown_facts)
        + checks.len() * 64
        + statements
}

fn of_context(context: &Context) -> usize {
    context
        .iter()
        .map(|(key, value)| 2 * text(key) + of_value(value))
        .sum()
}

fn of_value(value: &ContextValue) -> usize {
    match value {
        ContextValue::One(one) => text(one),
        ContextValue::Many(many) => all(many),
        ContextValue::NotComputed { reason } => text(reason),
    }
}

fn all(texts: &[String]) -> usize {
    texts.iter().map(|value| text(value)).sum()
}

fn text(value: &str) -> usize {
    value.len() + ALLOCATION
}
