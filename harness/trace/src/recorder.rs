//! What the server hands its attempts to.

use std::{
    collections::BTreeMap,
    fs::{File, OpenOptions},
    io::{self, Write},
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
        mpsc::{self, Sender},
    },
    thread::{self, JoinHandle},
};

use crate::{
    encoding::{self, Plain, Sink},
    lock,
    reader::Recording,
    record::{Attempt, Header, PolicyRecord},
    writer::{Message, Taken, Waiting, Writer},
};

/// How many bytes of attempts may wait for the disk; beyond it attempts are lost, and counted.
const QUEUE_LIMIT: usize = 64 << 20;

/// What became of a recording.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordingSummary {
    /// The lines that were written, header and end among them.
    pub lines: u64,
    /// The attempts and policies that could not be kept.
    pub lost: u64,
    /// The first thing that went wrong.
    pub error: Option<String>,
}

impl RecordingSummary {
    /// Whether everything that was recorded is there.
    pub fn is_complete(&self) -> bool {
        self.lost == 0 && self.error.is_none()
    }
}

/// Takes attempts and never makes a request wait: one thread of its own writes them.
///
/// Nothing that goes wrong here reaches the program that is recorded: it is counted, and
/// [`Recorder::close`] reports it.
#[derive(Debug)]
pub struct Recorder {
    header: Header,
    file: Option<FileQueue>,
    memory: Option<Mutex<Vec<Arc<Attempt>>>>,
    // In memory: the policies; for a file: the hashes that were written.
    policies: Mutex<BTreeMap<String, Option<PolicyRecord>>>,
    refused: AtomicU64,
    broken: Option<String>,
    closed: Mutex<Option<RecordingSummary>>,
}

