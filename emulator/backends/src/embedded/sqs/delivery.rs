//! What other services send to a queue.

use serde_json::{Map, Value};

use super::{message::Message, sending::content_id, service::Sqs};
use crate::embedded::ids::uuid;

/// A message from another service.
#[derive(Clone, Debug, Default)]
pub(crate) struct Incoming {
    pub(crate) body: String,
    pub(crate) attributes: Map<String, Value>,
    pub(crate) group: Option<String>,
    pub(crate) deduplication: Option<String>,
    /// What the receiver sees as the sender's id.
    pub(crate) sender: String,
}

/// The parts of a queue's ARN.
fn place(arn: &str) -> Option<(&str, &str, &str)> {
    let mut parts = arn.split(':').skip(2);
    if parts.next()? != "sqs" {
        return None;
    }
    let (region, account, name) = (parts.next()?, parts.next()?, parts.next()?);
    Some((account, region, name))
}

/// The ARN of the alias that a resource's key is named by, if that is one of AWS's own.
pub(crate) fn managed_alias(key: &str, resource: &str) -> Option<String> {
    let (_, name) = key.split_once("alias/aws/")?;
    let mut parts = resource.split(':');
    let (partition, region, account) = (parts.nth(1)?, parts.nth(1)?, parts.next()?);
    Some(format!(
        "arn:{partition}:kms:{region}:{account}:alias/aws/{name}"
    ))
}

impl Sqs {
    /// The policy of a queue; the outer none: there is no such queue.
    #[expect(
        clippy::option_option,
        reason = "no queue and no policy are answered differently"
    )]
    pub(crate) fn policy_of(&self, arn: &str) -> Option<Option<String>> {
        let (account, region, name) = place(arn)?;
        self.queues.with(account, region, |all| {
            all.get(name).map(|queue| queue.policy().map(str::to_owned))
        })
    }

    /// The ARN of the alias of a queue's key, if that is one of AWS's own.
    pub(crate) fn aws_managed_key(&self, arn: &str) -> Option<String> {
        let (account, region, name) = place(arn)?;
        let key = self.queues.with(account, region, |all| {
            all.get(name)?.key_id().map(str::to_owned)
        })?;
        managed_alias(&key, arn)
    }

    /// Puts a message into a queue; says whether there was one.
    pub(crate) fn deliver(&self, arn: &str, incoming: Incoming) -> bool {
        let Some((account, region, name)) = place(arn) else {
            return false;
        };
        let now = self.host.now_millis();
        let id = uuid(self.host.random());
        let size = Message::size(&incoming.body, &incoming.attributes);
        let held = match self.memory.hold(size) {
            Ok(held) => held,
            Err(full) => {
                tracing::warn!(to = arn, "not delivered: {full}");
                return false;
            }
        };
        self.queues.with(account, region, |all| {
            let Some(queue) = all.get_mut(name) else {
                return false;
            };
            let delay = queue.millis("DelaySeconds", 0);
            // What names no id is told apart by its content.
            let by_content = || queue.is_fifo().then(|| content_id(&incoming.body));
            let deduplication = incoming.deduplication.clone().or_else(by_content);
            let message = Message {
                id,
                body: incoming.body,
                attributes: incoming.attributes,
                system_attributes: Map::new(),
                sender: incoming.sender,
                sent: now,
                visible: now + delay,
                received: 0,
                first_received: None,
                receipt: None,
                group: incoming.group,
                deduplication,
                sequence: None,
                source: None,
                held,
            };
            queue.enqueue(message, now);
            true
        })
    }
}
