//! One call, as it was recognised and parsed.

use std::sync::Arc;

use rolecall_policy::AccountId;
use serde_json::{Map, Value};

use crate::model::{Member, Operation, ProtocolName, Service, ShapeId, ShapeKind};

/// A parsed call.
///
/// Parameters are named as in the service model (member names, not wire names). A blob is its
/// base64 text, a timestamp a number (seconds since the epoch), a document and a map are what they
/// are in JSON. A streaming or `payload` blob member is not here: it is the body.
#[derive(Clone, Debug)]
pub struct Call {
    /// The service.
    pub service: Arc<Service>,
    /// The index of the operation in [`Service::operations`].
    pub operation: usize,
    /// How it was spoken.
    pub protocol: ProtocolName,
    /// The input members.
    pub parameters: Map<String, Value>,
    /// The region of the credential scope (or the default one, for what has none).
    pub region: String,
    /// The partition, such as `aws`.
    pub partition: String,
    /// The caller's account; for an anonymous caller the server's own.
    pub account: AccountId,
    /// The ARN of the IAM user that calls, with its path; none for another caller, such as a role's
    /// session, and where it is not known.
    pub caller: Option<String>,
}

/// The partition of a region, such as `aws-us-gov`.
///
/// Source: botocore 1.44.5, `partitions.json`, the regular expressions of the partitions' regions.
pub fn partition_of(region: &str) -> &'static str {
    const PARTITIONS: [(&str, &str); 7] = [
        ("cn-", "aws-cn"),
        ("us-gov-", "aws-us-gov"),
        ("us-iso-", "aws-iso"),
        ("us-isob-", "aws-iso-b"),
        ("us-isof-", "aws-iso-f"),
        ("eu-isoe-", "aws-iso-e"),
        ("eusc-", "aws-eusc"),
    ];
    let found = PARTITIONS
        .iter()
        .find(|(start, _)| region.starts_with(start));
    found.map_or("aws", |(_, partition)| partition)
}

impl Call {
    /// The texts among the parameters that the service's model marks sensitive.
    pub fn sensitive_texts(&self) -> Vec<&str> {
        let mut found = Vec::new();
        let input = self.operation().input;
        if let Some(structure) = input.and_then(|input| self.service.structure(input)) {
            for (name, value) in &self.parameters {
                if let Some(member) = structure.members.iter().find(|m| m.name == *name) {
                    self.gather_sensitive(member, value, false, &mut found);
                }
            }
        }
        found
    }

    fn gather_sensitive<'c>(
        &'c self,
        member: &Member,
        value: &'c Value,
        is_inside: bool,
        found: &mut Vec<&'c str>,
    ) {
        let sensitive = is_inside || member.sensitive;
        match value {
            Value::String(text) if sensitive && !text.is_empty() => found.push(text),
            Value::Array(items) => {
                if let ShapeKind::List { member, .. } = self.kind(member.shape) {
                    for item in items {
                        self.gather_sensitive(member, item, sensitive, found);
                    }
                }
            }
            Value::Object(members) => match self.kind(member.shape) {
                ShapeKind::Structure(structure) => {
                    for (name, value) in members {
                        if let Some(member) = structure.members.iter().find(|m| m.name == *name) {
                            self.gather_sensitive(member, value, sensitive, found);
                        }
                    }
                }
                ShapeKind::Map { key, value: of, .. } => {
                    for (name, value) in members {
                        if (sensitive || key.sensitive) && !name.is_empty() {
                            found.push(name);
                        }
                        self.gather_sensitive(of, value, sensitive, found);
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }

    fn kind(&self, shape: ShapeId) -> &ShapeKind {
        &self.service.shape(shape).kind
    }

    /// The operation's model.
    pub fn operation(&self) -> &Operation {
        #[expect(
            clippy::indexing_slicing,
            reason = "a call is made from an operation of its service"
        )]
        &self.service.operations[self.operation]
    }

    /// A parameter that is a text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).and_then(Value::as_str)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Catalog;

    fn call(service: &str, operation: &str, parameters: Value) -> Call {
        let service = Catalog::embedded().load(service).unwrap();
        let Value::Object(parameters) = parameters else {
            panic!("parameters are an object")
        };
        Call {
            operation: service.operation_index(operation).unwrap(),
            protocol: service.protocols[0],
            parameters,
            region: "us-east-1".to_owned(),
            partition: "aws".to_owned(),
            account: AccountId::parse("123456789012").unwrap(),
            service,
            caller: None,
        }
    }

    #[test]
    fn what_the_model_marks_sensitive_is_found_wherever_it_stands() {
        let parameters = json!({ "Name": "n", "SecretString": "s" });
        let secret = call("secretsmanager", "CreateSecret", parameters);
        assert_eq!(secret.sensitive_texts(), ["s"]);
        // Sensitive is the shape of a value in a map within a structure.
        let environment = json!({ "Variables": { "PASSWORD": "p" } });
        let parameters = json!({ "FunctionName": "f", "Environment": environment });
        let function = call("lambda", "UpdateFunctionConfiguration", parameters);
        assert_eq!(function.sensitive_texts(), ["PASSWORD", "p"]);
        let plain = call("s3", "GetObject", json!({ "Bucket": "b", "Key": "k" }));
        assert!(plain.sensitive_texts().is_empty());
    }
}
