//! The six wire protocols of AWS: request to call, result or error to response, and parameters to
//! the request that an SDK would send.
//!
//! Nothing here knows hyper; HTTP status codes are known here alone. One module for each protocol,
//! with the same files: `parse` (request to parameters), `request` (parameters to a request),
//! `success` and `failure` (to a response).
//! What several protocols share has a module of its own: forms, XML, JSON documents, HTTP bindings.

mod binding;
mod cbor;
mod codes;
mod compression;
mod dispatch;
mod document;
mod ec2;
pub mod error;
mod event_stream;
mod fault;
mod form;
pub mod input;
mod json;
pub mod message;
mod number;
mod outgoing;
mod query;
mod rest_json;
mod rest_xml;
mod scalar;
mod shapes;
mod timestamp;
mod xml;

pub use codes::access_denied_code;
pub use compression::decoded_body;
pub use dispatch::{failure, parse, request, success};
pub use error::{Beside, ServiceError};
pub use message::{Header, Payload, RequestParts, Response, ResponseBody};
pub use outgoing::Request;
