use rolecall_catalog::ProtocolName;
use serde_json::Value;

use super::xml_response;
use crate::{
    Response, codes,
    dispatch::Failure,
    shapes,
    timestamp::Milliseconds,
    xml::{Document, Writer},
};

/// The namespace of errors before a service is known; source: what AWS's front ends answer there.
const FAULT_NAMESPACE: &str = "http://webservices.amazon.com/AWSFault/2005-15-09";

/// `<ErrorResponse><Error>..</Error><RequestId>..`; source: Smithy, awsQuery, "Operation error
/// serialization".
pub(crate) fn failure(failure: Failure<'_>) -> Response {
    let Failure {
        service,
        operation,
        error,
        request_id,
        ..
    } = failure;
    let status = codes::status(service, operation, ProtocolName::Query, error);
    let namespace = service
        .and_then(|s| s.xml_namespace.as_deref())
        .unwrap_or(FAULT_NAMESPACE);
    let mut document = Document::new();
    document.open_in("ErrorResponse", Some(namespace));
    document.open("Error");
    document.leaf("Type", codes::fault_type(status));
    document.leaf("Code", wire_code(failure));
    document.leaf("Message", &error.message);
    write_error_members(failure, &mut document);
    document.close("Error");
    document.leaf("RequestId", request_id);
    document.close("ErrorResponse");
    xml_response(status, "text/xml", request_id, document)
}

fn wire_code(failure: Failure<'_>) -> &str {
    let code = failure.error.code.as_str();
    failure
        .service
        .and_then(|service| shapes::error_shape(service, failure.operation, code))
        .and_then(|(_, shape)| shape.error_code.as_deref())
        .unwrap_or(code)
}

/// The further members of an error: the modelled ones by their model, others as texts.
pub(crate) fn write_error_members(failure: Failure<'_>, document: &mut Document) {
    let error = failure.error;
    let shape = failure
        .service
        .and_then(|s| Some((s, shapes::error_shape(s, failure.operation, &error.code)?.1)));
    for (name, value) in &error.members {
        if name.eq_ignore_ascii_case("message") || name.eq_ignore_ascii_case("code") {
            continue;
        }
        let member = shape.and_then(|(s, shape)| {
            Some((s, shape.members.iter().find(|member| member.name == *name)?))
        });
        match (member, value) {
            (Some((service, member)), value) => {
                let milliseconds = Milliseconds::WhenNeeded;
                let mut writer = Writer {
                    service,
                    milliseconds,
                    document: &mut *document,
                };
                writer.member(shapes::wire_name(member), member, value);
            }
            (None, Value::String(text)) => document.leaf(name, text),
            (None, Value::Number(number)) => document.leaf(name, &number.to_string()),
            (None, Value::Bool(flag)) => document.leaf(name, &flag.to_string()),
            (None, _) => {}
        }
    }
}
