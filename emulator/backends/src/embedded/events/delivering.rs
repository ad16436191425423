//! From a rule to its targets.
//!
//! Queues and topics let EventBridge in by their policies, as `events.amazonaws.com` for the rule's
//! ARN. Source: user guide, "Using resource-based policies for Amazon EventBridge". Other targets are
//! kept and nothing comes to them.

use serde_json::{Map, Value, json};

use super::{bus::Rule, input::input, service::Events, targets::text};
use crate::{backend::Delivery, embedded::sqs::Incoming};

const PRINCIPAL: &str = "events.amazonaws.com";

/// The sender id of what EventBridge sends. Assumed: AWS has one for each region.
const SENDER_ID: &str = "AIDAJZTK6P6XIAZLGIHXO";

/// Why nothing came to a target. Source: user guide, "Using dead-letter queues".
const NO_PERMISSION: (&str, &str) = (
    "NO_PERMISSIONS",
    "The target's resource policy does not let EventBridge in.",
);

impl Events {
    /// Sends an event to every target of a rule.
    pub(super) fn invoke(&self, name: &str, rule: &Rule, account: &str, event: &Value, now: u64) {
        for target in rule.targets.values() {
            let message = input(target, event, name, &rule.arn, now);
            let arn = text(target, "Arn");
            if self.send(rule, account, target, &arn, message) {
                continue;
            }
            let dead = target
                .get("DeadLetterConfig")
                .and_then(|config| config.get("Arn"));
            if let Some(queue) = dead.and_then(Value::as_str) {
                self.bury(rule, account, &arn, queue, event);
            }
        }
    }

    /// Whether the message came there, or had nowhere to come.
    fn send(
        &self,
        rule: &Rule,
        account: &str,
        target: &Map<String, Value>,
        arn: &str,
        message: String,
    ) -> bool {
        match arn.split(':').nth(2) {
            Some("sqs") => {
                let group = target
                    .get("SqsParameters")
                    .and_then(|p| p.get("MessageGroupId"));
                let group = group.and_then(Value::as_str).map(str::to_owned);
                self.send_to_queue(rule, account, arn, message, group, Map::new())
            }
            Some("sns") => {
                let Some(policy) = self.sns.policy_of(arn) else {
                    return false;
                };
                let let_in = self.may(rule, account, arn, "sns:Publish", Some(policy));
                if let_in {
                    self.sns.publish_for_service(arn, message);
                }
                let_in
            }
            _ => true,
        }
    }

    fn send_to_queue(
        &self,
        rule: &Rule,
        account: &str,
        queue: &str,
        message: String,
        group: Option<String>,
        attributes: Map<String, Value>,
    ) -> bool {
        let Some(policy) = self.sqs.policy_of(queue) else {
            return false;
        };
        let let_in = self.may(rule, account, queue, "sqs:SendMessage", policy);
        if let_in {
            let incoming = Incoming {
                body: message,
                attributes,
                group,
                deduplication: None,
                sender: SENDER_ID.to_owned(),
            };
            self.sqs.deliver(queue, incoming);
        }
        let_in
    }

    fn may(
        &self,
        rule: &Rule,
        account: &str,
        target: &str,
        action: &str,
        policy: Option<String>,
    ) -> bool {
        self.host.may_deliver(&Delivery {
            service_principal: PRINCIPAL.to_owned(),
            action: action.to_owned(),
            resource: target.to_owned(),
            resource_account: target.split(':').nth(4).unwrap_or_default().to_owned(),
            source_arn: rule.arn.clone(),
            source_account: account.to_owned(),
            resource_policy: policy,
            aws_managed_key: self
                .sqs
                .aws_managed_key(target)
                .or_else(|| self.sns.aws_managed_key(target)),
        })
    }

    /// Puts an event that could not be delivered into the target's dead-letter queue.
    fn bury(&self, rule: &Rule, account: &str, target: &str, queue: &str, event: &Value) {
        let attribute = |value: &str| json!({ "DataType": "String", "StringValue": value });
        let (code, message) = NO_PERMISSION;
        let attributes = [
            ("RULE_ARN", rule.arn.as_str()),
            ("TARGET_ARN", target),
            ("ERROR_CODE", code),
            ("ERROR_MESSAGE", message),
        ];
        let attributes = attributes.map(|(name, value)| (name.to_owned(), attribute(value)));
        let attributes = Map::from_iter(attributes);
        self.send_to_queue(rule, account, queue, event.to_string(), None, attributes);
    }
}
