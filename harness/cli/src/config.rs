//! The one room that reads the environment.

use std::{env, ffi::OsString};

use rolecall::UpstreamCredentials;

/// The variables that a program under test inherits.
pub(crate) fn inherited() -> Vec<(OsString, OsString)> {
    env::vars_os().collect()
}

/// What calls to AWS itself are signed with: the variables that every SDK reads.
pub(crate) fn upstream_credentials() -> Option<UpstreamCredentials> {
    let variable = |name: &str| env::var_os(name)?.into_string().ok();
    Some(UpstreamCredentials {
        access_key_id: variable("AWS_ACCESS_KEY_ID")?,
        secret_access_key: variable("AWS_SECRET_ACCESS_KEY")?,
        session_token: variable("AWS_SESSION_TOKEN"),
    })
}
