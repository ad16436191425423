//! Walks parameters along the shapes of their operation.

use rolecall_catalog::{
    Operation, Service,
    model::{Member, ShapeKind, Structure},
};
use serde_json::{Map, Value};

use super::{
    InputError,
    scalars::{found, read},
};
use crate::{scalar::kind_name, shapes};

/// Parameters that fit their operation.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckedInput {
    /// The members in the form of [`rolecall_catalog::Call::parameters`], and payload blobs besides:
    /// blobs in base64, timestamps as seconds.
    pub members: Map<String, Value>,
    /// The paths of required members that are not there, such as `Delete.Objects[0].Key`, in the
    /// order of the model. Idempotency tokens are not among them: SDKs fill them.
    pub missing: Vec<String>,
}

/// Holds parameters against the model of their operation, as boto3 does before it serialises them.
///
/// They stand under their API names, in the form that boto3 takes them: timestamps as numbers of
/// seconds or as texts, blobs as base64 or as text. Nulls count as not given. Lengths and ranges are
/// not held against anything: the catalog has none.
pub fn check(
    service: &Service,
    operation: &Operation,
    parameters: &Map<String, Value>,
) -> Result<CheckedInput, InputError> {
    let input = shapes::input(service, operation);
    checked(service, operation, input, parameters)
}

/// Holds the members of an output against the model of its operation, as [`check`] does with an
/// input; an unknown member is told in the same words.
pub fn check_output(
    service: &Service,
    operation: &Operation,
    members: &Map<String, Value>,
) -> Result<CheckedInput, InputError> {
    let output = shapes::output(service, operation);
    checked(service, operation, output, members)
}

fn checked(
    service: &Service,
    operation: &Operation,
    structure: Option<&Structure>,
    values: &Map<String, Value>,
) -> Result<CheckedInput, InputError> {
    let mut checker = Checker {
        service,
        operation,
        missing: Vec::new(),
    };
    let nothing = Structure::default();
    let members = checker.structure(structure.unwrap_or(&nothing), values, "")?;
    Ok(CheckedInput {
        members,
        missing: checker.missing,
    })
}

struct Checker<'s> {
    service: &'s Service,
    operation: &'s Operation,
    missing: Vec<String>,
}

impl Checker<'_> {
    fn structure(
        &mut self,
        shape: &Structure,
        values: &Map<String, Value>,
        path: &str,
    ) -> Result<Map<String, Value>, InputError> {
        let given = || values.iter().filter(|(_, value)| !value.is_null());
        let mut members = Map::new();
        for (name, value) in given() {
            let path = join(path, name);
            let member = shape.members.iter().find(|m| m.name == *name);
            let member = member.ok_or_else(|| self.unknown(shape, &path))?;
            members.insert(name.clone(), self.value(member, value, &path)?);
        }
        if shape.union && members.len() != 1 {
            return Err(InputError::Union {
                path: path.to_owned(),
                members: members.len(),
            });
        }
        let absent = shape
            .members
            .iter()
            .filter(|m| m.required && !m.idempotency_token && !members.contains_key(&m.name));
        self.missing.extend(absent.map(|m| join(path, &m.name)));
        Ok(members)
    }

    fn unknown(&self, shape: &Structure, path: &str) -> InputError {
        InputError::Unknown {
            path: path.to_owned(),
            operation: self.operation.name.clone(),
            known: shape.members.iter().map(|m| m.name.clone()).collect(),
        }
    }

    fn value(&mut self, member: &Member, value: &Value, path: &str) -> Result<Value, InputError> {
        let kind = shapes::kind(self.service, member);
        match (kind, value) {
            (ShapeKind::Structure(shape), Value::Object(values)) if !shape.event_stream => {
                self.structure(shape, values, path).map(Value::Object)
            }
            (ShapeKind::List { member: item, .. }, Value::Array(items)) => items
                .iter()
                .enumerate()
                .map(|(index, value)| self.value(item, value, &format!("{path}[{index}]")))
                .collect(),
            (ShapeKind::Map { value: entry, .. }, Value::Object(entries)) => {
                let entries = entries.iter().filter(|(_, value)| !value.is_null());
                entries
                    .map(|(key, value)| {
                        let value = self.value(entry, value, &join(path, key))?;
                        Ok((key.clone(), value))
                    })
                    .collect()
            }
            _ => read(kind, value)
                .filter(|_| host_label(member, value))
                .ok_or_else(|| wrong(member, kind, value, path)),
        }
    }
}

