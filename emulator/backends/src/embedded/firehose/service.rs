//! Delivery streams of every account and region.

use std::{collections::BTreeMap, fmt, sync::Arc};

use base64::{Engine, prelude::BASE64_STANDARD};
use rolecall_protocol::ServiceError;
use serde_json::{Map, Value, json};

use crate::{
    backend::Host,
    embedded::{
        ids::uuid,
        owned::Owned,
        paging::page,
        request::{Outcome, Request, output, timestamp},
        tags::{self, Tags},
    },
};

/// Source: API reference, PutRecord and PutRecordBatch.
const RECORD_SIZE: usize = 1_024_000;
const BATCH_SIZE: usize = 4 * 1_048_576;
const BATCH_COUNT: usize = 500;

/// A delivery stream.
#[derive(Clone, Debug)]
pub(crate) struct DeliveryStream {
    arn: String,
    created: u64,
    /// As it was made.
    members: Map<String, Value>,
    destination: Value,
    version: u64,
    encryption: Option<Value>,
    tags: Tags,
}

impl DeliveryStream {
    pub(crate) fn tags(&self) -> &Tags {
        &self.tags
    }
}

/// Delivery streams by name.
pub(crate) type DeliveryStreams = BTreeMap<String, DeliveryStream>;

/// Firehose.
pub(crate) struct Firehose {
    host: Arc<dyn Host>,
    pub(crate) streams: Owned<DeliveryStreams>,
}

impl fmt::Debug for Firehose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Firehose")
    }
}

impl Firehose {
    pub(crate) fn new(host: Arc<dyn Host>) -> Self {
        Self {
            host,
            streams: Owned::default(),
        }
    }

    /// Answers what concerns delivery streams.
    pub(crate) fn answer(&self, request: &Request<'_>) -> Option<Outcome> {
        Some(match request.operation {
            "CreateDeliveryStream" => self.create(request),
            "DescribeDeliveryStream" => self.describe(request),
            "ListDeliveryStreams" => self.list(request),
            "UpdateDestination" => self.update(request),
            "DeleteDeliveryStream" => self.delete(request),
            "PutRecord" => self.put(request),
            "PutRecordBatch" => self.put_batch(request),
            "StartDeliveryStreamEncryption" => self.encrypt(request, true),
            "StopDeliveryStreamEncryption" => self.encrypt(request, false),
            "TagDeliveryStream" => self.tag(request),
            "UntagDeliveryStream" => self.untag(request),
            "ListTagsForDeliveryStream" => self.tags(request),
            _ => return None,
        })
    }

    fn with<R>(&self, request: &Request<'_>, work: impl FnOnce(&mut DeliveryStreams) -> R) -> R {
        self.streams.with(request.owner, request.region, work)
    }

    fn with_stream(
        &self,
        request: &Request<'_>,
        work: impl FnOnce(&mut DeliveryStream, &str) -> Outcome,
    ) -> Outcome {
        let name = request.required("DeliveryStreamName")?;
        self.with(request, |all| match all.get_mut(name) {
            Some(stream) => work(stream, name),
            None => Err(missing(name, request.owner)),
        })
    }

    fn create(&self, request: &Request<'_>) -> Outcome {
        let name = request.required("DeliveryStreamName")?;
        let arn = request.arn("firehose", &format!("deliverystream/{name}"));
        let stream = DeliveryStream {
            arn: arn.clone(),
            created: self.host.now_millis(),
            members: request.parameters.clone(),
            destination: destination(request.parameters),
            version: 1,
            encryption: request
                .map("DeliveryStreamEncryptionConfigurationInput")
                .map(encryption),
            tags: tags::from_pairs(request.list("Tags")),
        };
        self.with(request, |all| {
            if all.contains_key(name) {
                let message = format!(
                    "Firehose {name} under accountId {} already exists",
                    request.owner
                );
                return Err(ServiceError::new("ResourceInUseException", message));
            }
            all.insert(name.to_owned(), stream);
            Ok(output(json!({ "DeliveryStreamARN": arn })))
        })
    }

    fn describe(&self, request: &Request<'_>) -> Outcome {
        self.with_stream(request, |stream, name| {
            let kind = stream.members.get("DeliveryStreamType").cloned();
            let off = json!({ "Status": "DISABLED" });
            let source = stream.members.get("KinesisStreamSourceConfiguration");
            Ok(output(json!({ "DeliveryStreamDescription": {
                "DeliveryStreamName": name,
                "DeliveryStreamARN": stream.arn,
                "DeliveryStreamStatus": "ACTIVE",
                "DeliveryStreamEncryptionConfiguration": stream.encryption.clone().unwrap_or(off),
                "DeliveryStreamType": kind.unwrap_or_else(|| "DirectPut".into()),
                "VersionId": stream.version.to_string(),
                "CreateTimestamp": timestamp(stream.created),
                "Source": source.map(|source| json!({ "KinesisStreamSourceDescription": source })),
                "Destinations": [stream.destination],
                "HasMoreDestinations": false,
            } })))
        })
    }

    fn list(&self, request: &Request<'_>) -> Outcome {
        let kind = request.text("DeliveryStreamType");
        self.with(request, |all| {
            let wanted = |stream: &DeliveryStream| {
                let own = stream
                    .members
                    .get("DeliveryStreamType")
                    .and_then(Value::as_str);
                kind.is_none_or(|kind| own.unwrap_or("DirectPut") == kind)
            };
            let names = all
                .iter()
                .filter(|(_, stream)| wanted(stream))
                .map(|(name, _)| name);
            let after = request.text("ExclusiveStartDeliveryStreamName");
            let (names, next) = page(names, after, request.count("Limit", 10), |n| (*n).clone());
            Ok(output(json!({
                "DeliveryStreamNames": names, "HasMoreDeliveryStreams": next.is_some(),
            })))
        })
    }

