//! The six wire protocols of AWS: request to call, result or error to response.
//!
//! Nothing here knows hyper; HTTP status codes are known here alone. One module for each protocol,
//! with the same functions: `parse` (request to parameters), `success` and `failure` (to a response).

pub mod error;
pub mod message;

pub use error::ServiceError;
pub use message::{RequestParts, Response, ResponseBody};
