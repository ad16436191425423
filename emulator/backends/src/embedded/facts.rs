//! What the state knows of a fact.

use rolecall_catalog::{Fact, FactKind, FactValue, Facts};
use serde_json::{Map, Value};

mod keys;
mod looking;

use keys::{grants, key, key_of_alias};

use super::{
    dispatch::Embedded,
    events::Bus,
    firehose::DeliveryStream,
    kinesis::Stream,
    kms::Key,
    logs::Group,
    s3::{Bucket, Object},
    secretsmanager::Secret,
    sns::Topic,
    sqs::Queue,
    ssm::Parameter,
    tags::Tags,
};

/// An ARN, taken apart.
#[derive(Clone, Copy, Debug)]
struct Arn<'a> {
    partition: &'a str,
    service: &'a str,
    region: &'a str,
    account: &'a str,
    resource: &'a str,
}

impl<'a> Arn<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        (parts.next()? == "arn").then_some(())?;
        Some(Self {
            partition: parts.next()?,
            service: parts.next()?,
            region: parts.next()?,
            account: parts.next()?,
            resource: parts.next()?,
        })
    }
}

/// What is known of something that exists: it has this, or it has none.
fn has<T: Into<Value>>(value: Option<T>) -> FactValue {
    value.map_or(FactValue::Absent, |value| FactValue::Present(value.into()))
}

fn tags(tags: Option<&Tags>) -> FactValue {
    let Some(tags) = tags else {
        return FactValue::Absent;
    };
    let tags = tags
        .iter()
        .map(|(key, value)| (key.clone(), Value::from(value.clone())));
    FactValue::Present(Value::Object(tags.collect()))
}

impl Facts for Embedded {
    fn fact(&self, fact: &Fact) -> FactValue {
        if fact.kind == FactKind::BucketOwner {
            return self
                .s3
                .look(&fact.subject, |bucket| has(bucket.map(Bucket::owner)));
        }
        if fact.kind == FactKind::BucketCors {
            return self.s3.look(&fact.subject, |bucket| {
                has(bucket.and_then(Bucket::cors).cloned())
            });
        }
        if fact.kind == FactKind::BucketKey {
            return self.bucket_key(&fact.subject);
        }
        let Some(arn) = Arn::parse(&fact.subject) else {
            return FactValue::NotKnown;
        };
        match fact.kind {
            FactKind::ObjectKey => self.object_key(arn),
            FactKind::UploadKey => self.upload_key(arn),
            FactKind::ObjectTags => self.object_tags(arn),
            FactKind::SecretArn => self.secret_arn(arn),
            FactKind::ResourceKey => self.resource_key(arn, &fact.subject),
            FactKind::ResourceTags => self.resource_tags(arn, &fact.subject),
            FactKind::ResourcePolicy => self.resource_policy(arn, &fact.subject),
            FactKind::ParameterType => self.parameter_type(arn),
            FactKind::ParameterKeys => self.parameter_keys(arn),
            FactKind::KeyOfAlias => key_of_alias(&self.kms, &fact.subject),
            FactKind::KeyOfCiphertext => self.key_of_ciphertext(arn),
            FactKind::KeyGrants => self.with_key(arn, |key| has(key.map(grants))),
            FactKind::TopicOfSubscription => topic(&fact.subject),
            FactKind::PublicAccessBlock => self.s3.look(arn.resource, |bucket| {
                has(bucket.map(Bucket::public_access_block))
            }),
            #[cfg(feature = "dynamodb")]
            FactKind::PartitionKey => self.partition_key(arn),
            _ => FactValue::NotKnown,
        }
    }
}

/// A subscription's ARN begins with its topic's.
fn topic(subscription: &str) -> FactValue {
    match subscription.rsplit_once(':') {
        Some((topic, _)) if topic.split(':').count() == 6 => FactValue::Present(topic.into()),
        _ => FactValue::NotKnown,
    }
}

impl Embedded {
    fn bucket_key(&self, name: &str) -> FactValue {
        let found = self.s3.look(name, |bucket| {
            let bucket = bucket?;
            let (_, key) = bucket.default_encryption();
            Some((key, bucket.region().to_owned(), bucket.owner().to_owned()))
        });
        let Some((named, region, owner)) = found else {
            return FactValue::Absent;
        };
        let arn = Arn {
            partition: "aws",
            service: "s3",
            region: "",
            account: "",
            resource: "",
        };
        key(&self.kms, named.as_deref(), arn, &region, &owner)
    }

