//! AssumeRole: what is checked after the trust policy and the identity policies have allowed it.
//!
//! Source: API reference of AssumeRole; iam-semantics B9 for chaining, tags and messages.

use std::{collections::BTreeMap, sync::Arc};

use rolecall_policy::{AccountId, Policy, PolicyKind, Principal, PrincipalKind};
use rolecall_protocol::ServiceError;
use serde_json::{Map, Value, json};

use super::{NewSession, StsCall, denied, issue, validation};
use crate::{accounts::Identity, iam::Output};

// Source: API reference of AssumeRole, parameter `Policy`: 2,048 characters of plain text.
const LARGEST_POLICY: usize = 2048;

pub(super) fn assume_role(call: &mut StsCall<'_>) -> Output {
    let arn = call
        .text("RoleArn")
        .ok_or_else(|| missing("roleArn"))?
        .to_owned();
    let name = session_name(call.text("RoleSessionName"))?;
    if call.caller.principal.kind == PrincipalKind::Root {
        return Err(denied("Roles may not be assumed by root accounts."));
    }
    let (account, role) = call.world.role(&arn).ok_or_else(|| {
        // As AWS: a role that does not exist is not told apart from one that may not be assumed.
        let who = &call.caller.principal.arn;
        denied(format!(
            "User: {who} is not authorized to perform: sts:AssumeRole on resource: {arn}"
        ))
    })?;
    let (account, role) = (account.to_owned(), role.clone());
    let seconds = seconds(call, &role)?;
    let policies = session_policies(call, &account)?;
    let (tags, transitive_tag_keys) = session_tags(call)?;
    let source_identity = source_identity(call)?;
    let packed = packed_size(call);
    let new = NewSession {
        principal: role_session(&account, &role, &name),
        account,
        identity: Some(role.name.to_lowercase()),
        identity_id: role.id,
        policies,
        tags,
        transitive_tag_keys,
        source_identity: source_identity.clone(),
        seconds,
        scenario: call
            .caller
            .session
            .as_ref()
            .and_then(|s| s.scenario.clone()),
        function: call
            .caller
            .session
            .as_ref()
            .and_then(|s| s.function.clone()),
        capture: call.caller.session.as_ref().and_then(|s| s.capture.clone()),
    };
    let user = json!({"AssumedRoleId": new.principal.user_id, "Arn": new.principal.arn});
    let credentials = issue(call.world, new, call.now, call.random);
    let mut output = Map::new();
    output.insert("Credentials".to_owned(), credentials.shape());
    output.insert("AssumedRoleUser".to_owned(), user);
    if packed > 0 {
        output.insert("PackedPolicySize".to_owned(), json!(packed));
    }
    if let Some(identity) = source_identity {
        output.insert("SourceIdentity".to_owned(), json!(identity));
    }
    Ok(output)
}

/// The principal of a session of a role; its ARN drops the role's path.
pub(crate) fn role_session(account: &str, role: &Identity, name: &str) -> Principal {
    Principal {
        kind: PrincipalKind::AssumedRole,
        arn: format!("arn:aws:sts::{account}:assumed-role/{}/{name}", role.name),
        account: AccountId::parse(account).ok(),
        issuer: Some(role.arn.clone()),
        user_id: format!("{}:{name}", role.id),
        // Source: IAM User Guide, "Service-linked roles": they live under this path.
        service_linked: role.path.starts_with("/aws-service-role/"),
    }
}

fn missing(member: &str) -> ServiceError {
    validation(format!(
        "1 validation error detected: Value null at '{member}' failed to satisfy constraint: \
         Member must not be null"
    ))
}

/// Refuses a name that is too short, too long or of other characters, in the words of the service's
/// validation.
///
/// Source: service model sts, `roleSessionNameType` and `sourceIdentityType`: 2 to 64 of `[\w+=,.@-]`;
/// the words of a length: API messages of the framework that all query services share.
fn check_name(member: &str, value: &str) -> Result<(), ServiceError> {
    let length = value.chars().count();
    let legal = |b: u8| b.is_ascii_alphanumeric() || b"_+=,.@-".contains(&b);
    let constraints = [
        (
            length < 2,
            "Member must have length greater than or equal to 2",
        ),
        (
            length > 64,
            "Member must have length less than or equal to 64",
        ),
        (
            !value.bytes().all(legal),
            r"Member must satisfy regular expression pattern: [\w+=,.@-]*",
        ),
    ];
    let failed: Vec<String> = constraints
        .into_iter()
        .filter(|(fails, _)| *fails)
        .map(|(_, constraint)| {
            format!("Value '{value}' at '{member}' failed to satisfy constraint: {constraint}")
        })
        .collect();
    let noun = match failed.len() {
        0 => return Ok(()),
        1 => "error",
        _ => "errors",
    };
    Err(validation(format!(
        "{} validation {noun} detected: {}",
        failed.len(),
        failed.join("; ")
    )))
}

fn session_name(name: Option<&str>) -> Result<String, ServiceError> {
    let name = name.ok_or_else(|| missing("roleSessionName"))?;
    check_name("roleSessionName", name)?;
    Ok(name.to_owned())
}

