//! What a recording holds, at a glance: for stderr, when a command has been recorded.

use std::{collections::BTreeMap, fmt::Write};

use rolecall_policy::{Action, CheckKind, Decision, DecisionKind, Provenance};
use rolecall_trace::{AttemptRequirement, Outcome, Recording};
use serde::Serialize;

use crate::{
    caveats,
    evidence::{counted, operation},
    reason,
    subject::Subject,
};

/// What one role, user or other caller did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CallerSummary {
    /// The ARN of the role or user; of another caller its own.
    pub caller: String,
    /// How many calls it made.
    pub attempts: usize,
    /// By action and resource.
    pub rows: Vec<SummaryRow>,
}

/// One action on one resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SummaryRow {
    /// The action.
    pub action: String,
    /// The resource.
    pub resource: String,
    /// How often it was asked for.
    pub count: usize,
    /// What was decided, each with how often.
    pub decisions: BTreeMap<String, usize>,
}

/// What a recording holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// By caller, sorted.
    pub callers: Vec<CallerSummary>,
    /// What limits its worth, sorted.
    pub caveats: Vec<String>,
}

/// Sums a recording up.
pub fn summary(recording: &Recording) -> Summary {
    let mut callers: BTreeMap<String, Tally<'_>> = BTreeMap::new();
    for attempt in &recording.attempts {
        let principal = &attempt.caller.principal;
        let caller = Subject::of(principal).map_or_else(|| principal.arn.clone(), |one| one.arn);
        let tally = callers.entry(caller).or_default();
        tally.attempts += 1;
        attempt
            .requirements
            .iter()
            .for_each(|requirement| tally.add(requirement, attempt.outcome));
    }
    let mut caveats = caveats::of(recording, None);
    caveats.extend(assumed(recording));
    Summary {
        callers: callers
            .into_iter()
            .map(|(caller, tally)| tally.finish(caller))
            .collect(),
        caveats: caveats.into_iter().collect(),
    }
}

#[derive(Default)]
struct Tally<'a> {
    attempts: usize,
    rows: BTreeMap<(&'a Action, &'a str), BTreeMap<String, usize>>,
}

impl<'a> Tally<'a> {
    fn add(&mut self, of: &'a AttemptRequirement, outcome: Outcome) {
        if of.requirement.action_provenance == Provenance::NoneNeeded {
            return;
        }
        let row = self
            .rows
            .entry((&of.requirement.action, &of.requirement.resource))
            .or_default();
        *row.entry(decided(of, outcome)).or_default() += 1;
    }

    fn finish(self, caller: String) -> CallerSummary {
        let rows = self
            .rows
            .into_iter()
            .map(|((action, resource), decisions)| SummaryRow {
                action: action.to_string(),
                resource: resource.to_owned(),
                count: decisions.values().sum(),
                decisions,
            });
        CallerSummary {
            caller,
            attempts: self.attempts,
            rows: rows.collect(),
        }
    }
}

/// `allowed`, `denied: no identity-based policy allows it`; of a call that was answered all the same,
/// in the mode `record`, `not allowed: ...`.
fn decided(requirement: &AttemptRequirement, outcome: Outcome) -> String {
    let denied = if outcome == Outcome::Denied {
        "denied"
    } else {
        "not allowed"
    };
    let Decision {
        kind, blocked_by, ..
    } = &requirement.decision;
    match kind {
        DecisionKind::Allow if requirement.allowed_by_resource_policy_alone => {
            "allowed by the resource policy".to_owned()
        }
        DecisionKind::Allow => "allowed".to_owned(),
        DecisionKind::Undetermined => {
            let keys = &requirement.decision.undetermined_keys;
            format!("undetermined: {}", reason::undetermined(keys))
        }
        DecisionKind::ImplicitDeny => {
            format!("{denied}: no {} allows it", names(blocked_by, " and no "))
        }
        DecisionKind::ExplicitDeny => {
            format!("{denied} by the {}", names(blocked_by, " and the "))
        }
    }
}

fn names(blocked_by: &[CheckKind], between: &str) -> String {
    match blocked_by {
        [] => "policy".to_owned(),
        kinds => kinds
            .iter()
            .map(|k| reason::plain(*k))
            .collect::<Vec<_>>()
            .join(between),
    }
}

fn assumed(recording: &Recording) -> Vec<String> {
    let pairs = recording.attempts.iter().flat_map(|attempt| {
        attempt
            .requirements
            .iter()
            .map(move |one| (operation(attempt), &one.requirement))
    });
    let assumed = pairs.filter(|(_, one)| one.action_provenance == Provenance::Assumed);
    assumed
        .map(|(of, one)| format!("assumed: that {of} needs `{}`", one.action))
        .collect()
}

