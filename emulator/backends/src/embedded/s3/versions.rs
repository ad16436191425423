//! What is under one key: versions of the object, and delete markers among them.
//!
//! Source: user guide, "How S3 Versioning works", "Working with objects in a versioning-enabled
//! bucket", "Working with objects in a versioning-suspended bucket", "Working with delete markers".

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use rolecall_protocol::ServiceError;

use super::{bucket::Bucket, errors, object::Object};

/// The id of what was stored while versioning was not enabled.
pub(super) const NULL: &str = "null";

/// Whether a bucket keeps versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Versioning {
    /// It never did.
    Never,
    Enabled,
    Suspended,
}

/// An object, or a delete marker in its place.
#[derive(Clone, Debug)]
pub(super) struct Version {
    pub(super) id: String,
    pub(super) modified: u64,
    /// None: a delete marker.
    pub(super) object: Option<Object>,
}

/// The versions under one key, the oldest first; never empty in a bucket.
#[derive(Clone, Debug, Default)]
pub(crate) struct Versions(Vec<Version>);

impl Versions {
    /// The newest first.
    pub(super) fn newest_first(&self) -> impl Iterator<Item = &Version> {
        self.0.iter().rev()
    }

    /// The current object; none where a delete marker is on top.
    pub(super) fn current(&self) -> Option<&Object> {
        self.0.last()?.object.as_ref()
    }

    fn find(&self, id: &str) -> Option<&Version> {
        self.0.iter().find(|version| version.id == id)
    }

    fn named(&mut self, id: Option<&str>) -> Option<&mut Version> {
        match id {
            None => self.0.last_mut(),
            Some(id) => self.0.iter_mut().find(|version| version.id == id),
        }
    }

    fn remove(&mut self, id: &str) -> Option<Version> {
        let position = self.0.iter().position(|version| version.id == id)?;
        Some(self.0.remove(position))
    }

    /// On top of all others, in the place of one with the same id.
    fn push(&mut self, version: Version) {
        self.remove(&version.id);
        self.0.push(version);
    }
}

/// What became of a DELETE.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Deleted {
    /// Whether what was made or removed is a delete marker.
    pub(super) marker: bool,
    /// The version that was made or removed.
    pub(super) version: Option<String>,
}

impl Bucket {
    /// Whether it keeps versions.
    pub(super) fn versioning(&self) -> Versioning {
        let configuration = self.configurations.get("BucketVersioning");
        let status = configuration.and_then(|configuration| configuration.get("Status")?.as_str());
        match status {
            Some("Enabled") => Versioning::Enabled,
            Some(_) => Versioning::Suspended,
            None => Versioning::Never,
        }
    }

    /// The id as answers say it: a bucket that never kept versions has none.
    fn said(&self, id: &str) -> Option<String> {
        (self.versioning() != Versioning::Never).then(|| id.to_owned())
    }

    /// The object that a request names by key and version, with its id as answers say it.
    pub(super) fn named(
        &mut self,
        key: &str,
        id: Option<&str>,
    ) -> Result<(&mut Object, Option<String>), ServiceError> {
        id.map_or(Ok(()), check_id)?;
        let told = self.versioning() != Versioning::Never;
        let found = self.objects.get_mut(key).and_then(|all| all.named(id));
        match (found, id) {
            (
                Some(Version {
                    id: own,
                    object: Some(object),
                    ..
                }),
                _,
            ) => Ok((object, told.then(|| own.clone()))),
            (Some(marker), None) => Err(errors::missing(&self.name, key)
                .with_header("x-amz-delete-marker", "true")
                .with_header("x-amz-version-id", marker.id.as_str())),
            (Some(_), Some(id)) => Err(errors::is_delete_marker(id)),
            (None, None) => Err(errors::missing(&self.name, key)),
            (None, Some(id)) => Err(errors::no_version(key, id)),
        }
    }

    /// Stores an object as the current one; its id, as answers say it. `id` is for a bucket that
    /// keeps versions.
    pub(super) fn store(&mut self, key: &str, object: Object, id: String) -> Option<String> {
        let id = match self.versioning() {
            Versioning::Enabled => id,
            Versioning::Never | Versioning::Suspended => NULL.to_owned(),
        };
        let said = self.said(&id);
        let version = Version {
            id,
            modified: object.modified,
            object: Some(object),
        };
        self.objects
            .entry(key.to_owned())
            .or_default()
            .push(version);
        said
    }

    /// Deletes what is current: for good, or by a marker on top where versions are kept.
    pub(super) fn delete_current(&mut self, key: &str, id: String, now: u64) -> Deleted {
        let id = match self.versioning() {
            Versioning::Never => {
                self.objects.remove(key);
                return Deleted::default();
            }
            Versioning::Enabled => id,
            Versioning::Suspended => NULL.to_owned(),
        };
        let marker = Version {
            id: id.clone(),
            modified: now,
            object: None,
        };
        self.objects.entry(key.to_owned()).or_default().push(marker);
        Deleted {
            marker: true,
            version: Some(id),
        }
    }

    /// Removes a version for good; one that is not there is deleted all the same.
    pub(super) fn delete_version(&mut self, key: &str, id: &str) -> Deleted {
        let mut marker = false;
        if let Some(versions) = self.objects.get_mut(key) {
            let removed = versions.remove(id);
            marker = removed.is_some_and(|version| version.object.is_none());
            if versions.0.is_empty() {
                self.objects.remove(key);
            }
        }
        Deleted {
            marker,
            version: Some(id.to_owned()),
        }
    }

    /// The version that a permanent delete would remove.
    pub(super) fn version(&self, key: &str, id: &str) -> Option<&Version> {
        self.objects.get(key)?.find(id)
    }
}

/// A new id: opaque, and fit for a URL. Source: user guide, "Version IDs".
pub(super) fn new_id(random: [u128; 2]) -> String {
    let [one, other] = random.map(u128::to_be_bytes);
    let mut bytes = [0; 24];
    let sources = one.iter().chain(other.iter());
    bytes
        .iter_mut()
        .zip(sources)
        .for_each(|(to, from)| *to = *from);
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// Refuses what cannot be the id of a version.
pub(super) fn check_id(id: &str) -> Result<(), ServiceError> {
    if is_id(id) {
        return Ok(());
    }
    // Observed: versity/versitygw#1698.
    let message = "Invalid version id specified";
    Err(errors::invalid_argument(message, "versionId", id))
}

/// Whether a text has the form of an id: 32 characters (observed: Seagate/cortx-s3server#1724).
pub(super) fn is_id(id: &str) -> bool {
    let letter = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    id == NULL || id.len() == 32 && id.bytes().all(letter)
}
