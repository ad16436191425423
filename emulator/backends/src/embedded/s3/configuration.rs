//! What is configured on a bucket, kept as it was put.

use serde_json::{Map, Value, json};

use super::{cors, errors, lock, service::S3};
use crate::embedded::request::{Outcome, Request, output};

/// How a kind of configuration is put, given and missed.
struct Kind {
    /// Part of the names of its operations, and its key in the bucket.
    name: &'static str,
    /// The member of the input that holds it.
    put: &'static str,
    /// The member of the output that holds it; none where its members are the output's.
    get: Option<&'static str>,
    missing: Missing,
}

/// What is said when nothing was put.
#[derive(Clone, Copy)]
enum Missing {
    /// An error with this code and message.
    Error(&'static str, &'static str),
    /// An empty configuration.
    Empty,
    /// What a new bucket has.
    Default(fn() -> Value),
}

impl Kind {
    const fn new(name: &'static str, put: &'static str, missing: Missing) -> Self {
        Self {
            name,
            put,
            get: None,
            missing,
        }
    }

    const fn wrapped(name: &'static str, put: &'static str, missing: Missing) -> Self {
        Self {
            name,
            put,
            get: Some(put),
            missing,
        }
    }
}

/// Source of names: the service model; of codes: API reference, the `Get` operations; of what new
/// buckets have: user guide, "Default settings for new S3 buckets".
const KINDS: [Kind; 14] = [
    Kind::new(
        "BucketCors",
        "CORSConfiguration",
        Missing::Error(
            "NoSuchCORSConfiguration",
            "The CORS configuration does not exist",
        ),
    ),
    Kind::new(
        "BucketLifecycleConfiguration",
        "LifecycleConfiguration",
        NO_LIFECYCLE,
    ),
    Kind::new(
        "BucketVersioning",
        "VersioningConfiguration",
        Missing::Empty,
    ),
    Kind::new(
        "BucketNotificationConfiguration",
        "NotificationConfiguration",
        Missing::Empty,
    ),
    Kind::new("BucketLogging", "BucketLoggingStatus", Missing::Empty),
    Kind::new(
        "BucketAccelerateConfiguration",
        "AccelerateConfiguration",
        Missing::Empty,
    ),
    Kind::new(
        "BucketRequestPayment",
        "RequestPaymentConfiguration",
        Missing::Default(|| json!({ "Payer": "BucketOwner" })),
    ),
    Kind::new(
        "BucketWebsite",
        "WebsiteConfiguration",
        Missing::Error(
            "NoSuchWebsiteConfiguration",
            "The specified bucket does not have a website configuration",
        ),
    ),
    Kind::wrapped(
        "BucketEncryption",
        "ServerSideEncryptionConfiguration",
        Missing::Default(default_encryption),
    ),
    Kind::wrapped(
        "PublicAccessBlock",
        "PublicAccessBlockConfiguration",
        Missing::Default(default_public_access_block),
    ),
    Kind::wrapped(
        "BucketOwnershipControls",
        "OwnershipControls",
        Missing::Default(|| json!({ "Rules": [{ "ObjectOwnership": "BucketOwnerEnforced" }] })),
    ),
    Kind::wrapped(
        "BucketReplication",
        "ReplicationConfiguration",
        Missing::Error(
            "ReplicationConfigurationNotFoundError",
            "The replication configuration was not found",
        ),
    ),
    Kind::wrapped(
        "ObjectLockConfiguration",
        "ObjectLockConfiguration",
        Missing::Error(
            "ObjectLockConfigurationNotFoundError",
            "Object Lock configuration does not exist for this bucket",
        ),
    ),
    // The name of the operation that deletes a lifecycle is shorter.
    Kind::new("BucketLifecycle", "LifecycleConfiguration", NO_LIFECYCLE),
];

const NO_LIFECYCLE: Missing = Missing::Error(
    "NoSuchLifecycleConfiguration",
    "The lifecycle configuration does not exist",
);

fn default_encryption() -> Value {
    let by_default = json!({ "SSEAlgorithm": "AES256" });
    json!({ "Rules": [{
        "ApplyServerSideEncryptionByDefault": by_default, "BucketKeyEnabled": false,
    }] })
}

pub(super) fn default_public_access_block() -> Value {
    json!({
        "BlockPublicAcls": true,
        "IgnorePublicAcls": true,
        "BlockPublicPolicy": true,
        "RestrictPublicBuckets": true,
    })
}

impl S3 {
    /// Answers `Put`, `Get` and `Delete` of a configuration.
    pub(super) fn configuration(&self, request: &Request<'_>) -> Option<Outcome> {
        let kind = |prefix: &str| {
            let name = request.operation.strip_prefix(prefix)?;
            KINDS.iter().find(|kind| kind.name == name)
        };
        kind("Put")
            .map(|kind| self.put_configuration(request, kind))
            .or_else(|| kind("Get").map(|kind| self.get_configuration(request, kind)))
            .or_else(|| kind("Delete").map(|kind| self.delete_configuration(request, kind)))
    }

    fn put_configuration(&self, request: &Request<'_>, kind: &Kind) -> Outcome {
        let value = request
            .parameters
            .get(kind.put)
            .cloned()
            .unwrap_or_else(|| json!({}));
        if kind.name == "BucketCors" {
            cors::check(&value)?;
        }
        self.with_bucket(request, |bucket| {
            lock::check_configuration(bucket, kind.name, &value)?;
            bucket.configurations.insert(kind.key(), value);
            Ok(Map::new())
        })
    }

    fn get_configuration(&self, request: &Request<'_>, kind: &Kind) -> Outcome {
        self.with_bucket(request, |bucket| {
            let value = match (bucket.configurations.get(kind.key()), kind.missing) {
                (Some(Value::Null), _) => {
                    let (code, message) = kind.deleted().unwrap_or_default();
                    return Err(errors::no_configuration(code, message, &bucket.name));
                }
                (Some(value), _) => value.clone(),
                (None, Missing::Empty) => json!({}),
                (None, Missing::Default(default)) => default(),
                (None, Missing::Error(code, message)) => {
                    return Err(errors::no_configuration(code, message, &bucket.name));
                }
            };
            Ok(match kind.get {
                Some(member) => output(json!({ member: value })),
                None => output(value),
            })
        })
    }

    fn delete_configuration(&self, request: &Request<'_>, kind: &Kind) -> Outcome {
        self.with_bucket(request, |bucket| {
            // What was deleted is not the default again: everything is open then, or writers own.
            if kind.deleted().is_some() {
                bucket.configurations.insert(kind.key(), Value::Null);
            } else {
                bucket.configurations.remove(kind.key());
            }
            Ok(Map::new())
        })
    }
}

impl Kind {
    /// What is said of one that new buckets have and this one has no more. Source: API reference,
    /// "Error responses", for the codes; the messages are those that users pasted
    /// (hashicorp/terraform-provider-aws, tests of `aws_s3_bucket_public_access_block`): assumed.
    fn deleted(&self) -> Option<(&'static str, &'static str)> {
        match self.name {
            "PublicAccessBlock" => Some((
                "NoSuchPublicAccessBlockConfiguration",
                "The public access block configuration was not found",
            )),
            "BucketOwnershipControls" => Some((
                "OwnershipControlsNotFoundError",
                "The bucket ownership controls were not found",
            )),
            _ => None,
        }
    }

    /// Under which name it is kept.
    fn key(&self) -> &'static str {
        match self.name {
            "BucketEncryption" => "Encryption",
            "BucketLifecycle" => "BucketLifecycleConfiguration",
            name => name,
        }
    }
}
