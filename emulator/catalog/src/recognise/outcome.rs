//! What recognition finds out.

use std::sync::Arc;

use super::Head;
use crate::model::{Operation, ProtocolName, Service};

/// A service and one of its operations.
#[derive(Clone, Debug)]
pub struct Recognised {
    /// The service.
    pub service: Arc<Service>,
    /// The index of the operation in [`Service::operations`].
    pub operation: usize,
    /// How it is spoken.
    pub protocol: ProtocolName,
    /// The labels of the path and of the host prefix, percent-decoded, under their names on the wire.
    pub labels: Vec<(String, String)>,
}

impl Recognised {
    /// The operation's model.
    pub fn operation(&self) -> &Operation {
        #[expect(clippy::indexing_slicing, reason = "it was found in the operations")]
        &self.service.operations[self.operation]
    }
}

/// A request that is for nothing known; with all that is known.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{reason}")]
pub struct Unrecognised {
    /// What is missing.
    pub reason: Reason,
    /// The service, where there is no doubt about it.
    pub service: Option<Arc<Service>>,
    /// The protocol to answer in: the service's own, or what the request looks like.
    pub protocol: ProtocolName,
}

/// What a request lacks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The credential scope names a service that is not in the catalog.
    #[error("no service signs as `{0}`")]
    UnknownService(String),
    /// Nothing names a service.
    #[error("the request names no service: it is not signed, and has no target and no known path")]
    NoService,
    /// The service has no such operation.
    #[error("there is no operation `{0}` in the API version asked for")]
    UnknownOperation(String),
    /// No operation has this method and path.
    #[error("no operation is called with `{method} {path}`")]
    NoSuchPath {
        /// The method.
        method: String,
        /// The raw path.
        path: String,
    },
    /// The path is not UTF-8 once it is decoded.
    #[error("the path `{0}` is not UTF-8")]
    InvalidPath(String),
    /// The catalog itself is damaged.
    #[error("the catalog cannot be read: {0}")]
    Damaged(String),
}

impl Unrecognised {
    pub(super) fn new(head: &Head<'_>, reason: Reason) -> Self {
        Self {
            reason,
            service: None,
            protocol: appearance(head),
        }
    }

    pub(super) fn of_service(
        service: &Arc<Service>,
        protocol: ProtocolName,
        reason: Reason,
    ) -> Self {
        Self {
            reason,
            service: Some(Arc::clone(service)),
            protocol,
        }
    }

    /// Of one service, or of that among several which the scope is called after.
    pub(super) fn among<'s>(
        head: &Head<'_>,
        services: impl Iterator<Item = &'s Arc<Service>> + Clone,
        reason: Reason,
    ) -> Self {
        let mut others = services.clone();
        let only = others.next().filter(|_| others.next().is_none());
        let scope = head.scope_service.unwrap_or_default();
        let mut namesakes = services.filter(|s| s.name == scope || s.endpoint_prefix == scope);
        match only.or_else(|| namesakes.next()) {
            Some(service) => Self::of_service(service, spoken(service, head), reason),
            None => Self::new(head, reason),
        }
    }
}

/// The protocol in which the service answers: the request's, if it is one of the service's.
fn spoken(service: &Service, head: &Head<'_>) -> ProtocolName {
    let appearance = appearance(head);
    if service.query_compatible && appearance == ProtocolName::Query {
        return appearance;
    }
    let is_json = |p: ProtocolName| matches!(p, ProtocolName::Json10 | ProtocolName::Json11);
    // Which JSON it is, the service knows better than the request.
    let alike = |p: &ProtocolName| *p == appearance || (is_json(*p) && is_json(appearance));
    let listed = || service.protocols.iter().copied();
    listed()
        .find(alike)
        .or_else(|| listed().next())
        .unwrap_or(appearance)
}

/// The protocol that a request seems to speak.
fn appearance(head: &Head<'_>) -> ProtocolName {
    let content_type = head.header("content-type").unwrap_or_default();
    if head.header("smithy-protocol") == Some("rpc-v2-cbor") {
        ProtocolName::RpcV2Cbor
    } else if content_type.starts_with("application/x-amz-json-1.1") {
        ProtocolName::Json11
    } else if content_type.starts_with("application/x-amz-json-1.0")
        || head.header("x-amz-target").is_some()
    {
        ProtocolName::Json10
    } else if head.form.is_some() || head.query_pairs().any(|(key, _)| key == "Action") {
        ProtocolName::Query
    } else if head.scope_service.is_some_and(|s| s.starts_with("s3")) {
        ProtocolName::RestXml
    } else {
        ProtocolName::RestJson
    }
}
