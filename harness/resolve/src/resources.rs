//! What the question says of resources, as facts.

use std::collections::BTreeMap;

use rolecall_catalog::{Fact, FactKind, FactValue, Facts};
use rolecall_policy::{AccountId, Arn};
use serde_json::Value;

use crate::{ResolveError, Resource, members::checked};

/// Answers questions about state from a table of resources.
#[derive(Debug)]
pub(crate) struct Table<'q>(&'q BTreeMap<String, Resource>);

impl<'q> Table<'q> {
    /// Checks that what is said has the form that facts have.
    pub(crate) fn new(resources: &'q BTreeMap<String, Resource>) -> Result<Self, ResolveError> {
        for (arn, resource) in resources {
            Arn::parse(arn).map_err(|error| ResolveError::Resource(error.to_string()))?;
            checked(arn, resource)?;
        }
        Ok(Self(resources))
    }

    /// The account that owns a resource, as far as its own entry says.
    pub(crate) fn owner(&self, arn: &str) -> Option<AccountId> {
        let account = self.get(arn)?.account.as_ref()?;
        AccountId::parse(account.as_str()?).ok()
    }

    fn get(&self, arn: &str) -> Option<&'q Resource> {
        self.0.get(arn)
    }

    /// Of an object: what its own entry says, else its bucket's.
    fn of_object(&self, arn: &str, member: impl Fn(&Resource) -> Option<&Value>) -> FactValue {
        let bucket = arn.split_once('/').map(|(bucket, _)| bucket);
        let own = self.get(arn).and_then(&member);
        let of_bucket = || self.get(bucket?).and_then(&member);
        value(own.or_else(of_bucket))
    }

    fn of_bucket(&self, name: &str, member: impl Fn(&Resource) -> Option<&Value>) -> FactValue {
        let is_it = |arn: &str| {
            arn.starts_with("arn:")
                && arn.split(':').nth(2) == Some("s3")
                && arn.rsplit(':').next() == Some(name)
        };
        let found = self.0.iter().find(|(arn, _)| is_it(arn));
        value(found.and_then(|(_, resource)| member(resource)))
    }

    /// The full ARN of a secret: six characters after its name.
    ///
    /// Source: Secrets Manager User Guide, "Secrets Manager secret", ARN.
    fn secret(&self, without_suffix: &str) -> FactValue {
        let is_it = |arn: &&String| {
            let suffix = arn
                .strip_prefix(without_suffix)
                .and_then(|rest| rest.strip_prefix('-'));
            suffix.is_some_and(|s| s.len() == 6 && s.bytes().all(|b| b.is_ascii_alphanumeric()))
        };
        match self.0.keys().find(is_it) {
            Some(arn) => FactValue::Present(arn.as_str().into()),
            None => FactValue::NotKnown,
        }
    }

    /// The id of the VPC that has a subnet.
    fn vpc(&self, subnet: &str) -> FactValue {
        let id = subnet.rsplit('/').next().unwrap_or(subnet);
        let has = |resource: &Resource| {
            let subnets = resource.vpc_subnets.as_ref().and_then(Value::as_array);
            subnets.is_some_and(|subnets| subnets.iter().any(|s| s == id || s == subnet))
        };
        let mut vpcs = self.0.iter().filter_map(|(arn, resource)| {
            let (place, vpc) = arn.split_once(":vpc/")?;
            (subnet.starts_with(place) && has(resource)).then_some(vpc)
        });
        match vpcs.next() {
            Some(vpc) => FactValue::Present(vpc.into()),
            None => FactValue::NotKnown,
        }
    }

    /// What is said and decides nothing, for a reader.
    ///
    /// Source: service model of S3 (botocore 1.44.5), "Permissions" of `GetObject` (`s3:GetObjectVersion` where the request has
    /// a `versionId`) and of `DeleteObject` (`s3:DeleteObjectVersion` to delete a specific version); S3 User Guide, "Deleting
    /// objects from versioning-suspended buckets": versioning decides what the operation does. Lambda Developer Guide, "Using IAM
    /// condition keys for VPC settings": the keys are those of the request.
    pub(crate) fn idle(&self) -> Vec<String> {
        let mut found = Vec::new();
        for (arn, resource) in self.0 {
            if resource.versioning.is_some() {
                found.push(format!(
                    "`versioning` of `{arn}` decides nothing: what a call needs depends on the version that it names \
                     (S3 API Reference, permissions of GetObject and DeleteObject)"
                ));
            }
            if resource.vpc_subnets.is_some() && !arn.contains(":vpc/") {
                found.push(format!(
                    "`vpcSubnets` of `{arn}` decides nothing: it is no VPC, and the keys of a function's network are \
                     those of the request (Lambda Developer Guide, IAM condition keys for VPC settings)"
                ));
            }
        }
        found
    }

    /// The roles of a task definition; of one whose revision is not known, those of the one revision here.
    fn roles(&self, subject: &str) -> FactValue {
        let whole = match self.whole(subject) {
            FactValue::Present(Value::String(arn)) => arn,
            _ => subject.to_owned(),
        };
        value(self.get(&whole).and_then(|r| r.roles.as_ref()))
    }

    /// The ARN with its path of an IAM entity.
    fn entity(&self, without_path: &str) -> FactValue {
        let plain = |arn: &str| {
            let (head, rest) = arn.split_once('/')?;
            Some(format!("{head}/{}", rest.rsplit('/').next()?))
        };
        let is_it = |arn: &&String| plain(arn).as_deref() == Some(without_path);
        match self.0.keys().find(is_it) {
            Some(arn) => FactValue::Present(arn.as_str().into()),
            None => FactValue::NotKnown,
        }
    }

    /// What stands for an ARN that a request does not say whole: what its own entry says, else the one ARN here
    /// that it is a pattern of. Of several none: which one is meant is not known.
    fn whole(&self, subject: &str) -> FactValue {
        if let Some(given) = self.get(subject).and_then(|r| r.stands_for.as_ref()) {
            return value(Some(given));
        }
        if !subject.contains('*') {
            return FactValue::NotKnown;
        }
        let pieces: Vec<&str> = subject.split('*').collect();
        let mut fitting = self.0.keys().filter(|arn| fits(&pieces, arn));
        match (fitting.next(), fitting.next()) {
            (Some(arn), None) => FactValue::Present(arn.as_str().into()),
            _ => FactValue::NotKnown,
        }
    }

    /// A parameter with a customer key is a `SecureString`; the AWS managed key needs no permission.
    fn parameter_type(&self, arn: &str) -> FactValue {
        match self.get(arn).and_then(|r| r.kms_key_arn.as_ref()) {
            Some(Value::Null) => FactValue::Present("String".into()),
            Some(_) => FactValue::Present("SecureString".into()),
            None => FactValue::NotKnown,
        }
    }
}

