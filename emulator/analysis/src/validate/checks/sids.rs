//! Statement ids.
//!
//! Source: IAM User Guide, "IAM JSON policy elements: Sid".

use std::collections::BTreeSet;

use rolecall_policy::document::{
    Span,
    json::{Member, Value},
};

use super::super::{
    check::Check,
    policy_type::PolicyType,
    report::{Input, Report, quoted, remove, replace},
    view::{Statement, whole},
};

pub(super) fn run(input: &Input<'_>, report: &mut Report<'_>) {
    // KMS, SQS, SNS and S3 are looser than IAM; so are endpoint policies (assumed).
    let loose = matches!(
        input.kind,
        PolicyType::Resource { .. } | PolicyType::VpcEndpoint
    );
    let taken: BTreeSet<&str> = input.statements.iter().filter_map(text).collect();
    let mut seen = BTreeSet::new();
    for statement in &input.statements {
        let (Some(member), Some(sid)) = (statement.sid, text(statement)) else {
            continue;
        };
        if sid.is_empty() {
            empty(report, statement, member);
            continue;
        }
        if !loose && !sid.bytes().all(|b| b.is_ascii_alphanumeric()) {
            characters(report, member, sid, &taken);
        }
        if !seen.insert(sid) {
            let check = if loose {
                Check::UniqueSidsRecommended
            } else {
                Check::UniqueSidsRequired
            };
            let message = format!("the `Sid` {} is there twice", quoted(sid));
            let remedy = "a `Sid` names one statement of a policy: choose another";
            report.add(check, member.node.span, message, remedy);
        }
    }
}

fn text<'a>(statement: &Statement<'a>) -> Option<&'a str> {
    match &statement.sid?.node.value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

fn empty(report: &mut Report<'_>, statement: &Statement<'_>, sid: &Member) {
    let spans: Vec<Span> = statement.members.iter().map(whole).collect();
    let at = statement.members.iter().position(|m| m.key == "Sid");
    let edits = at.map_or_else(Vec::new, |at| remove(&spans, at));
    report.add_fixable(
        Check::EmptySidValue,
        sid.node.span,
        "the `Sid` is empty",
        "remove it, or name the statement",
        edits,
    );
}

fn characters(report: &mut Report<'_>, member: &Member, sid: &str, taken: &BTreeSet<&str>) {
    let plain: String = sid.chars().filter(char::is_ascii_alphanumeric).collect();
    // A name of a statement changes no access, but it has to stay the only one.
    let edits = if plain.is_empty() || taken.contains(plain.as_str()) {
        Vec::new()
    } else {
        replace(member.node.span, &plain)
    };
    report.add_fixable(
        Check::UnsupportedSid,
        member.node.span,
        format!("the `Sid` {} has more than letters and digits", quoted(sid)),
        "use A to Z, a to z and 0 to 9 only",
        edits,
    );
}
