//! Facts: what a requirement depends on that is not in the request.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The kinds of fact, each with the form of its subject and of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FactKind {
    /// Subject: a bucket's name. Value: the owner's account id.
    BucketOwner,
    /// Subject: a bucket's name. Value: the ARN of the customer key that encrypts new objects.
    BucketKey,
    /// Subject: a bucket's name. Value: its CORS configuration, as it was put.
    BucketCors,
    /// Subject: an object's ARN. Value: the ARN of the customer key that encrypts it.
    ObjectKey,
    /// Subject: the ARN of the object that an upload makes, `?uploadId=` and the upload's id. Value: the ARN of
    /// the customer key that encrypts its parts.
    UploadKey,
    /// Subject: an object's ARN. Value: its tags, an object of strings.
    ObjectTags,
    /// Subject: `arn:PARTITION:secretsmanager:REGION:ACCOUNT:secret:NAME`, without the suffix.
    /// Value: the full ARN.
    SecretArn,
    /// Subject: an alias ARN. Value: the key's ARN.
    KeyOfAlias,
    /// Subject: the ARN of a table, queue, topic, secret, parameter, stream, ... Value: the ARN of
    /// the customer key that encrypts it.
    ResourceKey,
    /// Subject: a resource's ARN. Value: its tags, an object of strings.
    ResourceTags,
    /// Subject: a resource's ARN. Value: the text of its resource policy.
    ResourcePolicy,
    /// Subject: the ARN of a path of parameters, ending in `/` for those on its own level and in
    /// `/*` for all below it. Value: an object with the customer key's ARN for the ARN of each
    /// `SecureString` among them that has one.
    ParameterKeys,
    /// Subject: a parameter's ARN. Value: `String`, `StringList` or `SecureString`.
    ParameterType,
    /// Subject: the ARN of an IAM user, group, role, ... with its path left out. Value: its ARN.
    EntityArn,
    /// Subject: the ARN of a table or an index. Value: the name of its partition key.
    PartitionKey,
    /// Subject: `subscription` ARN of SNS. Value: the ARN of its topic.
    TopicOfSubscription,
    /// Subject: the ARN of an instance profile. Value: the ARN of the role in it.
    RoleOfInstanceProfile,
    /// Subject: the ARN of an ECS task definition, its revision `*` if none is given. Value: an object
    /// with the ARNs of its roles, as far as it has them: `task` and `execution`.
    RolesOfTaskDefinition,
    /// Subject: the ARN of an inference profile. Value: the ARNs of the models behind it, a list.
    ModelsOfProfile,
    /// Subject: an ARN as far as a request says it: with `*` for an id of AWS's (`stack/orders/*`), with a
    /// name in the place of the id, or of something that belongs to the resource (a query of a work group).
    /// Value: the ARN, or a list of the ARNs, of what AWS authorizes.
    ResourceArn,
    /// Subject: a subnet's ARN. Value: the id of its VPC.
    VpcOfSubnet,
    /// Subject: `arn:PARTITION:kms:REGION:ACCOUNT:ciphertext/BLOB`, the blob in base64. Value: the
    /// ARN of the key that made it.
    KeyOfCiphertext,
    /// Subject: a key's ARN. Value: its grants, a list of what the evaluator reads as one.
    KeyGrants,
    /// Subject: a bucket's ARN. Value: its settings of S3 Block Public Access, an object of booleans as in
    /// `PublicAccessBlockConfiguration`.
    PublicAccessBlock,
}

/// A question about state.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Fact {
    /// What is asked.
    pub kind: FactKind,
    /// About what.
    pub subject: String,
}

/// The answer to a question about state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FactValue {
    /// It is so.
    Present(Value),
    /// It is known that there is none: no such bucket, no customer key.
    Absent,
    /// Nobody here knows.
    NotKnown,
}

/// Who answers such questions: the embedded backend, what passed through to an upstream, a file.
pub trait Facts {
    /// Answers one question.
    fn fact(&self, fact: &Fact) -> FactValue;
}

/// Knows nothing.
#[derive(Clone, Copy, Debug)]
pub struct NoFacts;

impl Facts for NoFacts {
    fn fact(&self, _: &Fact) -> FactValue {
        FactValue::NotKnown
    }
}