impl Facts for Table<'_> {
    fn fact(&self, fact: &Fact) -> FactValue {
        let subject = fact.subject.as_str();
        let own =
            |member: fn(&Resource) -> Option<&Value>| value(self.get(subject).and_then(member));
        match fact.kind {
            FactKind::BucketOwner => self.of_bucket(subject, |r| r.account.as_ref()),
            FactKind::BucketKey => self.of_bucket(subject, |r| r.kms_key_arn.as_ref()),
            FactKind::ObjectKey => self.of_object(subject, |r| r.kms_key_arn.as_ref()),
            FactKind::UploadKey => self.of_object(subject, |r| r.kms_key_arn.as_ref()),
            FactKind::ObjectTags => self.of_object(subject, |r| r.object_tags.as_ref()),
            FactKind::SecretArn => self.secret(subject),
            FactKind::KeyOfAlias => own(|r| r.alias_of.as_ref()),
            FactKind::ResourceKey => own(|r| r.kms_key_arn.as_ref()),
            FactKind::ResourceTags => own(|r| r.tags.as_ref()),
            FactKind::ResourcePolicy => match own(|r| r.policy.as_ref()) {
                FactValue::Present(document) if !document.is_string() => {
                    FactValue::Present(document.to_string().into())
                }
                other => other,
            },
            FactKind::ParameterType => self.parameter_type(subject),
            FactKind::EntityArn => self.entity(subject),
            FactKind::ResourceArn => self.whole(subject),
            FactKind::VpcOfSubnet => self.vpc(subject),
            FactKind::RoleOfInstanceProfile => own(|r| r.role.as_ref()),
            FactKind::RolesOfTaskDefinition => self.roles(subject),
            FactKind::ModelsOfProfile => own(|r| r.models.as_ref()),
            // A subscription's ARN begins with its topic's.
            FactKind::TopicOfSubscription => match subject.rsplit_once(':') {
                Some((topic, _)) if topic.split(':').count() == 6 => {
                    FactValue::Present(topic.into())
                }
                _ => FactValue::NotKnown,
            },
            // No member of a resource says it.
            FactKind::PartitionKey
            | FactKind::BucketCors
            | FactKind::ParameterKeys
            | FactKind::KeyOfCiphertext
            | FactKind::KeyGrants
            | FactKind::PublicAccessBlock => FactValue::NotKnown,
        }
    }
}

/// Says whether an ARN has what stands between the stars; a star is an id, which has neither `/` nor `:` in it.
fn fits(pieces: &[&str], arn: &str) -> bool {
    let Some((first, rest)) = pieces.split_first() else {
        return arn.is_empty();
    };
    let Some(tail) = arn.strip_prefix(first) else {
        return false;
    };
    if rest.is_empty() {
        return tail.is_empty();
    }
    let ends = tail
        .char_indices()
        .take_while(|(_, c)| !matches!(c, '/' | ':'))
        .map(|(at, c)| at + c.len_utf8());
    ends.filter_map(|at| tail.get(at..))
        .any(|tail| fits(rest, tail))
}

/// Not given is not known; null is none.
fn value(given: Option<&Value>) -> FactValue {
    match given {
        None => FactValue::NotKnown,
        Some(Value::Null) => FactValue::Absent,
        Some(value) => FactValue::Present(value.clone()),
    }
}
