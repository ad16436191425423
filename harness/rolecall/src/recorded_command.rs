//! A command, run under a role, and what it attempted: `rolecall record`.

use std::{
    ffi::OsString,
    io,
    path::PathBuf,
    process::{Command, ExitStatus},
};

use rolecall_backends::Choices;
use rolecall_emulator::{Mode, ServerBuilder, Settings, StartError};
use rolecall_policy::PolicyError;
use rolecall_trace::{Header, Recorder, Recording, RecordingSummary, TraceError};
use serde_json::{Value, json};

use crate::{
    Credentials, Emulator, EmulatorBuilder, Environment,
    control::{Control, ControlError},
};

/// A program and its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandLine {
    /// The program, found as the system finds it.
    pub program: OsString,
    /// Its arguments.
    pub arguments: Vec<OsString>,
}

/// What is run, and under what.
#[derive(Clone, Debug)]
pub struct RecordRequest {
    /// The role's name.
    pub role: String,
    /// Its inline policies: name and document each.
    pub policies: Vec<(String, String)>,
    /// What happens to a call that they do not allow.
    pub mode: Mode,
    /// Shell commands that prepare the test, with the administrator's credentials.
    pub setup: Vec<String>,
    /// A server that runs already; without it one is started for this command alone.
    pub endpoint: Option<String>,
    /// The account, where a server is started.
    pub account: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// Who answers, where a server is started.
    pub choices: Choices,
    /// How many bytes of objects, messages, records and log events are kept, where a server is
    /// started.
    pub memory: Option<u64>,
    /// The file that the recording is written to.
    pub output: Option<PathBuf>,
    /// Context keys whose values are redacted in the recording, where a server is started.
    pub redact: Vec<String>,
    /// The program under test.
    pub command: CommandLine,
    /// The variables that programs inherit.
    pub inherited: Vec<(OsString, OsString)>,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// How the program ended.
    pub status: ExitStatus,
    /// What was attempted.
    pub recording: Recording,
    /// What became of the file.
    pub summary: RecordingSummary,
}

