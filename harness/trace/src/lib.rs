//! The recording: format, writer, reader.

pub mod record;

pub use record::{
    AnsweredBy, Attempt, AttemptRequirement, CallerRecord, Header, Line, Outcome, PolicyRecord,
};
