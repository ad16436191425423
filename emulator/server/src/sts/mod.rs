//! STS: sessions and who one is.
//!
//! Source of operations and members: the service model `sts` 2011-06-15; of the rules:
//! iam-semantics B9 and the pages named in each module. The texts of
//! the errors that denied-messages.md does not have are assumed.

mod assume_role;
mod identity;
mod issue;
mod session_token;

use rolecall_protocol::ServiceError;
use serde_json::{Map, Value};

pub(crate) use assume_role::role_session;
pub use issue::{IssuedCredentials, NewSession, issue};

use crate::{
    accounts::{Caller, World},
    clock::Random,
    iam::Output,
};

/// One call to STS.
#[derive(Debug)]
pub struct StsCall<'a> {
    /// What it changes.
    pub world: &'a mut World,
    /// The account of the caller.
    pub account: &'a str,
    /// Who calls.
    pub caller: &'a Caller,
    /// The input members.
    pub parameters: &'a Map<String, Value>,
    /// Seconds since the epoch.
    pub now: u64,
    /// For ids and secrets.
    pub random: &'a dyn Random,
}

/// Answers an operation; none if it is not here.
pub fn answer(operation: &str, call: &mut StsCall<'_>) -> Option<Output> {
    Some(match operation {
        "AssumeRole" => assume_role::assume_role(call),
        "GetSessionToken" => session_token::get_session_token(call),
        "GetCallerIdentity" => identity::get_caller_identity(call),
        "GetAccessKeyInfo" => identity::get_access_key_info(call),
        _ => return None,
    })
}

/// Answers GetCallerIdentity, which changes nothing.
pub fn caller_identity(caller: &Caller, account: &str) -> Map<String, Value> {
    identity::caller_identity(caller, account)
}

impl StsCall<'_> {
    fn text(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).and_then(Value::as_str)
    }

    fn duration(
        &self,
        default: u64,
        bounds: std::ops::RangeInclusive<u64>,
    ) -> Result<u64, ServiceError> {
        let seconds = self
            .parameters
            .get("DurationSeconds")
            .and_then(Value::as_u64);
        let seconds = seconds.unwrap_or(default);
        if bounds.contains(&seconds) {
            return Ok(seconds);
        }
        let bound = if seconds < *bounds.start() {
            format!("greater than or equal to {}", bounds.start())
        } else {
            format!("less than or equal to {}", bounds.end())
        };
        Err(validation(format!(
            "1 validation error detected: Value '{seconds}' at 'durationSeconds' failed to satisfy \
             constraint: Member must have value {bound}"
        )))
    }
}

fn validation(message: impl Into<String>) -> ServiceError {
    ServiceError::new("ValidationError", message)
}

fn denied(message: impl Into<String>) -> ServiceError {
    ServiceError::new("AccessDenied", message)
}
