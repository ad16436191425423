//! Servers as processes of their own.

use std::{
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::Context;

/// A server that runs, until it is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    /// From exec to the line with the endpoint.
    pub(crate) ready_in: Duration,
    /// What `--print-credentials` added.
    pub(crate) credentials: Vec<String>,
}

/// Builds the program and says where it is.
pub(crate) fn rolecall() -> anyhow::Result<PathBuf> {
    let built = Command::new("cargo")
        .args(["build", "--release", "--quiet", "--package", "rolecall-cli"])
        .status()
        .context("cargo cannot be started")?;
    anyhow::ensure!(built.success(), "the program does not build");
    let own = std::env::current_exe()?;
    Ok(own.with_file_name("rolecall"))
}

impl Server {
    pub(crate) fn rolecall(program: &Path, recording: Option<&Path>) -> anyhow::Result<Self> {
        Self::rolecall_before(program, recording, None)
    }

    /// The same, with a server that S3's calls are forwarded to.
    pub(crate) fn rolecall_before(
        program: &Path,
        recording: Option<&Path>,
        upstream: Option<&Self>,
    ) -> anyhow::Result<Self> {
        let mut command = Command::new(program);
        command.args(["serve", "--listen", "127.0.0.1:0"]);
        if let Some(upstream) = upstream {
            let backend = format!("s3=http://{}", upstream.address);
            command.args(["--backend", &backend]);
        }
        if let Some(recording) = recording {
            command
                .arg("--print-credentials")
                .arg("--recording")
                .arg(recording);
        }
        Self::start(command, if recording.is_some() { 5 } else { 0 })
    }

    pub(crate) fn bare(length: usize) -> anyhow::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("bare").arg(length.to_string());
        Self::start(command, 0)
    }

    #[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
    fn start(mut command: Command, more_lines: usize) -> anyhow::Result<Self> {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let begun = Instant::now();
        let mut child = command.spawn().context("the server cannot be started")?;
        let mut lines = BufReader::new(child.stdout.take().context("no stdout")?).lines();
        let endpoint = lines.next().context("the server ended early")??;
        let ready_in = begun.elapsed();
        let credentials = lines.by_ref().take(more_lines).collect::<Result<_, _>>()?;
        let address = endpoint.trim_start_matches("http://").parse()?;
        Ok(Self {
            child,
            address,
            ready_in,
            credentials,
        })
    }

    /// The value of a printed variable.
    pub(crate) fn variable(&self, name: &str) -> anyhow::Result<&str> {
        let prefix = format!("export {name}=");
        let found = self
            .credentials
            .iter()
            .find_map(|line| line.strip_prefix(&prefix));
        found.with_context(|| format!("the server printed no {name}"))
    }

    /// Resident memory, from the kernel's own account.
    pub(crate) fn resident_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.and_then(|rest| rest.split_whitespace().next()?.parse().ok())
            .unwrap_or(0)
    }

    /// The processor time so far, in seconds: of user and kernel, of all threads.
    pub(crate) fn processor_seconds(&self) -> f64 {
        processor_seconds(&self.child.id().to_string())
    }

    /// Ends the server as a user would, and counts what it recorded.
    pub(crate) fn stop_and_count(mut self, recording: &Path) -> anyhow::Result<usize> {
        let id = self.child.id().to_string();
        let ended = Command::new("kill").args(["-TERM", &id]).status()?;
        anyhow::ensure!(ended.success(), "the server could not be ended");
        self.child.wait()?;
        let mut file = std::fs::File::open(recording)?;
        let (mut count, mut piece) = (0_usize, vec![0_u8; 1 << 16]);
        loop {
            let length = file.read(&mut piece)?;
            if length == 0 {
                break;
            }
            count += piece
                .iter()
                .take(length)
                .filter(|byte| **byte == b'\n')
                .count();
        }
        std::fs::remove_file(recording)?;
        Ok(count)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The processor time of a process so far, by its id or `self`.
pub(crate) fn processor_seconds(process: &str) -> f64 {
    // Source: proc(5), fields 14 and 15 of `stat`, in ticks of 10 ms; the name of the program, in
    // parentheses, is the second field.
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"));
    let stat = stat.unwrap_or_default();
    let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = fields.split_whitespace().skip(11).take(2);
    ticks
        .filter_map(|ticks| ticks.parse::<f64>().ok())
        .sum::<f64>()
        / 100.0
}
