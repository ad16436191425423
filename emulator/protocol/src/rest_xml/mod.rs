//! REST with XML bodies; S3 has its own form of errors and its own root elements.

mod failure;
mod namespace;
mod parse;
mod request;
mod success;

pub(crate) use failure::failure;
pub(crate) use parse::parse;
pub(crate) use request::request;
pub(crate) use success::success;

use crate::Header;

/// The header of the request id; S3 has two, and other names for them.
fn request_id_headers(is_s3: bool, request_id: &str) -> Vec<Header> {
    if is_s3 {
        vec![
            ("x-amz-request-id".into(), request_id.to_owned()),
            ("x-amz-id-2".into(), host_id(request_id)),
        ]
    } else {
        vec![("x-amzn-requestid".into(), request_id.to_owned())]
    }
}

/// S3's second id is opaque base64; this one follows from the first.
fn host_id(request_id: &str) -> String {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    STANDARD.encode(request_id.repeat(2))
}
