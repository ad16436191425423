//! The command, serving.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, ExitStatus, Stdio};

use tempfile::TempDir;

/// What a client signs with.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) token: Option<String>,
}

impl Keys {
    pub(crate) fn root() -> Self {
        Self {
            id: "test".to_owned(),
            secret: "test".to_owned(),
            token: None,
        }
    }
}

/// `rolecall serve` on a free port; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    /// `http://127.0.0.1:PORT`.
    pub(crate) endpoint: String,
    pub(crate) administrator: Keys,
    /// Of this server alone; its log is in it.
    pub(crate) folder: TempDir,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::with(&[])
    }

    /// With further options.
    pub(crate) fn with(options: &[&str]) -> Self {
        Self::under(options, &[])
    }

    /// With further options and variables.
    pub(crate) fn under(options: &[&str], variables: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().unwrap();
        let log = File::create(folder.path().join("log")).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_rolecall"))
            .args([
                "--log",
                "info",
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--print-credentials",
            ])
            .args(options)
            .envs(variables.iter().copied())
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap())
            .lines()
            .map(Result::unwrap);
        let Some(endpoint) = lines.next() else {
            panic!(
                "no endpoint; the log: {}",
                fs::read_to_string(folder.path().join("log")).unwrap()
            )
        };
        let administrator = administrator(&mut lines);
        Self {
            child,
            endpoint,
            administrator,
            folder,
        }
    }

    /// `127.0.0.1:PORT`.
    pub(crate) fn address(&self) -> &str {
        self.endpoint.strip_prefix("http://").unwrap()
    }

    /// What it has written to stderr.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    /// Ends it as a supervisor does, and waits for it.
    pub(crate) fn terminate(mut self) -> (ExitStatus, String) {
        let killed = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status();
        assert!(killed.unwrap().success());
        (self.child.wait().unwrap(), self.log())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The key that `--print-credentials` prints, as lines that a shell reads.
fn administrator(lines: &mut impl Iterator<Item = String>) -> Keys {
    let mut keys = Keys::default();
    while keys.id.is_empty() || keys.secret.is_empty() {
        let line = lines.next().expect("the administrator's key");
        let line = line.strip_prefix("export ").unwrap_or(&line);
        match line.split_once('=') {
            Some(("AWS_ACCESS_KEY_ID", id)) => id.clone_into(&mut keys.id),
            Some(("AWS_SECRET_ACCESS_KEY", secret)) => secret.clone_into(&mut keys.secret),
            _ => {}
        }
    }
    keys
}
