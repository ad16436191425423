//! Tags of users and roles.

use serde_json::Value;

use super::{IamCall, Output, empty, failure, page::page, tag_list, tags_of};
use crate::accounts::IdentityKind;

// Source: IAM quotas: 50 tags for each user and role.
const MOST: usize = 50;

pub(super) fn tag(call: &mut IamCall<'_>, kind: IdentityKind) -> Output {
    let tags = tags_of(call.parameters);
    let identity = call.identity(kind)?;
    let mut all = identity.tags.clone();
    for (key, value) in tags {
        // Keys are unique without regard to case. Source: IAM User Guide, "Tags for IAM resources".
        all.retain(|known, _| !known.eq_ignore_ascii_case(&key));
        all.insert(key, value);
    }
    if all.len() > MOST {
        return Err(failure::limit(&format!(
            "The number of tags has reached the maximum limit: {MOST}."
        )));
    }
    identity.tags = all;
    empty()
}

pub(super) fn untag(call: &mut IamCall<'_>, kind: IdentityKind) -> Output {
    let keys = call
        .parameters
        .get("TagKeys")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let keys: Vec<_> = keys.iter().filter_map(Value::as_str).collect();
    let identity = call.identity(kind)?;
    identity
        .tags
        .retain(|known, _| !keys.iter().any(|key| key.eq_ignore_ascii_case(known)));
    empty()
}

pub(super) fn list(call: &mut IamCall<'_>, kind: IdentityKind) -> Output {
    let tags = tag_list(&call.identity(kind)?.tags);
    page(call, "Tags", tags.as_array().cloned().unwrap_or_default())
}
