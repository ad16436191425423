use rolecall_catalog::ProtocolName;

use super::{host_id, namespace, request_id_headers};
use crate::{Payload, Response, ResponseBody, codes, dispatch::Failure, query, xml::Document};

/// `<Error>` for S3, `<ErrorResponse><Error>` for others; neither for HEAD.
///
/// Source: S3 API reference, "REST error responses"; Smithy, restXml, "Operation error
/// serialization".
pub(crate) fn failure(failure: Failure<'_>) -> Response {
    let Failure {
        service,
        operation,
        method,
        error,
        request_id,
    } = failure;
    let protocol = ProtocolName::RestXml;
    let status = codes::status(service, operation, protocol, error);
    let is_s3 = codes::is_s3(service, protocol);
    let mut headers = request_id_headers(is_s3, request_id);
    let beside = error.beside.iter().flat_map(|beside| &beside.headers);
    headers.extend(beside.map(|(name, value)| ((*name).into(), value.clone())));
    // 304 has no body in HTTP, whatever the method.
    if method == "HEAD" || status == 304 {
        return Response {
            status,
            headers,
            body: Payload::None.into(),
        };
    }
    headers.push(("content-type".into(), "application/xml".to_owned()));
    let document = if is_s3 {
        s3_error(failure)
    } else {
        wrapped_error(failure, status)
    };
    Response {
        status,
        headers,
        body: ResponseBody::Bytes(document.finish().into()),
    }
}

fn s3_error(failure: Failure<'_>) -> Document {
    let mut document = Document::new();
    document.open("Error");
    document.leaf("Code", &failure.error.code);
    document.leaf("Message", &failure.error.message);
    query::write_error_members(failure, &mut document);
    document.leaf("RequestId", failure.request_id);
    document.leaf("HostId", &host_id(failure.request_id));
    document.close("Error");
    document
}

fn wrapped_error(failure: Failure<'_>, status: u16) -> Document {
    let mut document = Document::new();
    document.open_in(
        "ErrorResponse",
        failure.service.and_then(namespace::of_service),
    );
    document.open("Error");
    document.leaf("Type", codes::fault_type(status));
    document.leaf("Code", &failure.error.code);
    document.leaf("Message", &failure.error.message);
    query::write_error_members(failure, &mut document);
    document.close("Error");
    document.leaf("RequestId", failure.request_id);
    document.close("ErrorResponse");
    document
}
