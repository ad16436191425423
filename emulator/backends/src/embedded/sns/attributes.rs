//! Attributes of topics and of subscriptions.

use serde_json::{Map, Value, json};

use super::{errors, service::Sns};
use crate::embedded::request::{Outcome, Request, output};

/// What can be set of a subscription. Source: API reference, SetSubscriptionAttributes.
const SUBSCRIPTION: [&str; 7] = [
    "DeliveryPolicy",
    "FilterPolicy",
    "FilterPolicyScope",
    "RawMessageDelivery",
    "RedrivePolicy",
    "ReplayPolicy",
    "SubscriptionRoleArn",
];

impl Sns {
    pub(super) fn topic_attributes(&self, request: &Request<'_>) -> Outcome {
        let arn = request
            .text("TopicArn")
            .ok_or_else(|| errors::invalid("TopicArn"))?;
        self.with_topic(arn, |topic| {
            let confirmed = topic.subscriptions.values().filter(|s| s.confirmed).count();
            let pending = topic.subscriptions.len() - confirmed;
            let mut attributes: Map<String, Value> = output(json!({
                "TopicArn": topic.arn,
                "Owner": topic.owner,
                "Policy": topic.policy(),
                "DisplayName": "",
                "SubscriptionsConfirmed": confirmed.to_string(),
                "SubscriptionsPending": pending.to_string(),
                "SubscriptionsDeleted": topic.deleted_subscriptions.to_string(),
            }));
            for (name, value) in &topic.attributes {
                attributes.insert(name.clone(), value.clone().into());
            }
            Ok(output(json!({ "Attributes": attributes })))
        })
    }

    pub(super) fn set_topic_attribute(&self, request: &Request<'_>) -> Outcome {
        let arn = request
            .text("TopicArn")
            .ok_or_else(|| errors::invalid("TopicArn"))?;
        let (name, value) = attribute(request)?;
        self.with_topic(arn, |topic| {
            topic.attributes.insert(name, value);
            Ok(Map::new())
        })
    }

    pub(super) fn subscription_attributes(&self, request: &Request<'_>) -> Outcome {
        let arn = request
            .text("SubscriptionArn")
            .ok_or_else(|| errors::invalid("SubscriptionArn"))?;
        self.with_subscription(arn, |subscription| {
            let mut attributes = subscription.listed();
            attributes.insert(
                "SubscriptionArn".to_owned(),
                subscription.arn.clone().into(),
            );
            let pending = (!subscription.confirmed).to_string();
            attributes.insert("PendingConfirmation".to_owned(), pending.into());
            attributes.insert("ConfirmationWasAuthenticated".to_owned(), "true".into());
            attributes.insert("RawMessageDelivery".to_owned(), "false".into());
            for (name, value) in &subscription.attributes {
                attributes.insert(name.clone(), value.clone().into());
            }
            Ok(output(json!({ "Attributes": attributes })))
        })
    }

    pub(super) fn set_subscription_attribute(&self, request: &Request<'_>) -> Outcome {
        let arn = request
            .text("SubscriptionArn")
            .ok_or_else(|| errors::invalid("SubscriptionArn"))?;
        let (name, value) = attribute(request)?;
        if !SUBSCRIPTION.contains(&name.as_str()) {
            return Err(errors::invalid("AttributeName"));
        }
        if name == "FilterPolicy" && !value.is_empty() {
            super::filter::check(&value)?;
        }
        self.with_subscription(arn, |subscription| {
            // An empty filter takes the filter away.
            if value.is_empty() {
                subscription.attributes.remove(&name);
            } else {
                subscription.attributes.insert(name, value);
            }
            Ok(Map::new())
        })
    }
}

fn attribute(request: &Request<'_>) -> Result<(String, String), rolecall_protocol::ServiceError> {
    let name = request
        .text("AttributeName")
        .ok_or_else(|| errors::invalid("AttributeName"))?;
    Ok((
        name.to_owned(),
        request
            .text("AttributeValue")
            .unwrap_or_default()
            .to_owned(),
    ))
}
