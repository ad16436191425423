//! The one thread that writes a recording.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc::{Receiver, Sender, TryRecvError},
    },
    thread,
    time::Duration,
};

use serde::Serialize;

use crate::{
    encoding::Sink,
    record::{Attempt, End, Header, PolicyRecord},
    recorder::RecordingSummary,
    redaction::Redaction,
};

/// How many bytes are gathered before they are written.
const BATCH: usize = 256 << 10;
/// How long the thread rests after a batch: what arrives meanwhile is one batch, and those who
/// send it need not wake anybody.
const REST: Duration = Duration::from_millis(2);

/// What the writer is told.
pub(crate) enum Message {
    /// An attempt, as [`attempt_line`] made it.
    Attempt(Vec<u8>),
    /// A policy that was not there yet.
    Policy(PolicyRecord),
    /// Write everything out, then answer.
    Flush(Sender<RecordingSummary>),
    /// Write the end, with the number of attempts that were refused, and answer.
    Close(u64, Sender<RecordingSummary>),
}

// The same as `record::Line`, by reference.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum LineRef<'a> {
    Header(&'a Header),
    Policy(&'a PolicyRecord),
    Attempt(&'a Attempt),
    End(&'a End),
}

/// The line of an attempt, with its line feed.
///
/// It is made where the attempt was made: what an attempt holds is small and much, and costs most
/// when another thread gives it back. Nothing here waits for a disk.
pub(crate) fn attempt_line(
    attempt: &Attempt,
    redaction: Option<&Redaction>,
) -> serde_json::Result<Vec<u8>> {
    let mut line = Vec::with_capacity(2048);
    match redaction {
        Some(redaction) => {
            let mut attempt = attempt.clone();
            redaction.apply(&mut attempt);
            serde_json::to_writer(&mut line, &LineRef::Attempt(&attempt))?;
        }
        None => serde_json::to_writer(&mut line, &LineRef::Attempt(attempt))?,
    }
    line.push(b'\n');
    Ok(line)
}

/// The writer's side of the queue.
pub(crate) struct Writer {
    sink: Option<Box<dyn Sink>>,
    queued: Arc<AtomicUsize>,
    buffer: Vec<u8>,
    // The lines in the buffer.
    buffered: u64,
    attempts: u64,
    summary: RecordingSummary,
}

impl Writer {
    /// Writes the header; a sink that cannot be written is known from the start.
    pub(crate) fn begin(
        sink: Box<dyn Sink>,
        header: &Header,
        queued: Arc<AtomicUsize>,
    ) -> io::Result<Self> {
        let mut writer = Self {
            sink: Some(sink),
            queued,
            buffer: Vec::with_capacity(BATCH),
            buffered: 0,
            attempts: 0,
            summary: RecordingSummary::default(),
        };
        // A fresh line, whatever the file ends with that this one is put behind.
        writer.buffer.push(b'\n');
        writer.line(&LineRef::Header(header));
        writer.flush();
        match &writer.summary.error {
            Some(error) => Err(io::Error::other(error.clone())),
            None => Ok(writer),
        }
    }

    /// Works until it is told to close, or nobody is left who could.
    pub(crate) fn run(mut self, messages: &Receiver<Message>) {
        while let Ok(message) = messages.recv() {
            let mut next = Ok(message);
            while let Ok(message) = next {
                if self.take(message) == Next::Stop {
                    return;
                }
                next = messages.try_recv();
            }
            self.flush();
            if matches!(next, Err(TryRecvError::Disconnected)) {
                break;
            }
            thread::sleep(REST);
        }
        self.finish(0);
    }

    fn take(&mut self, message: Message) -> Next {
        match message {
            Message::Attempt(line) => {
                self.attempts += 1;
                self.made(&line);
                self.queued.fetch_sub(line.len(), Ordering::Relaxed);
            }
            Message::Policy(policy) => self.line(&LineRef::Policy(&policy)),
            Message::Flush(answer) => {
                self.flush();
                // Who asked may be gone; then nobody wants to know.
                let _ = answer.send(self.summary.clone());
            }
            Message::Close(refused, answer) => {
                self.finish(refused);
                let _ = answer.send(self.summary.clone());
                return Next::Stop;
            }
        }
        Next::Continue
    }

    fn made(&mut self, line: &[u8]) {
        if self.sink.is_none() {
            self.summary.lost += 1;
            return;
        }
        self.buffer.extend_from_slice(line);
        self.buffered += 1;
        if self.buffer.len() >= BATCH {
            self.write();
        }
    }

    fn line(&mut self, line: &LineRef<'_>) {
        if self.sink.is_none() {
            self.summary.lost += 1;
            return;
        }
        let start = self.buffer.len();
        match serde_json::to_writer(&mut self.buffer, line) {
            Ok(()) => {
                self.buffer.push(b'\n');
                self.buffered += 1;
            }
            Err(error) => {
                self.buffer.truncate(start);
                self.summary.lost += 1;
                self.summary.error.get_or_insert_with(|| error.to_string());
            }
        }
        if self.buffer.len() >= BATCH {
            self.write();
        }
    }

    fn write(&mut self) {
        if let Some(sink) = &mut self.sink {
            let done = sink.write_all(&self.buffer);
            self.check(done);
        }
        self.buffer.clear();
    }

    fn flush(&mut self) {
        self.write();
        if let Some(sink) = &mut self.sink {
            let done = sink.flush();
            self.check(done);
        }
        self.summary.lines += std::mem::take(&mut self.buffered);
    }

    /// After the first failure nothing more is written: what is there reads up to that cut.
    fn check(&mut self, done: io::Result<()>) {
        if let Err(error) = done {
            self.sink = None;
            self.summary.lost += std::mem::take(&mut self.buffered);
            self.summary.error.get_or_insert_with(|| error.to_string());
        }
    }

    fn finish(&mut self, refused: u64) {
        if self.sink.is_some() {
            let end = End {
                attempts: self.attempts,
                lost: refused + self.summary.lost,
            };
            self.line(&LineRef::End(&end));
            self.flush();
        }
        if let Some(mut sink) = self.sink.take() {
            let done = sink.finish();
            self.check(done);
        }
        self.summary.lost += refused;
    }
}

#[derive(PartialEq, Eq)]
enum Next {
    Continue,
    Stop,
}
