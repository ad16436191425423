//! Who answers an allowed call: embedded, synthesised, canned, upstream.

pub mod backend;

pub use backend::{
    Answer, AnswerBody, AnswerSource, Backend, BackendCall, Body, BodyError, BoxFuture, Delivery,
    Host, RawRequest, RawResponse, Reply,
};
