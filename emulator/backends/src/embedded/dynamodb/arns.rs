//! The database has one region and account of its own; here they become the caller's.

use std::borrow::Cow;

use dynoxide::streams::{self, LOCAL_ACCOUNT, LOCAL_REGION};
use serde_json::{Map, Value};

use super::iterators;
use crate::embedded::request::Request;

/// Where a database stands.
#[derive(Debug)]
pub(super) struct Home {
    local: String,
    here: String,
    partition: String,
    region: String,
}

impl Home {
    pub(super) fn of(request: &Request<'_>) -> Self {
        Self {
            local: format!(":{LOCAL_REGION}:{LOCAL_ACCOUNT}:"),
            here: format!(":{}:{}:", request.region, request.owner),
            partition: request.partition.to_owned(),
            region: request.region.to_owned(),
        }
    }

    /// A text with our region and account in place of the database's.
    pub(super) fn localise<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if !text.contains(&self.local) {
            return Cow::Borrowed(text);
        }
        let text = text.replace(&self.local, &self.here);
        match self.partition.as_str() {
            "aws" => Cow::Owned(text),
            other => Cow::Owned(text.replace("arn:aws:", &format!("arn:{other}:"))),
        }
    }

    /// The JSON that the database reads: tables by name, ARNs as it makes them.
    pub(super) fn request_body(&self, parameters: &Map<String, Value>) -> String {
        if !names_arns(parameters) {
            return serde_json::to_string(parameters).unwrap_or_default();
        }
        let mut parameters = parameters.clone();
        shorten(&mut parameters);
        iterators::shorten(&mut parameters);
        local_shards(&mut parameters);
        for name in ARNS {
            if let Some(Value::String(arn)) = parameters.get_mut(name) {
                *arn = self.to_local(arn);
            }
        }
        serde_json::to_string(&parameters).unwrap_or_default()
    }

    fn to_local(&self, arn: &str) -> String {
        arn.replace(&self.here, &self.local)
            .replace(&format!("arn:{}:", self.partition), "arn:aws:")
    }

    /// The members of an answer, with our ARNs.
    pub(super) fn localise_answer(&self, operation: &str, answer: Value) -> Map<String, Value> {
        let mut answer = answer;
        if !holds_items(operation) {
            self.localise_value(&mut answer);
        }
        if operation == "DescribeStream" {
            open_shards(&mut answer);
        } else if operation == "GetRecords" {
            self.localise_records(&mut answer);
        }
        match answer {
            Value::Object(members) => members,
            _ => Map::new(),
        }
    }

    /// The region of a record is the database's own; and the database records writes that change
    /// nothing, which shows only where both images are kept. Source: developer guide, "Change data
    /// capture for DynamoDB Streams": what changes no data has no record.
    fn localise_records(&self, answer: &mut Value) {
        let Some(Value::Array(records)) = answer.get_mut("Records") else {
            return;
        };
        records.retain(|record| {
            let image = |name: &str| record.get("dynamodb")?.get(name);
            let (old, new) = (image("OldImage"), image("NewImage"));
            old.is_none() || old != new
        });
        for record in records {
            if let Some(region) = record.get_mut("awsRegion") {
                *region = self.region.clone().into();
            }
            if let Some(Value::Object(identity)) = record.get_mut("userIdentity") {
                name_identity(identity);
            }
        }
    }

    fn localise_value(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Cow::Owned(here) = self.localise(text) {
                    *text = here;
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.localise_value(item)),
            Value::Object(members) => {
                members
                    .values_mut()
                    .for_each(|member| self.localise_value(member));
            }
            _ => {}
        }
    }
}

/// The parameters that are ARNs for the database too.
const ARNS: [&str; 3] = ["ResourceArn", "StreamArn", "ExclusiveStartStreamArn"];

/// Operations whose answers are the user's own items, where nothing may be replaced.
fn holds_items(operation: &str) -> bool {
    !(operation.contains("Table")
        || operation.contains("Stream")
        || operation.contains("Resource")
        || operation.contains("TimeToLive"))
}

