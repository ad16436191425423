//! Nothing is printed before our own evaluator agrees with it.

use std::sync::Arc;

use rolecall_policy::Policy;

use super::{GenerateError, Unmet, document};
use crate::{
    ablation::Ablation,
    replay::{Need, rank},
    subject::Subject,
};

/// Checks that every need gets as far as under a policy that allows everything, and that nothing
/// can be taken out without one of them noticing.
pub(super) fn check(
    subject: &Subject,
    policies: &[Arc<Policy>],
    needs: &[Need<'_>],
) -> Result<(), GenerateError> {
    let everything = document::everything(subject)?;
    let short = needs.iter().find_map(|need| {
        let decision = need.decide(policies);
        let best = rank(need.decide(&everything).kind);
        (rank(decision.kind) < best)
            .then(|| Unmet::new(need.requirement, need.attempt).because(&decision))
    });
    if let Some(unmet) = short {
        return Err(GenerateError::NotSufficient {
            subject: subject.arn.clone(),
            unmet: Box::new(unmet),
        });
    }
    let mut ablation = Ablation::new(policies, needs);
    ablation.run();
    if ablation.removed.is_empty() {
        return Ok(());
    }
    Err(GenerateError::NotIrreducible {
        subject: subject.arn.clone(),
    })
}
