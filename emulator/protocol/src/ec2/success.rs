use super::CONTENT_TYPE;
use crate::{
    Response,
    dispatch::Success,
    query, shapes,
    timestamp::Milliseconds,
    xml::{Document, Writer},
};

/// `<OpResponse><requestId>..</requestId>..</OpResponse>`; source: Smithy, ec2Query, "Response
/// serialization". An operation without output answers `<return>true</return>` (EC2 API reference,
/// for example `DeleteSecurityGroup`).
pub(crate) fn success(success: &Success<'_>) -> Response {
    let service = success.service;
    let mut document = Document::new();
    let root = format!("{}Response", success.operation.name);
    document.open_in(&root, service.xml_namespace.as_deref());
    document.leaf("requestId", success.request_id);
    match shapes::output(service, success.operation) {
        Some(shape) => {
            let milliseconds = Milliseconds::Always;
            let mut writer = Writer {
                service,
                milliseconds,
                document: &mut document,
            };
            writer.members(shape, success.output);
        }
        None => document.leaf("return", "true"),
    }
    document.close(&root);
    let status = success.operation.status.unwrap_or(200);
    query::xml_response(status, CONTENT_TYPE, success.request_id, document)
}
