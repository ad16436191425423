//! Programs under a role: any language, nothing installed but Python.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use rolecall::Emulator;

const NOTHING: &str = r#"{"Version": "2012-10-17", "Statement": []}"#;

/// The program that makes one signed call.
pub(crate) fn call() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/library/call.py")
}

pub(crate) fn inherited() -> Vec<(OsString, OsString)> {
    std::env::vars_os().collect()
}

/// What would lead an SDK elsewhere, if it were left in place.
const ELSEWHERE: [(&str, &str); 6] = [
    ("AWS_PROFILE", "production"),
    ("AWS_ENDPOINT_URL", "http://127.0.0.1:1"),
    ("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:1"),
    ("AWS_SESSION_TOKEN", "of somebody else"),
    ("HTTP_PROXY", "http://127.0.0.1:1"),
    ("http_proxy", "http://127.0.0.1:1"),
];

async fn run(mut command: Command) -> Output {
    // The emulator answers on this thread: it must not wait for the program.
    let output = tokio::task::spawn_blocking(move || command.output().unwrap());
    output.await.unwrap()
}

fn python(arguments: &[&str]) -> Command {
    let mut command = Command::new("python3");
    command.args(arguments).envs(ELSEWHERE);
    command
}

fn with_elsewhere() -> Vec<(OsString, OsString)> {
    let elsewhere = ELSEWHERE.map(|(name, value)| (name.into(), value.into()));
    inherited().into_iter().chain(elsewhere).collect()
}

#[tokio::test]
async fn a_program_runs_under_the_role() {
    let emulator = Emulator::start().await.unwrap();
    let role = emulator.role("orders", NOTHING).unwrap();
    let script = call();
    let mut command = python(&[script.to_str().unwrap(), "sts", "GetCallerIdentity"]);
    role.environment().apply(&mut command, with_elsewhere());
    let output = run(command).await;
    let said = String::from_utf8(output.stdout).unwrap();
    let arn = "<Arn>arn:aws:sts::123456789012:assumed-role/orders/orders</Arn>";
    assert!(said.contains(arn), "{said}");
    let attempts = emulator.recording().attempts;
    assert_eq!(attempts.len(), 1);
    assert!(attempts[0].caller.verified);
    assert_eq!(attempts[0].operation, "GetCallerIdentity");
}

#[tokio::test]
async fn a_program_sees_the_emulator_and_nothing_else() {
    let emulator = Emulator::start().await.unwrap();
    let role = emulator.role("orders", NOTHING).unwrap();
    let show = "import os; [print(f'{k}={v}') for k, v in sorted(os.environ.items()) \
                if k.startswith('AWS_') and 'KEY' not in k and 'TOKEN' not in k]";
    let mut command = python(&["-c", show]);
    // Which authorities a machine trusts is its own affair.
    command.env_remove("AWS_CA_BUNDLE");
    role.environment().apply(&mut command, with_elsewhere());
    let output = run(command).await;
    let said = String::from_utf8(output.stdout).unwrap();
    let expected = format!(
        "AWS_CONFIG_FILE=/dev/null\n\
         AWS_DEFAULT_REGION=us-east-1\n\
         AWS_DISABLE_HOST_PREFIX_INJECTION=true\n\
         AWS_EC2_METADATA_DISABLED=true\n\
         AWS_ENDPOINT_URL={}\n\
         AWS_REGION=us-east-1\n\
         AWS_SHARED_CREDENTIALS_FILE=/dev/null\n",
        emulator.endpoint()
    );
    assert_eq!(said, expected);
}

#[tokio::test]
async fn a_program_is_denied_as_its_role_is() {
    let emulator = Emulator::start().await.unwrap();
    let role = emulator.role("orders", NOTHING).unwrap();
    let script = call();
    let mut command = python(&[
        script.to_str().unwrap(),
        "sns",
        "CreateTopic",
        "Name=booked",
    ]);
    role.environment().apply(&mut command, with_elsewhere());
    let output = run(command).await;
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    let message = "User: arn:aws:sts::123456789012:assumed-role/orders/orders is not authorized to \
                   perform: SNS:CreateTopic on resource: \
                   arn:aws:sns:us-east-1:123456789012:booked because no identity-based policy \
                   allows the SNS:CreateTopic action";
    assert!(said.contains("<Code>AuthorizationError</Code>"), "{said}");
    assert!(said.contains(message), "{said}");
}
