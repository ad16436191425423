//! What a call costs before its decision: recognised, and asked for its requirements; what the first
//! call of a service costs; what the server holds after a call to each of forty.

use std::{hint::black_box, sync::Arc, time::Instant};

use anyhow::Context;
use rolecall_catalog::{Catalog, Fact, FactValue, Facts, Service, recognise::Head};
use rolecall_policy::AccountId;
use rolecall_resolve::{Sent, sample, send};
use serde_json::{Map, Value, json};

use crate::{
    median,
    requests::{Payload, Plain, once, signed},
    say,
    server::{self, Server},
};

const REGION: &str = "us-east-1";
/// Calls in a round, and rounds, in turn for both operations.
const CALLS: u32 = 20_000;
const ROUNDS: usize = 15;

/// The services that a program is likely to use.
const FORTY: [&str; 40] = [
    "apigateway",
    "apigatewayv2",
    "appconfig",
    "appsync",
    "athena",
    "autoscaling",
    "batch",
    "bedrock",
    "cloudformation",
    "cloudfront",
    "cloudwatch",
    "cognito-idp",
    "dynamodb",
    "ec2",
    "ecr",
    "ecs",
    "efs",
    "eks",
    "elbv2",
    "events",
    "firehose",
    "glue",
    "iam",
    "kinesis",
    "kms",
    "lambda",
    "logs",
    "rds",
    "rekognition",
    "route53",
    "s3",
    "scheduler",
    "secretsmanager",
    "sesv2",
    "sns",
    "sqs",
    "ssm",
    "stepfunctions",
    "sts",
    "textract",
];

/// Measures all three, or one of `calls`, `first` and `memory`.
pub(crate) fn measure(only: Option<&str>) -> anyhow::Result<()> {
    let wanted = |part: &str| only.is_none_or(|only| only == part);
    // First, while no service has been called.
    let first = if wanted("first") {
        first_calls()?
    } else {
        Vec::new()
    };
    if wanted("calls") {
        calls()?;
    }
    if !first.is_empty() {
        say(&format!(
            "first call of a service    {:>6.2} ms (median of {} services); the slowest: {}",
            median(first.iter().map(|first| first.total).collect()),
            first.len(),
            slowest(first)
        ));
    }
    if wanted("memory") {
        let (before, after) = forty()?;
        say(&format!(
            "resident memory            {before} KiB before, {after} KiB after a call to each of {} services",
            FORTY.len()
        ));
    }
    Ok(())
}

fn calls() -> anyhow::Result<()> {
    let calls = [
        (
            "DynamoDB GetItem",
            Prepared::new(
                "dynamodb",
                "GetItem",
                json!({"TableName": "orders", "Key": {"id": {"S": "1"}}}),
            )?,
        ),
        (
            "S3 GetObject",
            Prepared::new(
                "s3",
                "GetObject",
                json!({"Bucket": "orders", "Key": "2026/11/23.json"}),
            )?,
        ),
    ];
    say(&format!(
        "recognition and requirements, {ROUNDS} rounds of {CALLS} calls, medians; no tag, key or policy"
    ));
    let mut costs = vec![(Vec::new(), Vec::new()); calls.len()];
    for _ in 0..ROUNDS {
        for ((_, call), (recognition, requirements)) in calls.iter().zip(&mut costs) {
            recognition.push(microseconds(|| call.recognise())?);
            requirements.push(microseconds(|| call.requirements())?);
        }
    }
    for ((name, _), (recognition, requirements)) in calls.iter().zip(costs) {
        let (recognition, requirements) = (median(recognition), median(requirements));
        say(&format!(
            "{name:<26} {recognition:>6.2} + {requirements:.2} = {:.2} µs",
            recognition + requirements
        ));
    }
    Ok(())
}

/// Knows that there is nothing.
struct Nothing;

impl Facts for Nothing {
    fn fact(&self, _: &Fact) -> FactValue {
        FactValue::Absent
    }
}

/// A request of one service, and the call that is made of it.
struct Prepared {
    service: Arc<Service>,
    sent: Sent,
}

impl Prepared {
    fn new(service: &str, operation: &str, parameters: Value) -> anyhow::Result<Self> {
        let service = Catalog::embedded().load(service)?;
        let index = service
            .operation_index(operation)
            .with_context(|| format!("there is no {operation}"))?;
        let Value::Object(parameters) = parameters else {
            anyhow::bail!("parameters are an object");
        };
        let sent = sent(&service, index, &parameters)?;
        Ok(Self { service, sent })
    }

