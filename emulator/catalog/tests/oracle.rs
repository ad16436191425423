//! The rules against the authorization data: plausible parameters for every operation of a curated
//! service, and what comes out has to exist in AWS's own lists.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test says what is wrong by failing"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    sync::{Arc, LazyLock},
};

use rolecall_catalog::{Call, Catalog, Service, ShapeId, fact::NoFacts, resolve};
use rolecall_policy::{AccountId, Action, Provenance, Requirement};
use serde_json::{Map, Value, json};

/// The services that have a rule file.
fn curated() -> Vec<Arc<Service>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
        .iter()
        .filter_map(|name| Catalog::embedded().service(name))
        .collect()
}

/// A value for a shape: every member is given, once.
fn sample(service: &Service, operation: &str, name: &str, id: ShapeId, depth: usize) -> Value {
    use rolecall_catalog::model::ShapeKind;
    let nested = |name: &str, id| sample(service, operation, name, id, depth + 1);
    match &service.shape(id).kind {
        _ if depth > 6 => Value::Null,
        ShapeKind::Structure(structure) => {
            let members = structure
                .members
                .iter()
                .map(|m| (m.name.clone(), nested(&m.name, m.shape)));
            Value::Object(members.collect())
        }
        ShapeKind::List { member, .. } => json!([nested(name, member.shape)]),
        ShapeKind::Map { value, .. } => json!({"sample": nested("Value", value.shape)}),
        ShapeKind::String { values, .. } => match values.first() {
            Some(first) => json!(first),
            None => json!(text(service, operation, name)),
        },
        ShapeKind::Boolean => json!(true),
        ShapeKind::Document => json!({}),
        ShapeKind::Blob { .. } => json!("c2FtcGxl"),
        _ => json!(7),
    }
}

/// `SERVICE PARAMETER VALUE`, in lower case; `*` for every service.
const SAMPLES: &str = include_str!("oracle/samples.txt");

/// The lines of the list, by service and parameter.
static LISTED_SAMPLES: LazyLock<BTreeMap<(&str, &str), &str>> = LazyLock::new(|| {
    let lines = SAMPLES.lines().filter(|line| !line.starts_with('#'));
    let words = |line: &'static str| {
        let mut words = line.split_whitespace();
        Some(((words.next()?, words.next()?), words.next()?))
    };
    lines.filter_map(words).collect()
});

/// What the list says that a parameter holds; a line of the service beats one of every service.
fn listed_sample(service: &Service, lower: &str) -> Option<&'static str> {
    let own = LISTED_SAMPLES.get(&(service.name.as_str(), lower));
    own.or_else(|| LISTED_SAMPLES.get(&("*", lower))).copied()
}

