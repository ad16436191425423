//! `aws:ResourceTag` with services whose requests do not have it.
//!
//! Source: IAM User Guide, "IAM policy validation check reference", "... with unsupported tag
//! condition key for service".

use std::collections::BTreeMap;

use rolecall_catalog::IamService;

use super::super::{
    check::Check,
    report::{Input, Report, quoted},
    view::{Sense, Statement},
};
use super::condition_keys::is_resource_tag;

pub(super) fn run(input: &Input<'_>, report: &mut Report<'_>) {
    for statement in &input.statements {
        let tag = statement.conditions.iter().find(|condition| {
            is_resource_tag(condition.key()) && condition.operator.is_some_and(super::needs_key)
        });
        if let Some(tag) = tag {
            one(input, report, statement, tag.key());
        }
    }
}

fn one(input: &Input<'_>, report: &mut Report<'_>, statement: &Statement<'_>, key: &str) {
    let Some(actions) = &statement.actions else {
        return;
    };
    if actions.sense == Sense::AllBut {
        all_but(report, statement, key);
        return;
    }
    let check = if statement.is_deny() {
        Check::DenyWithUnsupportedTagConditionKeyForService
    } else if statement.is_allow() {
        Check::AllowWithUnsupportedTagConditionKeyForService
    } else {
        return;
    };
    let mut without = BTreeMap::new();
    for item in &actions.items {
        let prefix = item.text.split_once(':').map_or("", |(prefix, _)| prefix);
        let lacks = |service: &IamService| !has_tags(service);
        if input
            .catalog
            .iam(prefix)
            .is_some_and(|service| lacks(&service))
        {
            without
                .entry(prefix.to_ascii_lowercase())
                .or_insert(item.span);
        }
    }
    for (prefix, span) in without {
        let outcome = if statement.is_deny() {
            "so nothing of it is denied"
        } else {
            "so nothing of it is allowed"
        };
        report.add(
            check,
            span,
            format!("requests of `{prefix}` have no {}, {outcome}", quoted(key)),
            "give the actions of this service a statement without the condition",
        );
    }
}

fn all_but(report: &mut Report<'_>, statement: &Statement<'_>, key: &str) {
    let check = if statement.is_deny() {
        Check::DenyNotActionWithUnsupportedTagConditionKeyForService
    } else if statement.is_allow() {
        Check::AllowNotActionWithUnsupportedTagConditionKeyForService
    } else {
        return;
    };
    let outcome = if statement.is_deny() {
        "denied"
    } else {
        "allowed"
    };
    let Some(actions) = &statement.actions else {
        return;
    };
    report.add(
        check,
        actions.member.key_span,
        format!(
            "not everything that `NotAction` stands for has {}, and is not {outcome}",
            quoted(key)
        ),
        "list the actions in `Action`",
    );
}

/// Whether some action or resource type of a service has the key.
fn has_tags(service: &IamService) -> bool {
    let is = |names: &[String]| names.iter().any(|name| is_resource_tag(name));
    service
        .resource_types
        .iter()
        .any(|kind| is(&kind.condition_keys))
        || service.actions.iter().any(|action| {
            let of_types = action.resource_types.iter();
            is(&action.condition_keys) || { of_types }.any(|taken| is(&taken.condition_keys))
        })
}
