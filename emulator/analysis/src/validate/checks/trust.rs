//! What is particular to a role's trust policy.
//!
//! Source: IAM User Guide, "Creating roles and attaching policies", "Create a role for OpenID
//! Connect federation", "Create a role for SAML 2.0 federation"; IAM Roles Anywhere User Guide,
//! "Trust policy".

use rolecall_policy::{
    ActionPattern,
    document::{Comparison, PrincipalType},
};

use super::super::{
    check::Check,
    keys::starts_with,
    policy_type::PolicyType,
    report::{Input, Report, quoted},
    view::{Item, Statement},
};

/// Providers that are named by their domain.
const WEB_PROVIDERS: [&str; 4] = [
    "cognito-identity.amazonaws.com",
    "www.amazon.com",
    "graph.facebook.com",
    "accounts.google.com",
];
const GITHUB: &str = "token.actions.githubusercontent.com";
const ROLES_ANYWHERE: &str = "rolesanywhere.amazonaws.com";

/// What kind of identity provider a principal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Provider {
    Web,
    Saml,
}

pub(super) fn run(input: &Input<'_>, report: &mut Report<'_>) {
    if *input.kind != PolicyType::Trust {
        return;
    }
    for statement in &input.statements {
        if let Some(resources) = &statement.resources {
            report.add(
                Check::RoleTrustPolicySyntaxErrorResource,
                resources.member.key_span,
                format!("`{}` may not stand in a trust policy", resources.member.key),
                "remove it: a trust policy is about its own role",
            );
        }
        for item in statement.listed_principals(PrincipalType::Federated) {
            federated(report, statement, item);
        }
        if statement.is_allow() {
            mismatch(report, statement);
            roles_anywhere(report, statement);
            session_keys(report, statement);
            audience(report, statement);
        }
        parents(report, statement);
    }
}

fn provider(name: &str) -> Option<Provider> {
    if WEB_PROVIDERS.contains(&name) {
        return Some(Provider::Web);
    }
    let parts: Vec<&str> = name.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", _, "iam", "", _, resource] => {
            if resource.starts_with("oidc-provider/") {
                Some(Provider::Web)
            } else {
                let saml = resource.starts_with("saml-provider/");
                saml.then_some(Provider::Saml)
            }
        }
        _ => None,
    }
}

/// The name of a provider as its condition keys have it.
fn key_prefix(name: &str) -> &str {
    name.split_once(":oidc-provider/")
        .map_or(name, |(_, domain)| domain)
}

fn allows(statement: &Statement<'_>, action: &str) -> bool {
    let mut actions = statement.listed_actions().iter();
    actions.any(|item| ActionPattern::new(item.text).matches(action))
}

fn federated(report: &mut Report<'_>, statement: &Statement<'_>, item: Item<'_>) {
    let wildcard = item.text.contains(['*', '?', '$']);
    match provider(item.text) {
        None if wildcard => {}
        None => report.add(
            Check::InvalidFederatedPrincipalSyntaxInRoleTrustPolicy,
            item.span,
            format!("{} is not an identity provider", quoted(item.text)),
            "name the ARN of an OIDC or SAML provider, or a domain such as `accounts.google.com`",
        ),
        Some(Provider::Web) if statement.is_allow() => oidc(report, statement, item),
        Some(_) => {}
    }
}

fn oidc(report: &mut Report<'_>, statement: &Statement<'_>, item: Item<'_>) {
    if !allows(statement, "sts:assumerolewithwebidentity") {
        return;
    }
    let prefix = key_prefix(item.text);
    let of_provider = |key: &str| {
        starts_with(key, prefix) && key.get(prefix.len()..).is_some_and(|k| k.starts_with(':'))
    };
    if !statement.conditions.iter().any(|c| of_provider(c.key())) {
        report.add(
            Check::MissingConditionKeyForOidcPrincipal,
            item.span,
            format!(
                "everybody whom {} knows may assume the role",
                quoted(prefix)
            ),
            format!("add conditions on `{prefix}:aud` and `{prefix}:sub`"),
        );
    }
    if prefix != GITHUB {
        return;
    }
    let sub = format!("{GITHUB}:sub");
    let on_sub: Vec<_> = (statement.conditions.iter())
        .filter(|c| c.key().eq_ignore_ascii_case(&sub))
        .collect();
    if on_sub.is_empty() {
        report.add(
            Check::MissingGithubRepoConditionKey,
            item.span,
            "every repository of GitHub may assume the role",
            format!(
                "add a condition on `{sub}`, such as `repo:ORG/REPOSITORY:ref:refs/heads/main`"
            ),
        );
    }
    for value in on_sub.iter().flat_map(|c| &c.values) {
        if value.text.contains(['*', '?']) {
            report.add(
                Check::SpecificGithubRepoAndBranchRecommended,
                value.span,
                format!(
                    "{} takes more than one repository or branch",
                    quoted(value.text)
                ),
                "name them: `repo:ORG/REPOSITORY:ref:refs/heads/BRANCH`",
            );
        }
    }
}

