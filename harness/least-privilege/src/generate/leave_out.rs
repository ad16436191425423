//! What a test expects to be denied, taken out of a recording before a policy is written from it.

use rolecall_policy::{ActionPattern, ResourcePattern};
use rolecall_trace::Recording;

use crate::verify::Guard;

/// A guard, and how many requirements it took out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// What was to be left out.
    pub guard: Guard,
    /// Each action and resource that was, once, sorted: `s3:GetObject on arn:aws:s3:::b/k`.
    pub requirements: Vec<String>,
}

/// Takes out of a recording the requirements whose action and resource a guard has; what one guard
/// took the next does not find.
pub fn leave_out(recording: &mut Recording, guards: &[Guard]) -> Vec<LeftOut> {
    let of_guard = |guard: &Guard| {
        let action = ActionPattern::new(&guard.action);
        let resource = ResourcePattern::new(&guard.resource);
        let mut found = Vec::new();
        for attempt in &mut recording.attempts {
            attempt.requirements.retain(|one| {
                let one = &one.requirement;
                let is_left_out = action.matches(one.action.as_str())
                    && (guard.resource == "*" || resource.matches(&one.resource));
                if is_left_out {
                    found.push(format!("{} on {}", one.action, one.resource));
                }
                !is_left_out
            });
        }
        found.sort();
        found.dedup();
        LeftOut {
            guard: guard.clone(),
            requirements: found,
        }
    };
    guards.iter().map(of_guard).collect()
}
