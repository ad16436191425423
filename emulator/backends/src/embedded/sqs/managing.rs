//! CreateQueue, GetQueueUrl, ListQueues, DeleteQueue, PurgeQueue, tags.

use std::{collections::VecDeque, sync::Arc};

use rolecall_protocol::ServiceError;
use serde_json::{Map, json};
use tokio::sync::Notify;

use super::{attributes, errors, queue::Queue, service::Sqs};
use crate::embedded::{
    request::{Outcome, Request, is_fifo, output},
    tags,
};

/// Source: API reference, PurgeQueue: once in 60 seconds.
const PURGE_MILLIS: u64 = 60_000;

impl Sqs {
    pub(super) fn create(&self, request: &Request<'_>) -> Outcome {
        let name = request
            .text("QueueName")
            .ok_or_else(|| errors::missing("QueueName"))?;
        check_name(name)?;
        let wanted = attributes::read(request)?;
        if is_fifo(name) != wanted.get("FifoQueue").is_some_and(|value| value == "true") {
            return Err(errors::invalid_parameter(
                "The name of a FIFO queue can only include alphanumeric characters, hyphens, or \
                 underscores, must end with .fifo suffix and be 1 to 80 in length.",
            ));
        }
        let now = self.host.now_millis();
        self.with(request, |all| {
            attributes::check_redrive(&wanted, &request.arn("sqs", name), all)?;
            if let Some(queue) = all.get(name) {
                let differs = |(key, value): &(&String, &String)| {
                    queue.attribute(key, now).as_ref() != Some(*value)
                };
                if let Some((attribute, _)) = wanted.iter().find(differs) {
                    return Err(errors::name_taken(attribute));
                }
            } else {
                let queue = Queue {
                    name: name.to_owned(),
                    arn: request.arn("sqs", name),
                    attributes: wanted,
                    // The model writes this member in lower case.
                    tags: tags::from_map(request.map("tags")),
                    created: now,
                    modified: now,
                    messages: VecDeque::new(),
                    oldest: u64::MAX,
                    sent: std::collections::BTreeMap::new(),
                    sequence: 0,
                    arrived: Arc::new(Notify::new()),
                    purged: None,
                    moves: Vec::new(),
                };
                all.insert(name.to_owned(), queue);
            }
            Ok(output(json!({ "QueueUrl": self.url(request.owner, name) })))
        })
    }

    pub(super) fn url_of(&self, request: &Request<'_>) -> Outcome {
        let name = request
            .text("QueueName")
            .ok_or_else(|| errors::missing("QueueName"))?;
        let owner = request
            .text("QueueOwnerAWSAccountId")
            .unwrap_or(request.owner);
        let known = self
            .queues
            .with(owner, request.region, |all| all.contains_key(name));
        if known {
            Ok(output(json!({ "QueueUrl": self.url(owner, name) })))
        } else {
            Err(errors::no_queue())
        }
    }

    pub(super) fn list(&self, request: &Request<'_>) -> Outcome {
        let prefix = request.text("QueueNamePrefix").unwrap_or_default();
        let after = request.text("NextToken").unwrap_or_default();
        // A token is given only where the caller set a limit. Source: API reference, ListQueues.
        let size = request.count("MaxResults", 1000).min(1000);
        self.with(request, |all| {
            let mut names: Vec<&String> = all
                .keys()
                .filter(|name| name.starts_with(prefix) && name.as_str() > after)
                .take(size + 1)
                .collect();
            let more = names.len() > size && request.integer("MaxResults").is_some();
            names.truncate(size);
            let next = names.last().filter(|_| more);
            let urls: Vec<String> = names
                .iter()
                .map(|name| self.url(request.owner, name))
                .collect();
            Ok(output(json!({
                "QueueUrls": (!urls.is_empty()).then_some(&urls), "NextToken": next,
            })))
        })
    }

    pub(super) fn delete_queue(&self, request: &Request<'_>) -> Outcome {
        let name = super::service::queue_name(request)?;
        self.with(request, |all| match all.remove(name) {
            Some(queue) => {
                queue.arrived.notify_waiters();
                Ok(Map::new())
            }
            None => Err(errors::no_queue()),
        })
    }

    pub(super) fn purge(&self, request: &Request<'_>) -> Outcome {
        let now = self.host.now_millis();
        self.with_queue(request, |queue| {
            if queue.purged.is_some_and(|at| now < at + PURGE_MILLIS) {
                return Err(errors::purged_just_now(&queue.name));
            }
            queue.purged = Some(now);
            queue.messages.clear();
            Ok(Map::new())
        })
    }

    pub(super) fn dead_letter_sources(&self, request: &Request<'_>) -> Outcome {
        let arn = self.with_queue(request, |queue| Ok(queue.arn.clone()))?;
        self.with(request, |all| {
            let sources = all
                .values()
                .filter(|q| q.redrive().is_some_and(|(to, _)| to == arn));
            let urls: Vec<String> = sources
                .map(|queue| self.url(request.owner, &queue.name))
                .collect();
            Ok(output(json!({ "queueUrls": urls })))
        })
    }

    pub(super) fn tags(&self, request: &Request<'_>) -> Outcome {
        self.with_queue(request, |queue| {
            Ok(output(
                json!({ "Tags": (!queue.tags.is_empty()).then_some(&queue.tags) }),
            ))
        })
    }

    pub(super) fn tag(&self, request: &Request<'_>) -> Outcome {
        self.with_queue(request, |queue| {
            queue.tags.extend(tags::from_map(request.map("Tags")));
            Ok(Map::new())
        })
    }

    pub(super) fn untag(&self, request: &Request<'_>) -> Outcome {
        let keys = request.texts("TagKeys");
        self.with_queue(request, |queue| {
            queue.tags.retain(|key, _| !keys.contains(&key.as_str()));
            Ok(Map::new())
        })
    }
}

/// Source: API reference, CreateQueue, `QueueName`.
fn check_name(name: &str) -> Result<(), ServiceError> {
    let bare = name.strip_suffix(".fifo").unwrap_or(name);
    let letters = bare
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if letters && !bare.is_empty() && name.len() <= 80 {
        return Ok(());
    }
    Err(errors::invalid_parameter(
        "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
    ))
}
