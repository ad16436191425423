//! What a subscriber is sent.

use serde_json::{Map, Value, json};

use super::topic::{Subscription, Topic};
use crate::embedded::{ids::iso8601, request::output, sqs::Incoming};

/// The sender id of what SNS sends. Assumed: AWS has one for each region.
const SENDER_ID: &str = "AIDAIT2UOQQY3AUEKVGXU";

/// A message as it was published.
#[derive(Clone, Debug, Default)]
pub(super) struct Notification {
    pub(super) id: String,
    pub(super) message: String,
    pub(super) subject: Option<String>,
    pub(super) structured: bool,
    pub(super) attributes: Map<String, Value>,
    pub(super) published: u64,
    pub(super) sequence: Option<String>,
    pub(super) group: Option<String>,
    pub(super) deduplication: Option<String>,
}

impl Notification {
    /// The text for a protocol: with `MessageStructure: json` each may have its own.
    pub(super) fn text(&self, protocol: &str) -> String {
        let structured: Option<Value> = self
            .structured
            .then(|| serde_json::from_str(&self.message).ok())
            .flatten();
        let own = structured
            .as_ref()
            .and_then(|texts| texts.get(protocol).or_else(|| texts.get("default")))
            .and_then(Value::as_str);
        own.unwrap_or(&self.message).to_owned()
    }

    /// The SQS message for a subscription.
    pub(super) fn for_queue(&self, topic: &Topic, subscription: &Subscription) -> Incoming {
        let raw = subscription.is_raw();
        let (body, attributes) = if raw {
            (self.text("sqs"), self.attributes.clone())
        } else {
            (self.envelope(topic, subscription), Map::new())
        };
        Incoming {
            body,
            attributes,
            group: self.group.clone(),
            deduplication: self.deduplication.clone(),
            sender: SENDER_ID.to_owned(),
        }
    }

    /// Source: developer guide, "HTTP/HTTPS notification JSON format"; queues get the same. Two
    /// spaces and line breaks are AWS's form. The signature is none: nothing here signs.
    fn envelope(&self, topic: &Topic, subscription: &Subscription) -> String {
        let region = topic.arn.split(':').nth(3).unwrap_or_default();
        let attributes: Map<String, Value> = self
            .attributes
            .iter()
            .map(|(name, a)| (name.clone(), attribute(a)))
            .collect();
        let envelope = output(json!({
            "Type": "Notification",
            "MessageId": self.id,
            "SequenceNumber": self.sequence,
            "TopicArn": topic.arn,
            "Subject": self.subject,
            "Message": self.text("sqs"),
            "Timestamp": iso8601(self.published),
            "SignatureVersion": "1",
            "Signature": "EXAMPLE",
            "SigningCertURL": format!(
                "https://sns.{region}.amazonaws.com/SimpleNotificationService-0000000000000000000000.pem"
            ),
            "UnsubscribeURL": format!(
                "https://sns.{region}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn={}",
                subscription.arn
            ),
            "MessageAttributes": (!attributes.is_empty()).then_some(attributes),
        }));
        serde_json::to_string_pretty(&envelope).unwrap_or_default()
    }
}

fn attribute(attribute: &Value) -> Value {
    let value = attribute
        .get("StringValue")
        .or_else(|| attribute.get("BinaryValue"));
    json!({ "Type": attribute.get("DataType"), "Value": value })
}
