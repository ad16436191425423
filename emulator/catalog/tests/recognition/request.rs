//! The smallest request for an operation, made from its model alone.

use rolecall_catalog::{
    Operation, ProtocolName, Service,
    model::{Location, Member},
    recognise::Head,
};

/// A request that owns its parts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) form: Option<String>,
    pub(crate) scope: Option<String>,
}

/// The value that every label gets.
pub(crate) const LABEL: &str = "v-1";

impl Request {
    /// Builds the request as a client of this protocol would.
    pub(crate) fn of(service: &Service, operation: &Operation, protocol: ProtocolName) -> Self {
        let scope = service
            .signing_names
            .first()
            .filter(|_| !operation.unsigned)
            .cloned();
        let post = Self {
            method: "POST".to_owned(),
            path: "/".to_owned(),
            scope,
            ..Self::default()
        };
        match protocol {
            ProtocolName::Json10 | ProtocolName::Json11 => {
                let prefix = service.target_prefix.clone().unwrap_or_default();
                post.with_header("X-Amz-Target", &format!("{prefix}.{}", operation.name))
            }
            ProtocolName::Query | ProtocolName::Ec2 => Self {
                form: Some(format!(
                    "Action={}&Version={}",
                    operation.name, service.api_version
                )),
                ..post
            },
            ProtocolName::RpcV2Cbor => {
                let prefix = service.target_prefix.clone().unwrap_or_default();
                let path = format!("/service/{prefix}/operation/{}", operation.name);
                Self { path, ..post }.with_header("smithy-protocol", "rpc-v2-cbor")
            }
            ProtocolName::RestJson | ProtocolName::RestXml => post.rest(service, operation),
        }
    }

    fn rest(mut self, service: &Service, operation: &Operation) -> Self {
        let (path, query) = operation
            .request_uri
            .split_once('?')
            .unwrap_or((&operation.request_uri, ""));
        self.method.clone_from(&operation.method);
        self.path = fill(path);
        let mut pairs: Vec<String> = query
            .split('&')
            .filter(|q| !q.is_empty())
            .map(str::to_owned)
            .collect();
        for member in required(service, operation) {
            let name = member.location_name.as_deref().unwrap_or(&member.name);
            match member.location {
                Location::Query => pairs.push(format!("{name}=x")),
                Location::Header => self.headers.push((name.to_owned(), "x".to_owned())),
                _ => {}
            }
        }
        self.query = pairs.join("&");
        self
    }

    fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Hands the request to `look` as a head.
    pub(crate) fn head<T>(&self, look: impl FnOnce(&Head<'_>) -> T) -> T {
        let headers: Vec<(&str, &[u8])> = self
            .headers
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_bytes()))
            .collect();
        look(&Head {
            method: &self.method,
            path: &self.path,
            query: &self.query,
            host: Some("127.0.0.1:4566"),
            headers: &headers,
            scope_service: self.scope.as_deref(),
            scope_region: Some("us-east-1"),
            form: self.form.as_deref().map(str::as_bytes),
            ..Head::default()
        })
    }
}

fn required<'s>(service: &'s Service, operation: &Operation) -> impl Iterator<Item = &'s Member> {
    let input = operation.input.and_then(|id| service.structure(id));
    input
        .into_iter()
        .flat_map(|s| &s.members)
        .filter(|m| m.required)
}

/// The template with its labels replaced.
fn fill(path: &str) -> String {
    let mut filled = String::new();
    let mut rest = path;
    while let Some((before, label)) = rest.split_once('{') {
        filled.push_str(before);
        filled.push_str(LABEL);
        rest = label.split_once('}').map_or("", |(_, after)| after);
    }
    filled.push_str(rest);
    filled
}
