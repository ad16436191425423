//! What a subscriber is sent.

use serde_json::{Map, Value, json};

use super::topic::{Subscription, Topic};
use crate::embedded::{request::output, sqs::Incoming};

/// The sender id of what SNS sends. Assumed: AWS has one for each region.
const SENDER_ID: &str = "AIDAIT2UOQQY3AUEKVGXU";

/// A message as it was published.
#[derive(Clone, Debug)]
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

/// `2026-11-23T08:00:00.000Z`.
fn iso8601(millis: u64) -> String {
    let (days, time) = (millis / 86_400_000, millis % 86_400_000);
    let (year, month, day) = civil(days);
    let (seconds, thousandth) = (time / 1000, time % 1000);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{thousandth:03}Z")
}

/// The date of a day since 1970. Algorithm: "days to civil" with years that begin in March, so
/// that the leap day is the last one.
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 {
        march_month + 3
    } else {
        march_month - 9
    };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}