/// What such a parameter holds; an ARN of the kind that its name says.
fn text(service: &Service, operation: &str, name: &str) -> String {
    if let Some(sample) = listed_sample(service, &name.to_ascii_lowercase()) {
        return sample.to_owned();
    }
    let arn =
        |service: &str, rest: &str| format!("arn:aws:{service}:us-east-1:123456789012:{rest}");
    let lower = name.to_ascii_lowercase();
    match lower.as_str() {
        "copysource" => "source-bucket/key".to_owned(),
        "queueurl" => "https://sqs.us-east-1.amazonaws.com/123456789012/sample".to_owned(),
        "statement" => "SELECT * FROM \"Sample\"".to_owned(),
        "role" => "arn:aws:iam::123456789012:role/sample".to_owned(),
        _ if lower.ends_with("rolearn") || lower.ends_with("assumerole") => {
            "arn:aws:iam::123456789012:role/sample".to_owned()
        }
        "policyarn" => "arn:aws:iam::123456789012:policy/sample".to_owned(),
        "path" | "pathprefix" | "newpath" => "/sample/".to_owned(),
        "aliasname" => "alias/sample".to_owned(),
        "serialnumber" => "arn:aws:iam::123456789012:mfa/sample".to_owned(),
        "openidconnectproviderarn" => "arn:aws:iam::123456789012:oidc-provider/sample".to_owned(),
        "samlproviderarn" => "arn:aws:iam::123456789012:saml-provider/sample".to_owned(),
        "deletiontaskid" => "task/aws-service-role/a.amazonaws.com/AWSServiceRoleForA/1".to_owned(),
        "awsservicename" => "ecs.amazonaws.com".to_owned(),
        "targetprincipal" => "123456789012".to_owned(),
        "keyid" | "kmskeyid" | "ssekmskeyid" | "sourcekeyid" | "destinationkeyid"
        | "targetkeyid" => "1234abcd-12ab-34cd-56ef-1234567890ab".to_owned(),
        "kmskeyarn" => arn("kms", "key/1234abcd-12ab-34cd-56ef-1234567890ab"),
        "tablebucketarn" => arn("s3tables", "bucket/sample"),
        "topicarn" => arn("sns", "sample"),
        "subscriptionarn" => arn("sns", "sample:1"),
        "resourcearn" if service.name == "sns" => arn("sns", "sample"),
        "resourcearn" | "tablearn" | "sourcetablearn" if service.iam_prefix == "dynamodb" => {
            arn("dynamodb", "table/Sample")
        }
        "backuparn" => arn("dynamodb", "table/Sample/backup/1"),
        "exportarn" => arn("dynamodb", "table/Sample/export/1"),
        "importarn" => arn("dynamodb", "table/Sample/import/1"),
        "bulkoperationarn" => arn("dynamodb", "table/Sample/bulk-operation/1"),
        "sourcearn" | "destinationarn" if service.name == "sqs" => arn("sqs", "sample"),
        "destinationarn" => arn("logs", "destination:sample"),
        "resourcearn" if service.name == "logs" => arn("logs", "log-group:sample"),
        "resourcearn" if service.name == "events" => arn("events", "rule/sample"),
        "eventsourcearn" | "arn" if service.name == "events" => arn("events", "event-bus/sample"),
        "connectionarn" => arn("events", "connection/sample"),
        "streamarn" | "resourcearn" if service.name == "kinesis" => arn("kinesis", "stream/sample"),
        "streamarn" => arn("dynamodb", "table/Sample/stream/2026-01-01T00:00:00.000"),
        "sharditerator" => format!("{}|1|x", arn("dynamodb", "table/Sample/stream/2026")),
        "channelarn" => arn("kinesis", "channel/sample"),
        "capacityproviderarn" => arn("lambda", "capacity-provider:sample"),
        "deliverydestinationarn" => arn("logs", "delivery-destination:sample"),
        "anomalydetectorarn" => arn("logs", "anomaly-detector:sample"),
        "opsmetadataarn" => arn("ssm", "opsmetadata/sample"),
        "resourcearn" if service.name == "ssm" => arn("ssm", "opsitemgroup/default"),
        "lookuptablearn" => arn("logs", "lookup-table:sample"),
        "consumerarn" => arn("kinesis", "stream/sample/consumer/c:1"),
        "statemachinearn" | "statemachinealiasarn" | "statemachineversionarn" => {
            arn("states", "stateMachine:sample")
        }
        "executionarn" => arn("states", "execution:sample:1"),
        "maprunarn" => arn("states", "mapRun:sample/label:1"),
        "activityarn" => arn("states", "activity:sample"),
        "resourcearn" if service.name == "stepfunctions" => arn("states", "stateMachine:sample"),
        "codesigningconfigarn" => arn("lambda", "code-signing-config:csc-1"),
        "layers" | "arn" if service.name == "lambda" => arn("lambda", "layer:sample:1"),
        "resource" | "resourcearn" if service.name == "lambda" => arn("lambda", "function:sample"),
        "durableexecutionarn" => arn("lambda", "function:sample:1/durable-execution/a/b"),
        "rotationlambdaarn" => arn("lambda", "function:sample"),
        "arn" | "policysourcearn" if service.name == "iam" => {
            "arn:aws:iam::123456789012:user/sample".to_owned()
        }
        "target" if service.name == "ssm" => "i-0123456789abcdef0".to_owned(),
        _ => text_of_an_application(service, operation, &lower),
    }
}