    fn update(&self, request: &Request<'_>) -> Outcome {
        let version = request.required("CurrentDeliveryStreamVersionId")?;
        self.with_stream(request, |stream, _| {
            if version != stream.version.to_string() {
                let message = format!(
                    "Cannot update firehose: the current version id is {}, not {version}.",
                    stream.version
                );
                return Err(ServiceError::new(
                    "ConcurrentModificationException",
                    message,
                ));
            }
            if let (Value::Object(new), Some(old)) = (
                destination(request.parameters),
                stream.destination.as_object_mut(),
            ) {
                old.extend(new);
            }
            stream.version += 1;
            Ok(Map::new())
        })
    }

    fn delete(&self, request: &Request<'_>) -> Outcome {
        let name = request.required("DeliveryStreamName")?;
        self.with(request, |all| match all.remove(name) {
            Some(_) => Ok(Map::new()),
            None => Err(missing(name, request.owner)),
        })
    }

    fn put(&self, request: &Request<'_>) -> Outcome {
        let data = data(request.map("Record"));
        check(&data)?;
        let id = self.record_id();
        self.with_stream(request, |stream, _| {
            Ok(output(
                json!({ "RecordId": id, "Encrypted": stream.encryption.is_some() }),
            ))
        })
    }

    fn put_batch(&self, request: &Request<'_>) -> Outcome {
        let records: Vec<String> = request
            .entries("Records")
            .into_iter()
            .map(|record| data(Some(record)))
            .collect();
        if records.is_empty() || records.len() > BATCH_COUNT {
            let bound = if records.is_empty() {
                "greater than or equal to 1"
            } else {
                "less than or equal to 500"
            };
            return Err(invalid(format!(
                "1 validation error detected: Value at 'records' failed to satisfy constraint: \
                 Member must have length {bound}"
            )));
        }
        for record in &records {
            check(record)?;
        }
        if records.iter().map(|record| size(record)).sum::<usize>() > BATCH_SIZE {
            return Err(invalid("Records size exceeds 4 MB limit"));
        }
        let ids: Vec<Value> = records
            .iter()
            .map(|_| json!({ "RecordId": self.record_id() }))
            .collect();
        self.with_stream(request, |stream, _| {
            Ok(output(json!({
                "FailedPutCount": 0, "Encrypted": stream.encryption.is_some(),
                "RequestResponses": ids,
            })))
        })
    }

    fn record_id(&self) -> String {
        uuid(self.host.random()).replace('-', "")
    }

    fn encrypt(&self, request: &Request<'_>, start: bool) -> Outcome {
        let wanted = request.map("DeliveryStreamEncryptionConfigurationInput");
        let aws = || json!({ "Status": "ENABLED", "KeyType": "AWS_OWNED_CMK" });
        self.with_stream(request, |stream, _| {
            stream.encryption = start.then(|| wanted.map_or_else(aws, encryption));
            Ok(Map::new())
        })
    }

    fn tag(&self, request: &Request<'_>) -> Outcome {
        self.with_stream(request, |stream, _| {
            stream.tags.extend(tags::from_pairs(request.list("Tags")));
            Ok(Map::new())
        })
    }

    fn untag(&self, request: &Request<'_>) -> Outcome {
        let keys = request.texts("TagKeys");
        self.with_stream(request, |stream, _| {
            stream.tags.retain(|key, _| !keys.contains(&key.as_str()));
            Ok(Map::new())
        })
    }

    fn tags(&self, request: &Request<'_>) -> Outcome {
        self.with_stream(request, |stream, _| {
            Ok(output(
                json!({ "Tags": tags::to_pairs(&stream.tags), "HasMoreTags": false }),
            ))
        })
    }
}

fn missing(name: &str, account: &str) -> ServiceError {
    let message = format!("Firehose {name} under account {account} not found.");
    ServiceError::new("ResourceNotFoundException", message)
}

fn invalid(message: impl Into<String>) -> ServiceError {
    ServiceError::new("InvalidArgumentException", message)
}

fn encryption(wanted: &Map<String, Value>) -> Value {
    let mut encryption = wanted.clone();
    encryption.insert("Status".to_owned(), "ENABLED".into());
    encryption.into()
}

/// A configuration under the name that a description has for it.
fn destination(parameters: &Map<String, Value>) -> Value {
    let mut destination = output(json!({ "DestinationId": "destinationId-000000000001" }));
    for (name, value) in parameters {
        let kind = name
            .strip_suffix("DestinationConfiguration")
            .or_else(|| name.strip_suffix("DestinationUpdate"));
        if let Some(kind) = kind {
            destination.insert(format!("{kind}DestinationDescription"), value.clone());
        }
    }
    destination.into()
}

fn data(record: Option<&Map<String, Value>>) -> String {
    let data = record
        .and_then(|record| record.get("Data"))
        .and_then(Value::as_str);
    data.unwrap_or_default().to_owned()
}

fn size(data: &str) -> usize {
    BASE64_STANDARD.decode(data).map_or(0, |bytes| bytes.len())
}

fn check(data: &str) -> Result<(), ServiceError> {
    if size(data) <= RECORD_SIZE {
        return Ok(());
    }
    let message = format!(
        "1 validation error detected: Value at 'record.data' failed to satisfy constraint: Member \
         must have length less than or equal to {RECORD_SIZE}"
    );
    Err(ServiceError::new("ValidationException", message))
}