    fn object_key(&self, arn: Arn<'_>) -> FactValue {
        let Some((bucket, object)) = arn.resource.split_once('/') else {
            return FactValue::Absent;
        };
        let found = self.s3.look(bucket, |bucket| {
            let bucket = bucket?;
            let named = bucket.object(object)?.key_id()?.to_owned();
            Some((named, bucket.region().to_owned(), bucket.owner().to_owned()))
        });
        let Some((named, region, owner)) = found else {
            return FactValue::Absent;
        };
        key(&self.kms, Some(&named), arn, &region, &owner)
    }

    fn upload_key(&self, arn: Arn<'_>) -> FactValue {
        let parts = arn.resource.split_once('/');
        let Some((bucket, (_, id))) =
            parts.and_then(|(bucket, rest)| Some((bucket, rest.rsplit_once("?uploadId=")?)))
        else {
            return FactValue::Absent;
        };
        let found = self.s3.look(bucket, |bucket| {
            let bucket = bucket?;
            let named = bucket.upload_key_id(id)?.to_owned();
            Some((named, bucket.region().to_owned(), bucket.owner().to_owned()))
        });
        match found {
            Some((named, region, owner)) => key(&self.kms, Some(&named), arn, &region, &owner),
            None => FactValue::Absent,
        }
    }

    fn object_tags(&self, arn: Arn<'_>) -> FactValue {
        let Some((bucket, object)) = arn.resource.split_once('/') else {
            return FactValue::Absent;
        };
        self.s3.look(bucket, |bucket| {
            tags(
                bucket
                    .and_then(|bucket| bucket.object(object))
                    .map(Object::tags),
            )
        })
    }

    fn secret_arn(&self, arn: Arn<'_>) -> FactValue {
        let name = arn.resource.strip_prefix("secret:").unwrap_or(arn.resource);
        self.secrets.secrets.with(arn.account, arn.region, |all| {
            has(all.get(name).map(|secret| secret.arn().to_owned()))
        })
    }

    fn parameter_type(&self, arn: Arn<'_>) -> FactValue {
        self.with_parameter(arn, |parameter| {
            has(parameter
                .and_then(|p| p.latest())
                .map(|version| version.kind().to_owned()))
        })
    }

    /// The customer keys of the parameters on a path, by their ARNs.
    fn parameter_keys(&self, arn: Arn<'_>) -> FactValue {
        let Some(path) = arn.resource.strip_prefix("parameter") else {
            return FactValue::NotKnown;
        };
        let (start, recursive) = match path.strip_suffix('*') {
            Some(start) => (start, true),
            None => (path, false),
        };
        let Arn {
            partition,
            region,
            account,
            ..
        } = arn;
        self.ssm.parameters.with(account, region, |all| {
            let mut keys = Map::new();
            for (name, parameter) in all {
                let slash = if name.starts_with('/') { "" } else { "/" };
                let whole = format!("{slash}{name}");
                let on_path = whole
                    .strip_prefix(start)
                    .is_some_and(|rest| recursive || !rest.contains('/'));
                let named = parameter.latest().and_then(|version| version.key_id());
                match key(&self.kms, named, arn, region, account) {
                    _ if !on_path => {}
                    FactValue::Absent => {}
                    FactValue::NotKnown => return FactValue::NotKnown,
                    FactValue::Present(key) => {
                        let of = format!("arn:{partition}:ssm:{region}:{account}:parameter{whole}");
                        keys.insert(of, key);
                    }
                }
            }
            FactValue::Present(Value::Object(keys))
        })
    }

    fn with_parameter<R>(&self, arn: Arn<'_>, look: impl FnOnce(Option<&Parameter>) -> R) -> R {
        let name = arn
            .resource
            .strip_prefix("parameter")
            .unwrap_or(arn.resource);
        self.ssm.parameters.with(arn.account, arn.region, |all| {
            let plain = || all.get(name.strip_prefix('/')?);
            look(all.get(name).or_else(plain))
        })
    }