/// The same, for services that applications are built of.
fn text_of_an_application(service: &Service, operation: &str, lower: &str) -> String {
    let arn =
        |service: &str, rest: &str| format!("arn:aws:{service}:us-east-1:123456789012:{rest}");
    match lower {
        "sourcearn" | "bouncesenderarn" | "fromemailaddressidentityarn"
            if service.iam_prefix == "ses" =>
        {
            arn("ses", "identity/sample")
        }
        "archivearn" => arn("ses", "mailmanager-archive/sample"),
        "reputationentityreference" => arn("ses", "tenant/sample/1"),
        "reputationentitypolicy" => "arn:aws:ses:us-east-1:aws:reputation-policy/sample".to_owned(),
        "loadbalancerarn" if service.name == "elbv2" => {
            arn("elasticloadbalancing", "loadbalancer/app/sample/1")
        }
        "listenerarn" => arn("elasticloadbalancing", "listener/app/sample/1/1"),
        "rulearn" if service.name == "elbv2" => {
            arn("elasticloadbalancing", "listener-rule/app/sample/1/1/1")
        }
        "eksclusterarn" => arn("eks", "cluster/sample"),
        "spansloggroupkmskeyid" => arn("kms", "key/1234abcd-12ab-34cd-56ef-1234567890ab"),
        "rulearn" if service.name == "xray" => arn("xray", "sampling-rule/sample"),
        "credentials"
        | "credentialsarn"
        | "authorizercredentials"
        | "authorizercredentialsarn"
        | "snscallerarn"
        | "executionrole" => "arn:aws:iam::123456789012:role/sample".to_owned(),
        "value" if service.name == "cognito-identity" => {
            "arn:aws:iam::123456789012:role/sample".to_owned()
        }
        "domainnamearn" => {
            "arn:aws:apigateway:us-east-1:123456789012:/domainnames/sample+1".to_owned()
        }
        _ => named_arn(service, operation, lower).unwrap_or_else(|| "sample".to_owned()),
    }
}

/// For a parameter such as `loadBalancerArn` an ARN of that resource type; for `resourceArn` one of
/// the operation's own.
fn named_arn(service: &Service, operation: &str, parameter: &str) -> Option<String> {
    let stem = parameter
        .strip_suffix("arns")
        .or_else(|| parameter.strip_suffix("arn"))?;
    if stem.ends_with("role") {
        return Some("arn:aws:iam::123456789012:role/sample".to_owned());
    }
    let iam = Catalog::embedded().iam(&service.iam_prefix)?;
    let simple = |name: &str| name.to_ascii_lowercase().replace(['-', '_', '/', ' '], "");
    let own = iam.action(operation).map(|action| &action.resource_types);
    let first = own.and_then(|types| types.first());
    let mut types = iam.resource_types.iter();
    let found = if matches!(stem, "" | "resource") {
        let first = simple(&first?.resource_type);
        types.find(|t| simple(&t.name) == first)
    } else {
        types
            .clone()
            .find(|t| simple(&t.name) == stem)
            .or_else(|| types.find(|t| simple(&t.name).starts_with(stem)))
    };
    Some(filled(found?.arn.split(", ").next()?))
}

/// An ARN format with its variables filled.
fn filled(format: &str) -> String {
    let mut parts = format.split("${");
    let mut arn = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (variable, rest) = part.split_once('}').unwrap();
        arn.push_str(match variable {
            "Partition" => "aws",
            "Region" => "us-east-1",
            "Account" => "123456789012",
            _ => "sample",
        });
        arn.push_str(rest);
    }
    arn
}

fn call(service: &Arc<Service>, operation: usize) -> Call {
    let input = service.operations[operation].input;
    let name = &service.operations[operation].name;
    let parameters = input.map(|id| sample(service, name, "", id, 0));
    Call {
        service: Arc::clone(service),
        operation,
        protocol: *service.protocols.first().unwrap(),
        parameters: match parameters {
            Some(Value::Object(members)) => members,
            _ => Map::new(),
        },
        region: "us-east-1".to_owned(),
        partition: "aws".to_owned(),
        account: AccountId::parse("123456789012").unwrap(),
        caller: None,
    }
}

