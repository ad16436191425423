//! Whether a resource policy lets the public in.
//!
//! Source: Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage", section
//! *The meaning of "public"*: a policy is public unless it grants access only to fixed values
//! (without wildcard and variable) of principals or of certain condition keys. The question is
//! that of IAM Access Analyzer's `CheckNoPublicAccess`, which takes Deny statements into account,
//! as this does. That the same keys count for other services than S3 is assumed.

use std::{net::IpAddr, sync::Arc};

use rolecall_policy::{
    Policy, PolicyKind, Principal, PrincipalKind,
    document::{Comparison as Operator, Condition, Effect, Existence, SetOperator, Statement},
};

use crate::compare::{Asked, CompareError, CompareOptions, Comparison, Names, ask};

/// Keys of which fixed values keep the public out, in lower case.
const KEYS: [&str; 20] = [
    // S3's list; of the principal's keys it names `aws:PrincipalOrgID` as an example.
    "aws:principalorgid",
    "aws:principalarn",
    "aws:principalaccount",
    "aws:sourcearn",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:sourceowner",
    "aws:sourceaccount",
    "aws:userid",
    "s3:x-amz-server-side-encryption-aws-kms-key-id",
    "s3:dataaccesspointarn",
    "s3:dataaccesspointaccount",
    // IAM User Guide, "IAM Access Analyzer resource types": key policies.
    "kms:calleraccount",
    // Assumed: they name accounts, organizations and one provider's applications.
    "aws:principalorgpaths",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:vpceaccount",
    "aws:vpceorgid",
    "aws:vpceorgpaths",
    "lambda:eventsourcetoken",
];

/// Endings of the keys by which web identity providers name applications and users; assumed.
const PROVIDER_KEYS: [&str; 4] = [":aud", ":app_id", ":sub", ":user_id"];

/// Keys whose value may have a wildcard after a fixed account: S3's list says so of access points,
/// the others are assumed.
const BY_ACCOUNT: [&str; 3] = ["s3:dataaccesspointarn", "aws:principalarn", "aws:sourcearn"];

/// Providers at which everybody can sign up, which S3's examples count as public.
const PROVIDERS: [&str; 4] = [
    "graph.facebook.com",
    "accounts.google.com",
    "www.amazon.com",
    "cognito-identity.amazonaws.com",
];

/// Says whether a resource policy lets the public in: *new access* if it does, with requests that
/// show it; *no new access* if it is proven that it does not.
///
/// # Errors
///
/// Fails on a policy that is not a resource policy.
pub fn public(policy: &Arc<Policy>, options: &CompareOptions) -> Result<Comparison, CompareError> {
    if !matches!(policy.kind, PolicyKind::Resource | PolicyKind::Trust) {
        return Err(CompareError::UnsupportedKind);
    }
    let mut document = policy.document().clone();
    let mut indices: Vec<usize> = (0..document.statements.len()).collect();
    let statements = &policy.document().statements;
    let may_be_public = |index: &usize| {
        let statement = statements.get(*index);
        statement.is_some_and(|one| one.effect == Effect::Deny || !is_restricted(one))
    };
    indices.retain(may_be_public);
    document.statements = indices
        .iter()
        .filter_map(|i| statements.get(*i))
        .cloned()
        .collect();
    if document.statements.is_empty() {
        return ask(&[], &[], &Asked::default(), options);
    }
    let open = Policy::compile(&policy.name, policy.kind, &document);
    let open = open.map_err(|error| CompareError::Printing(error.to_string()))?;
    let mentioned = Names::of_policy_alone(policy);
    let is_public = |one: &Principal| match one.kind {
        PrincipalKind::Anonymous => true,
        PrincipalKind::Federated => {
            PROVIDERS.contains(&one.arn.as_str()) || !mentioned.is_federated(&one.arn)
        }
        PrincipalKind::Service => !mentioned.is_service(&one.arn),
        _ => one
            .account
            .as_ref()
            .is_none_or(|id| !mentioned.is_account(id.as_str())),
    };
    let asked = Asked {
        principals: Some(&is_public),
        ..Asked::default()
    };
    let mut found = ask(&[], &[Arc::new(open)], &asked, options)?;
    let original = |index: &mut usize| {
        if let Some(of) = indices.get(*index) {
            *index = *of;
        }
    };
    for one in &mut found.new_access {
        original(&mut one.allowed_by.statement);
    }
    for one in found
        .unknown
        .iter_mut()
        .filter_map(|one| one.statement.as_mut())
    {
        original(&mut one.statement);
    }
    Ok(found)
}

/// Whether a condition keeps the public out of an Allow.
fn is_restricted(statement: &Statement) -> bool {
    statement.conditions.iter().any(keeps_out)
}

fn keeps_out(condition: &Condition) -> bool {
    let operator = condition.operator;
    let needs_key =
        operator.existence == Existence::Plain && operator.set != Some(SetOperator::ForAllValues);
    let key = condition.key.value.to_ascii_lowercase();
    let mut values = condition.values.iter();
    needs_key
        && match operator.comparison {
            Operator::IpAddress => key == "aws:sourceip" && values.all(is_narrow),
            Operator::StringEquals
            | Operator::StringEqualsIgnoreCase
            | Operator::StringLike
            | Operator::ArnEquals
            | Operator::ArnLike => {
                let literal = matches!(
                    operator.comparison,
                    Operator::StringEquals | Operator::StringEqualsIgnoreCase
                );
                let provider = PROVIDERS.iter().any(|name| {
                    let rest = key.strip_prefix(name);
                    rest.is_some_and(|rest| PROVIDER_KEYS.contains(&rest))
                });
                let counts = provider || KEYS.contains(&key.as_str());
                counts && values.all(|value| is_fixed(&key, value, literal))
            }
            _ => false,
        }
}

/// Whether a value has no wildcard and no variable in it, or none up to its account.
fn is_fixed(key: &str, value: &str, literal: bool) -> bool {
    let wild = |text: &str| (!literal && text.contains(['*', '?'])) || text.contains("${");
    if key == "aws:principalorgpaths" || key.ends_with("orgpaths") {
        let organization = value.split('/').next().unwrap_or(value);
        return !organization.is_empty() && !wild(organization);
    }
    let account = value.split(':').nth(4).filter(|id| !id.is_empty());
    let by_account = BY_ACCOUNT.contains(&key) && account.is_some_and(|id| !wild(id));
    by_account || !wild(value)
}

/// Whether a range is no broader than /8 (IPv4) or /32 (IPv6).
fn is_narrow(value: &str) -> bool {
    let (address, bits) = value.split_once('/').unwrap_or((value, ""));
    let bits: u32 = bits.parse().unwrap_or(128);
    match address.parse() {
        // The private ranges of RFC 1918 are no broader than that.
        Ok(IpAddr::V4(_)) => bits >= 8,
        Ok(IpAddr::V6(_)) => bits >= 32,
        Err(_) => false,
    }
}