impl Summary {
    /// The summary as a table for each caller; ends in a line feed.
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        for caller in &self.callers {
            // Writing to a String does not fail.
            let _ = writeln!(
                out,
                "{}: {}",
                caller.caller,
                counted(caller.attempts, "call")
            );
            table(&mut out, &caller.rows);
            out.push('\n');
        }
        if self.callers.is_empty() {
            out.push_str("no call was recorded\n");
        }
        for caveat in &self.caveats {
            let _ = writeln!(out, "note: {caveat}");
        }
        out
    }
}

fn table(out: &mut String, rows: &[SummaryRow]) {
    if rows.is_empty() {
        out.push_str("no call that needs a permission\n");
        return;
    }
    let head = ["action", "resource", "calls", "decision"].map(ToOwned::to_owned);
    let cells = rows.iter().map(|row| {
        [
            row.action.clone(),
            row.resource.clone(),
            row.count.to_string(),
            decisions(row),
        ]
    });
    let lines: Vec<[String; 4]> = std::iter::once(head).chain(cells).collect();
    let width = |of: fn(&[String; 4]) -> &String| {
        lines
            .iter()
            .map(|line| of(line).chars().count())
            .max()
            .unwrap_or(0)
    };
    let (first, second, third) = (
        width(|[one, ..]| one),
        width(|[_, two, ..]| two),
        width(|[_, _, three, _]| three),
    );
    for [action, resource, count, decision] in &lines {
        let _ = writeln!(
            out,
            "  {action:first$}  {resource:second$}  {count:>third$}  {decision}"
        );
    }
}

fn decisions(row: &SummaryRow) -> String {
    match row.decisions.iter().collect::<Vec<_>>().as_slice() {
        [(one, _)] => (*one).clone(),
        several => several
            .iter()
            .map(|(one, n)| format!("{n} {one}"))
            .collect::<Vec<_>>()
            .join(", "),
    }
}

#[cfg(test)]
mod tests {
    use rolecall_trace::{AnsweredBy, Loss, LossReason};

    use super::*;
    use crate::samples::{BUCKET, TABLE, attempt, pairs, recording, requirement, role};

    #[test]
    fn what_needs_no_permission_has_no_table() {
        let mut out = String::new();
        table(&mut out, &[]);
        assert_eq!(out, "no call that needs a permission\n");
    }

    #[test]
    fn a_table_for_each_caller_and_what_to_know_about_it() {
        let mut attempts = pairs(&[("s3:GetObject", BUCKET), ("dynamodb:GetItem", TABLE)]);
        let mut allowed = requirement("dynamodb:GetItem", TABLE);
        allowed.decision.kind = DecisionKind::Allow;
        attempts.push(attempt("dynamodb.BatchGetItem", vec![allowed]));
        attempts[0].outcome = Outcome::Denied;
        let mut other = attempts[0].clone();
        other.caller.principal = role("billing").into();
        other.caller.verified = false;
        other.answered_by = AnsweredBy::Synthesised;
        other.supposed.push("aws:SecureTransport".into());
        other.requirements[0].requirement.action_provenance = Provenance::Assumed;
        attempts.push(other);
        let mut recording = recording(attempts);
        let reason = LossReason::CutOff;
        recording.losses.push(Loss {
            file: "a.jsonl".to_owned(),
            line: 7,
            lost: 1,
            reason,
        });
        insta::assert_snapshot!(summary(&recording).to_text(), @r"
        arn:aws:iam::123456789012:role/billing: 1 call
          action        resource                calls  decision
          s3:GetObject  arn:aws:s3:::documents      1  denied: no identity-based policy allows it

        arn:aws:iam::123456789012:role/orders: 3 calls
          action            resource                                              calls  decision
          dynamodb:GetItem  arn:aws:dynamodb:us-east-1:123456789012:table/orders      2  1 allowed, 1 not allowed: no identity-based policy allows it
          s3:GetObject      arn:aws:s3:::documents                                    1  denied: no identity-based policy allows it

        note: 1 attempt with a signature that was not verified: unknown key
        note: answers were made up for s3.GetObject
        note: assumed: that s3.GetObject needs `s3:GetObject`
        note: lost: a.jsonl:7: the recording was cut off here
        note: supposed, not seen on the wire: `aws:SecureTransport`
        ");
    }

    #[test]
    fn nothing_recorded_is_said_so() {
        assert_eq!(
            summary(&recording(Vec::new())).to_text(),
            "no call was recorded\n"
        );
    }
}
