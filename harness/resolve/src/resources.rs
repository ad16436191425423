//! What the question says of resources, as facts.

use std::collections::BTreeMap;

use rolecall_catalog::{Fact, FactKind, FactValue, Facts};
use rolecall_policy::{AccountId, Arn};
use serde_json::Value;

use crate::{ResolveError, Resource};

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
            // A subscription's ARN begins with its topic's.
            FactKind::TopicOfSubscription => match subject.rsplit_once(':') {
                Some((topic, _)) if topic.split(':').count() == 6 => {
                    FactValue::Present(topic.into())
                }
                _ => FactValue::NotKnown,
            },
            // No member of a resource says it.
            FactKind::PartitionKey
            | FactKind::ParameterKeys
            | FactKind::RoleOfInstanceProfile
            | FactKind::RolesOfTaskDefinition
            | FactKind::ModelsOfProfile
            | FactKind::KeyOfCiphertext
            | FactKind::KeyGrants => FactValue::NotKnown,
        }
    }
}

/// Not given is not known; null is none.
fn value(given: Option<&Value>) -> FactValue {
    match given {
        None => FactValue::NotKnown,
        Some(Value::Null) => FactValue::Absent,
        Some(value) => FactValue::Present(value.clone()),
    }
}

/// Says whether a member has its form.
type Check<'c> = &'c dyn Fn(&Value) -> bool;

fn checked(arn: &str, resource: &Resource) -> Result<(), ResolveError> {
    let is_arn = |value: &Value| value.as_str().is_some_and(|text| Arn::parse(text).is_ok());
    let is_map = |value: &Value| {
        value
            .as_object()
            .is_some_and(|map| map.values().all(Value::is_string))
    };
    let is_account = |value: &Value| {
        value
            .as_str()
            .is_some_and(|text| AccountId::parse(text).is_ok())
    };
    let are_texts = |value: &Value| {
        value
            .as_array()
            .is_some_and(|items| items.iter().all(Value::is_string))
    };
    let is_state = |value: &Value| matches!(value.as_str(), Some("Enabled" | "Suspended"));
    let is_policy = |value: &Value| value.is_string() || value.is_object();
    let members: [(&'static str, &Option<Value>, Check<'_>, &'static str); 8] = [
        ("account", &resource.account, &is_account, "twelve digits"),
        ("tags", &resource.tags, &is_map, "a map of texts"),
        ("kmsKeyArn", &resource.kms_key_arn, &is_arn, "an ARN"),
        (
            "objectTags",
            &resource.object_tags,
            &is_map,
            "a map of texts",
        ),
        (
            "versioning",
            &resource.versioning,
            &is_state,
            "`Enabled` or `Suspended`",
        ),
        ("aliasOf", &resource.alias_of, &is_arn, "an ARN"),
        (
            "vpcSubnets",
            &resource.vpc_subnets,
            &are_texts,
            "a list of texts",
        ),
        ("policy", &resource.policy, &is_policy, "a policy"),
    ];
    for (member, value, check, expected) in members {
        if value
            .as_ref()
            .is_some_and(|value| !value.is_null() && !check(value))
        {
            return Err(ResolveError::Member {
                arn: arn.to_owned(),
                member,
                expected,
            });
        }
    }
    Ok(())
}
