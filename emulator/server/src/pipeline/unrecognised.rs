//! The answer to a request for nothing that is known.

use rolecall_catalog::{
    ProtocolName,
    recognise::{Reason, Unrecognised},
};
use rolecall_protocol::ServiceError;

// Source: "Common errors" of the query services (InvalidAction), of the json services
// (UnknownOperationException); S3 has no unknown operations, only methods that are not allowed.
pub(super) fn not_recognised(unrecognised: &Unrecognised) -> ServiceError {
    let is_query = matches!(
        unrecognised.protocol,
        ProtocolName::Query | ProtocolName::Ec2
    );
    let (code, message) = match &unrecognised.reason {
        Reason::UnknownOperation(name) if is_query => {
            ("InvalidAction", no_action(unrecognised, name))
        }
        Reason::NoSuchPath { .. } if unrecognised.protocol == ProtocolName::RestXml => (
            "MethodNotAllowed",
            "The specified method is not allowed against this resource.".to_owned(),
        ),
        Reason::UnknownOperation(_) | Reason::NoSuchPath { .. } => {
            ("UnknownOperationException", String::new())
        }
        Reason::InvalidPath(_) if unrecognised.protocol == ProtocolName::RestXml => {
            ("InvalidURI", "Couldn't parse the specified URI.".to_owned())
        }
        // AWS has no such endpoint: this is Rolecall's own answer.
        Reason::UnknownService(_) | Reason::NoService => (
            "UnknownService",
            format!("rolecall: {}", unrecognised.reason),
        ),
        Reason::InvalidPath(_) => ("BadRequestException", unrecognised.reason.to_string()),
        Reason::Damaged(_) => ("InternalFailure", unrecognised.reason.to_string()),
    };
    let mut error = ServiceError::new(code, message).with_status(match unrecognised.reason {
        Reason::NoSuchPath { .. } if unrecognised.protocol == ProtocolName::RestXml => 405,
        Reason::UnknownService(_) | Reason::NoService | Reason::NoSuchPath { .. } => 404,
        _ => 400,
    });
    error.detail = Some(unrecognised.reason.to_string());
    error
}

/// The answer to a client that takes Rolecall for a proxy of HTTPS: Rolecall's own.
pub(super) fn no_tunnel() -> ServiceError {
    let message = "rolecall: CONNECT is not answered, since only plain HTTP is proxied: what goes through \
                   a tunnel of HTTPS cannot be read. Give the clients the endpoint itself, \
                   AWS_ENDPOINT_URL=http://HOST:PORT, in place of HTTPS_PROXY; or let HTTP_PROXY name it, and \
                   the clients call `http://` endpoints";
    ServiceError::new("NotImplemented", message).with_status(501)
}

// Source: what users of STS pasted (aws/session-manager-plugin#116); "Error codes" of the EC2 API
// reference.
fn no_action(unrecognised: &Unrecognised, name: &str) -> String {
    match &unrecognised.service {
        Some(service) if unrecognised.protocol == ProtocolName::Query => {
            format!(
                "Could not find operation {name} for version {}",
                service.api_version
            )
        }
        _ => format!("The action {name} is not valid for this web service."),
    }
}
