//! `rolecall serve`.

use std::{fmt::Write, process::ExitCode};

use rolecall::{Emulator, Mode, trace::Recorder};
use rolecall_emulator::RunningServer;
use tokio::signal::unix::{SignalKind, signal};

use crate::{
    arguments::Serve,
    failure::{FAULT, Failure, print, say},
};

pub(crate) fn run(arguments: Serve) -> Result<ExitCode, Failure> {
    if !arguments.listen.ip().is_loopback() && !arguments.allow_remote {
        return Err(Failure::rendered(format!(
            "`{}` is not loopback: whoever reaches the port controls the server; give --allow-remote \
             to listen there all the same",
            arguments.listen
        )));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::fault(&error))?;
    runtime.block_on(serve(arguments))
}

async fn serve(arguments: Serve) -> Result<ExitCode, Failure> {
    let mode = Mode::from(arguments.mode);
    let builder = Emulator::builder()
        .choices(arguments.backends.choices()?)
        .memory(arguments.backends.memory)
        .mode(mode)
        .account(&arguments.account)
        .region(&arguments.region)
        .redact(arguments.redact.iter().cloned());
    let server = builder.into_server().listen(arguments.listen);
    let header = server.header();
    let recorder = match &arguments.recording {
        None => Recorder::nowhere(header),
        Some(path) => to_file(path, header)?,
    };
    let running = server
        .recorder(recorder)
        .start()
        .await
        .map_err(|e| Failure::input(&e))?;
    // Before the endpoint is printed: who reads it may send a signal at once.
    let mut terminate = signal(SignalKind::terminate()).map_err(|e| Failure::fault(&e))?;
    announce(&arguments, &running, mode)?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    let summary = running.shutdown().await;
    if let (Some(path), false) = (&arguments.recording, summary.is_complete()) {
        say(&format!(
            "rolecall: the recording `{}` is not complete: {} lost{}",
            path.display(),
            summary.lost,
            summary
                .error
                .map(|error| format!(": {error}"))
                .unwrap_or_default()
        ));
        return Ok(ExitCode::from(FAULT));
    }
    Ok(ExitCode::SUCCESS)
}

fn to_file(path: &std::path::Path, header: rolecall::trace::Header) -> Result<Recorder, Failure> {
    Recorder::to_file(path, header).map_err(|error| {
        let path = path.display();
        Failure::rendered(format!("the recording `{path}` cannot be written: {error}"))
    })
}

fn announce(arguments: &Serve, running: &RunningServer, mode: Mode) -> Result<(), Failure> {
    let endpoint = running.endpoint();
    let mut text = format!("{endpoint}\n");
    if arguments.print_credentials {
        let key = running.state().administrator();
        let _ = write!(
            text,
            "export AWS_ENDPOINT_URL={endpoint}\nexport AWS_ACCESS_KEY_ID={}\n\
             export AWS_SECRET_ACCESS_KEY={}\nexport AWS_REGION={}\nexport AWS_DEFAULT_REGION={}\n",
            key.access_key_id, key.secret_access_key, arguments.region, arguments.region
        );
    }
    print(&text)?;
    say(&format!(
        "rolecall: mode {}, account {}; `test`/`test` is its root access key",
        mode.word(),
        arguments.account
    ));
    Ok(())
}