/// Whether a table is named by its ARN somewhere, or a resource is.
fn names_arns(parameters: &Map<String, Value>) -> bool {
    parameters.get("TableName").is_some_and(is_arn)
        || ARNS.iter().any(|name| parameters.contains_key(*name))
        || parameters.contains_key("ShardIterator")
        || parameters.contains_key("RequestItems")
        || parameters.contains_key("TransactItems")
}

fn is_arn(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.starts_with("arn:"))
}

/// Replaces table ARNs by table names, at the places where AWS allows either.
/// Source: DynamoDB API reference, `TableName`.
fn shorten(parameters: &mut Map<String, Value>) {
    shorten_name(parameters);
    if let Some(Value::Object(tables)) = parameters.get_mut("RequestItems") {
        *tables = std::mem::take(tables)
            .into_iter()
            .map(|(table, request)| (table_name(&table).to_owned(), request))
            .collect();
    }
    let items = parameters
        .get_mut("TransactItems")
        .and_then(Value::as_array_mut);
    for action in items.into_iter().flatten().filter_map(Value::as_object_mut) {
        action
            .values_mut()
            .filter_map(Value::as_object_mut)
            .for_each(shorten_name);
    }
}

fn shorten_name(parameters: &mut Map<String, Value>) {
    if let Some(Value::String(name)) = parameters.get_mut("TableName") {
        let short = table_name(name).to_owned();
        *name = short;
    }
}

/// The table's name in `arn:aws:dynamodb:REGION:ACCOUNT:table/NAME`, or the name itself.
pub(super) fn table_name(name_or_arn: &str) -> &str {
    match name_or_arn.split_once(":table/") {
        Some((start, rest)) if start.starts_with("arn:") => rest.split('/').next().unwrap_or(rest),
        _ => name_or_arn,
    }
}

/// The one shard of a stream stays open, so that no last number of it is known; and its id has the
/// form of AWS's. Source: Streams API reference, `Shard` (28 to 65 characters), `SequenceNumberRange`;
/// developer guide, "Using the DynamoDB Streams Kinesis adapter": a shard with an ending number is
/// closed.
fn open_shards(answer: &mut Value) {
    let Some(stream) = answer.get_mut("StreamDescription") else {
        return;
    };
    let arn = stream.get("StreamArn").and_then(Value::as_str);
    let id = shard_id(arn.unwrap_or_default());
    let shards = stream.get_mut("Shards").and_then(Value::as_array_mut);
    for shard in shards
        .into_iter()
        .flatten()
        .filter_map(Value::as_object_mut)
    {
        shard.insert("ShardId".to_owned(), id.clone().into());
        if let Some(Value::Object(range)) = shard.get_mut("SequenceNumberRange") {
            range.remove("EndingSequenceNumber");
        }
    }
}

/// The shard's id as the database has it, where a request names the one that we gave.
fn local_shards(parameters: &mut Map<String, Value>) {
    let Some(arn) = parameters.get("StreamArn").and_then(Value::as_str) else {
        return;
    };
    let (ours, theirs) = (shard_id(arn), streams::shard_id(table_name(arn)));
    for name in ["ShardId", "ExclusiveStartShardId"] {
        if let Some(Value::String(id)) = parameters.get_mut(name)
            && *id == ours
        {
            id.clone_from(&theirs);
        }
    }
}

/// Such as `shardId-00000001414576573621-f55eea83`, made of the stream's ARN.
fn shard_id(arn: &str) -> String {
    use sha2::Digest;
    let hash = hex::encode(sha2::Sha256::digest(arn));
    let end = hash.get(..8).unwrap_or_default();
    format!("shardId-00000001000000000000-{end}")
}

/// The database names the members as events of Lambda do; the service has capitals.
/// Source: Streams API reference, `Identity`.
fn name_identity(identity: &mut Map<String, Value>) {
    for (theirs, name) in [("type", "Type"), ("principalId", "PrincipalId")] {
        if let Some(value) = identity.remove(theirs) {
            identity.insert(name.to_owned(), value);
        }
    }
}
