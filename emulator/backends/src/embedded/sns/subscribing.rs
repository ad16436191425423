//! Subscribe, ConfirmSubscription, Unsubscribe and the lists.

use rolecall_protocol::ServiceError;
use serde_json::{Map, Value, json};

use super::{
    errors, filter,
    service::{Sns, topic_of},
    topic::{Subscription, Topic},
};
use crate::embedded::{
    ids::uuid,
    request::{Outcome, Request, output},
    tags,
};

/// The protocols whose endpoints need not confirm when they belong to the same account.
/// Source: API reference, Subscribe.
const CONFIRMED_AT_ONCE: [&str; 5] = ["sqs", "lambda", "firehose", "sms", "application"];

impl Sns {
    pub(super) fn subscribe(&self, request: &Request<'_>) -> Outcome {
        let topic_arn = request
            .text("TopicArn")
            .ok_or_else(|| errors::invalid("TopicArn"))?;
        let subscription = self.subscription(request, topic_arn)?;
        let show_pending = request.flag("ReturnSubscriptionArn");
        self.with_topic(topic_arn, |topic| {
            let kept = keep(topic, subscription)?;
            let arn = if kept.confirmed || show_pending {
                kept.arn.clone()
            } else {
                "pending confirmation".to_owned()
            };
            Ok(output(json!({ "SubscriptionArn": arn })))
        })
    }

    fn subscription(
        &self,
        request: &Request<'_>,
        topic: &str,
    ) -> Result<Subscription, ServiceError> {
        let protocol = request
            .text("Protocol")
            .ok_or_else(|| errors::invalid("Protocol"))?;
        let endpoint = request
            .text("Endpoint")
            .ok_or_else(|| errors::invalid("Endpoint"))?;
        if protocol == "sqs" && !endpoint.contains(":sqs:") {
            return Err(errors::invalid_because(
                "Invalid parameter: SQS endpoint ARN",
            ));
        }
        let attributes = tags::from_map(request.map("Attributes"));
        if let Some(policy) = attributes.get("FilterPolicy") {
            filter::check(policy)?;
        }
        let made = format!("subscription, {topic}, {protocol}, {endpoint}");
        Ok(Subscription {
            arn: format!("{topic}:{}", uuid(self.host.repeatable(&made))),
            owner: request.caller_account.to_owned(),
            protocol: protocol.to_owned(),
            endpoint: endpoint.to_owned(),
            confirmed: CONFIRMED_AT_ONCE.contains(&protocol),
            attributes,
        })
    }

    /// Every token confirms: nothing here sends one.
    pub(super) fn confirm(&self, request: &Request<'_>) -> Outcome {
        let arn = request
            .text("TopicArn")
            .ok_or_else(|| errors::invalid("TopicArn"))?;
        self.with_topic(arn, |topic| {
            let pending = topic.subscriptions.values_mut().find(|s| !s.confirmed);
            let Some(subscription) = pending else {
                return Err(errors::invalid("Token"));
            };
            subscription.confirmed = true;
            Ok(output(json!({ "SubscriptionArn": subscription.arn })))
        })
    }

    pub(super) fn unsubscribe(&self, request: &Request<'_>) -> Outcome {
        let arn = request
            .text("SubscriptionArn")
            .ok_or_else(|| errors::invalid("SubscriptionArn"))?;
        let topic = topic_of(arn).ok_or_else(|| errors::invalid("SubscriptionArn"))?;
        let removed = self.with_topic(topic, |topic| {
            if topic.subscriptions.remove(arn).is_some() {
                topic.deleted_subscriptions += 1;
            }
            Ok(Map::new())
        });
        // Unsubscribing what is not there succeeds. Assumed, after DeleteTopic.
        removed.or_else(|error| {
            if error.code == "NotFound" {
                Ok(Map::new())
            } else {
                Err(error)
            }
        })
    }

    pub(super) fn list_subscriptions(&self, request: &Request<'_>) -> Map<String, Value> {
        let all: Vec<Subscription> = self.with(request, |all| {
            all.values()
                .flat_map(|topic| topic.subscriptions.values().cloned())
                .collect()
        });
        page(request, &all)
    }

    pub(super) fn list_subscriptions_of(&self, request: &Request<'_>) -> Outcome {
        let arn = request
            .text("TopicArn")
            .ok_or_else(|| errors::invalid("TopicArn"))?;
        let all: Vec<Subscription> = self.with_topic(arn, |topic| {
            Ok(topic.subscriptions.values().cloned().collect())
        })?;
        Ok(page(request, &all))
    }
}

/// Adds a subscription, or finds the one that is there already: the same endpoint is subscribed
/// once, and with other attributes it is an error. Source: API reference, Subscribe.
fn keep(topic: &mut Topic, wanted: Subscription) -> Result<&Subscription, ServiceError> {
    let same = |s: &Subscription| s.protocol == wanted.protocol && s.endpoint == wanted.endpoint;
    let existing = topic
        .subscriptions
        .values()
        .find(|s| same(s))
        .map(|s| s.arn.clone());
    let arn = existing.unwrap_or_else(|| wanted.arn.clone());
    let attributes = wanted.attributes.clone();
    let kept = topic.subscriptions.entry(arn).or_insert(wanted);
    if !attributes.is_empty() && kept.attributes != attributes {
        return Err(errors::invalid_because(
            "Invalid parameter: Attributes Reason: Subscription already exists with different \
             attributes",
        ));
    }
    Ok(kept)
}

/// A hundred at a time. Source: API reference, ListSubscriptions.
fn page(request: &Request<'_>, all: &[Subscription]) -> Map<String, Value> {
    let after = request.text("NextToken").unwrap_or_default();
    let mut rest: Vec<&Subscription> = all
        .iter()
        .filter(|s| s.arn.as_str() > after)
        .take(101)
        .collect();
    let more = rest.len() > 100;
    rest.truncate(100);
    let next = rest.last().filter(|_| more).map(|s| s.arn.clone());
    let listed: Vec<_> = rest.iter().map(|s| s.listed()).collect();
    output(json!({ "Subscriptions": listed, "NextToken": next }))
}
