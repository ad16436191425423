use rolecall_catalog::ProtocolName;

use super::CONTENT_TYPE;
use crate::{Response, codes, dispatch::Failure, query, xml::Document};

/// `<Response><Errors><Error>..</Error></Errors><RequestID>..`; source: Smithy, ec2Query,
/// "Operation error serialization".
pub(crate) fn failure(failure: Failure<'_>) -> Response {
    let Failure {
        service,
        operation,
        error,
        request_id,
        ..
    } = failure;
    let status = codes::status(service, operation, ProtocolName::Ec2, error);
    let mut document = Document::new();
    document.open("Response");
    document.open("Errors");
    document.open("Error");
    document.leaf("Code", &error.code);
    document.leaf("Message", &error.message);
    query::write_error_members(failure, &mut document);
    document.close("Error");
    document.close("Errors");
    document.leaf("RequestID", request_id);
    document.close("Response");
    query::xml_response(status, CONTENT_TYPE, request_id, document)
}