/// Why nothing was recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// A policy is malformed.
    #[error("the role's policy is malformed")]
    Policy(#[from] PolicyError),
    /// The server does not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The running server cannot be used.
    #[error(transparent)]
    Control(#[from] ControlError),
    /// The running server is in another mode.
    #[error("the server at `{endpoint}` is in the mode `{actual}`, and `{wanted}` was asked for")]
    Mode {
        /// The server.
        endpoint: String,
        /// Its mode.
        actual: String,
        /// The mode that was asked for.
        wanted: &'static str,
    },
    /// A set-up command failed.
    #[error("the set-up command `{command}` failed: {status}")]
    Setup {
        /// The command.
        command: String,
        /// How it ended.
        status: ExitStatus,
    },
    /// A program cannot be started.
    #[error("`{program}` cannot be started")]
    Spawn {
        /// The program.
        program: String,
        /// Why.
        source: io::Error,
    },
    /// What the running server recorded cannot be read.
    #[error("the server's recording cannot be read")]
    Recording(#[from] TraceError),
}

/// Runs a command under a role and records what it attempts.
pub async fn record(request: RecordRequest) -> Result<Recorded, RecordError> {
    match &request.endpoint {
        Some(endpoint) => {
            let control = Control::new(endpoint)?;
            on_running_server(request, control).await
        }
        None => on_own_server(request).await,
    }
}

fn server(request: &RecordRequest) -> ServerBuilder {
    let mut builder: EmulatorBuilder = Emulator::builder().mode(request.mode);
    if let Some(account) = &request.account {
        builder = builder.account(account);
    }
    if let Some(region) = &request.region {
        builder = builder.region(region);
    }
    if let Some(memory) = request.memory {
        builder = builder.memory(memory);
    }
    let mut server = builder
        .choices(request.choices.clone())
        .redact(request.redact.iter().cloned())
        .into_server();
    let administrator = administrator_arn(&server.settings);
    // What sets the test up is no part of the role's recording.
    server.settings.unrecorded.insert(administrator);
    server
}

fn administrator_arn(settings: &Settings) -> String {
    format!(
        "arn:aws:iam::{}:user/{}",
        settings.account,
        rolecall_emulator::ADMINISTRATOR
    )
}

/// A recorder for the file; one that counts what is lost if the file cannot be written.
pub fn recorder(output: Option<&PathBuf>, header: Header) -> Recorder {
    let recorder = match output {
        None => Recorder::in_memory(header),
        Some(path) => Recorder::to_file(path, header.clone())
            .unwrap_or_else(|error| Recorder::broken(header, &error)),
    };
    recorder.and_in_memory()
}

async fn on_own_server(request: RecordRequest) -> Result<Recorded, RecordError> {
    let server = server(&request);
    let recorder = recorder(request.output.as_ref(), server.header());
    let running = server.recorder(recorder).start().await?;
    let state = std::sync::Arc::clone(running.state());
    let account = state.settings().account.clone();
    let region = state.settings().region.clone();
    state.put_role(&account, &request.role, &request.policies)?;
    let endpoint = running.endpoint();
    let administrator = state.administrator();
    let administrator = Credentials {
        access_key_id: administrator.access_key_id.clone(),
        secret_access_key: administrator.secret_access_key.clone(),
        session_token: None,
    };
    let setup = Environment::new(&endpoint, &region, &administrator);
    set_up(&request, &setup).await?;
    let role = crate::Role::existing(&state, &endpoint, &request.role, &account);
    let status = run(&request, &role.as_function(&request.role).environment()).await?;
    let summary = running.shutdown().await;
    Ok(Recorded {
        status,
        recording: state.recorder().recording(),
        summary,
    })
}

async fn on_running_server(
    request: RecordRequest,
    control: Control,
) -> Result<Recorded, RecordError> {
    let health = json_of(&control, "/_rolecall/health").await?;
    let text =
        |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    let actual = text(&health, "mode").unwrap_or_default();
    if actual != request.mode.word() {
        let endpoint = control.endpoint().to_owned();
        return Err(RecordError::Mode {
            endpoint,
            actual,
            wanted: request.mode.word(),
        });
    }
    let region = request.region.clone().or_else(|| text(&health, "region"));
    let region = region.unwrap_or_else(|| "us-east-1".to_owned());
    let policies: serde_json::Map<_, _> = request
        .policies
        .iter()
        .map(|(name, text)| (name.clone(), json!(text)))
        .collect();
    let body = json!({"role": request.role, "policies": policies, "function": request.role});
    let opened = control.post("/_rolecall/sessions", &body).await?;
    let opened: Value = serde_json::from_slice(&opened).unwrap_or_default();
    let credentials = |member: &str| {
        let shape = opened.get(member).cloned().unwrap_or_default();
        Credentials {
            access_key_id: text(&shape, "AccessKeyId").unwrap_or_default(),
            secret_access_key: text(&shape, "SecretAccessKey").unwrap_or_default(),
            session_token: text(&shape, "SessionToken"),
        }
    };
    let administrator = credentials("administrator");
    set_up(
        &request,
        &Environment::new(control.endpoint(), &region, &administrator),
    )
    .await?;
    let session = credentials("credentials");
    let status = run(
        &request,
        &Environment::new(control.endpoint(), &region, &session),
    )
    .await?;
    let lines = control
        .get(&format!("/_rolecall/recordings/{}", session.access_key_id))
        .await?;
    let mut recording = Recording::default();
    rolecall_trace::read_from(lines.as_ref(), "the server's recording", &mut recording)?;
    let summary = write(request.output.as_ref(), &recording);
    Ok(Recorded {
        status,
        recording,
        summary,
    })
}

async fn json_of(control: &Control, path: &str) -> Result<Value, ControlError> {
    let bytes = control.get(path).await?;
    serde_json::from_slice(&bytes).map_err(|_| ControlError::Refused {
        endpoint: control.endpoint().to_owned(),
        message: "its answer is not JSON: it may not be a Rolecall server".to_owned(),
    })
}

// How many attempts are handed over before the disk is waited for: nothing else waits here, and the
// recorder's queue, which never waits, has room for this many.
const BATCH: usize = 1000;

/// Writes what a running server recorded, as if it had been recorded into the file.
fn write(output: Option<&PathBuf>, recording: &Recording) -> RecordingSummary {
    let (Some(_), Some(header)) = (output, recording.headers.first()) else {
        return RecordingSummary::default();
    };
    let recorder = recorder(output, header.clone());
    for policy in recording.policies.values() {
        recorder.record_policy(policy.clone());
    }
    for attempts in recording.attempts.chunks(BATCH) {
        for attempt in attempts {
            recorder.record(attempt.clone());
        }
        recorder.flush();
    }
    recorder.close()
}

async fn set_up(request: &RecordRequest, environment: &Environment) -> Result<(), RecordError> {
    for line in &request.setup {
        let mut command = Command::new("sh");
        command.arg("-c").arg(line);
        environment.apply(&mut command, request.inherited.iter().cloned());
        let status = wait("sh", command).await?;
        if !status.success() {
            return Err(RecordError::Setup {
                command: line.clone(),
                status,
            });
        }
    }
    Ok(())
}

async fn run(
    request: &RecordRequest,
    environment: &Environment,
) -> Result<ExitStatus, RecordError> {
    let mut command = Command::new(&request.command.program);
    command.args(&request.command.arguments);
    environment.apply(&mut command, request.inherited.iter().cloned());
    wait(&request.command.program.to_string_lossy(), command).await
}

/// Waits for a program with our own stdin, stdout and stderr; it gets the signals that we get.
async fn wait(program: &str, command: Command) -> Result<ExitStatus, RecordError> {
    let spawn = |source| RecordError::Spawn {
        program: program.to_owned(),
        source,
    };
    let mut child = tokio::process::Command::from(command)
        .spawn()
        .map_err(spawn)?;
    loop {
        tokio::select! {
            status = child.wait() => return status.map_err(spawn),
            // A terminal sends SIGINT to the program too: it decides what becomes of it.
            _ = tokio::signal::ctrl_c() => {}
            () = terminated() => {
                if let Some(id) = child.id() {
                    // SIGTERM was for us alone: pass it on.
                    let _ = Command::new("kill").arg("-TERM").arg(id.to_string()).status();
                }
            }
        }
    }
}

async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}
