//! The topics of every account and region.

use std::{collections::BTreeMap, fmt, sync::Arc};

use rolecall_protocol::ServiceError;

use super::{
    errors,
    topic::{Subscription, Topic},
};
use crate::{
    backend::Host,
    embedded::{
        owned::Owned,
        request::{Outcome, Request},
        sqs::Sqs,
    },
};

/// Topics by ARN.
pub(crate) type Topics = BTreeMap<String, Topic>;

/// SNS.
pub(crate) struct Sns {
    pub(super) host: Arc<dyn Host>,
    pub(super) sqs: Arc<Sqs>,
    pub(crate) topics: Owned<Topics>,
}

impl fmt::Debug for Sns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sns")
    }
}

impl Sns {
    pub(crate) fn new(host: Arc<dyn Host>, sqs: Arc<Sqs>) -> Self {
        Self {
            host,
            sqs,
            topics: Owned::default(),
        }
    }

    /// Answers what concerns topics, subscriptions and messages.
    pub(crate) fn answer(&self, request: &Request<'_>) -> Option<Outcome> {
        Some(match request.operation {
            "CreateTopic" => self.create(request),
            "DeleteTopic" => self.delete(request),
            "ListTopics" => self.list(request),
            "GetTopicAttributes" => self.topic_attributes(request),
            "SetTopicAttributes" => self.set_topic_attribute(request),
            "TagResource" => self.tag(request),
            "UntagResource" => self.untag(request),
            "ListTagsForResource" => self.tags(request),
            "AddPermission" => self.add_permission(request),
            "RemovePermission" => self.remove_permission(request),
            "Subscribe" => self.subscribe(request),
            "ConfirmSubscription" => self.confirm(request),
            "Unsubscribe" => self.unsubscribe(request),
            "ListSubscriptions" => Ok(self.list_subscriptions(request)),
            "ListSubscriptionsByTopic" => self.list_subscriptions_of(request),
            "GetSubscriptionAttributes" => self.subscription_attributes(request),
            "SetSubscriptionAttributes" => self.set_subscription_attribute(request),
            // Messages to phones and to devices have no receiver here.
            "Publish" if request.text("PhoneNumber").is_some() => return None,
            "Publish" => self.publish(request),
            "PublishBatch" => self.publish_batch(request),
            _ => return None,
        })
    }

    /// Works on all topics of the request's owner.
    pub(super) fn with<R>(&self, request: &Request<'_>, work: impl FnOnce(&mut Topics) -> R) -> R {
        self.topics.with(request.owner, request.region, work)
    }

    /// Works on the topic with this ARN.
    pub(super) fn with_topic<R>(
        &self,
        arn: &str,
        work: impl FnOnce(&mut Topic) -> Result<R, ServiceError>,
    ) -> Result<R, ServiceError> {
        let (region, account) = place(arn).ok_or_else(|| errors::invalid("TopicArn"))?;
        self.topics.with(account, region, |all| {
            all.get_mut(arn).ok_or_else(errors::no_topic).and_then(work)
        })
    }

    /// Works on the subscription with this ARN.
    pub(super) fn with_subscription<R>(
        &self,
        arn: &str,
        work: impl FnOnce(&mut Subscription) -> Result<R, ServiceError>,
    ) -> Result<R, ServiceError> {
        let topic = topic_of(arn).ok_or_else(|| errors::invalid("SubscriptionArn"))?;
        let found = self.with_topic(topic, |topic| match topic.subscriptions.get_mut(arn) {
            Some(subscription) => work(subscription).map(Some),
            None => Ok(None),
        });
        match found {
            Ok(Some(result)) => Ok(result),
            Ok(None) => Err(errors::no_subscription()),
            Err(e) if e.code == "NotFound" => Err(errors::no_subscription()),
            Err(e) => Err(e),
        }
    }
}

/// Region and account of an SNS ARN.
pub(super) fn place(arn: &str) -> Option<(&str, &str)> {
    let mut parts = arn.split(':');
    let (arn, _, service) = (parts.next()?, parts.next()?, parts.next()?);
    (arn == "arn" && service == "sns").then_some(())?;
    Some((parts.next()?, parts.next()?))
}

/// A subscription's ARN is its topic's, with an id behind it.
/// Source: service authorization reference, Amazon SNS; examples of the API reference.
pub(super) fn topic_of(subscription: &str) -> Option<&str> {
    let (topic, _) = subscription.rsplit_once(':')?;
    (topic.split(':').count() == 6).then_some(topic)
}
