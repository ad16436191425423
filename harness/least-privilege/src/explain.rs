//! Why a recorded attempt was decided as it was.

use std::sync::Arc;

use rolecall_policy::{
    AuthorizationModel, Decision, Explanation, Policy, Provenance, Requirement, StatementRef,
};
use rolecall_trace::{Attempt, Recording};

use crate::replay::{Need, Needs};

/// One requirement of an attempt.
#[derive(Clone, Debug, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExplainedRequirement<'a> {
    /// What was needed.
    pub requirement: &'a Requirement,
    /// What was decided when it was recorded.
    pub recorded: &'a Decision,
    /// The decision under the identity policies that were given, and why; none if they were not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Explanation>,
    /// What could not be done, for a reader.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caveat: Option<String>,
}

/// Explains what an attempt needed; identity policies are not part of a recording.
pub fn explain_attempt<'a>(
    recording: &'a Recording,
    attempt: &'a Attempt,
    identity: Option<&[Arc<Policy>]>,
) -> Vec<ExplainedRequirement<'a>> {
    let needs = Needs::of_attempt(recording, attempt);
    let one = |recorded: &'a rolecall_trace::AttemptRequirement| {
        let requirement = &recorded.requirement;
        let need = needs
            .needs
            .iter()
            .find(|need| std::ptr::eq(need.requirement, requirement));
        let failed = needs.undecidable.iter();
        let failed = failed
            .clone()
            .find(|one| std::ptr::eq(one.requirement, requirement));
        let explanation = need
            .zip(identity)
            .map(|(need, identity)| need.explain(identity));
        let caveat = match (failed, &explanation) {
            (Some(failed), _) => Some(failed.reason.clone()),
            (None, Some(_)) => need.and_then(Need::caveat),
            (None, None) if requirement.action_provenance == Provenance::NoneNeeded => {
                Some("AWS asks for no permission".to_owned())
            }
            (None, None) => Some(
                "the identity policies are not in the recording: give them with --policy"
                    .to_owned(),
            ),
        };
        ExplainedRequirement {
            requirement,
            recorded: &recorded.decision,
            explanation,
            caveat,
        }
    };
    attempt.requirements.iter().map(one).collect()
}

impl ExplainedRequirement<'_> {
    /// The requirement and its decision as text.
    pub fn to_text(&self) -> String {
        let Requirement {
            action,
            resource,
            model,
            ..
        } = self.requirement;
        let mut lines = vec![format!("{action} on {resource}")];
        let owner = match model {
            AuthorizationModel::Standard => None,
            AuthorizationModel::KmsKey => Some("the key policy has to allow"),
            AuthorizationModel::TrustPolicy => Some("the trust policy has to allow"),
        };
        lines.extend(owner.map(ToOwned::to_owned));
        let recorded = Explanation {
            decision: self.recorded.clone(),
            policies: Vec::new(),
            remedies: Vec::new(),
            // What the model says stands in the line above.
            model: AuthorizationModel::Standard,
        };
        lines.push(format!("recorded: {}", recorded.to_text().trim_end()));
        let deciding = self
            .recorded
            .checks
            .iter()
            .flat_map(|check| &check.statements);
        lines.extend(deciding.map(named));
        if let Some(explanation) = &self.explanation {
            let text = explanation.to_text();
            lines.push(format!("under the given policies: {}", text.trim_end()));
        }
        lines.extend(self.caveat.iter().map(|caveat| format!("note: {caveat}")));
        lines.join("\n") + "\n"
    }
}

fn named(statement: &StatementRef) -> String {
    let number = statement.statement + 1;
    let sid = statement.sid.iter().map(|sid| format!(" `{sid}`"));
    let sid: String = sid.collect();
    format!("  statement {number}{sid} of {}", statement.policy)
}
