//! One function for each direction, which hands over to the module of the protocol.

use rolecall_catalog::{Operation, ProtocolName, Service};
use serde_json::{Map, Value};

use crate::{
    Payload, Request, RequestParts, Response, ServiceError, cbor, ec2, json, query, rest_json,
    rest_xml,
};

/// A success to serialise.
#[derive(Debug)]
pub(crate) struct Success<'a> {
    pub(crate) service: &'a Service,
    pub(crate) operation: &'a Operation,
    pub(crate) output: &'a Map<String, Value>,
    pub(crate) payload: Payload,
    pub(crate) request_id: &'a str,
}

/// An error to serialise.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Failure<'a> {
    pub(crate) service: Option<&'a Service>,
    pub(crate) operation: Option<&'a Operation>,
    pub(crate) method: &'a str,
    pub(crate) error: &'a ServiceError,
    pub(crate) request_id: &'a str,
}

/// Parses the input members of a request, named and formed as [`rolecall_catalog::Call`] says.
///
/// `labels` are the path and host labels that the recogniser found, percent-decoded. Members that
/// the model does not know are left out. A payload blob stays in the body.
pub fn parse(
    service: &Service,
    operation: &Operation,
    protocol: ProtocolName,
    request: &RequestParts<'_>,
    labels: &[(String, String)],
) -> Result<Map<String, Value>, ServiceError> {
    match protocol {
        ProtocolName::Query => query::parse(service, operation, request),
        ProtocolName::Ec2 => ec2::parse(service, operation, request),
        ProtocolName::Json10 | ProtocolName::Json11 => json::parse(service, operation, request),
        ProtocolName::RestJson => rest_json::parse(service, operation, request, labels),
        ProtocolName::RestXml => rest_xml::parse(service, operation, request, labels),
        ProtocolName::RpcV2Cbor => cbor::parse(service, operation, request),
    }
}

/// Serialises a request as botocore does, before it signs it.
///
/// `input` is what [`check`](crate::input::check) made of the parameters; members that the model
/// does not know are left out. A label of the path without a value stays as it is in the template.
pub fn request(
    service: &Service,
    operation: &Operation,
    protocol: ProtocolName,
    input: &Map<String, Value>,
) -> Request {
    match protocol {
        ProtocolName::Query => query::request(service, operation, input),
        ProtocolName::Ec2 => ec2::request(service, operation, input),
        ProtocolName::Json10 => json::request(service, operation, input, json::Version::V10),
        ProtocolName::Json11 => json::request(service, operation, input, json::Version::V11),
        ProtocolName::RestJson => rest_json::request(service, operation, input),
        ProtocolName::RestXml => rest_xml::request(service, operation, input),
        ProtocolName::RpcV2Cbor => cbor::request(service, operation, input),
    }
}

/// Serialises a success.
///
/// A member bound to the status code overrides the status. Output members that the model does not
/// know are left out.
pub fn success(
    service: &Service,
    operation: &Operation,
    protocol: ProtocolName,
    output: &Map<String, Value>,
    payload: Payload,
    request_id: &str,
) -> Response {
    let success = Success {
        service,
        operation,
        output,
        payload,
        request_id,
    };
    match protocol {
        ProtocolName::Query => query::success(&success),
        ProtocolName::Ec2 => ec2::success(&success),
        ProtocolName::Json10 => json::success(success, json::Version::V10),
        ProtocolName::Json11 => json::success(success, json::Version::V11),
        ProtocolName::RestJson => rest_json::success(success),
        ProtocolName::RestXml => rest_xml::success(success),
        ProtocolName::RpcV2Cbor => cbor::success(success),
    }
}

/// Serialises an error in the words of the protocol, with AWS's status for it.
///
/// `protocol` is the most specific one that is known; `service` and `operation` may be missing,
/// where the request was refused before they were recognised.
pub fn failure(
    service: Option<&Service>,
    operation: Option<&Operation>,
    protocol: ProtocolName,
    method: &str,
    error: &ServiceError,
    request_id: &str,
) -> Response {
    let failure = Failure {
        service,
        operation,
        method,
        error,
        request_id,
    };
    match protocol {
        ProtocolName::Query => query::failure(failure),
        ProtocolName::Ec2 => ec2::failure(failure),
        ProtocolName::Json10 => json::failure(failure, json::Version::V10),
        ProtocolName::Json11 => json::failure(failure, json::Version::V11),
        ProtocolName::RestJson => rest_json::failure(failure),
        ProtocolName::RestXml => rest_xml::failure(failure),
        ProtocolName::RpcV2Cbor => cbor::failure(failure),
    }
}
