//! The databases, and the way of a call into the right one.

use std::{collections::BTreeMap, fmt, sync::Arc, sync::Mutex};

use dynoxide::{Database, storage_backend::Clock};
use rolecall_protocol::ServiceError;
use serde_json::{Map, Value, json};

use super::{
    arns::Home,
    errors, iterators, operations,
    settings::{Around, Settings},
};
use crate::{
    backend::Host,
    embedded::{
        owned::{Owned, lock},
        request::{Outcome, Request},
    },
};

/// The tables of every account and region.
pub(crate) struct DynamoDb {
    host: Arc<dyn Host>,
    databases: Mutex<BTreeMap<(String, String), Database>>,
    settings: Owned<Settings>,
    /// When expired items were last deleted.
    swept: Owned<u64>,
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
            settings: Owned::default(),
            swept: Owned::default(),
        }
    }

    /// Answers what the database has; it is in memory, so the caller waits for it.
    pub(crate) fn answer(&self, request: &Request<'_>) -> Option<Outcome> {
        match operations::find(request.operation) {
            Some(run) => Some(self.run(request, run)),
            None => self.settings(request),
        }
    }

    fn settings(&self, request: &Request<'_>) -> Option<Outcome> {
        let database = match self.database(request.owner, request.region) {
            Ok(database) => database,
            Err(error) => return Some(Err(error)),
        };
        let exists = |table: &str| has_table(&database, table);
        let around = Around {
            now: self.host.now_millis(),
            random: self.host.random(),
            endpoint: &self.host.endpoint(),
            exists: &exists,
        };
        self.settings.with(request.owner, request.region, |all| {
            all.answer(request, &around)
        })
    }

    fn run(&self, request: &Request<'_>, run: operations::Run) -> Outcome {
        let home = Home::of(request);
        let database = self.database(request.owner, request.region)?;
        self.expire(&database, request)?;
        if request.operation == "UpdateTimeToLive" {
            check_time_to_live(&database, &home.request_body(request.parameters), request)?;
        }
        match run(&database, &home.request_body(request.parameters)) {
            Ok(answer) => {
                let mut answer = home.localise_answer(request.operation, answer);
                iterators::extend(request, &mut answer);
                self.follow(request, &answer);
                Ok(answer)
            }
            Err(error) => Err(errors::service_error(request, error, &home)),
        }
    }

    /// Keeps the settings in step with the tables.
    fn follow(&self, request: &Request<'_>, answer: &Map<String, Value>) {
        let description = answer.get("TableDescription");
        let text = |name: &str| description?.get(name)?.as_str();
        let work = |settings: &mut Settings| match request.operation {
            "CreateTable" => {
                if let (Some(arn), Some(policy)) =
                    (text("TableArn"), request.text("ResourcePolicy"))
                {
                    settings.keep_policy(arn, policy, self.host.random());
                }
            }
            "DeleteTable" => settings.forget(text("TableName").unwrap_or_default()),
            _ => {}
        };
        if ["CreateTable", "DeleteTable"].contains(&request.operation) {
            self.settings.with(request.owner, request.region, work);
        }
    }

    /// Deletes what is past its time to live, at most once a minute of the host's clock. AWS does
    /// it some time within days (developer guide, "Using time to live (TTL) in DynamoDB"); a
    /// minute is chosen.
    fn expire(&self, database: &Database, request: &Request<'_>) -> Result<(), ServiceError> {
        const EVERY: u64 = 60 * 1000;
        let now = self.host.now_millis();
        let due = self.swept.with(request.owner, request.region, |last| {
            let due = now.saturating_sub(*last) >= EVERY;
            if due {
                *last = now;
            }
            due
        });
        if due {
            database
                .sweep_ttl()
                .map_err(|error| errors::internal(&error))?;
        }
        Ok(())
    }

    /// The resource policy of a table, an index or a stream.
    pub(crate) fn policy(&self, account: &str, region: &str, arn: &str) -> Option<String> {
        self.settings
            .with(account, region, |all| all.policy(arn).map(str::to_owned))
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

fn ask(database: &Database, operation: &str, body: &Value) -> Option<Value> {
    let run = operations::find(operation)?;
    run(database, &body.to_string()).ok()
}

fn has_table(database: &Database, table: &str) -> bool {
    ask(database, "DescribeTable", &json!({ "TableName": table })).is_some()
}

/// The time to live can be set to what it is already in the database, and not on AWS.
/// Source: observed by users (dynamoose/dynamoose#754); its words are assumed.
fn check_time_to_live(
    database: &Database,
    body: &str,
    request: &Request<'_>,
) -> Result<(), ServiceError> {
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    let table = json!({ "TableName": body.get("TableName") });
    let there = ask(database, "DescribeTimeToLive", &table);
    let status = there.as_ref().and_then(|answer| {
        answer
            .get("TimeToLiveDescription")?
            .get("TimeToLiveStatus")?
            .as_str()
    });
    let wanted = request
        .map("TimeToLiveSpecification")
        .and_then(|wanted| wanted.get("Enabled")?.as_bool());
    let message = match (status, wanted) {
        (Some("ENABLED"), Some(true)) => "TimeToLive is already enabled",
        (Some("DISABLED"), Some(false)) => "TimeToLive is already disabled",
        _ => return Ok(()),
    };
    Err(ServiceError::new("ValidationException", message))
}
