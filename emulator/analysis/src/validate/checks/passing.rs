//! `iam:PassRole` and `iam:CreateServiceLinkedRole` on more than is named.
//!
//! Source: IAM User Guide, "IAM policy validation check reference", "Pass role with ..." and
//! "Create SLR with ...".

use rolecall_policy::ActionPattern;

use super::super::{
    check::Check,
    report::{Input, Report},
    view::{List, Sense, Statement},
};

/// One of the two actions with its six checks.
struct Rule {
    action: &'static str,
    /// By how the action is said, then `NotResource` and a wide `Resource`.
    named: [Check; 2],
    star: [Check; 2],
    all_but: [Check; 2],
    remedy: &'static str,
    /// A key that narrows the statement enough.
    narrowed_by: &'static str,
}

const RULES: [Rule; 2] = [
    Rule {
        action: "iam:PassRole",
        named: [
            Check::PassRoleWithNotResource,
            Check::PassRoleWithStarInResource,
        ],
        star: [
            Check::PassRoleWithStarInActionAndNotResource,
            Check::PassRoleWithStarInActionAndResource,
        ],
        all_but: [
            Check::PassRoleWithNotActionAndNotResource,
            Check::PassRoleWithStarInResourceAndNotAction,
        ],
        remedy: "name the roles, or add a condition on `iam:PassedToService`",
        narrowed_by: "iam:PassedToService",
    },
    Rule {
        action: "iam:CreateServiceLinkedRole",
        named: [
            Check::CreateSlrWithNotResource,
            Check::CreateSlrWithStarInResource,
        ],
        star: [
            Check::CreateSlrWithStarInActionAndNotResource,
            Check::CreateSlrWithStarInActionAndResource,
        ],
        all_but: [
            Check::CreateSlrWithNotActionAndNotResource,
            Check::CreateSlrWithStarInResourceAndNotAction,
        ],
        remedy: "name the service-linked roles, or add a condition on `iam:AWSServiceName`",
        narrowed_by: "iam:AWSServiceName",
    },
];

pub(super) fn run(input: &Input<'_>, report: &mut Report<'_>) {
    if !input.kind.is_attached_to_identity() {
        return;
    }
    for statement in input.statements.iter().filter(|s| s.is_allow()) {
        for rule in &RULES {
            one(report, statement, rule);
        }
    }
}

fn one(report: &mut Report<'_>, statement: &Statement<'_>, rule: &Rule) {
    let (Some(actions), Some(resources)) = (&statement.actions, &statement.resources) else {
        return;
    };
    let Some((pair, said)) = how(actions, rule) else {
        return;
    };
    let (check, what) = match resources.sense {
        Sense::AllBut => (pair.first(), "everything but what is listed"),
        Sense::Listed if is_wide(resources) && !is_narrowed(statement, rule) => {
            (pair.last(), "roles that are not named")
        }
        Sense::Listed => return,
    };
    let Some(check) = check else { return };
    let message = format!("{said} allows `{}` on {what}", rule.action);
    report.add(*check, resources.member.key_span, message, rule.remedy);
}

/// How the statement says the action, if it does.
fn how<'r>(actions: &List<'_>, rule: &'r Rule) -> Option<(&'r [Check; 2], String)> {
    let says = |text: &str| ActionPattern::new(text).matches(rule.action);
    match actions.sense {
        Sense::AllBut => {
            let excluded = actions.items.iter().any(|item| says(item.text));
            (!excluded).then(|| (&rule.all_but, "`NotAction`".to_owned()))
        }
        Sense::Listed => {
            let mut saying = actions.items.iter().filter(|item| says(item.text));
            let exact = |text: &str| !text.contains(['*', '?']);
            let first = saying.next()?;
            let named = exact(first.text) || saying.any(|item| exact(item.text));
            let pair = if named { &rule.named } else { &rule.star };
            Some((pair, format!("`{}`", first.text)))
        }
    }
}

/// Whether a condition names the services: it does not hold without the key, and has no wildcard.
///
/// Source: of AWS's managed policies, the page lists `AWSServiceRoleForAmazonEKSNodegroup`, which has
/// `StringEqualsIfExists`, and `AlexaForBusinessFullAccess`, which has `*a4b.amazonaws.com`, and no
/// other with such a condition.
fn is_narrowed(statement: &Statement<'_>, rule: &Rule) -> bool {
    statement.conditions.iter().any(|condition| {
        let needed = condition.operator.is_some_and(super::needs_key);
        let wild = condition.values.iter().any(|v| v.text.contains(['*', '?']));
        condition.key().eq_ignore_ascii_case(rule.narrowed_by) && needed && !wild
    })
}

/// Whether a list has a resource whose role is not named: a wildcard begins the last part of its
/// path. `role/app-*` is taken to name a family of roles, as AWS's page does for `role/Service*`
/// (where the line is, is assumed).
fn is_wide(resources: &List<'_>) -> bool {
    resources.items.iter().any(|item| {
        let resource = item.text.splitn(6, ':').nth(5).unwrap_or(item.text);
        let name = resource.rsplit('/').next().unwrap_or(resource);
        let whole_kind = !resource.contains('/') && resource.contains(['*', '?']);
        name.starts_with(['*', '?']) || whole_kind
    })
}