    fn recognise(&self) -> anyhow::Result<()> {
        let request = &self.sent.request;
        let headers: Vec<(&str, &[u8])> = request
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_bytes()))
            .collect();
        let head = Head {
            method: &request.method,
            path: &request.path,
            query: &request.query,
            host: Some("127.0.0.1:4566"),
            own_host: None,
            headers: &headers,
            scope_service: self.service.signing_names.first().map(String::as_str),
            scope_region: Some(REGION),
            form: None,
        };
        let recognised = Catalog::embedded().recognise(black_box(&head));
        let recognised = recognised.map_err(|why| anyhow::anyhow!("not recognised: {why:?}"))?;
        anyhow::ensure!(black_box(recognised).operation == self.sent.call.operation);
        Ok(())
    }

    fn requirements(&self) -> anyhow::Result<()> {
        let found = rolecall_catalog::resolve(black_box(&self.sent.call), &Nothing);
        anyhow::ensure!(!black_box(found).is_empty());
        Ok(())
    }
}

fn sent(
    service: &Arc<Service>,
    operation: usize,
    parameters: &Map<String, Value>,
) -> anyhow::Result<Sent> {
    let account = AccountId::parse("123456789012")?;
    Ok(send(service, operation, parameters, REGION, &account)?)
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn microseconds(call: impl Fn() -> anyhow::Result<()>) -> anyhow::Result<f64> {
    let begun = Instant::now();
    for _ in 0..CALLS {
        call()?;
    }
    Ok(begun.elapsed().as_secs_f64() * 1e6 / f64::from(CALLS))
}

/// The first call of a service, in milliseconds.
struct First {
    service: &'static str,
    /// Of which the model was read.
    loaded: f64,
    total: f64,
}

fn slowest(mut first: Vec<First>) -> String {
    first.sort_by(|a, b| b.total.total_cmp(&a.total));
    let named = first.iter().take(4).map(|first| {
        format!(
            "{} {:.1} (model {:.1})",
            first.service, first.total, first.loaded
        )
    });
    named.collect::<Vec<_>>().join(", ")
}

/// Milliseconds from nothing to the requirements of the first operation, for each service: its model,
/// its authorization data and its rules are read, a request is made, recognised and parsed.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn first_calls() -> anyhow::Result<Vec<First>> {
    let catalog = Catalog::embedded();
    let mut times = Vec::new();
    for entry in catalog.services() {
        let begun = Instant::now();
        let service = catalog.load(&entry.name)?;
        let loaded = begun.elapsed().as_secs_f64() * 1e3;
        // Making parameters up is not part of a call.
        let parameters = sample::parameters(&service, 0);
        let begun = Instant::now();
        let sent = sent(&service, 0, &parameters).with_context(|| entry.name.clone())?;
        black_box(rolecall_catalog::resolve(&sent.call, &Nothing));
        times.push(First {
            service: entry.name.as_str(),
            loaded,
            total: loaded + begun.elapsed().as_secs_f64() * 1e3,
        });
    }
    Ok(times)
}

/// Resident memory of a server before and after a call to each of forty services.
fn forty() -> anyhow::Result<(u64, u64)> {
    let recording =
        std::env::temp_dir().join(format!("rolecall-bench-{}.jsonl", std::process::id()));
    let server = Server::rolecall(&server::rolecall()?, Some(&recording))?;
    let before = server.resident_kib();
    for name in FORTY {
        let service = Catalog::embedded().load(name)?;
        let operation = easiest(&service);
        let sent = sent(
            &service,
            operation,
            &sample::parameters(&service, operation),
        )?;
        let request = &sent.request;
        let headers: Vec<(&str, &str)> = request
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let target = if request.query.is_empty() {
            request.path.clone()
        } else {
            format!("{}?{}", request.path, request.query)
        };
        let plain = Plain {
            service: service.signing_names.first().map_or("", String::as_str),
            method: &request.method,
            path: &target,
            headers: &headers,
            body: &request.body,
            payload: Payload::Hashed,
        };
        let (status, answer) = once(&server, &signed(&server, &plain)?)?;
        let text = String::from_utf8_lossy(&answer);
        anyhow::ensure!(status != 403 && status < 500, "{name}: {text}");
    }
    let after = server.resident_kib();
    let lines = server.stop_and_count(&recording)?;
    anyhow::ensure!(
        lines >= FORTY.len(),
        "{lines} lines for {} calls",
        FORTY.len()
    );
    Ok((before, after))
}

/// The operation whose input has the fewest members.
fn easiest(service: &Service) -> usize {
    let members = |index: usize| {
        let operation = service.operations.get(index);
        let input = operation.and_then(|operation| service.structure(operation.input?));
        input.map_or(0, |input| input.members.len())
    };
    let all = 0..service.operations.len();
    all.min_by_key(|index| members(*index)).unwrap_or(0)
}
