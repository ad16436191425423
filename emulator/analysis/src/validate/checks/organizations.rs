//! What is particular to service control policies and resource control policies.
//!
//! Source: AWS Organizations User Guide, "SCP syntax", "RCP syntax" and "RCP examples". SCPs take
//! the full language since 2025-09-19, so older checks of wildcards, `NotResource` and conditions in
//! them are gone.

use rolecall_policy::{
    document::{Span, json::Value},
    resource_control::limits_service,
};

use super::super::{
    check::Check,
    policy_type::PolicyType,
    report::{Input, Report, quoted},
    view::{List, Sense, Statement},
};

pub(super) fn run(input: &Input<'_>, report: &mut Report<'_>) {
    for statement in &input.statements {
        match input.kind {
            PolicyType::ServiceControl => scp(report, statement),
            PolicyType::ResourceControl => rcp(input, report, statement),
            _ => {}
        }
    }
}

fn scp(report: &mut Report<'_>, statement: &Statement<'_>) {
    if let Some(principals) = &statement.principals {
        report.add(
            Check::ScpSyntaxErrorPrincipal,
            principals.member.key_span,
            format!(
                "`{}` may not stand in a service control policy",
                principals.member.key
            ),
            "remove it; use a condition on `aws:PrincipalArn`",
        );
    }
}

fn rcp(input: &Input<'_>, report: &mut Report<'_>, statement: &Statement<'_>) {
    rcp_principal(report, statement);
    if statement.is_allow() && !allows_everything(statement) {
        report.add(
            Check::RcpSyntaxErrorAllow,
            statement.place(),
            "a resource control policy may only deny",
            "AWS's own `RCPFullAWSAccess` is always attached; write what is denied",
        );
    }
    if let Some(actions) = &statement.actions {
        if actions.sense == Sense::AllBut {
            report.add(
                Check::RcpSyntaxErrorNotAction,
                actions.member.key_span,
                "`NotAction` may not stand in a resource control policy",
                "list the actions in `Action`",
            );
        }
        for item in &actions.items {
            rcp_action(input, report, item.text, item.span);
        }
    }
    if statement.is_deny() {
        rcp_keys(report, statement);
    }
}

fn rcp_principal(report: &mut Report<'_>, statement: &Statement<'_>) {
    let (span, message) = match &statement.principals {
        None => (statement.place(), "this statement has no `Principal`"),
        Some(principals) => {
            let everyone = matches!(&principals.member.node.value, Value::Text(t) if t == "*");
            if everyone && principals.sense == Sense::Listed {
                return;
            }
            let message = "a resource control policy is about everybody";
            (principals.member.key_span, message)
        }
    };
    let remedy = "write `\"Principal\": \"*\"`, and use conditions on the caller";
    report.add(Check::RcpSyntaxErrorPrincipal, span, message, remedy);
}

/// `*` alone is one of AWS's own examples; a service by name has to be one that RCPs apply to.
fn rcp_action(input: &Input<'_>, report: &mut Report<'_>, action: &str, span: Span) {
    let Some((prefix, _)) = action.split_once(':') else {
        return;
    };
    let prefix = prefix.to_ascii_lowercase();
    if input.catalog.iam(&prefix).is_some() && !limits_service(&prefix) {
        report.add(
            Check::RcpSyntaxErrorAction,
            span,
            format!(
                "resource control policies have no effect on {}",
                quoted(&prefix)
            ),
            "name a service that supports resource control policies, such as `s3:*`",
        );
    }
}

/// Whether a statement is the one of AWS's own `RCPFullAWSAccess`.
fn allows_everything(statement: &Statement<'_>) -> bool {
    let all = |list: &Option<List<'_>>| {
        list.as_ref().is_some_and(|list| {
            list.sense == Sense::Listed && list.items.iter().map(|i| i.text).eq(["*"])
        })
    };
    all(&statement.actions) && all(&statement.resources) && statement.conditions.is_empty()
}

/// AWS's services call as well: a denial of outsiders has to say whether they are meant.
fn rcp_keys(report: &mut Report<'_>, statement: &Statement<'_>) {
    let negated_on = |keys: &[&str]| {
        statement.conditions.iter().find(|condition| {
            let negated = condition
                .operator
                .is_some_and(|o| o.comparison.is_negated());
            negated
                && keys
                    .iter()
                    .any(|key| key.eq_ignore_ascii_case(condition.key()))
        })
    };
    let service = "aws:PrincipalIsAWSService";
    let principal = [
        "aws:PrincipalOrgID",
        "aws:PrincipalOrgPaths",
        "aws:PrincipalAccount",
    ];
    if let Some(condition) = negated_on(&principal)
        && !statement.has_condition_on(service)
    {
        report.add(
            Check::RcpMissingRelatedPrincipalConditionKey,
            condition.entry.key_span,
            format!(
                "calls of AWS's services have no {} and are denied",
                quoted(condition.key())
            ),
            format!("add `\"BoolIfExists\": {{\"{service}\": \"false\"}}`"),
        );
    }
    let source = ["aws:SourceOrgID", "aws:SourceOrgPaths", "aws:SourceAccount"];
    let Some(condition) = negated_on(&source) else {
        return;
    };
    if !statement.has_condition_on(service) {
        report.add(
            Check::RcpMissingRelatedServicePrincipalConditionKey,
            condition.entry.key_span,
            format!(
                "only calls of AWS's services have {}",
                quoted(condition.key())
            ),
            format!("add `\"Bool\": {{\"{service}\": \"true\"}}`"),
        );
    }
    let null = statement.conditions.iter().any(|condition| {
        let operator = condition.operator.map(|operator| operator.comparison);
        operator == Some(rolecall_policy::document::Comparison::Null)
            && source
                .iter()
                .any(|key| key.eq_ignore_ascii_case(condition.key()))
    });
    if !null {
        report.add(
            Check::RcpMissingServiceConditionKeyNullCheck,
            condition.entry.key_span,
            format!(
                "where a service's call has no {}, this denies it",
                quoted(condition.key())
            ),
            "add `\"Null\": {\"aws:SourceAccount\": \"false\"}`",
        );
    }
}
