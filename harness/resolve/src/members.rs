//! What form the members of a resource have.

use rolecall_policy::{AccountId, Arn};
use serde_json::Value;

use crate::{ResolveError, Resource};

/// Name, value, whether it has its form, and the form in words.
type Row<'r> = (
    &'static str,
    &'r Option<Value>,
    fn(&Value) -> bool,
    &'static str,
);

/// Refuses a member that has another form than facts have; null says that there is none.
pub(crate) fn checked(arn: &str, resource: &Resource) -> Result<(), ResolveError> {
    let wrong = |(_, value, has_form, _): &Row<'_>| {
        let value = value.as_ref().filter(|value| !value.is_null());
        value.is_some_and(|value| !has_form(value))
    };
    let mut rows = rows(resource).into_iter();
    match rows.find(wrong) {
        None => Ok(()),
        Some((member, _, _, expected)) => Err(ResolveError::Member {
            arn: arn.to_owned(),
            member,
            expected,
        }),
    }
}

fn rows(of: &Resource) -> [Row<'_>; 12] {
    [
        ("account", &of.account, is_account, "twelve digits"),
        ("tags", &of.tags, is_map, "a map of texts"),
        ("kmsKeyArn", &of.kms_key_arn, is_arn, "an ARN"),
        ("objectTags", &of.object_tags, is_map, "a map of texts"),
        (
            "versioning",
            &of.versioning,
            is_state,
            "`Enabled` or `Suspended`",
        ),
        ("aliasOf", &of.alias_of, is_arn, "an ARN"),
        ("vpcSubnets", &of.vpc_subnets, are_texts, "a list of texts"),
        (
            "standsFor",
            &of.stands_for,
            is_arns,
            "an ARN or a list of ARNs",
        ),
        ("role", &of.role, is_arn, "an ARN"),
        (
            "roles",
            &of.roles,
            are_roles,
            "a map of `task` and `execution` to ARNs",
        ),
        ("models", &of.models, are_arns, "a list of ARNs"),
        ("policy", &of.policy, is_policy, "a policy"),
    ]
}

fn is_arn(value: &Value) -> bool {
    value.as_str().is_some_and(|text| Arn::parse(text).is_ok())
}

fn are_arns(value: &Value) -> bool {
    let items = value.as_array().filter(|items| !items.is_empty());
    items.is_some_and(|items| items.iter().all(is_arn))
}

fn is_arns(value: &Value) -> bool {
    is_arn(value) || are_arns(value)
}

fn is_map(value: &Value) -> bool {
    let members = value.as_object();
    members.is_some_and(|map| map.values().all(Value::is_string))
}

fn is_account(value: &Value) -> bool {
    let text = value.as_str();
    text.is_some_and(|text| AccountId::parse(text).is_ok())
}

fn are_texts(value: &Value) -> bool {
    let items = value.as_array();
    items.is_some_and(|items| items.iter().all(Value::is_string))
}

fn is_state(value: &Value) -> bool {
    matches!(value.as_str(), Some("Enabled" | "Suspended"))
}

fn are_roles(value: &Value) -> bool {
    let is_role = |(name, role): (&String, &Value)| {
        matches!(name.as_str(), "task" | "execution") && is_arn(role)
    };
    value.as_object().is_some_and(|map| map.iter().all(is_role))
}

fn is_policy(value: &Value) -> bool {
    value.is_string() || value.is_object()
}