    fn with_secret<R>(
        &self,
        arn: Arn<'_>,
        text: &str,
        look: impl FnOnce(Option<&Secret>) -> R,
    ) -> R {
        self.secrets.secrets.with(arn.account, arn.region, |all| {
            look(
                all.values()
                    .find(|s| s.arn() == text || s.arn_without_suffix() == text),
            )
        })
    }

    fn resource_key(&self, arn: Arn<'_>, text: &str) -> FactValue {
        let at_home = |named: Option<&str>| key(&self.kms, named, arn, arn.region, arn.account);
        match arn.service {
            "sqs" => self.sqs.queues.with(arn.account, arn.region, |all| {
                at_home(all.get(arn.resource).and_then(|queue| queue.key_id()))
            }),
            "sns" => self.sns.topics.with(arn.account, arn.region, |all| {
                at_home(all.get(text).and_then(|topic| topic.key_id()))
            }),
            "events" => self.with_bus(arn, |bus, _| at_home(bus.and_then(Bus::key_id))),
            "kinesis" => self.with_stream(arn, |stream| at_home(stream.and_then(Stream::key_id))),
            "logs" => self.with_group(arn, |group| at_home(group.and_then(Group::key_id))),
            "secretsmanager" => {
                self.with_secret(arn, text, |secret| at_home(secret.and_then(|s| s.key_id())))
            }
            "ssm" => self.with_parameter(arn, |parameter| {
                at_home(
                    parameter
                        .and_then(|p| p.latest())
                        .and_then(|version| version.key_id()),
                )
            }),
            #[cfg(feature = "dynamodb")]
            "dynamodb" => self.table_key(arn),
            _ => FactValue::NotKnown,
        }
    }

    fn resource_tags(&self, arn: Arn<'_>, text: &str) -> FactValue {
        match arn.service {
            "s3" => self
                .s3
                .look(arn.resource, |bucket| tags(bucket.map(Bucket::tags))),
            "sqs" => self.sqs.queues.with(arn.account, arn.region, |all| {
                tags(all.get(arn.resource).map(Queue::tags))
            }),
            "sns" => self.sns.topics.with(arn.account, arn.region, |all| {
                tags(all.get(text).map(Topic::tags))
            }),
            "events" => self.with_bus(arn, |bus, rule| {
                tags(match rule {
                    Some(rule) => bus.and_then(|bus| bus.tags_of_rule(rule)),
                    None => bus.map(Bus::tags),
                })
            }),
            "firehose" => self.firehose.streams.with(arn.account, arn.region, |all| {
                let name = arn.resource.strip_prefix("deliverystream/");
                tags(
                    name.and_then(|name| all.get(name))
                        .map(DeliveryStream::tags),
                )
            }),
            "kinesis" => self.with_stream(arn, |stream| tags(stream.map(Stream::tags))),
            "kms" => self.with_key(arn, |key| tags(key.map(Key::tags))),
            "cloudwatch" => tags(self.metrics.tags_of(arn.account, arn.region, text).as_ref()),
            "logs" => self.with_group(arn, |group| tags(group.map(Group::tags))),
            "secretsmanager" => {
                self.with_secret(arn, text, |secret| tags(secret.map(Secret::tags)))
            }
            "ssm" => self.with_parameter(arn, |parameter| tags(parameter.map(Parameter::tags))),
            #[cfg(feature = "dynamodb")]
            "dynamodb" => self.table_tags(arn, text),
            // What nobody made here may be elsewhere.
            _ => match self.records.tags_of(text) {
                Some(found) => tags(Some(&found)),
                None => FactValue::NotKnown,
            },
        }
    }

