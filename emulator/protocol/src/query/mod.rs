//! AWS query: forms in, XML out.

mod failure;
mod parse;
mod request;
mod success;

pub(crate) use failure::{failure, write_error_members};
pub(crate) use parse::parse;
pub(crate) use request::request;
pub(crate) use success::success;

use crate::{Response, ResponseBody, xml::Document};

/// An XML response with the request id in its header.
pub(crate) fn xml_response(
    status: u16,
    content_type: &str,
    request_id: &str,
    document: Document,
) -> Response {
    let headers = vec![
        ("content-type".into(), content_type.to_owned()),
        ("x-amzn-requestid".into(), request_id.to_owned()),
    ];
    Response {
        status,
        headers,
        body: ResponseBody::Bytes(document.finish().into()),
    }
}
