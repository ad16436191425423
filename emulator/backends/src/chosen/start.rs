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
use crate::{
    backend::{Backend, Host},
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
    Program(Program),
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
        }
    }
}

/// Starts what was asked for; the embedded backend answers for the rest.
///
/// # Errors
///
/// Fails on a choice that cannot be followed.
pub async fn start(choices: &Choices, host: &Arc<dyn Host>) -> Result<Started, ChoiceError> {
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
    Ok(Started {
        backend: if routes.is_empty() {
            rest
        } else {
            Arc::new(Router::new(routes, rest))
        },
        running,
    })
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
    let (url, options) = match place {
        Place::Url { url, is_real_aws } => (url, options(is_real_aws)),
        Place::Process(command) => {
            let program = Program::start(&command, choices.patience).await;
            let program = program.map_err(|error| ChoiceError::NotStarted(error.to_string()))?;
            let url = program.url();
            running.push(Running::Program(program));
            (url, options(false))
        }
        Place::Container { .. } => {
            return Err(ChoiceError::NotStarted("not here yet".to_owned()));
        }
    };
    let upstream = Upstream::new(&url, options, Arc::clone(host));
    let upstream = upstream.map_err(|error| ChoiceError::NotStarted(error.to_string()))?;
    Ok(Arc::new(upstream))
}