/// Source: botocore 1.44.5, `serialize.py`, `HOST_PREFIX_RE`.
fn host_label(member: &Member, value: &Value) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-');
    let fits = |text: &str| !text.is_empty() && text.bytes().all(plain);
    !member.host_label || value.as_str().is_some_and(fits)
}

fn wrong(member: &Member, kind: &ShapeKind, value: &Value, path: &str) -> InputError {
    match value {
        Value::String(value) if member.host_label => InputError::HostLabel {
            path: path.to_owned(),
            value: value.clone(),
        },
        _ => InputError::Type {
            path: path.to_owned(),
            expected: kind_name(kind),
            found: found(value),
        },
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

#[cfg(test)]
mod tests {
    use rolecall_catalog::Catalog;
    use serde_json::json;

    use super::*;

    fn checked(service: &str, operation: &str, parameters: &Value) -> Result<CheckedInput, String> {
        let service = Catalog::embedded().service(service).unwrap();
        let number = service.operation_index(operation).unwrap();
        let parameters = parameters.as_object().unwrap();
        check(&service, &service.operations[number], parameters).map_err(|error| error.to_string())
    }

    #[test]
    fn blobs_and_timestamps_are_read_in_every_form_of_boto3() {
        let cases = [
            (
                "kms",
                "Encrypt",
                json!({"KeyId": "k", "Plaintext": "c2VjcmV0"}),
                "Plaintext",
                json!("c2VjcmV0"),
            ),
            (
                "kms",
                "Encrypt",
                json!({"KeyId": "k", "Plaintext": "a secret"}),
                "Plaintext",
                json!("YSBzZWNyZXQ="),
            ),
            (
                "backup",
                "ListBackupJobs",
                json!({"ByCreatedAfter": 1_795_420_800}),
                "ByCreatedAfter",
                json!(1_795_420_800),
            ),
            (
                "backup",
                "ListBackupJobs",
                json!({"ByCreatedAfter": "2026-11-23T08:00:00Z"}),
                "ByCreatedAfter",
                json!(1_795_420_800),
            ),
        ];
        for (service, operation, parameters, member, expected) in cases {
            let checked = checked(service, operation, &parameters).unwrap();
            assert_eq!(checked.members[member], expected, "{parameters}");
            assert_eq!(checked.missing, [""; 0]);
        }
    }

    #[test]
    fn what_is_missing_is_named_with_its_path() {
        let missing = |service, operation, parameters| {
            checked(service, operation, &parameters).unwrap().missing
        };
        assert_eq!(
            missing("s3", "CopyObject", json!({"Key": "k"})),
            ["Bucket", "CopySource"]
        );
        let delete =
            json!({"Bucket": "b", "Delete": {"Objects": [{"Key": "k"}, {"VersionId": "v"}]}});
        assert_eq!(
            missing("s3", "DeleteObjects", delete),
            ["Delete.Objects[1].Key"]
        );
        // The SDK makes the token.
        let token = json!({"resources": ["r"], "name": "n"});
        assert_eq!(missing("ssm", "GetParameter", json!({})), ["Name"]);
        assert_eq!(
            checked("ram", "CreateResourceShare", &json!({"name": "n"}))
                .unwrap()
                .missing,
            [""; 0],
            "{token}"
        );
    }

    #[test]
    fn what_does_not_fit_is_refused_with_its_path() {
        let cases = [
            (
                "GetObject",
                json!({"Buckt": "b"}),
                "`Buckt` is no parameter of `GetObject`; `Bucket` is the nearest",
            ),
            (
                "GetObject",
                json!({"Bucket": 3}),
                "`Bucket` is a number, and `String` is needed",
            ),
            (
                "DeleteObjects",
                json!({"Delete": {"Objects": [{"Kei": "k"}]}}),
                "`Delete.Objects[0].Kei` is no parameter of `DeleteObjects`; `Key` is the nearest",
            ),
            (
                "ListObjectsV2",
                json!({"MaxKeys": "10"}),
                "`MaxKeys` is a text, and `Integer` is needed",
            ),
            (
                "DeleteObject",
                json!({"BypassGovernanceRetention": 1}),
                "`BypassGovernanceRetention` is a number, and `Boolean` is needed",
            ),
        ];
        for (operation, parameters, expected) in cases {
            assert_eq!(checked("s3", operation, &parameters).unwrap_err(), expected);
        }
        let account = json!({"AccountId": "a/b"});
        assert_eq!(
            checked("s3control", "ListJobs", &account).unwrap_err(),
            "`AccountId` becomes part of the host, and `a/b` may not stand there"
        );
        let union = json!({"Filter": {}, "modelId": "m"});
        assert!(checked("bedrock-runtime", "Converse", &union).is_err());
    }
}
