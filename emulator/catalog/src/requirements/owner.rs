//! Whose resource is it, and how do its policies combine?

use rolecall_policy::{AccountId, Action, AuthorizationModel};

use super::Scope;
use crate::FactKind;

/// The account that owns a resource; none for `*` and for what AWS itself owns.
///
/// An ARN without an account is the caller's, except that a bucket's owner has to be known.
/// Source: Amazon S3 User Guide, "Policy resources for Amazon S3": bucket ARNs name no account.
pub(crate) fn account(resource: &str, scope: &Scope<'_>) -> Option<AccountId> {
    let mut parts = resource.strip_prefix("arn:")?.splitn(5, ':');
    let (_partition, service, _region) = (parts.next()?, parts.next()?, parts.next()?);
    match (parts.next()?, parts.next()?) {
        ("", resource) if service == "s3" => Some(bucket_owner(resource, scope)),
        ("" | "*", _) => Some(scope.call.account.clone()),
        (account, _) => AccountId::parse(account).ok(),
    }
}

/// The owner of a bucket; a bucket that does not exist, or that nobody knows, counts as the
/// caller's.
fn bucket_owner(resource: &str, scope: &Scope<'_>) -> AccountId {
    let bucket = resource.split('/').next().unwrap_or_default();
    let owner = scope.fact_text(FactKind::BucketOwner, bucket);
    owner
        .and_then(|id| AccountId::parse(&id).ok())
        .unwrap_or_else(|| scope.call.account.clone())
}

/// How identity and resource policies combine for an action.
pub(crate) fn model(action: &Action, resource: &str) -> AuthorizationModel {
    AuthorizationModel::of(action, resource)
}