/// A principal is of no use to an action that it cannot call.
fn mismatch(report: &mut Report<'_>, statement: &Statement<'_>) {
    let plain = allows(statement, "sts:assumerole");
    let web = allows(statement, "sts:assumerolewithwebidentity");
    let saml = allows(statement, "sts:assumerolewithsaml");
    // Tags alone are given to those whom another statement lets assume the role.
    if !(plain || web || saml) {
        return;
    }
    let mut found = |item: Item<'_>, action: &str| {
        report.add(
            Check::MismatchedActionForPrincipal,
            item.span,
            format!(
                "{} assumes a role with `{action}`, which is not here",
                quoted(item.text)
            ),
            format!("use `{action}` for this principal"),
        );
    };
    for item in statement.listed_principals(PrincipalType::Federated) {
        match provider(item.text) {
            Some(Provider::Web) if !web => found(item, "sts:AssumeRoleWithWebIdentity"),
            Some(Provider::Saml) if !saml => found(item, "sts:AssumeRoleWithSAML"),
            _ => {}
        }
    }
    let direct = [PrincipalType::Aws, PrincipalType::Service];
    for item in direct
        .into_iter()
        .flat_map(|kind| statement.listed_principals(kind))
    {
        if !plain {
            found(item, "sts:AssumeRole");
        }
    }
}

fn roles_anywhere(report: &mut Report<'_>, statement: &Statement<'_>) {
    let mut services = statement.listed_principals(PrincipalType::Service);
    let Some(item) = services.find(|item| item.text.eq_ignore_ascii_case(ROLES_ANYWHERE)) else {
        return;
    };
    let needed = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"];
    let missing: Vec<&str> = needed
        .into_iter()
        .filter(|action| !allows(statement, &action.to_ascii_lowercase()))
        .collect();
    if !missing.is_empty() {
        report.add(
            Check::MissingActionForRolesAnywhereTrustPolicy,
            item.span,
            format!("IAM Roles Anywhere needs `{}` too", missing.join("` and `")),
            "allow `sts:AssumeRole`, `sts:TagSession` and `sts:SetSourceIdentity`",
        );
    }
}

/// A request has tags and a source identity only where they may be set.
fn session_keys(report: &mut Report<'_>, statement: &Statement<'_>) {
    for condition in &statement.conditions {
        let key = condition.key();
        let action = if key.eq_ignore_ascii_case("sts:SourceIdentity") {
            "sts:SetSourceIdentity"
        } else if key.eq_ignore_ascii_case("sts:TransitiveTagKeys")
            || key.eq_ignore_ascii_case("aws:TagKeys")
            || starts_with(key, "aws:RequestTag/")
        {
            "sts:TagSession"
        } else {
            continue;
        };
        let needs = condition.operator.is_some_and(super::needs_key);
        if needs && !allows(statement, &action.to_ascii_lowercase()) {
            report.add(
                Check::MissingActionForConditionKey,
                condition.entry.key_span,
                format!("{} is there only where `{action}` is allowed", quoted(key)),
                format!("add `{action}` to the actions"),
            );
        }
    }
}

/// Whether an audience is one or several is the provider's choice.
fn audience(report: &mut Report<'_>, statement: &Statement<'_>) {
    for condition in &statement.conditions {
        let Some(operator) = condition.operator else {
            continue;
        };
        let is_audience = condition
            .key()
            .rsplit_once(':')
            .is_some_and(|(_, claim)| claim.eq_ignore_ascii_case("aud"));
        if is_audience && operator.comparison != Comparison::Null && operator.set.is_some() {
            report.add(
                Check::ConfirmAudienceClaimType,
                condition.block.key_span,
                format!("{} may have one value or several", quoted(condition.key())),
                "keep the set operator only where the provider's tokens have a list",
            );
        }
    }
}

/// A session of a role that is trusted itself.
fn parents(report: &mut Report<'_>, statement: &Statement<'_>) {
    let roles: Vec<(&str, &str)> = statement
        .listed_principals(PrincipalType::Aws)
        .filter_map(|item| role(item.text))
        .collect();
    for item in statement.listed_principals(PrincipalType::Aws) {
        if session(item.text).is_some_and(|parent| roles.contains(&parent)) {
            report.add(
                Check::RedundantPrincipalInRoleTrustPolicy,
                item.span,
                format!(
                    "{} is a session of a role that is trusted too",
                    quoted(item.text)
                ),
                "remove the session, or the role",
            );
        }
    }
}

/// Account and name of a role.
fn role(arn: &str) -> Option<(&str, &str)> {
    let (head, resource) = arn.split_once(":role/")?;
    Some((head.rsplit(':').next()?, resource.rsplit('/').next()?))
}

/// Account and name of the role of a session.
fn session(arn: &str) -> Option<(&str, &str)> {
    let (head, resource) = arn.split_once(":assumed-role/")?;
    Some((head.rsplit(':').next()?, resource.split('/').next()?))
}
