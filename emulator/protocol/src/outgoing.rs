//! A request as an SDK would send it.

use bytes::Bytes;
use rolecall_catalog::{Operation, Service};
use serde_json::{Map, Value};

use crate::shapes;

/// A request as botocore serialises it, before it is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: String,
    /// What stands before the endpoint's host, such as `sync-` or `123456789012.`.
    pub host_prefix: Option<String>,
    /// The raw path.
    pub path: String,
    /// The raw query, without the question mark.
    pub query: String,
    /// The headers that the operation and its members make, names in lower case. What the signature,
    /// the connection and the user agent add is not among them.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
}

impl Request {
    /// An empty request to the root, with the operation's method and host prefix.
    pub(crate) fn new(
        service: &Service,
        operation: &Operation,
        input: &Map<String, Value>,
    ) -> Self {
        Self {
            method: operation.method.clone(),
            host_prefix: host_prefix(service, operation, input),
            path: "/".to_owned(),
            query: String::new(),
            headers: Vec::new(),
            body: Bytes::new(),
        }
    }
}

/// The template of the operation with its labels filled.
///
/// Source: Smithy, "endpoint trait".
fn host_prefix(
    service: &Service,
    operation: &Operation,
    input: &Map<String, Value>,
) -> Option<String> {
    let mut prefix = operation.host_prefix.clone()?;
    let members = shapes::input(service, operation).map_or(&[][..], |shape| &shape.members);
    for member in members.iter().filter(|m| m.host_label) {
        let value = input.get(&member.name).and_then(Value::as_str);
        prefix = prefix.replace(&format!("{{{}}}", member.name), value.unwrap_or_default());
    }
    Some(prefix)
}
