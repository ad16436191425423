//! The SDKs that `cargo ci test` installs.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::server::{Keys, Server};

pub(crate) fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .parent()
        .unwrap()
}

#[expect(
    clippy::disallowed_methods,
    reason = "`cargo ci test` says so where the tools are"
)]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Where the tools are; without them no test of a client means anything.
pub(crate) fn installed(part: &str) -> PathBuf {
    let folder = variable("ROLECALL_TEST_TOOLS")
        .map_or_else(|| workspace().join("target/test-tools"), PathBuf::from);
    let path = folder.join(part);
    let advice = "run `cargo ci test`, or `cargo ci tools` once before a run of nextest by hand";
    assert!(path.exists(), "`{}` is missing: {advice}", path.display());
    path
}

/// The scripts that drive the SDKs.
pub(crate) fn fixture(name: &str) -> PathBuf {
    workspace().join("fixtures/sdk").join(name)
}

/// A program in an environment that only knows the server.
pub(crate) fn client(program: &Path, endpoint: &str, keys: &Keys, home: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .current_dir(home)
        .env("PATH", variable("PATH").unwrap())
        .env("HOME", home)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("AWS_ENDPOINT_URL", endpoint)
        .env("AWS_REGION", "us-east-1")
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_MAX_ATTEMPTS", "1")
        .env("AWS_ACCESS_KEY_ID", &keys.id)
        .env("AWS_SECRET_ACCESS_KEY", &keys.secret);
    if let Some(token) = &keys.token {
        command.env("AWS_SESSION_TOKEN", token);
    }
    command
}

/// A script of `fixtures/sdk/python`.
pub(crate) fn python(script: &str, endpoint: &str, keys: &Keys, home: &Path) -> Command {
    let mut command = client(&installed("venv/bin/python"), endpoint, keys, home);
    command.arg(fixture("python").join(script));
    command
}

/// A script of `fixtures/sdk/js`.
pub(crate) fn node(script: &str, server: &Server, keys: &Keys) -> Command {
    self::script(script, &server.endpoint, keys, server.folder.path())
}

/// The same with another endpoint than a server of the command.
pub(crate) fn script(script: &str, endpoint: &str, keys: &Keys, home: &Path) -> Command {
    let modules = installed("js/node_modules");
    let mut command = client(Path::new("node"), endpoint, keys, home);
    command
        .arg(fixture("js").join(script))
        .env("NODE_PATH", modules);
    command
}

/// The AWS CLI.
pub(crate) fn aws(server: &Server, keys: &Keys) -> Command {
    let mut command = client(
        &installed("venv/bin/python"),
        &server.endpoint,
        keys,
        server.folder.path(),
    );
    command.args([
        "-m",
        "awscli",
        "--endpoint-url",
        &server.endpoint,
        "--output",
        "json",
    ]);
    command
}

/// Runs a script that prints one JSON document.
pub(crate) fn document(command: &mut Command) -> Value {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{command:?}: {}\n{said}",
        output.status
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The sessions that `setup.py` prints.
#[derive(Debug)]
pub(crate) struct Sessions {
    pub(crate) client: Keys,
    pub(crate) document: Value,
}

/// Makes the resources and the role that the conversations are about.
pub(crate) fn set_up(endpoint: &str, administrator: &Keys, home: &Path) -> Sessions {
    let document = document(&mut python("setup.py", endpoint, administrator, home));
    let part = |name: &str| document["client"][name].as_str().unwrap().to_owned();
    let client = Keys {
        id: part("AccessKeyId"),
        secret: part("SecretAccessKey"),
        token: Some(part("SessionToken")),
    };
    Sessions { client, document }
}

/// The same for a server of the command.
pub(crate) fn set_up_server(server: &Server) -> Sessions {
    set_up(
        &server.endpoint,
        &server.administrator,
        server.folder.path(),
    )
}
