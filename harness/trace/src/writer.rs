//! The one thread that writes a recording, and the lines that wait for it.

use std::{
    cell::RefCell,
    io,
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, Sender},
    },
    thread,
    time::Duration,
};

use serde::Serialize;

use crate::{
    encoding::Sink,
    json, lock,
    record::{Attempt, End, Header, PolicyRecord},
    recorder::RecordingSummary,
};

/// How long the thread rests after a batch: what arrives meanwhile is one batch, and those who
/// send it need not wake anybody.
const REST: Duration = Duration::from_millis(2);
/// Room that the two buffers, which are used in turn, keep for the next batch.
const KEPT: usize = 1 << 20;

/// What the writer is told.
pub(crate) enum Message {
    /// There are lines where there were none.
    Lines,
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

/// Lines that wait for the disk.
#[derive(Debug, Default)]
pub(crate) struct Waiting(Mutex<Queue>);

#[derive(Debug, Default)]
struct Queue {
    batch: Batch,
    // Nobody is left who would write it.
    closed: bool,
}

#[derive(Debug, Default)]
struct Batch {
    text: Vec<u8>,
    lines: u64,
    attempts: u64,
}

/// What became of a line that was handed over.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// It waits behind others.
    Behind,
    /// It is the first: the writer is to be told.
    First,
    /// There was no room for it, or it is none.
    Refused,
}

thread_local! {
    // A line is made where its attempt was made, and without the lock.
    static LINE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

impl Waiting {
    /// Takes an attempt, unless more than `limit` bytes would wait with it.
    pub(crate) fn attempt(&self, attempt: &Attempt, limit: usize) -> Taken {
        self.take(&LineRef::Attempt(attempt), limit)
    }

    /// Takes a policy.
    pub(crate) fn policy(&self, policy: &PolicyRecord) -> Taken {
        self.take(&LineRef::Policy(policy), usize::MAX)
    }

    fn take(&self, line: &LineRef<'_>, limit: usize) -> Taken {
        LINE.with_borrow_mut(|text| {
            text.clear();
            if json::write(text, line).is_err() {
                return Taken::Refused;
            }
            text.push(b'\n');
            let Queue { batch, closed } = &mut *lock(&self.0);
            if *closed || batch.text.len() + text.len() > limit {
                return Taken::Refused;
            }
            let first = batch.text.is_empty();
            batch.text.extend_from_slice(text);
            batch.lines += 1;
            batch.attempts += u64::from(matches!(line, LineRef::Attempt(_)));
            if first { Taken::First } else { Taken::Behind }
        })
    }
}

/// The writer's side.
pub(crate) struct Writer {
    sink: Option<Box<dyn Sink>>,
    waiting: Arc<Waiting>,
    // What was taken from there and is being written.
    batch: Batch,
    attempts: u64,
    summary: RecordingSummary,
}

impl Writer {
    /// Writes the header; a sink that cannot be written is known from the start.
    pub(crate) fn begin(
        sink: Box<dyn Sink>,
        header: &Header,
        waiting: Arc<Waiting>,
    ) -> io::Result<Self> {
        let mut writer = Self {
            sink: Some(sink),
            waiting,
            batch: Batch::default(),
            attempts: 0,
            summary: RecordingSummary::default(),
        };
        // A fresh line, whatever the file ends with that this one is put behind.
        writer.batch.text.push(b'\n');
        writer.line(&LineRef::Header(header));
        writer.write();
        match &writer.summary.error {
            Some(error) => Err(io::Error::other(error.clone())),
            None => Ok(writer),
        }
    }

    /// Works until it is told to close, or nobody is left who could.
    pub(crate) fn run(mut self, messages: &Receiver<Message>) {
        while let Ok(message) = messages.recv() {
            match message {
                Message::Lines => {
                    self.drain();
                    thread::sleep(REST);
                }
                Message::Flush(answer) => {
                    self.drain();
                    // Who asked may be gone; then nobody wants to know.
                    let _ = answer.send(self.summary.clone());
                }
                Message::Close(refused, answer) => {
                    self.finish(refused);
                    let _ = answer.send(self.summary.clone());
                    return;
                }
            }
        }
        self.finish(0);
    }

    /// Writes what waits.
    fn drain(&mut self) {
        std::mem::swap(&mut self.batch, &mut lock(&self.waiting.0).batch);
        self.attempts += self.batch.attempts;
        self.write();
    }

    fn line(&mut self, line: &LineRef<'_>) {
        let start = self.batch.text.len();
        match json::write(&mut self.batch.text, line) {
            Ok(()) => {
                self.batch.text.push(b'\n');
                self.batch.lines += 1;
            }
            Err(error) => {
                self.batch.text.truncate(start);
                self.summary.lost += 1;
                self.summary.error.get_or_insert_with(|| error.to_string());
            }
        }
    }

    /// Writes the batch; after the first failure nothing more is written: what is there reads up
    /// to that cut.
    fn write(&mut self) {
        let lines = std::mem::take(&mut self.batch.lines);
        let done = self
            .sink
            .as_mut()
            .map(|sink| sink.write_all(&self.batch.text).and_then(|()| sink.flush()));
        match done {
            Some(Ok(())) => self.summary.lines += lines,
            Some(Err(error)) => {
                self.summary.lost += lines;
                self.failed(&error);
            }
            None => self.summary.lost += lines,
        }
        self.batch.attempts = 0;
        self.batch.text.clear();
        self.batch.text.shrink_to(KEPT);
    }

    fn failed(&mut self, error: &io::Error) {
        self.sink = None;
        self.summary.error.get_or_insert_with(|| error.to_string());
    }

    fn finish(&mut self, refused: u64) {
        lock(&self.waiting.0).closed = true;
        self.drain();
        if self.sink.is_some() {
            let end = End {
                attempts: self.attempts,
                lost: refused + self.summary.lost,
            };
            self.line(&LineRef::End(&end));
            self.write();
        }
        if let Some(Err(error)) = self.sink.take().map(|mut sink| sink.finish()) {
            self.failed(&error);
        }
        self.summary.lost += refused;
    }
}
