//! StartMessageMoveTask and its kin: dead letters go back to where they came from, at once.

use rolecall_protocol::ServiceError;
use serde_json::{Value, json};

use super::{
    errors,
    queue::{MoveTask, Queue},
    service::{Queues, Sqs},
};
use crate::embedded::{
    ids::uuid,
    request::{Outcome, Request, output},
};

impl Sqs {
    /// Source: API reference, StartMessageMoveTask: the source is a dead-letter queue; without a
    /// destination each message goes back to its own queue. Here it is done when it is started.
    pub(super) fn start_move(&self, request: &Request<'_>) -> Outcome {
        let source = request
            .text("SourceArn")
            .ok_or_else(|| errors::missing("SourceArn"))?;
        let destination = request.text("DestinationArn").map(str::to_owned);
        let now = self.host.now_millis();
        let handle = uuid(self.host.random());
        self.with(request, |all| {
            let name = name_of(all, source)?;
            let is_dead_letter_queue = all
                .values()
                .any(|queue| queue.redrive().is_some_and(|(to, _)| to == source));
            if !is_dead_letter_queue {
                return Err(errors::invalid_parameter(
                    "Source queue must be configured as a Dead Letter Queue.",
                ));
            }
            if let Some(destination) = &destination {
                name_of(all, destination)?;
            }
            let moved = move_all(all, &name, destination.as_deref());
            if let Some(queue) = all.get_mut(&name) {
                queue.moves.push(MoveTask {
                    handle: handle.clone(),
                    source: source.to_owned(),
                    destination,
                    speed: request.integer("MaxNumberOfMessagesPerSecond"),
                    moved,
                    started: now,
                });
            }
            Ok(output(json!({ "TaskHandle": handle })))
        })
    }

    pub(super) fn moves(&self, request: &Request<'_>) -> Outcome {
        let source = request
            .text("SourceArn")
            .ok_or_else(|| errors::missing("SourceArn"))?;
        // Source: API reference, ListMessageMoveTasks: 1 to 10, the newest first.
        let most = request.count("MaxResults", 1).clamp(1, 10);
        self.with(request, |all| {
            let name = name_of(all, source)?;
            let tasks = all
                .get(&name)
                .map(|queue| queue.moves.as_slice())
                .unwrap_or_default();
            let tasks: Vec<Value> = tasks
                .iter()
                .rev()
                .take(most)
                .map(MoveTask::listed)
                .collect();
            Ok(output(json!({ "Results": tasks })))
        })
    }

    /// Nothing is ever still running.
    pub(super) fn cancel_move(&self, request: &Request<'_>) -> Outcome {
        let handle = request
            .text("TaskHandle")
            .ok_or_else(|| errors::missing("TaskHandle"))?;
        self.with(request, |all| {
            let known = all
                .values()
                .flat_map(|queue| &queue.moves)
                .any(|task| task.handle == handle);
            Err(if known {
                errors::unsupported("Only active tasks can be cancelled.")
            } else {
                errors::no_task()
            })
        })
    }
}

impl MoveTask {
    fn listed(&self) -> Value {
        output(json!({
            "Status": "COMPLETED",
            "SourceArn": self.source,
            "DestinationArn": self.destination,
            "MaxNumberOfMessagesPerSecond": self.speed,
            "ApproximateNumberOfMessagesMoved": self.moved,
            "ApproximateNumberOfMessagesToMove": self.moved,
            "StartedTimestamp": self.started,
        }))
        .into()
    }
}

/// The name of the queue with an ARN.
fn name_of(all: &Queues, arn: &str) -> Result<String, ServiceError> {
    let found = all.iter().find(|(_, queue)| queue.arn == arn);
    found
        .map(|(name, _)| name.clone())
        .ok_or_else(errors::no_move_queue)
}

/// Moves what a queue has; gives how many messages went.
fn move_all(all: &mut Queues, name: &str, destination: Option<&str>) -> usize {
    let Some(queue) = all.get_mut(name) else {
        return 0;
    };
    let waiting = std::mem::take(&mut queue.messages);
    let mut moved = 0;
    let mut left = std::collections::VecDeque::new();
    for mut message in waiting {
        let to = destination
            .map(str::to_owned)
            .or_else(|| message.source.clone());
        let target: Option<&mut Queue> =
            to.and_then(|arn| all.values_mut().find(|queue| queue.arn == arn));
        match target {
            Some(target) => {
                message.receipt = None;
                message.received = 0;
                message.source = None;
                target.push(message);
                target.arrived.notify_waiters();
                moved += 1;
            }
            None => left.push_back(message),
        }
    }
    if let Some(queue) = all.get_mut(name) {
        queue.messages = left;
    }
    moved
}
