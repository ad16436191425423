use super::xml_response;
use crate::{
    Response,
    dispatch::Success,
    shapes,
    timestamp::Milliseconds,
    xml::{Document, Writer},
};

/// `<OpResponse><OpResult>..</OpResult><ResponseMetadata>..`; source: Smithy, awsQuery,
/// "Response serialization".
pub(crate) fn success(success: &Success<'_>) -> Response {
    let mut document = Document::new();
    let root = [&success.operation.name, "Response"].concat();
    document.open_in(&root, success.service.xml_namespace.as_deref());
    write_result(success, &mut document);
    document.open("ResponseMetadata");
    document.leaf("RequestId", success.request_id);
    document.close("ResponseMetadata");
    document.close(&root);
    let status = success.operation.status.unwrap_or(200);
    xml_response(status, "text/xml", success.request_id, document)
}

fn write_result(success: &Success<'_>, document: &mut Document) {
    let Some(shape) = shapes::output(success.service, success.operation) else {
        return;
    };
    let wrapper = success.operation.result_wrapper.as_deref();
    if let Some(wrapper) = wrapper {
        document.open(wrapper);
    }
    let service = success.service;
    let milliseconds = Milliseconds::WhenNeeded;
    Writer {
        service,
        milliseconds,
        document,
    }
    .members(shape, success.output);
    if let Some(wrapper) = wrapper {
        document.close(wrapper);
    }
}
