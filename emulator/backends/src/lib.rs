//! Who answers an allowed call: embedded, synthesised, canned, upstream.

pub mod backend;
mod body;
pub mod canned;
#[cfg(feature = "upstream")]
pub mod chosen;
pub mod embedded;
#[cfg(feature = "upstream")]
mod routing;
pub mod synthesised;
#[cfg(feature = "upstream")]
pub mod upstream;

pub use backend::{
    Answer, AnswerBody, AnswerSource, Backend, BackendCall, Body, BodyError, BoxFuture, Delivery,
    Failed, Host, RawRequest, RawResponse, Reply,
};
pub use canned::{Answers, AnswersError, Canned};
#[cfg(feature = "upstream")]
pub use chosen::{ChoiceError, Choices, UpstreamCredentials};
pub use embedded::Embedded;
#[cfg(feature = "upstream")]
pub use routing::Router;
pub use synthesised::Synthesised;
#[cfg(feature = "upstream")]
pub use upstream::Upstream;
