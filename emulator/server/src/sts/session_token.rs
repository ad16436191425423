//! GetSessionToken.

use std::collections::BTreeMap;

use rolecall_policy::{Principal, PrincipalKind};
use serde_json::{Map, json};

use super::{NewSession, StsCall, denied, issue};
use crate::iam::Output;

/// Source: API reference of GetSessionToken: 900 to 129,600 seconds, 43,200 where none is given;
/// root gets at most 3,600. Sessions may not call it (iam-semantics B9).
pub(super) fn get_session_token(call: &mut StsCall<'_>) -> Output {
    let principal = call.caller.principal.clone();
    if call.caller.session.is_some() {
        return Err(denied(
            "Cannot call GetSessionToken with session credentials",
        ));
    }
    let mut seconds = call.duration(43_200, 900..=129_600)?;
    let identity = if principal.kind == PrincipalKind::User {
        principal.arn.rsplit('/').next().map(str::to_lowercase)
    } else {
        seconds = seconds.min(3600);
        None
    };
    let new = NewSession {
        account: call.account.to_owned(),
        identity,
        identity_id: principal.user_id.clone(),
        principal: Principal::clone(&principal),
        policies: None,
        tags: BTreeMap::new(),
        transitive_tag_keys: Vec::new(),
        source_identity: None,
        seconds,
        scenario: None,
        function: None,
        capture: None,
    };
    let credentials = issue(call.world, new, call.now, call.random);
    Ok(Map::from_iter([(
        "Credentials".to_owned(),
        json!(credentials.shape()),
    )]))
}
