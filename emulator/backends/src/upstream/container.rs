//! A container that is started to answer, and removed with us.

use std::{fmt::Write, time::Duration};

use testcontainers::{
    ContainerAsync, GenericImage, ImageExt, TestcontainersError,
    bollard::{
        Docker,
        errors::Error as DockerError,
        models::{HostConfig, PortBinding},
        query_parameters::RemoveContainerOptionsBuilder,
    },
    core::{IntoContainerPort, client::docker_client_instance},
    runners::AsyncRunner,
};

use super::{
    failure::causes,
    waiting::{Wait, wait_for},
};

/// How many lines of what it wrote are shown when it does not work.
const LINES: usize = 40;

/// How often is looked whether it still runs.
const LOOK: Duration = Duration::from_millis(500);

/// A container that answers on a port of loopback; it is removed when this is dropped.
#[derive(Debug)]
pub struct Container {
    container: Option<ContainerAsync<GenericImage>>,
    port: u16,
}

/// Why a container does not answer.
#[derive(Debug, thiserror::Error)]
pub enum NoContainer {
    /// Docker is not there.
    #[error(
        "`container:{image}` needs a Docker API on this machine, and none answers: {cause}; start \
         Docker, say in DOCKER_HOST where it is, or use `process:`"
    )]
    NoDocker {
        /// The image.
        image: String,
        /// Why.
        cause: String,
    },
    /// The image is not there, or the container does not start.
    #[error("the container of `{image}` cannot be started: {cause}")]
    Start {
        /// The image.
        image: String,
        /// Why.
        cause: String,
    },
    /// Which port is meant is not known.
    #[error(
        "`{image}` exposes {}: write `container:{image}@PORT`",
        if .exposed.is_empty() { "no port".to_owned() } else { .exposed.join(", ") }
    )]
    Port {
        /// The image.
        image: String,
        /// What it exposes.
        exposed: Vec<String>,
    },
    /// It ended, or took too long.
    #[error("the container of `{image}` {what} on port {port}; it wrote:\n{log}")]
    Silent {
        /// The image.
        image: String,
        /// The port in the container.
        port: u16,
        /// What became of it.
        what: String,
        /// The end of what it wrote.
        log: String,
    },
}

impl Container {
    /// Runs an image and waits until something answers on its port, or on the only one it exposes;
    /// `unique` becomes part of the container's name.
    ///
    /// # Errors
    ///
    /// Fails where no Docker API answers, where the port is not clear, and with the end of what the
    /// container wrote if it ends, or does not answer within `patience`.
    pub async fn start(
        image: &str,
        port: Option<u16>,
        patience: Duration,
        unique: u128,
    ) -> Result<Self, NoContainer> {
        let docker = docker(image).await?;
        let port = match port {
            Some(port) => port,
            None => exposed(&docker, image).await?,
        };
        let failed = |error: TestcontainersError| NoContainer::Start {
            image: image.to_owned(),
            cause: causes(&error),
        };
        let name = format!("rolecall-{unique:032x}");
        let container = image_of(image)
            .with_exposed_port(port.tcp())
            .with_container_name(&name)
            .with_label("rolecall", "backend")
            .with_host_config_modifier(move |config| on_loopback(config, port))
            .with_startup_timeout(patience)
            .start()
            .await;
        if container.is_err() {
            // One that was made and does not start is left behind.
            let force = RemoveContainerOptionsBuilder::default().force(true).build();
            let _ = docker.remove_container(&name, Some(force)).await;
        }
        let container = container.map_err(failed)?;
        let here = container.get_host_port_ipv4(port).await.map_err(failed)?;
        let started = Self {
            container: Some(container),
            port: here,
        };
        let what = tokio::select! {
            wait = wait_for(here, patience, || true) => match wait {
                Wait::Answers => return Ok(started),
                _ => format!("does not answer within {} s", patience.as_secs_f64()),
            },
            () = started.ended() => "ended before it answered".to_owned(),
        };
        Err(NoContainer::Silent {
            image: image.to_owned(),
            port,
            what,
            log: started.log().await,
        })
    }

