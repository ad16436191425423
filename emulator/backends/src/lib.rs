//! Who answers an allowed call: embedded, synthesised, canned, upstream.

pub mod backend;
mod body;
pub mod embedded;
pub mod synthesised;
#[cfg(feature = "upstream")]
pub mod upstream;

pub use backend::{
    Answer, AnswerBody, AnswerSource, Backend, BackendCall, Body, BodyError, BoxFuture, Delivery,
    Host, RawRequest, RawResponse, Reply,
};
pub use embedded::Embedded;
pub use synthesised::Synthesised;
#[cfg(feature = "upstream")]
pub use upstream::Upstream;
