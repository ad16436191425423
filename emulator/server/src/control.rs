//! `/_rolecall/`: health, sessions and the recording, for the harness.
//!
//! Not AWS's, and not signed: it is reachable on loopback only, like the rest. What changes
//! something asks for a header that no web page can send without leave.

use std::sync::Arc;

use http::request::Parts;
use serde_json::{Value, json};

use rolecall_trace::{End, Line, Recorder, Recording};

use crate::{
    accounts::KeyOwner,
    listener::{RequestBody, header},
    pipeline::WireReply,
    state::{RoleSessionRequest, State},
};

/// Where it lives.
pub(crate) const PREFIX: &str = "/_rolecall/";

/// The header that a change asks for.
pub(crate) const HEADER: &str = "x-rolecall-control";

// A role's policies with room to spare.
const LARGEST: usize = 1 << 20;

pub(crate) async fn answer(state: &Arc<State>, parts: &Parts, body: RequestBody) -> WireReply {
    let path = parts.uri.path().strip_prefix(PREFIX).unwrap_or_default();
    match (parts.method.as_str(), path) {
        ("GET", "health") => health(state),
        ("GET", _) if path.starts_with("recordings/") => recording(state, path),
        ("POST", "sessions") if parts.headers.contains_key(HEADER) => sessions(state, body).await,
        ("POST", "sessions") => refused(403, &format!("the header `{HEADER}` is missing")),
        (method, _) => refused(404, &format!("there is no `{method} {}`", parts.uri.path())),
    }
}

fn refused(status: u16, message: &str) -> WireReply {
    WireReply::json(status, json!({"error": message}).to_string())
}

fn health(state: &State) -> WireReply {
    let health = json!({
        "status": "ok",
        "version": env!("CARGO_PKG_VERSION"),
        "catalog": state.catalog.version(),
        "mode": state.settings.mode.word(),
        "account": state.settings.account,
        "region": state.settings.region,
    });
    WireReply::json(200, health.to_string())
}

/// What a session that was opened here, and those made from it, attempted: as a recording.
fn recording(state: &State, path: &str) -> WireReply {
    let key = path.strip_prefix("recordings/").unwrap_or_default();
    let capture = state
        .world()
        .keys
        .get(key)
        .and_then(|key| match &key.owner {
            KeyOwner::Session(session) => session.capture.clone(),
            KeyOwner::Root { .. } | KeyOwner::User { .. } => None,
        });
    let Some(capture) = capture else {
        return refused(404, "no session that was opened here has this access key");
    };
    let recording = capture.recording();
    match lines(recording) {
        Ok(text) => WireReply::json(200, text),
        Err(error) => refused(500, &format!("the recording cannot be written: {error}")),
    }
}

/// The recording as far as it goes, with an end: it was asked for here, and not cut off.
fn lines(recording: Recording) -> serde_json::Result<String> {
    let end = End {
        attempts: u64::try_from(recording.attempts.len()).unwrap_or(u64::MAX),
        lost: 0,
    };
    let headers = recording.headers.into_iter().map(Line::Header);
    let policies = recording.policies.into_values().map(Line::Policy);
    let attempts = recording.attempts.into_iter().map(Box::new);
    let lines = headers
        .chain(policies)
        .chain(attempts.map(Line::Attempt))
        .chain([Line::End(end)]);
    let mut text = String::new();
    for line in lines {
        text.push_str(&serde_json::to_string(&line)?);
        text.push('\n');
    }
    Ok(text)
}

/// Opens a session of a role, made with the policies given if there is none.
async fn sessions(state: &State, body: RequestBody) -> WireReply {
    let Ok(bytes) = body.collect(LARGEST).await else {
        return refused(400, "the body could not be read");
    };
    let request: Value = match serde_json::from_slice(&bytes) {
        Ok(request) => request,
        Err(error) => return refused(400, &format!("the body is not JSON: {error}")),
    };
    let Some(role) = request.get("role").and_then(Value::as_str) else {
        return refused(400, "`role` is missing: the name of the role");
    };
    if let Err(message) = put_role(state, role, &request) {
        return refused(400, &message);
    }
    let text = |name: &str| request.get(name).and_then(Value::as_str).map(str::to_owned);
    let header = header(state.settings.mode, state.now_millis());
    let session = RoleSessionRequest {
        account: state.settings.account.clone(),
        role: role.to_owned(),
        session: text("session").unwrap_or_else(|| "rolecall".to_owned()),
        seconds: request
            .get("seconds")
            .and_then(Value::as_u64)
            .unwrap_or(3600),
        scenario: text("scenario"),
        function: text("function"),
        capture: Some(Arc::new(Recorder::in_memory(header))),
    };
    let Some(credentials) = state.open_session(session) else {
        return refused(404, &format!("there is no role `{role}`"));
    };
    let administrator = state.administrator();
    let answer = json!({
        "credentials": credentials.shape(),
        "administrator": {
            "AccessKeyId": administrator.access_key_id,
            "SecretAccessKey": administrator.secret_access_key,
        },
    });
    WireReply::json(200, answer.to_string())
}

fn put_role(state: &State, role: &str, request: &Value) -> Result<(), String> {
    let account = &state.settings.account;
    let policies = request.get("policies").and_then(Value::as_object);
    let exists = state
        .world()
        .accounts
        .get(account)
        .is_some_and(|account| account.roles.contains_key(&role.to_lowercase()));
    if exists && policies.is_none() {
        return Ok(());
    }
    let policies: Vec<(String, String)> = policies
        .into_iter()
        .flatten()
        .map(|(name, text)| (name.clone(), text.as_str().unwrap_or_default().to_owned()))
        .collect();
    state
        .put_role(account, role, &policies)
        .map(|_| ())
        .map_err(|error| error.to_string())
}
