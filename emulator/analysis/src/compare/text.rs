//! What a comparison comes to, for people and for programs.

use std::fmt::Write as _;

use rolecall_policy::{ContextValue, DecisionKind, StatementRef};
use serde_json::{Value, json};

use super::report::{Comparison, NewAccess, Verdict};

/// What was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// Whether there is new access.
    NewAccess,
    /// Whether some access is granted.
    Granted,
    /// Whether the public is let in.
    Public,
}

impl Question {
    fn words(self, verdict: Verdict) -> (&'static str, &'static str) {
        match (self, verdict) {
            (Self::NewAccess, Verdict::NoNewAccess) => ("noNewAccess", "no new access"),
            (Self::NewAccess, Verdict::NewAccess) => ("newAccess", "new access"),
            (Self::Granted, Verdict::NoNewAccess) => ("notGranted", "not granted"),
            (Self::Granted, Verdict::NewAccess) => ("granted", "granted"),
            (Self::Public, Verdict::NoNewAccess) => ("notPublic", "not public"),
            (Self::Public, Verdict::NewAccess) => ("public", "public"),
            (_, Verdict::Unknown) => ("unknown", "unknown"),
        }
    }
}

impl Comparison {
    /// `PASS` where it is proven that there is nothing to find, `FAIL` otherwise, as AWS's checks
    /// answer.
    ///
    /// Source: IAM Access Analyzer API Reference, `CheckNoNewAccess`: on `FAIL` the updated policy
    /// might allow new access.
    pub fn result(&self) -> &'static str {
        match self.verdict {
            Verdict::NoNewAccess => "PASS",
            Verdict::NewAccess | Verdict::Unknown => "FAIL",
        }
    }

    /// For programs: `verdict`, `result`, `examples` and `unknown`.
    pub fn to_json(&self, question: Question) -> Value {
        json!({
            "verdict": question.words(self.verdict).0,
            "result": self.result(),
            "examples": self.new_access,
            "unknown": self.unknown,
        })
    }

    /// For people.
    pub fn to_text(&self, question: Question) -> String {
        let mut out = format!("{}\n", question.words(self.verdict).1);
        for one in &self.new_access {
            add_example(&mut out, question, one);
        }
        for one in &self.unknown {
            let what = one
                .statement
                .as_ref()
                .map_or_else(|| "the actions".to_owned(), named);
            let _ = writeln!(out, "unknown: {what}: {}", one.reason);
        }
        out
    }
}

fn named(statement: &StatementRef) -> String {
    // For people statements count from 1; in JSON they are indexes, from 0.
    let number = statement.statement + 1;
    match &statement.sid {
        Some(sid) => format!("{} statement {number} ({sid})", statement.policy),
        None => format!("{} statement {number}", statement.policy),
    }
}

fn add_example(out: &mut String, question: Question, one: &NewAccess) {
    let _ = writeln!(out, "  {} on {}", one.action, one.resource);
    let boundary = if one.has_permissions_boundary {
        ", with a permissions boundary"
    } else {
        ""
    };
    let _ = writeln!(out, "    as {}{boundary}", one.principal.arn);
    for (key, value) in one.context.iter() {
        let value = match value {
            ContextValue::One(text) => format!("\"{text}\""),
            ContextValue::Many(list) => format!("{list:?}"),
            ContextValue::Redacted(_) => "redacted".to_owned(),
            ContextValue::NotComputed { reason } => format!("not computed: {reason}"),
        };
        let _ = writeln!(out, "    with {key} = {value}");
    }
    let before = match one.old_decision {
        DecisionKind::ExplicitDeny => "; denied before",
        _ => "; not allowed before",
    };
    let before = if question == Question::NewAccess {
        before
    } else {
        ""
    };
    let _ = writeln!(out, "    allowed by {}{before}", named(&one.allowed_by));
    if !one.in_catalog {
        let _ = writeln!(out, "    the catalog has no such action: AWS may add it");
    } else if one.more_actions > 0 {
        let more = one.more_actions;
        let _ = writeln!(
            out,
            "    and {more} more actions that the same statements are about"
        );
    }
    if one.resource_fits_action == Some(false) {
        let _ = writeln!(
            out,
            "    the catalog knows no such resource for this action"
        );
    }
}
