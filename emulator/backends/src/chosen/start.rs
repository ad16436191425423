//! From what was asked for to a backend that answers.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    choice::{Choice, Place},
    choices::Choices,
    error::ChoiceError,
};
#[cfg(feature = "containers")]
use crate::upstream::Container;
use crate::{
    backend::{Backend, Host},
    canned::{Answers, Canned},
    embedded::Embedded,
    routing::Router,
    upstream::{Options, Program, Upstream},
};

/// A backend that answers, and what was started for it.
#[derive(Debug)]
pub struct Started {
    /// Whoever answers.
    pub backend: Arc<dyn Backend>,
    /// What runs for it, and ends with this.
    pub running: Vec<Running>,
}

/// Something that was started to answer; it ends when this is dropped.
#[derive(Debug)]
pub enum Running {
    /// A program.
    Program(Box<Program>),
    /// A container.
    #[cfg(feature = "containers")]
    Container(Box<Container>),
}

impl Running {
    /// Ends it, and waits until it has ended.
    pub async fn stop(&mut self) {
        match self {
            Self::Program(program) => {
                if program.stop().await.is_none() {
                    tracing::warn!("the program at {} did not end", program.url());
                }
            }
            #[cfg(feature = "containers")]
            Self::Container(container) => {
                if let Err(error) = container.stop().await {
                    let url = container.url();
                    tracing::warn!(%error, "the container at {url} could not be removed");
                }
            }
        }
    }
}

/// Starts what was asked for; the embedded backend answers for the rest.
///
/// # Errors
///
/// Fails on a choice that cannot be followed.
pub async fn start(choices: &Choices, host: &Arc<dyn Host>) -> Result<Started, ChoiceError> {
    let mut answers = Answers::default();
    for (file, text) in &choices.answers {
        answers.append(Answers::parse(file, text)?);
    }
    let mut routes = BTreeMap::new();
    let mut running = Vec::new();
    let mut rest = None;
    for choice in choices.checked()? {
        let Choice { services, place } = choice;
        let backend = started(choices, place, host, &mut running).await?;
        match services {
            Some(services) => route(&mut routes, &services, &backend),
            None => rest = Some(backend),
        }
    }
    let rest = rest.unwrap_or_else(|| Arc::new(Embedded::new(Arc::clone(host))));
    let mut backend: Arc<dyn Backend> = if routes.is_empty() {
        rest
    } else {
        Arc::new(Router::new(routes, rest))
    };
    if !choices.answers.is_empty() {
        backend = Arc::new(Canned::new(answers, backend));
    }
    Ok(Started { backend, running })
}

fn route(
    routes: &mut BTreeMap<String, Arc<dyn Backend>>,
    services: &BTreeSet<String>,
    backend: &Arc<dyn Backend>,
) {
    for service in services {
        routes.insert(service.clone(), Arc::clone(backend));
    }
}

async fn started(
    choices: &Choices,
    place: Place,
    host: &Arc<dyn Host>,
    running: &mut Vec<Running>,
) -> Result<Arc<dyn Backend>, ChoiceError> {
    let options = |is_real_aws: bool| Options {
        credentials: choices.credentials.clone().filter(|_| is_real_aws),
        patience: choices.patience,
    };
    let is_ours = !matches!(place, Place::Url { .. });
    let (url, options) = match place {
        Place::Url { url, is_real_aws } => (url, options(is_real_aws)),
        Place::Process(command) => {
            let program = Program::start(&command, choices.patience).await;
            let program = program.map_err(|error| ChoiceError::NotStarted(error.to_string()))?;
            let url = program.url();
            running.push(Running::Program(Box::new(program)));
            (url, options(false))
        }
        #[cfg(feature = "containers")]
        Place::Container { image, port } => {
            let container = Container::start(&image, port, choices.patience, host.random()).await;
            let container =
                container.map_err(|error| ChoiceError::NotStarted(error.to_string()))?;
            let url = container.url();
            running.push(Running::Container(Box::new(container)));
            (url, options(false))
        }
        #[cfg(not(feature = "containers"))]
        Place::Container { image, .. } => return Err(ChoiceError::NoContainers(image)),
    };
    let upstream = Upstream::new(&url, options, Arc::clone(host));
    let upstream = upstream.map_err(|error| ChoiceError::NotStarted(error.to_string()))?;
    Ok(Arc::new(if is_ours {
        upstream.began_empty()
    } else {
        upstream
    }))
}