/// Every operation of every curated service with its requirements.
fn every() -> Vec<(String, Vec<Requirement>)> {
    let mut found = Vec::new();
    for service in curated() {
        for (number, operation) in service.operations.iter().enumerate() {
            let name = format!("{}:{}", service.name, operation.name);
            found.push((name, resolve(&call(&service, number), &NoFacts)));
        }
    }
    found
}

/// Operations that no rule and no data set knows an action for; each with the reason.
const ASSUMED: &str = include_str!("oracle/assumed.txt");

/// Resources that are of none of the listed types, and are right all the same.
const UNLISTED: &str = include_str!("oracle/unlisted-resources.txt");

fn lines(list: &str) -> BTreeSet<String> {
    let line = |line: &str| line.split('#').next().unwrap_or("").trim().to_owned();
    list.lines().map(line).filter(|l| !l.is_empty()).collect()
}

#[test]
fn only_listed_operations_are_assumed() {
    // The tag action of what no rule covers is assumed by a general rule, which says so in its source.
    let assumed = |r: &Requirement| {
        r.action_provenance == Provenance::Assumed
            && !r
                .source
                .as_deref()
                .is_some_and(|s| s.contains("gives tags"))
    };
    let found: BTreeSet<String> = every()
        .into_iter()
        .filter(|(_, rs)| rs.iter().any(assumed))
        .map(|(n, _)| n)
        .collect();
    assert_eq!(found, lines(ASSUMED));
}

#[test]
fn every_operation_needs_something_or_says_that_it_needs_nothing() {
    let every = every();
    assert!(
        every.len() > 900,
        "only {} operations were tried",
        every.len()
    );
    for (name, requirements) in every {
        assert!(!requirements.is_empty(), "{name} came out with nothing");
    }
}

/// The pattern of an ARN format: a variable is anything, and so is a `*` at its end.
fn matches(format: &str, resource: &str) -> bool {
    match format.split_once("${") {
        None => match format.strip_suffix('*') {
            Some(start) => resource.starts_with(start),
            None => format == resource,
        },
        Some((start, rest)) => {
            let Some(tail) = resource.strip_prefix(start) else {
                return false;
            };
            let (_, rest) = rest.split_once('}').unwrap();
            (0..=tail.len()).any(|at| tail.get(at..).is_some_and(|tail| matches(rest, tail)))
        }
    }
}

fn listed(action: &Action, resource: &str) -> bool {
    let iam = Catalog::embedded().iam(action.prefix()).unwrap();
    // An action that is newer than the data has no listed types; a rule has to say that it is.
    let Some(known) = iam.action(action.name()) else {
        return true;
    };
    // AppSync takes the path of the request where it has no resource type (see its rules).
    let path = action.prefix() == "appsync" && resource.contains(":123456789012:/v");
    if known.resource_types.is_empty() {
        return resource == "*" || path;
    }
    let fits = |arn: &str| arn.split(", ").any(|format| matches(format, resource));
    // Behind API Gateway's verbs the data have the resource types of version 1 alone.
    if action.prefix() == "apigateway" && action.name().chars().all(|c| c.is_ascii_uppercase()) {
        return iam.resource_types.iter().any(|t| fits(&t.arn));
    }
    known.resource_types.iter().any(|r| {
        let mut types = iam.resource_types.iter();
        types.any(|t| t.name.eq_ignore_ascii_case(&r.resource_type) && fits(&t.arn))
    })
}

#[test]
fn curated_resources_are_of_a_listed_type() {
    let mut found = BTreeSet::new();
    for (name, requirements) in every() {
        for r in requirements
            .iter()
            .filter(|r| r.resource_provenance == Provenance::Curated)
        {
            if !listed(&r.action, &r.resource) {
                found.insert(format!("{name} {} {}", r.action, r.resource));
            }
        }
    }
    assert_eq!(found, lines(UNLISTED));
}
