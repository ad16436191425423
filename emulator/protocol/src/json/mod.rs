//! JSON 1.0 and 1.1: `X-Amz-Target` and a JSON object.

mod failure;
mod parse;
mod request;
mod success;

pub(crate) use failure::{Unmodelled, error_type, failure, message_and_members, query_error};
pub(crate) use parse::parse;
pub(crate) use request::request;
pub(crate) use success::{EVENT_STREAM, success};

use crate::{Response, ResponseBody};

/// The two versions differ in their content type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    /// `application/x-amz-json-1.0`.
    V10,
    /// `application/x-amz-json-1.1`.
    V11,
}

impl Version {
    fn content_type(self) -> &'static str {
        match self {
            Self::V10 => "application/x-amz-json-1.0",
            Self::V11 => "application/x-amz-json-1.1",
        }
    }
}

fn response(status: u16, content_type: &str, request_id: &str, body: ResponseBody) -> Response {
    let headers = vec![
        ("content-type".into(), content_type.to_owned()),
        ("x-amzn-requestid".into(), request_id.to_owned()),
    ];
    Response {
        status,
        headers,
        body,
    }
}
