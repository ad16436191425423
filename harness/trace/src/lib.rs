//! The recording: format, writer, reader, redaction.

mod encoding;
mod json;
mod lines;
pub mod participation;
pub mod reader;
pub mod record;
pub mod recorder;
pub mod redaction;
#[cfg(test)]
mod samples;
mod writer;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub use participation::Participation;
pub use reader::{Loss, LossReason, Recording, TraceError, read, read_from};
pub use record::{
    AnsweredBy, Attempt, AttemptRequirement, CallerRecord, End, FORMAT, Header, Line, Outcome,
    PolicyRecord,
};
pub use recorder::{Recorder, RecordingSummary};
pub use redaction::Redaction;

/// Nothing panics while it holds one of these locks half way through a change.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