    async fn ended(&self) {
        let Some(container) = &self.container else {
            return;
        };
        while container.is_running().await.unwrap_or(false) {
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn log(&self) -> String {
        let Some(container) = &self.container else {
            return String::new();
        };
        let mut written = container.stdout_to_vec().await.unwrap_or_default();
        written.extend(container.stderr_to_vec().await.unwrap_or_default());
        let text = String::from_utf8_lossy(&written);
        let lines: Vec<&str> = text.lines().collect();
        let mut log = String::new();
        for line in lines.iter().skip(lines.len().saturating_sub(LINES)) {
            // Writing to a String does not fail.
            let _ = writeln!(log, "  {line}");
        }
        log
    }

    /// Where it answers.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Ends and removes it.
    pub async fn stop(&mut self) -> Result<(), TestcontainersError> {
        match self.container.take() {
            Some(container) => container.rm().await,
            None => Ok(()),
        }
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        let Some(container) = self.container.take() else {
            return;
        };
        if tokio::runtime::Handle::try_current().is_ok() {
            // It removes itself.
            return;
        }
        // Outside of a runtime it would panic: it gets one.
        let removing = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            if let Ok(runtime) = runtime {
                let _ = runtime.block_on(container.rm());
            }
        });
        let _ = removing.join();
    }
}

/// A Docker API that answers.
async fn docker(image: &str) -> Result<Docker, NoContainer> {
    let none = |cause: String| NoContainer::NoDocker {
        image: image.to_owned(),
        cause,
    };
    let docker = docker_client_instance().await;
    let docker = docker.map_err(|error| none(causes(&error)))?;
    docker.ping().await.map_err(|error| none(causes(&error)))?;
    Ok(docker)
}

/// The only TCP port that an image exposes; an image that is not here is pulled.
async fn exposed(docker: &Docker, image: &str) -> Result<u16, NoContainer> {
    let failed = |cause: String| NoContainer::Start {
        image: image.to_owned(),
        cause,
    };
    let is_missing = |error: &DockerError| {
        matches!(
            error,
            DockerError::DockerResponseServerError {
                status_code: 404,
                ..
            }
        )
    };
    let found = match docker.inspect_image(image).await {
        Err(error) if is_missing(&error) => {
            let pulled = image_of(image).pull_image().await;
            let _pulled = pulled.map_err(|error| failed(causes(&error)))?;
            docker.inspect_image(image).await
        }
        found => found,
    };
    let found = found.map_err(|error| failed(causes(&error)))?;
    let exposed = found.config.and_then(|config| config.exposed_ports);
    let exposed = exposed.unwrap_or_default();
    let mut ports = exposed.iter().filter_map(|port| port.strip_suffix("/tcp"));
    match (ports.next().map(str::parse), ports.next()) {
        (Some(Ok(port)), None) => Ok(port),
        _ => Err(NoContainer::Port {
            image: image.to_owned(),
            exposed,
        }),
    }
}

/// Published on loopback only, where testcontainers would take every address of the machine.
fn on_loopback(config: &mut HostConfig, port: u16) {
    let binding = PortBinding {
        host_ip: Some("127.0.0.1".to_owned()),
        host_port: None,
    };
    config.publish_all_ports = Some(false);
    let bindings = [(format!("{port}/tcp"), Some(vec![binding]))];
    config.port_bindings = Some(bindings.into_iter().collect());
}

fn image_of(image: &str) -> GenericImage {
    let (name, tag) = name_and_tag(image);
    GenericImage::new(name, tag)
}

/// `name:tag`, taken apart; what stands before a slash is no tag but a registry's port.
fn name_and_tag(image: &str) -> (String, String) {
    match image.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name.to_owned(), tag.to_owned()),
        _ => (image.to_owned(), "latest".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::name_and_tag;

    #[test]
    fn a_tag_stands_after_the_last_colon() {
        let of = |image: &str| {
            let (name, tag) = name_and_tag(image);
            format!("{name} {tag}")
        };
        assert_eq!(of("a/b"), "a/b latest");
        assert_eq!(of("a/b:1"), "a/b 1");
        assert_eq!(of("localhost:5000/a"), "localhost:5000/a latest");
        assert_eq!(of("a@sha256:0a"), "a@sha256 0a");
    }
}
