//! A session that has come to its end: only a server whose clock can be moved can show it.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rolecall_emulator::{ServerBuilder, SettableClock, Settings};
use serde_json::json;
use tempfile::TempDir;

use crate::answers;
use crate::server::Keys;
use crate::tools;

#[expect(
    clippy::disallowed_methods,
    reason = "the SDK signs by this machine's clock"
)]
fn now_millis() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    u64::try_from(since.as_millis()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn its_calls_are_refused_in_each_dialect() {
    let clock = Arc::new(SettableClock::at_millis(now_millis()));
    let server = ServerBuilder::new(Settings::default()).clock(Arc::clone(&clock) as _);
    let server = server.start().await.unwrap();
    let administrator = server.state().administrator();
    let administrator = Keys {
        id: administrator.access_key_id.clone(),
        secret: administrator.secret_access_key.clone(),
        token: None,
    };
    let home = TempDir::new().unwrap();
    let endpoint = server.endpoint();
    let sessions = tools::set_up(&endpoint, &administrator, home.path());

    // AssumeRole gave it an hour.
    let ahead = Duration::from_secs(3_601);
    clock.advance_millis(u64::try_from(ahead.as_millis()).unwrap());
    let mut command = tools::python("expired.py", &endpoint, &sessions.client, home.path());
    let found = tools::document(command.arg(ahead.as_secs().to_string()));

    let expired = "The security token included in the request is expired";
    let outcomes = [
        ("sts", "ExpiredToken", 403, expired),
        ("dynamodb", "ExpiredTokenException", 400, expired),
        ("s3", "ExpiredToken", 400, "The provided token has expired."),
        ("lambda", "ExpiredTokenException", 403, expired),
    ];
    let outcome = |(name, code, status, message): (&str, &str, u16, &str)| {
        (
            name.to_owned(),
            json!({"code": code, "status": status, "message": message}),
        )
    };
    answers::compare(&found, &outcomes.map(outcome).into());
}