    fn resource_policy(&self, arn: Arn<'_>, text: &str) -> FactValue {
        match arn.service {
            "s3" => {
                let name = arn.resource.split('/').next().unwrap_or(arn.resource);
                self.s3
                    .look(name, |bucket| has(bucket.and_then(|b| b.policy())))
            }
            "sqs" => self.sqs.queues.with(arn.account, arn.region, |all| {
                has(all.get(arn.resource).and_then(|queue| queue.policy()))
            }),
            "sns" => self.sns.topics.with(arn.account, arn.region, |all| {
                has(all.get(text).map(Topic::policy))
            }),
            "secretsmanager" => self.with_secret(arn, text, |secret| {
                has(secret.and_then(|s| s.resource_policy()))
            }),
            #[cfg(feature = "dynamodb")]
            "dynamodb" => has(self.dynamodb.policy(arn.account, arn.region, text)),
            "events" => self.with_bus(arn, |bus, rule| {
                has(bus.filter(|_| rule.is_none()).and_then(Bus::policy))
            }),
            "logs" => self
                .logs
                .kept
                .with(arn.account, arn.region, |kept| has(kept.policy())),
            "kinesis" => self.with_stream(arn, |stream| has(stream.and_then(Stream::policy))),
            "ecr" => has(self.records.policy_of(text)),
            // An alias has no policy, and which key `key/*` is nobody knows.
            "kms" if arn.resource.contains('*') => FactValue::NotKnown,
            "kms" => self.with_key(arn, |key| has(key.map(Key::policy))),
            // Parameters here have none.
            "ssm" => FactValue::Absent,
            _ => FactValue::NotKnown,
        }
    }
}

#[cfg(feature = "dynamodb")]
mod tables {
    use rolecall_catalog::FactValue;
    use serde_json::{Map, Value, json};

    use super::{Arn, Embedded, has, key, tags};
    use crate::embedded::{request::Request, tags as tag_forms};

    impl Embedded {
        pub(super) fn table_key(&self, arn: Arn<'_>) -> FactValue {
            let parameters = object(json!({ "TableName": table(arn) }));
            let Some(answer) = self.ask_tables(arn, "DescribeTable", &parameters) else {
                return FactValue::Absent;
            };
            let sse = answer
                .get("Table")
                .and_then(|table| table.get("SSEDescription"));
            let named = sse
                .and_then(|sse| sse.get("KMSMasterKeyArn"))
                .and_then(Value::as_str);
            key(&self.kms, named, arn, arn.region, arn.account)
        }

        /// The name of the partition key of a table or of one of its indexes.
        pub(super) fn partition_key(&self, arn: Arn<'_>) -> FactValue {
            let parameters = object(json!({ "TableName": table(arn) }));
            let answer = self.ask_tables(arn, "DescribeTable", &parameters);
            let Some(table) = answer.as_ref().and_then(|answer| answer.get("Table")) else {
                return FactValue::Absent;
            };
            let described = match arn.resource.split_once("/index/") {
                Some((_, index)) => index_named(table, index),
                None => Some(table),
            };
            has(described.and_then(hash_key).map(str::to_owned))
        }

        pub(super) fn table_tags(&self, arn: Arn<'_>, text: &str) -> FactValue {
            let parameters = object(json!({ "ResourceArn": text }));
            let answer = self.ask_tables(arn, "ListTagsOfResource", &parameters);
            let pairs = answer
                .as_ref()
                .and_then(|a| a.get("Tags"))
                .and_then(Value::as_array);
            tags(pairs.map(|pairs| tag_forms::from_pairs(pairs)).as_ref())
        }

        fn ask_tables(
            &self,
            arn: Arn<'_>,
            operation: &str,
            parameters: &Map<String, Value>,
        ) -> Option<Map<String, Value>> {
            self.dynamodb.ask(&Request {
                operation,
                parameters,
                partition: arn.partition,
                region: arn.region,
                owner: arn.account,
                caller: "",
                caller_account: arn.account,
            })
        }
    }

    fn index_named<'t>(table: &'t Value, name: &str) -> Option<&'t Value> {
        ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"]
            .iter()
            .filter_map(|kind| table.get(*kind)?.as_array())
            .flatten()
            .find(|index| index.get("IndexName").and_then(Value::as_str) == Some(name))
    }

    fn hash_key(described: &Value) -> Option<&str> {
        let mut keys = described.get("KeySchema")?.as_array()?.iter();
        let hash = keys.find(|key| key.get("KeyType").and_then(Value::as_str) == Some("HASH"))?;
        hash.get("AttributeName")?.as_str()
    }

    fn table(arn: Arn<'_>) -> &str {
        let rest = arn.resource.strip_prefix("table/").unwrap_or(arn.resource);
        rest.split('/').next().unwrap_or(rest)
    }

    fn object(value: Value) -> Map<String, Value> {
        match value {
            Value::Object(members) => members,
            _ => Map::new(),
        }
    }
}
