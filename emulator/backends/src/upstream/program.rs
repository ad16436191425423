//! A program that is started to answer, and ended with us.

use std::{
    collections::VecDeque,
    fmt::Write,
    net::{Ipv4Addr, TcpListener},
    process::{ExitStatus, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, BufReader},
    process::{Child, ChildStdin, Command},
};

use super::waiting::{Wait, wait_for};
use crate::embedded::owned::lock;

/// How much of what it wrote is shown when it does not work.
const LINES: usize = 40;

/// How long it has to end by itself, in seconds.
const GRACE: u64 = 2;

/// What the shell does around the command: in a group of its own, it waits for our end of a pipe to
/// be closed, which happens whatever we die of, and ends the whole group. A program that puts itself
/// into another group is not reached.
const AROUND: &str = r#"
exec 3<&0 </dev/null 2>&1
( trap '' TERM INT HUP
  cat <&3 >/dev/null
  kill -TERM 0
  sleep "$1"
  kill -KILL 0
) >/dev/null &
exec 3<&-
exec sh -c "$0"
"#;

/// A program that answers on a port of loopback; it ends when this is dropped.
#[derive(Debug)]
pub struct Program {
    child: Child,
    /// Our end of the pipe.
    lifeline: Option<ChildStdin>,
    written: Arc<Mutex<VecDeque<String>>>,
    port: u16,
}

/// Why a program does not answer.
#[derive(Debug, thiserror::Error)]
pub enum NotRunning {
    /// Nothing could be started, or no port is free.
    #[error("`{command}` cannot be started: {source}")]
    Start {
        /// The command.
        command: String,
        /// Why.
        source: std::io::Error,
    },
    /// It ended before it answered.
    #[error("`{command}` ended before it answered on port {port}: {status}; it wrote:\n{log}")]
    Ended {
        /// The command.
        command: String,
        /// Where it should have listened.
        port: u16,
        /// How it ended.
        status: ExitStatus,
        /// The end of what it wrote.
        log: String,
    },
    /// It took too long.
    #[error("`{command}` does not answer on port {port} within {} s; it wrote:\n{log}", .waited.as_secs_f64())]
    Silent {
        /// The command.
        command: String,
        /// Where it should have listened.
        port: u16,
        /// How long was waited.
        waited: Duration,
        /// The end of what it wrote.
        log: String,
    },
}

impl Program {
    /// Runs a shell command with a free port for `{port}`, and waits until something answers there.
    ///
    /// # Errors
    ///
    /// Fails with the end of what it wrote if it ends, or does not answer within `patience`.
    pub async fn start(command: &str, patience: Duration) -> Result<Self, NotRunning> {
        let failed = |source| NotRunning::Start {
            command: command.to_owned(),
            source,
        };
        let port = free_port().map_err(failed)?;
        let command = command.replace("{port}", &port.to_string());
        let mut child = Command::new("/bin/sh")
            .args(["-c", AROUND, &command, &GRACE.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .map_err(failed)?;
        let written = Arc::default();
        if let Some(stdout) = child.stdout.take() {
            tokio::spawn(keep(stdout, Arc::clone(&written)));
        }
        let lifeline = child.stdin.take();
        let mut program = Self {
            child,
            lifeline,
            written,
            port,
        };
        let outcome = wait_for(port, patience, || {
            program.child.try_wait().ok().flatten().is_none()
        });
        match outcome.await {
            Wait::Answers => Ok(program),
            Wait::Gone => Err(program.ended(command).await),
            Wait::Silent => {
                let log = program.log();
                let _ = program.stop().await;
                Err(NotRunning::Silent {
                    command,
                    port,
                    waited: patience,
                    log,
                })
            }
        }
    }

    async fn ended(mut self, command: String) -> NotRunning {
        let status = match self.child.wait().await {
            Ok(status) => status,
            Err(source) => return NotRunning::Start { command, source },
        };
        // The reader may be a little behind.
        tokio::time::sleep(Duration::from_millis(50)).await;
        NotRunning::Ended {
            command,
            port: self.port,
            status,
            log: self.log(),
        }
    }

    fn log(&self) -> String {
        let lines = lock(&self.written);
        let mut log = String::new();
        for line in lines.iter() {
            // Writing to a String does not fail.
            let _ = writeln!(log, "  {line}");
        }
        log
    }

    /// Where it answers.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Ends it and all it started, and waits for that.
    pub async fn stop(&mut self) -> Option<ExitStatus> {
        self.lifeline = None;
        let limit = Duration::from_secs(GRACE + 3);
        let ended = tokio::time::timeout(limit, self.child.wait()).await;
        ended.ok().and_then(Result::ok)
    }
}

/// A port that was free a moment ago.
fn free_port() -> std::io::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}

/// Reads what a program writes, so that it never waits for us, and keeps the end of it.
async fn keep(output: impl AsyncRead + Unpin, written: Arc<Mutex<VecDeque<String>>>) {
    let mut lines = BufReader::new(output).split(b'\n');
    while let Ok(Some(line)) = lines.next_segment().await {
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        let mut written = lock(&written);
        if written.len() == LINES {
            written.pop_front();
        }
        written.push_back(line);
    }
}
