//! Who one is.

use serde_json::{Map, Value, json};

use super::{StsCall, validation};
use crate::{
    accounts::{Caller, KeyOwner},
    iam::Output,
};

/// Source: API reference of GetCallerIdentity.
pub(super) fn caller_identity(caller: &Caller, account: &str) -> Map<String, Value> {
    let mut output = Map::with_capacity(3);
    output.insert("UserId".to_owned(), json!(caller.principal.user_id));
    output.insert("Account".to_owned(), json!(account));
    output.insert("Arn".to_owned(), json!(caller.principal.arn));
    output
}

#[expect(clippy::unnecessary_wraps, reason = "all handlers have this signature")]
pub(super) fn get_caller_identity(call: &mut StsCall<'_>) -> Output {
    Ok(caller_identity(call.caller, call.account))
}

/// Source: API reference of GetAccessKeyInfo.
pub(super) fn get_access_key_info(call: &mut StsCall<'_>) -> Output {
    let id = call.text("AccessKeyId").unwrap_or_default();
    let account = call.world.keys.get(id).map(|key| match &key.owner {
        KeyOwner::Root { account } | KeyOwner::User { account, .. } => account.clone(),
        KeyOwner::Session(session) => session.account.clone(),
    });
    let account =
        account.ok_or_else(|| validation(format!("The access key `{id}` is not known here")))?;
    Ok(Map::from_iter([("Account".to_owned(), json!(account))]))
}
