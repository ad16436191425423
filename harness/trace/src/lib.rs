//! The recording: format, writer, reader, redaction.

mod encoding;
mod lines;
pub mod participation;
pub mod reader;
pub mod record;
pub mod recorder;
pub mod redaction;
#[cfg(test)]
mod samples;
mod writer;

pub use participation::Participation;
pub use reader::{Loss, LossReason, Recording, TraceError, read, read_from};
pub use record::{
    AnsweredBy, Attempt, AttemptRequirement, CallerRecord, End, FORMAT, Header, Line, Outcome,
    PolicyRecord,
};
pub use recorder::{Recorder, RecordingSummary};
pub use redaction::Redaction;
