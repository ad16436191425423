//! The databases, and the way of a call into the right one.

use std::{collections::BTreeMap, fmt, sync::Arc, sync::Mutex};

use dynoxide::{Database, storage_backend::Clock};
use rolecall_protocol::ServiceError;
use serde_json::{Map, Value};

use super::{arns::Home, errors, operations};
use crate::{
    backend::Host,
    embedded::{
        owned::lock,
        request::{Outcome, Request},
    },
};

/// The tables of every account and region.
pub(crate) struct DynamoDb {
    host: Arc<dyn Host>,
    databases: Mutex<BTreeMap<(String, String), Database>>,
}

impl fmt::Debug for DynamoDb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DynamoDb")
    }
}

/// The host's time, as the database asks for it.
struct HostClock(Arc<dyn Host>);

impl Clock for HostClock {
    fn now_unix_secs(&self) -> u64 {
        self.0.now_millis() / 1000
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds since 1970 fit a double exactly"
    )]
    fn now_unix_secs_f64(&self) -> f64 {
        self.0.now_millis() as f64 / 1000.0
    }
}

impl DynamoDb {
    pub(crate) fn new(host: Arc<dyn Host>) -> Self {
        Self {
            host,
            databases: Mutex::default(),
        }
    }

    /// Answers what the database has; it is in memory, so the caller waits for it.
    pub(crate) fn answer(&self, request: &Request<'_>) -> Option<Outcome> {
        let run = operations::find(request.operation)?;
        Some(self.run(request, run))
    }

    fn run(&self, request: &Request<'_>, run: operations::Run) -> Outcome {
        let home = Home::of(request);
        let database = self.database(request.owner, request.region)?;
        match run(&database, &home.request_body(request.parameters)) {
            Ok(answer) => Ok(home.localise_answer(request.operation, answer)),
            Err(error) => Err(errors::service_error(request, error, &home)),
        }
    }

    fn database(&self, account: &str, region: &str) -> Result<Database, ServiceError> {
        let mut databases = lock(&self.databases);
        let owner = (account.to_owned(), region.to_owned());
        if let Some(database) = databases.get(&owner) {
            return Ok(database.clone());
        }
        let clock = Arc::new(HostClock(Arc::clone(&self.host)));
        let database =
            Database::memory_with_clock(clock).map_err(|error| errors::internal(&error))?;
        databases.insert(owner, database.clone());
        Ok(database)
    }

    /// Asks one of the databases, for facts.
    pub(crate) fn ask(&self, request: &Request<'_>) -> Option<Map<String, Value>> {
        self.answer(request)?.ok()
    }
}
