//! A bus and its rules.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::embedded::{
    request::{output, timestamp},
    tags::Tags,
};

/// The bus that every account has.
pub(super) const DEFAULT: &str = "default";

/// A bus.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bus {
    pub(super) description: Option<String>,
    pub(super) key: Option<String>,
    pub(super) dead_letters: Option<Value>,
    pub(super) statements: Vec<Value>,
    pub(super) tags: Tags,
    pub(super) rules: BTreeMap<String, Rule>,
    pub(super) created: u64,
    pub(super) modified: u64,
}

impl Bus {
    /// The policy, if it has a statement.
    pub(crate) fn policy(&self) -> Option<String> {
        let policy = json!({ "Version": "2012-10-17", "Statement": self.statements });
        (!self.statements.is_empty()).then(|| policy.to_string())
    }

    /// The tags.
    pub(crate) fn tags(&self) -> &Tags {
        &self.tags
    }

    /// The customer key.
    pub(crate) fn key_id(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// The tags of one of its rules.
    pub(crate) fn tags_of_rule(&self, rule: &str) -> Option<&Tags> {
        self.rules.get(rule).map(|rule| &rule.tags)
    }

    /// What DescribeEventBus and ListEventBuses say.
    pub(super) fn described(&self, name: &str, arn: &str) -> Map<String, Value> {
        let made = |at: u64| (at > 0).then(|| timestamp(at));
        output(json!({
            "Name": name,
            "Arn": arn,
            "Description": self.description,
            "Policy": self.policy(),
            "CreationTime": made(self.created),
            "LastModifiedTime": made(self.modified),
        }))
    }
}

/// A rule.
#[derive(Clone, Debug, Default)]
pub(super) struct Rule {
    pub(super) arn: String,
    pub(super) pattern: Option<String>,
    pub(super) schedule: Option<String>,
    pub(super) state: String,
    pub(super) description: Option<String>,
    pub(super) role: Option<String>,
    pub(super) creator: String,
    pub(super) tags: Tags,
    /// Targets by id.
    pub(super) targets: BTreeMap<String, Map<String, Value>>,
}

impl Rule {
    /// What DescribeRule and ListRules say; the creator in the first alone.
    pub(super) fn described(&self, name: &str, bus: &str) -> Map<String, Value> {
        output(json!({
            "Name": name,
            "Arn": self.arn,
            "EventPattern": self.pattern,
            "ScheduleExpression": self.schedule,
            "State": self.state,
            "Description": self.description,
            "RoleArn": self.role,
            "EventBusName": bus,
        }))
    }

    pub(super) fn is_enabled(&self) -> bool {
        self.state != "DISABLED"
    }
}
