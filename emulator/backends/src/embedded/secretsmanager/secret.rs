//! A secret, its versions and their stages.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::embedded::{
    request::{output, timestamp},
    tags::{self, Tags},
};

pub(super) const CURRENT: &str = "AWSCURRENT";
pub(super) const PREVIOUS: &str = "AWSPREVIOUS";

/// A secret.
#[derive(Clone, Debug)]
pub(crate) struct Secret {
    pub(super) arn: String,
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) key_id: Option<String>,
    pub(super) created: u64,
    pub(super) changed: u64,
    pub(super) accessed: Option<u64>,
    /// When it was marked for deletion, and when it will be gone.
    pub(super) deleted: Option<(u64, u64)>,
    pub(super) tags: Tags,
    pub(super) policy: Option<String>,
    pub(super) versions: BTreeMap<String, Version>,
}

/// A version: its content and the stages that point at it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Version {
    pub(super) text: Option<String>,
    pub(super) binary: Option<String>,
    pub(super) created: u64,
    pub(super) stages: BTreeSet<String>,
}

impl Secret {
    /// The ARN without the hyphen and the six characters behind the name.
    pub(crate) fn arn_without_suffix(&self) -> &str {
        self.arn
            .rsplit_once('-')
            .map_or(self.arn.as_str(), |(start, _)| start)
    }

    pub(crate) fn arn(&self) -> &str {
        &self.arn
    }

    pub(crate) fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    pub(crate) fn resource_policy(&self) -> Option<&str> {
        self.policy.as_deref()
    }

    pub(crate) fn tags(&self) -> &Tags {
        &self.tags
    }

    /// The id of the version that a stage points at.
    pub(super) fn staged(&self, stage: &str) -> Option<&String> {
        self.versions
            .iter()
            .find(|(_, v)| v.stages.contains(stage))
            .map(|(id, _)| id)
    }

    /// Points a stage at a version. When AWSCURRENT moves, AWSPREVIOUS goes where it was.
    /// Source: user guide, "Secret versions".
    pub(super) fn stage(&mut self, stage: &str, version: &str) {
        let before = self.staged(stage).cloned();
        for (id, candidate) in &mut self.versions {
            if id == version {
                candidate.stages.insert(stage.to_owned());
            } else {
                candidate.stages.remove(stage);
            }
        }
        if stage == CURRENT
            && let Some(before) = before.filter(|before| before != version)
        {
            self.stage(PREVIOUS, &before);
            if let Some(current) = self.versions.get_mut(version) {
                current.stages.remove(PREVIOUS);
            }
        }
    }

    /// The stages of every version that has one.
    pub(super) fn stages(&self) -> Map<String, Value> {
        let staged = self
            .versions
            .iter()
            .filter(|(_, version)| !version.stages.is_empty());
        staged
            .map(|(id, version)| (id.clone(), json!(version.stages)))
            .collect()
    }

    /// What DescribeSecret and ListSecrets say; they differ in the name of one member.
    pub(super) fn description(&self, stages_member: &str) -> Map<String, Value> {
        output(json!({
            "ARN": self.arn,
            "Name": self.name,
            "Description": self.description,
            "KmsKeyId": self.key_id,
            "LastChangedDate": timestamp(self.changed),
            "LastAccessedDate": self.accessed.map(timestamp),
            "DeletedDate": self.deleted.map(|(marked, _)| timestamp(marked)),
            "Tags": (!self.tags.is_empty()).then(|| tags::to_pairs(&self.tags)),
            stages_member: self.stages(),
            "CreatedDate": timestamp(self.created),
        }))
    }
}