#[derive(Debug)]
struct FileQueue {
    messages: Sender<Message>,
    waiting: Arc<Waiting>,
    limit: usize,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Recorder {
    /// Records into a new file, `.jsonl` or `.jsonl.zst`; what was there is gone.
    pub fn to_file(path: impl AsRef<Path>, header: Header) -> io::Result<Self> {
        let path = path.as_ref();
        let file = encoding::sink(path, File::create(path)?)?;
        Self::to_sink(file, header, QUEUE_LIMIT)
    }

    /// Records behind what a file already has.
    pub fn append_to_file(path: impl AsRef<Path>, header: Header) -> io::Result<Self> {
        let path = path.as_ref();
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        Self::to_sink(encoding::sink(path, file)?, header, QUEUE_LIMIT)
    }

    /// Records as plain lines into anything.
    pub fn to_writer(out: impl Write + Send + 'static, header: Header) -> io::Result<Self> {
        Self::to_sink(Box::new(Plain(out)), header, QUEUE_LIMIT)
    }

    /// Keeps everything in memory.
    pub fn in_memory(header: Header) -> Self {
        Self {
            memory: Some(Mutex::default()),
            ..Self::nowhere(header)
        }
    }

    /// Stands in for a recorder whose file could not be opened: counts what is lost.
    pub fn broken(header: Header, error: &io::Error) -> Self {
        Self {
            broken: Some(error.to_string()),
            ..Self::nowhere(header)
        }
    }

    /// Keeps nothing: for a server that was not asked to record.
    pub fn nowhere(header: Header) -> Self {
        Self {
            header,
            file: None,
            memory: None,
            policies: Mutex::default(),
            refused: AtomicU64::new(0),
            broken: None,
            closed: Mutex::default(),
        }
    }

    /// The same recorder, which keeps everything in memory as well.
    #[must_use]
    pub fn and_in_memory(mut self) -> Self {
        self.memory = Some(Mutex::default());
        self
    }

    fn to_sink(sink: Box<dyn Sink>, header: Header, limit: usize) -> io::Result<Self> {
        let waiting = Arc::new(Waiting::default());
        let writer = Writer::begin(sink, &header, Arc::clone(&waiting))?;
        let (messages, inbox) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("rolecall-recording".to_owned())
            .spawn(move || writer.run(&inbox))?;
        let thread = Mutex::new(Some(thread));
        let file = FileQueue {
            messages,
            waiting,
            limit,
            thread,
        };
        Ok(Self {
            file: Some(file),
            ..Self::nowhere(header)
        })
    }

    /// Takes an attempt; never waits.
    pub fn record(&self, attempt: Attempt) {
        let kept = match &self.file {
            Some(file) => file.push(&attempt),
            None => self.broken.is_none(),
        };
        if let Some(memory) = &self.memory {
            lock(memory).push(Arc::new(attempt));
        }
        if !kept {
            self.refused.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Takes a policy, once; before the first attempt that refers to it.
    pub fn record_policy(&self, policy: PolicyRecord) {
        let mut policies = lock(&self.policies);
        if policies.contains_key(&policy.hash) {
            return;
        }
        // Handed over under the lock, so that no other thread's attempt overtakes it.
        let sent = match &self.file {
            Some(file) => file.tell(&file.waiting.policy(&policy)),
            None => self.broken.is_none(),
        };
        if !sent {
            self.refused.fetch_add(1, Ordering::Relaxed);
        }
        let hash = policy.hash.clone();
        policies.insert(hash, self.memory.is_some().then_some(policy));
    }

    /// Whether a policy was recorded under this hash.
    pub fn has_policy(&self, hash: &str) -> bool {
        lock(&self.policies).contains_key(hash)
    }

    /// The attempts so far, if they are kept in memory.
    pub fn attempts(&self) -> Vec<Attempt> {
        let kept = |memory: &Mutex<Vec<Arc<Attempt>>>| {
            lock(memory)
                .iter()
                .map(|attempt| Attempt::clone(attempt))
                .collect()
        };
        self.memory.as_ref().map(kept).unwrap_or_default()
    }

    /// What is kept in memory, as if it had been read from a file.
    pub fn recording(&self) -> Recording {
        let policies = lock(&self.policies)
            .iter()
            .filter_map(|(hash, policy)| Some((hash.clone(), policy.clone()?)))
            .collect();
        Recording {
            headers: vec![self.header.clone()],
            policies,
            attempts: self.attempts(),
            losses: Vec::new(),
        }
    }

    /// Waits until everything taken so far is written.
    pub fn flush(&self) -> RecordingSummary {
        let closed = lock(&self.closed).clone();
        closed.unwrap_or_else(|| self.ask(Message::Flush))
    }

    /// Ends the recording and says what became of it; the same answer each time.
    pub fn close(&self) -> RecordingSummary {
        let mut closed = lock(&self.closed);
        if let Some(summary) = &*closed {
            return summary.clone();
        }
        let refused = self.refused.swap(0, Ordering::Relaxed);
        let summary = match &self.file {
            Some(_) => self.ask(|answer| Message::Close(refused, answer)),
            None => RecordingSummary {
                lost: refused,
                ..self.unwritten()
            },
        };
        if let Some(thread) = self
            .file
            .as_ref()
            .and_then(|file| lock(&file.thread).take())
        {
            // A thread that panicked did not answer either: `ask` has reported that.
            let _ = thread.join();
        }
        *closed = Some(summary.clone());
        summary
    }

    fn ask(&self, question: impl FnOnce(Sender<RecordingSummary>) -> Message) -> RecordingSummary {
        let Some(file) = &self.file else {
            return self.unwritten();
        };
        let (answer, summary) = mpsc::channel();
        let gone = || RecordingSummary {
            error: Some("the thread that writes the recording is gone".to_owned()),
            ..RecordingSummary::default()
        };
        match file.messages.send(question(answer)) {
            Ok(()) => summary.recv().unwrap_or_else(|_| gone()),
            Err(_) => gone(),
        }
    }

    fn unwritten(&self) -> RecordingSummary {
        RecordingSummary {
            error: self.broken.clone(),
            ..RecordingSummary::default()
        }
    }
}

impl Drop for FileQueue {
    /// Whoever did not close the recorder loses no line either; the writer ends by itself.
    fn drop(&mut self) {
        // The queue is closed by this: what is in it is still written.
        drop(std::mem::replace(&mut self.messages, mpsc::channel().0));
        if let Some(thread) = lock(&self.thread).take() {
            let _ = thread.join();
        }
    }
}

impl FileQueue {
    /// Queues an attempt; false if there is no room for it, or nobody who would write it.
    fn push(&self, attempt: &Attempt) -> bool {
        self.tell(&self.waiting.attempt(attempt, self.limit))
    }

    fn tell(&self, taken: &Taken) -> bool {
        match taken {
            Taken::Behind => true,
            Taken::First => self.messages.send(Message::Lines).is_ok(),
            Taken::Refused => false,
        }
    }
}

#[cfg(test)]
#[path = "recorder_tests.rs"]
mod tests;
