//! What is asked.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

/// A call, described.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Whatever tells the answer apart; echoed.
    #[serde(default)]
    pub id: Value,
    /// The service: botocore's name for it (`stepfunctions`), its endpoint prefix or signing name
    /// (`states`), or its IAM prefix.
    pub service: String,
    /// The operation, such as `CopyObject`.
    pub operation: String,
    /// The parameters under their API names, in the form that boto3 takes them; blobs as base64 or
    /// text, timestamps as seconds or text.
    #[serde(default)]
    pub parameters: Map<String, Value>,
    /// The region that the client is made for; `us-east-1` if none is given.
    #[serde(default = "default_region")]
    pub region: String,
    /// The caller's account; the caller's own if none is given, else `123456789012`.
    #[serde(default)]
    pub account: Option<String>,
    /// The ARN of the role, user or session that makes the call.
    #[serde(default)]
    pub caller: Option<String>,
    /// What is known of resources, by ARN.
    #[serde(default)]
    pub resources: BTreeMap<String, Resource>,
}

fn default_region() -> String {
    "us-east-1".to_owned()
}

/// What is known of a resource. A member that is not given is not known; null says that there is none.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Resource {
    /// The account that owns it; for what names none in its ARN, such as a bucket.
    #[serde(default, deserialize_with = "given")]
    pub account: Option<Value>,
    /// Its tags, a map.
    #[serde(default, deserialize_with = "given")]
    pub tags: Option<Value>,
    /// The ARN of the customer key that encrypts it; of a bucket: its default for new objects, and
    /// what its objects and uploads are encrypted with unless they say otherwise. An upload is its object's ARN
    /// with `?uploadId=ID`.
    #[serde(default, deserialize_with = "given")]
    pub kms_key_arn: Option<Value>,
    /// The tags of an object, a map; of a bucket: of all its objects that do not say otherwise.
    #[serde(default, deserialize_with = "given")]
    pub object_tags: Option<Value>,
    /// Of a bucket: `Enabled`, `Suspended`, or null. Decides nothing, and a warning says so: whether a call takes
    /// `s3:GetObject` or `s3:GetObjectVersion` depends on the version that it names.
    #[serde(default, deserialize_with = "given")]
    pub versioning: Option<Value>,
    /// Of an alias: the ARN of what it stands for.
    #[serde(default, deserialize_with = "given")]
    pub alias_of: Option<Value>,
    /// Of a VPC: the ids of its subnets, a list; `lambda:VpcIds` and `ec2:Vpc` follow. Of anything else it decides
    /// nothing, and a warning says so.
    #[serde(default, deserialize_with = "given")]
    pub vpc_subnets: Option<Value>,
    /// Of something that a call may name in the place of the resource (a name where AWS has an id, a query of a
    /// work group): the ARN, or the ARNs, of what AWS authorizes then.
    #[serde(default, deserialize_with = "given")]
    pub stands_for: Option<Value>,
    /// Of an instance profile: the ARN of the role in it.
    #[serde(default, deserialize_with = "given")]
    pub role: Option<Value>,
    /// Of an ECS task definition: the ARNs of its roles, a map of `task` and `execution`.
    #[serde(default, deserialize_with = "given")]
    pub roles: Option<Value>,
    /// Of an inference profile: the ARNs of the models behind it, a list.
    #[serde(default, deserialize_with = "given")]
    pub models: Option<Value>,
    /// Its resource policy, as text or as a document.
    #[serde(default, deserialize_with = "given")]
    pub policy: Option<Value>,
}

/// Tells null, which says something, from what is not there.
fn given<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(from).map(Some)
}
