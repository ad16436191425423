//! Elements: what has to be there, what may not, and of which JSON type.
//!
//! Source: IAM User Guide, "Grammar of the IAM JSON policy language" and "IAM JSON policy elements
//! reference".

use rolecall_policy::document::{
    Span, Version,
    json::{Member, Node, Value},
};

use super::super::{
    check::Check,
    finding::Edit,
    policy_type::PolicyType,
    report::{Input, Report, quoted, replace},
    view::{Statement, member, start_of},
};

const TOP: [&str; 3] = ["Version", "Id", "Statement"];
const ELEMENTS: [&str; 9] = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

pub(super) fn run(input: &Input<'_>, report: &mut Report<'_>) {
    let Value::Object(members) = &input.root.value else {
        wrong_type(report, input.root, "a policy", "an object");
        return;
    };
    unknown_elements(input, report, members, &TOP);
    version(input, report);
    id(input, report);
    let Some(statement) = member(members, "Statement") else {
        missing_statement(report, start_of(input.root.span));
        return;
    };
    match &statement.node.value {
        Value::List(nodes) => {
            if nodes.is_empty() {
                missing_statement(report, statement.node.span);
            }
            for node in nodes.iter().filter(|n| !is_object(n)) {
                wrong_type(report, node, "a statement", "an object");
            }
        }
        Value::Object(_) => {}
        _ => wrong_type(
            report,
            &statement.node,
            "`Statement`",
            "an object or a list",
        ),
    }
    for statement in &input.statements {
        unknown_elements(input, report, statement.members, &ELEMENTS);
        combinations(report, statement);
        effect(report, statement);
        missing(input, report, statement);
        types(report, statement);
        condition_types(report, statement);
    }
}

fn is_object(node: &Node) -> bool {
    matches!(node.value, Value::Object(_))
}

fn wrong_type(report: &mut Report<'_>, node: &Node, what: &str, wanted: &str) {
    report.add(
        Check::DataTypeMismatch,
        start_of(node.span),
        format!("{what} is {wanted}, not {}", node.value.noun()),
        format!("write {wanted}"),
    );
}

fn missing_statement(report: &mut Report<'_>, span: Span) {
    report.add(
        Check::MissingStatement,
        span,
        "the policy has no statement",
        "a policy is `{\"Version\": \"2012-10-17\", \"Statement\": [...]}`",
    );
}

fn unknown_elements(
    input: &Input<'_>,
    report: &mut Report<'_>,
    members: &[Member],
    known: &[&str],
) {
    for unknown in members.iter().filter(|m| !known.contains(&m.key.as_str())) {
        let message = format!(
            "{} is not an element of the policy language",
            quoted(&unknown.key)
        );
        let may = format!("what may stand here: {}", known.join(", "));
        let remedy = input.did_you_mean(&unknown.key, known.iter().copied(), &may);
        // Letters of the wrong case mean the element, unless it is there besides.
        let meant = known.iter().find(|k| k.eq_ignore_ascii_case(&unknown.key));
        let meant = meant.filter(|k| member(members, k).is_none());
        let edits = meant.map_or_else(Vec::new, |k| replace(unknown.key_span, k));
        report.add_fixable(
            Check::InvalidPolicyElement,
            unknown.key_span,
            message,
            remedy,
            edits,
        );
    }
}

fn version(input: &Input<'_>, report: &mut Report<'_>) {
    let Some(version) = member(input.members, "Version") else {
        missing_version(input, report);
        return;
    };
    match &version.node.value {
        Value::Text(text) if text == "2012-10-17" => {}
        Value::Text(text) if text == "2008-10-17" && !is_of_organizations(input.kind) => {}
        Value::Text(text) => {
            let remedy = if is_of_organizations(input.kind) {
                "AWS Organizations takes `2012-10-17` only"
            } else {
                "it names the language, not the day of writing: use `2012-10-17`"
            };
            let message = format!(
                "{} is not a version for {}",
                quoted(text),
                input.kind.noun()
            );
            report.add(Check::InvalidVersion, version.node.span, message, remedy);
        }
        _ => wrong_type(report, &version.node, "`Version`", "a string"),
    }
}

fn is_of_organizations(kind: &PolicyType) -> bool {
    matches!(
        kind,
        PolicyType::ServiceControl | PolicyType::ResourceControl
    )
}

fn missing_version(input: &Input<'_>, report: &mut Report<'_>) {
    // With `${` in it, the version decides what the text means: then it is the author's choice.
    let edits = if input.text.contains("${") {
        Vec::new()
    } else {
        insert_version(input)
    };
    report.add_fixable(
        Check::MissingVersion,
        start_of(input.root.span),
        "there is no `Version`, so the language is that of 2008, without policy variables",
        format!("add `\"Version\": \"{}\"`", Version::V2012.as_str()),
        edits,
    );
}

/// Puts the version before the first member, with the blanks that stand before that one.
fn insert_version(input: &Input<'_>) -> Vec<Edit> {
    let Some(first) = input.members.first() else {
        return Vec::new();
    };
    let at = input.root.span.start + 1;
    let blanks = input.text.get(at..first.key_span.start).unwrap_or("");
    let text = format!("{blanks}\"Version\": \"{}\",", Version::V2012.as_str());
    vec![Edit { span: at..at, text }]
}

