//! The queues of every account and region.

use std::{collections::BTreeMap, fmt, sync::Arc};

use rolecall_protocol::ServiceError;

use super::{errors, queue::Queue};
use crate::{
    backend::Host,
    embedded::{
        memory::Memory,
        owned::Owned,
        request::{Outcome, Request},
    },
};

/// Queues by name.
pub(crate) type Queues = BTreeMap<String, Queue>;

/// SQS.
pub(crate) struct Sqs {
    pub(super) host: Arc<dyn Host>,
    pub(super) memory: Arc<Memory>,
    pub(crate) queues: Owned<Queues>,
}

impl fmt::Debug for Sqs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sqs")
    }
}

impl Sqs {
    pub(crate) fn new(host: Arc<dyn Host>, memory: Arc<Memory>) -> Self {
        Self {
            host,
            memory,
            queues: Owned::default(),
        }
    }

    /// Answers what concerns queues and messages.
    pub(crate) async fn answer(&self, request: &Request<'_>) -> Option<Outcome> {
        Some(match request.operation {
            "CreateQueue" => self.create(request),
            "GetQueueUrl" => self.url_of(request),
            "ListQueues" => self.list(request),
            "DeleteQueue" => self.delete_queue(request),
            "PurgeQueue" => self.purge(request),
            "GetQueueAttributes" => self.attributes(request),
            "SetQueueAttributes" => self.set_attributes(request),
            "ListQueueTags" => self.tags(request),
            "TagQueue" => self.tag(request),
            "UntagQueue" => self.untag(request),
            "ListDeadLetterSourceQueues" => self.dead_letter_sources(request),
            "AddPermission" => self.add_permission(request),
            "RemovePermission" => self.remove_permission(request),
            "StartMessageMoveTask" => self.start_move(request),
            "ListMessageMoveTasks" => self.moves(request),
            "CancelMessageMoveTask" => self.cancel_move(request),
            "SendMessage" => self.send(request),
            "SendMessageBatch" => self.send_batch(request),
            "ReceiveMessage" => self.receive(request).await,
            "DeleteMessage" => self.delete(request),
            "DeleteMessageBatch" => self.delete_batch(request),
            "ChangeMessageVisibility" => self.change_visibility(request),
            "ChangeMessageVisibilityBatch" => self.change_visibility_batch(request),
            _ => return None,
        })
    }

    /// Works on all queues of the request's owner.
    pub(super) fn with<R>(&self, request: &Request<'_>, work: impl FnOnce(&mut Queues) -> R) -> R {
        self.queues.with(request.owner, request.region, work)
    }

    /// Works on the queue that `QueueUrl` names.
    pub(super) fn with_queue<R>(
        &self,
        request: &Request<'_>,
        work: impl FnOnce(&mut Queue) -> Result<R, ServiceError>,
    ) -> Result<R, ServiceError> {
        let name = queue_name(request)?;
        self.with(request, |all| {
            all.get_mut(name)
                .ok_or_else(errors::no_queue)
                .and_then(work)
        })
    }

    /// The URL of a queue: our own endpoint, since some SDKs send to the URL's host.
    /// Source: wire-facts.md, "Other traps".
    pub(super) fn url(&self, account: &str, name: &str) -> String {
        format!(
            "{}/{account}/{name}",
            self.host.endpoint().trim_end_matches('/')
        )
    }
}

/// The last segment of `QueueUrl`. Clients may also pass the bare name.
pub(super) fn queue_name<'a>(request: &Request<'a>) -> Result<&'a str, ServiceError> {
    let url = request
        .text("QueueUrl")
        .ok_or_else(|| errors::missing("QueueUrl"))?;
    Ok(url.trim_end_matches('/').rsplit('/').next().unwrap_or(url))
}
