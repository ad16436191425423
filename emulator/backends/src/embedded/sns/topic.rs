//! A topic and its subscriptions.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::embedded::tags::Tags;

/// A topic.
#[derive(Clone, Debug, Default)]
pub(crate) struct Topic {
    pub(super) arn: String,
    pub(super) owner: String,
    /// The attributes that were set.
    pub(super) attributes: BTreeMap<String, String>,
    pub(super) tags: Tags,
    pub(super) subscriptions: BTreeMap<String, Subscription>,
    pub(super) deleted_subscriptions: u64,
    pub(super) sequence: u128,
    /// What a FIFO topic was sent under a deduplication id: when, message id, sequence number.
    pub(super) sent: BTreeMap<String, (u64, String, String)>,
}

/// A subscription.
#[derive(Clone, Debug, Default)]
pub(crate) struct Subscription {
    pub(super) arn: String,
    pub(super) owner: String,
    pub(super) protocol: String,
    pub(super) endpoint: String,
    pub(super) confirmed: bool,
    pub(super) attributes: BTreeMap<String, String>,
}

impl Topic {
    /// The access policy: the one that was set, or the one that every topic begins with.
    pub(crate) fn policy(&self) -> String {
        self.attributes
            .get("Policy")
            .cloned()
            .unwrap_or_else(|| default_policy(&self.arn, &self.owner).to_string())
    }

    /// The customer key, if one was set.
    pub(crate) fn key_id(&self) -> Option<&str> {
        self.attributes
            .get("KmsMasterKeyId")
            .map(String::as_str)
            .filter(|key| !key.is_empty())
    }

    /// The tags.
    pub(crate) fn tags(&self) -> &Tags {
        &self.tags
    }

    pub(super) fn is_fifo(&self) -> bool {
        crate::embedded::request::is_fifo(&self.arn)
    }
}

/// The policy of a topic that was given none.
///
/// Source: developer guide, "Example cases for Amazon SNS access control", default policy.
pub(crate) fn default_policy(topic: &str, owner: &str) -> Value {
    let actions = [
        "SNS:GetTopicAttributes",
        "SNS:SetTopicAttributes",
        "SNS:AddPermission",
        "SNS:RemovePermission",
        "SNS:DeleteTopic",
        "SNS:Subscribe",
        "SNS:ListSubscriptionsByTopic",
        "SNS:Publish",
    ];
    json!({
        "Version": "2008-10-17",
        "Id": "__default_policy_ID",
        "Statement": [{
            "Sid": "__default_statement_ID",
            "Effect": "Allow",
            "Principal": { "AWS": "*" },
            "Action": actions,
            "Resource": topic,
            "Condition": { "StringEquals": { "AWS:SourceOwner": owner } },
        }],
    })
}

impl Subscription {
    /// The ARN of its topic.
    pub(super) fn topic(&self) -> &str {
        super::service::topic_of(&self.arn).unwrap_or_default()
    }

    /// The queue for what cannot be delivered.
    pub(super) fn dead_letters(&self) -> Option<String> {
        let policy: Value = serde_json::from_str(self.attributes.get("RedrivePolicy")?).ok()?;
        policy
            .get("deadLetterTargetArn")?
            .as_str()
            .map(str::to_owned)
    }

    pub(super) fn is_raw(&self) -> bool {
        self.attributes
            .get("RawMessageDelivery")
            .is_some_and(|value| value == "true")
    }

    /// The structure `Subscription`.
    pub(super) fn listed(&self) -> Map<String, Value> {
        let arn = if self.confirmed {
            self.arn.as_str()
        } else {
            "PendingConfirmation"
        };
        let members = json!({
            "SubscriptionArn": arn,
            "Owner": self.owner,
            "Protocol": self.protocol,
            "Endpoint": self.endpoint,
            "TopicArn": self.topic(),
        });
        crate::embedded::request::output(members)
    }
}
