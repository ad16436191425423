//! Smithy RPC v2 CBOR: the operation in the path, CBOR in both bodies.
//!
//! Source: Smithy, "Smithy RPC v2 CBOR protocol".

mod encode;
mod failure;
mod parse;
mod request;
mod success;
mod value;

pub(crate) use failure::failure;
pub(crate) use parse::parse;
pub(crate) use request::request;
pub(crate) use success::success;

use crate::{Response, ResponseBody};

fn response(status: u16, content_type: Option<&str>, id: &str, body: ResponseBody) -> Response {
    let mut headers = vec![
        ("smithy-protocol".into(), "rpc-v2-cbor".to_owned()),
        ("x-amzn-requestid".into(), id.to_owned()),
    ];
    headers.extend(content_type.map(|value| ("content-type".into(), value.to_owned())));
    Response {
        status,
        headers,
        body,
    }
}