fn id(input: &Input<'_>, report: &mut Report<'_>) {
    let Some(id) = member(input.members, "Id") else {
        return;
    };
    if !matches!(id.node.value, Value::Text(_)) {
        wrong_type(report, &id.node, "`Id`", "a string");
    }
    let allowed = matches!(
        input.kind,
        PolicyType::Resource { .. } | PolicyType::Trust | PolicyType::VpcEndpoint
    );
    if !allowed {
        let message = format!("`Id` may not stand in {}", input.kind.noun());
        let remedy = "remove it; only resource policies have an `Id`";
        report.add(Check::InvalidPolicyElement, id.key_span, message, remedy);
    }
}

fn combinations(report: &mut Report<'_>, statement: &Statement<'_>) {
    for (plain, not) in [
        ("Action", "NotAction"),
        ("Resource", "NotResource"),
        ("Principal", "NotPrincipal"),
    ] {
        let both = (
            member(statement.members, plain),
            member(statement.members, not),
        );
        if let (Some(_), Some(second)) = both {
            report.add(
                Check::UnsupportedElementCombination,
                second.key_span,
                format!("`{plain}` and `{not}` exclude each other"),
                "keep one, or make two statements",
            );
        }
    }
}

fn effect(report: &mut Report<'_>, statement: &Statement<'_>) {
    let Some(effect) = member(statement.members, "Effect") else {
        report.add(
            Check::MissingEffect,
            statement.place(),
            "this statement has no `Effect`",
            "add `\"Effect\": \"Allow\"` or `\"Effect\": \"Deny\"`",
        );
        return;
    };
    match &effect.node.value {
        Value::Text(text) if text == "Allow" || text == "Deny" => {}
        Value::Text(text) => {
            let known = ["Allow", "Deny"];
            let meant = known.into_iter().find(|k| k.eq_ignore_ascii_case(text));
            let edits = meant.map_or_else(Vec::new, |k| replace(effect.node.span, k));
            let message = format!("{} is not an effect", quoted(text));
            let remedy = "write `Allow` or `Deny`, with a capital letter";
            let span = effect.node.span;
            report.add_fixable(Check::InvalidEffect, span, message, remedy, edits);
        }
        _ => wrong_type(report, &effect.node, "`Effect`", "a string"),
    }
}

fn missing(input: &Input<'_>, report: &mut Report<'_>, statement: &Statement<'_>) {
    let place = statement.place();
    if statement.actions.is_none() {
        report.add(
            Check::MissingAction,
            place,
            "this statement has no `Action` or `NotAction`",
            "add the actions, such as `\"Action\": \"s3:GetObject\"`",
        );
    }
    if statement.resources.is_none() && needs_resource(input.kind) {
        report.add(
            Check::MissingResource,
            place,
            "this statement has no `Resource` or `NotResource`",
            "add the ARNs that it is about, or `\"Resource\": \"*\"`",
        );
    }
    let needs_principal = matches!(input.kind, PolicyType::Resource { .. } | PolicyType::Trust);
    if statement.principals.is_none() && needs_principal {
        report.add(
            Check::MissingPrincipal,
            place,
            format!(
                "{} says who: this statement has no `Principal`",
                input.kind.noun()
            ),
            "add one, such as `\"Principal\": {\"AWS\": \"111122223333\"}`",
        );
    }
}

/// ECR and KMS take resource policies without `Resource`; trust policies may not have it.
fn needs_resource(kind: &PolicyType) -> bool {
    match kind {
        PolicyType::Trust => false,
        PolicyType::Resource { service } => service
            .as_deref()
            .is_some_and(|s| !matches!(s, "ecr" | "kms")),
        _ => true,
    }
}

fn types(report: &mut Report<'_>, statement: &Statement<'_>) {
    for name in ["Action", "NotAction", "Resource", "NotResource"] {
        if let Some(element) = member(statement.members, name) {
            strings(report, &element.node, &format!("`{name}`"));
        }
    }
    let sid = statement.sid.map(|m| &m.node);
    if let Some(node) = sid.filter(|n| !matches!(n.value, Value::Text(_))) {
        wrong_type(report, node, "`Sid`", "a string");
    }
    for entry in statement.principals.iter().flat_map(|p| &p.entries) {
        strings(report, &entry.member.node, "a principal");
    }
}

/// A string or a list of strings.
fn strings(report: &mut Report<'_>, node: &Node, what: &str) {
    let wanted = "a string or a list of strings";
    match &node.value {
        Value::Text(_) => {}
        Value::List(nodes) => {
            let bad = |n: &&Node| !matches!(n.value, Value::Text(_));
            for node in nodes.iter().filter(bad) {
                wrong_type(report, node, what, wanted);
            }
        }
        _ => wrong_type(report, node, what, wanted),
    }
}

fn condition_types(report: &mut Report<'_>, statement: &Statement<'_>) {
    let Some(condition) = member(statement.members, "Condition") else {
        return;
    };
    let Value::Object(blocks) = &condition.node.value else {
        wrong_type(report, &condition.node, "`Condition`", "an object");
        return;
    };
    for block in blocks {
        let Value::Object(entries) = &block.node.value else {
            wrong_type(
                report,
                &block.node,
                "what is under an operator",
                "an object",
            );
            continue;
        };
        for entry in entries {
            condition_values(report, &entry.node);
        }
    }
}

fn condition_values(report: &mut Report<'_>, node: &Node) {
    let scalar = |n: &Node| matches!(n.value, Value::Text(_) | Value::Number(_) | Value::Bool(_));
    let bad: Vec<&Node> = match &node.value {
        Value::List(nodes) => nodes.iter().filter(|n| !scalar(n)).collect(),
        _ if scalar(node) => Vec::new(),
        _ => vec![node],
    };
    for node in bad {
        wrong_type(
            report,
            node,
            "a condition value",
            "a string, a number or a boolean",
        );
    }
}