fn seconds(call: &StsCall<'_>, role: &Identity) -> Result<u64, ServiceError> {
    let seconds = call.duration(3600, 900..=43_200)?;
    if call.caller.principal.kind == PrincipalKind::AssumedRole && seconds > 3600 {
        return Err(validation(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by \
             role chaining",
        ));
    }
    if seconds > role.max_session {
        return Err(validation(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        ));
    }
    Ok(seconds)
}

fn policy_arns(call: &StsCall<'_>) -> Vec<String> {
    let arns = call.parameters.get("PolicyArns").and_then(Value::as_array);
    let arn = |item: &Value| item.get("arn").and_then(Value::as_str).map(str::to_owned);
    arns.into_iter().flatten().filter_map(arn).collect()
}

fn session_policies(
    call: &StsCall<'_>,
    account: &str,
) -> Result<Option<Vec<Arc<Policy>>>, ServiceError> {
    let arns = policy_arns(call);
    let text = call.text("Policy");
    if arns.is_empty() && text.is_none() {
        return Ok(None);
    }
    let mut policies = Vec::new();
    if let Some(text) = text {
        if text.chars().count() > LARGEST_POLICY {
            return Err(validation(format!(
                "1 validation error detected: Value at 'policy' failed to satisfy constraint: \
                 Member must have length less than or equal to {LARGEST_POLICY}"
            )));
        }
        let policy = Policy::parse("session policy", PolicyKind::Session, text)
            .map_err(|error| ServiceError::new("MalformedPolicyDocument", error.message))?;
        policies.push(Arc::new(policy));
    }
    for arn in arns {
        let found = call
            .world
            .accounts
            .get(account)
            .and_then(|a| a.managed_policy(&arn));
        policies.push(found.ok_or_else(|| validation(format!("Policy {arn} does not exist")))?);
    }
    Ok(Some(policies))
}

// The share of AWS's packed binary form is not public: plain text over its limit [assumed].
fn packed_size(call: &StsCall<'_>) -> u64 {
    let tags = call
        .parameters
        .get("Tags")
        .map_or(0, |tags| tags.to_string().len());
    let policy = call.text("Policy").map_or(0, str::len);
    let arns: usize = policy_arns(call).iter().map(String::len).sum();
    let plain = policy + arns + tags;
    u64::try_from((plain * 100).div_ceil(LARGEST_POLICY * 2))
        .unwrap_or(100)
        .min(100)
}

type Tags = (BTreeMap<String, String>, Vec<String>);

// Source: IAM User Guide, "Pass session tags in AWS STS" and "Chaining roles with session tags".
fn session_tags(call: &StsCall<'_>) -> Result<Tags, ServiceError> {
    let mut tags = BTreeMap::new();
    let mut transitive = Vec::new();
    if let Some(session) = &call.caller.session {
        for (key, value) in &session.tags {
            if session.transitive_tag_keys.contains(&key.to_lowercase()) {
                tags.insert(key.clone(), value.clone());
                transitive.push(key.to_lowercase());
            }
        }
    }
    let passed = call.parameters.get("Tags").and_then(Value::as_array);
    for tag in passed.into_iter().flatten() {
        let text = |member| tag.get(member).and_then(Value::as_str).unwrap_or_default();
        let (key, value) = (text("Key"), text("Value"));
        if transitive.contains(&key.to_lowercase()) {
            return Err(ServiceError::new(
                "InvalidParameterValue",
                format!(
                    "One of the specified transitive tag keys can't be set because it conflicts \
                     with a transitive tag key from the calling session: {key}"
                ),
            ));
        }
        if tags
            .keys()
            .any(|known: &String| known.eq_ignore_ascii_case(key))
        {
            return Err(ServiceError::new(
                "InvalidParameterValue",
                "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
            ));
        }
        tags.insert(key.to_owned(), value.to_owned());
    }
    let keys = call
        .parameters
        .get("TransitiveTagKeys")
        .and_then(Value::as_array);
    transitive.extend(
        keys.into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_lowercase),
    );
    Ok((tags, transitive))
}

// Source: IAM User Guide, "Monitor and control actions taken with assumed roles": a source
// identity that is set stays, and cannot be changed along a chain.
fn source_identity(call: &StsCall<'_>) -> Result<Option<String>, ServiceError> {
    let inherited = call
        .caller
        .session
        .as_ref()
        .and_then(|s| s.source_identity.clone());
    let passed = call.text("SourceIdentity").map(str::to_owned);
    match (inherited, passed) {
        (Some(set), Some(other)) if set != other => Err(denied(format!(
            "User: {} is not authorized to perform: sts:SetSourceIdentity",
            call.caller.principal.arn
        ))),
        (Some(set), _) => Ok(Some(set)),
        // Source: API reference of AssumeRole, `SourceIdentity`: it cannot begin with `aws:`, and a colon
        // is none of its characters anyway.
        (None, Some(name)) => check_name("sourceIdentity", &name).map(|()| Some(name)),
        (None, None) => Ok(None),
    }
}
