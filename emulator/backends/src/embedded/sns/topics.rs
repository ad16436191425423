//! CreateTopic, DeleteTopic, ListTopics, tags of topics.

use rolecall_protocol::ServiceError;
use serde_json::{Map, json};

use super::{errors, service::Sns, topic::Topic};
use crate::embedded::{
    request::{Outcome, Request, output},
    tags,
};

impl Sns {
    pub(super) fn create(&self, request: &Request<'_>) -> Outcome {
        let name = request
            .text("Name")
            .ok_or_else(|| errors::invalid("Topic Name"))?;
        let attributes = tags::from_map(request.map("Attributes"));
        let fifo = attributes
            .get("FifoTopic")
            .is_some_and(|value| value == "true");
        check_name(name, fifo)?;
        let arn = request.arn("sns", name);
        let wanted = tags::from_pairs(request.list("Tags"));
        self.with(request, |all| {
            // Creating a topic that is there gives its ARN; other tags are an error.
            // Source: API reference, CreateTopic.
            if let Some(topic) = all.get(&arn) {
                if !wanted.is_empty() && topic.tags != wanted {
                    return Err(errors::invalid_because(
                        "Invalid parameter: Tags Reason: Topic already exists with different tags",
                    ));
                }
                return Ok(output(json!({ "TopicArn": arn })));
            }
            let topic = Topic {
                arn: arn.clone(),
                owner: request.owner.to_owned(),
                attributes,
                tags: wanted,
                ..Topic::default()
            };
            all.insert(arn.clone(), topic);
            Ok(output(json!({ "TopicArn": arn })))
        })
    }

    pub(super) fn delete(&self, request: &Request<'_>) -> Outcome {
        let arn = request
            .text("TopicArn")
            .ok_or_else(|| errors::invalid("TopicArn"))?;
        // Deleting what is not there succeeds. Source: API reference, DeleteTopic.
        self.with(request, |all| all.remove(arn));
        Ok(Map::new())
    }

    pub(super) fn list(&self, request: &Request<'_>) -> Outcome {
        let after = request.text("NextToken").unwrap_or_default();
        self.with(request, |all| {
            let mut arns: Vec<&String> = all
                .keys()
                .filter(|arn| arn.as_str() > after)
                .take(101)
                .collect();
            let more = arns.len() > 100;
            arns.truncate(100);
            let next = arns.last().filter(|_| more);
            let topics: Vec<_> = arns.iter().map(|arn| json!({ "TopicArn": arn })).collect();
            Ok(output(json!({ "Topics": topics, "NextToken": next })))
        })
    }

    pub(super) fn tag(&self, request: &Request<'_>) -> Outcome {
        self.tagged(request, |topic| {
            topic.tags.extend(tags::from_pairs(request.list("Tags")));
            Ok(Map::new())
        })
    }

    pub(super) fn untag(&self, request: &Request<'_>) -> Outcome {
        let keys = request.texts("TagKeys");
        self.tagged(request, |topic| {
            topic.tags.retain(|key, _| !keys.contains(&key.as_str()));
            Ok(Map::new())
        })
    }

    pub(super) fn tags(&self, request: &Request<'_>) -> Outcome {
        self.tagged(request, |topic| {
            Ok(output(json!({ "Tags": tags::to_pairs(&topic.tags) })))
        })
    }

    fn tagged(&self, request: &Request<'_>, work: impl FnOnce(&mut Topic) -> Outcome) -> Outcome {
        let arn = request
            .text("ResourceArn")
            .ok_or_else(|| errors::invalid("ResourceArn"))?;
        self.with_topic(arn, work)
            .map_err(|error| match error.code.as_str() {
                "NotFound" => errors::no_resource(),
                _ => error,
            })
    }
}

/// Source: API reference, CreateTopic, `Name`.
fn check_name(name: &str, fifo: bool) -> Result<(), ServiceError> {
    let bare = if fifo {
        name.strip_suffix(".fifo")
    } else {
        Some(name)
    };
    let valid = |bare: &str| {
        let letters = bare
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        letters && (1..=256).contains(&name.len())
    };
    if bare.is_some_and(valid) {
        Ok(())
    } else {
        Err(errors::invalid("Topic Name"))
    }
}
