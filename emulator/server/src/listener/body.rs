//! Bodies in and out.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use rolecall_backends::BodyError;
use tokio::time::error::Elapsed;

/// The body of a request, with its bounds.
#[derive(Debug)]
pub(crate) struct RequestBody {
    incoming: Incoming,
    patience: Duration,
    read: BodyRead,
}

/// Whether a body was read to its end.
///
/// The connection is closed after an answer to one that was not; the client has to be told, or it
/// sends its next request there. A client that waits for `100 Continue` never sends such a body.
#[derive(Clone, Debug)]
pub(crate) struct BodyRead(Option<Arc<AtomicBool>>);

impl BodyRead {
    fn of(incoming: &Incoming) -> Self {
        Self((!incoming.is_end_stream()).then(Arc::default))
    }

    fn to_its_end(&self) {
        if let Some(read) = &self.0 {
            read.store(true, Ordering::Relaxed);
        }
    }

    pub(super) fn is_whole(&self) -> bool {
        let read = self.0.as_ref();
        read.is_none_or(|read| read.load(Ordering::Relaxed))
    }
}

/// Why a body could not be read into memory.
#[derive(Debug)]
pub(crate) enum Unreadable {
    TooLarge { limit: usize },
    Broken(String),
}

impl RequestBody {
    pub(crate) fn new(incoming: Incoming, patience: Duration) -> Self {
        let read = BodyRead::of(&incoming);
        Self {
            incoming,
            patience,
            read,
        }
    }

    /// Tells later whether it was read to its end.
    pub(super) fn read(&self) -> BodyRead {
        self.read.clone()
    }

    /// Reads the whole body.
    pub(crate) async fn collect(mut self, limit: usize) -> Result<Bytes, Unreadable> {
        if self.incoming.size_hint().lower() > limit as u64 {
            return Err(Unreadable::TooLarge { limit });
        }
        let mut first: Option<Bytes> = None;
        let mut rest = BytesMut::new();
        let mut length = 0_usize;
        while let Some(piece) = self.next().await {
            let piece = piece.map_err(|error| Unreadable::Broken(error.to_string()))?;
            length += piece.len();
            if length > limit {
                return Err(Unreadable::TooLarge { limit });
            }
            // Almost every body comes in one piece, which is kept as it is.
            match first.take() {
                None if rest.is_empty() => first = Some(piece),
                None => rest.extend_from_slice(&piece),
                Some(begin) => {
                    rest.extend_from_slice(&begin);
                    rest.extend_from_slice(&piece);
                }
            }
        }
        Ok(first.unwrap_or_else(|| rest.freeze()))
    }

    /// The next piece of the body.
    pub(crate) async fn next(&mut self) -> Option<Result<Bytes, BodyError>> {
        loop {
            let Ok(frame) = in_time(self.patience, self.incoming.frame()).await else {
                let seconds = self.patience.as_secs();
                let text = format!("the client sent nothing for {seconds} s");
                return Some(Err(BodyError::Broken(text)));
            };
            if frame.is_none() || self.incoming.is_end_stream() {
                self.read.to_its_end();
            }
            match frame? {
                // Trailers of HTTP itself; those of aws-chunked are inside the data.
                Ok(frame) => {
                    if let Ok(data) = frame.into_data() {
                        return Some(Ok(data));
                    }
                }
                Err(error) => return Some(Err(BodyError::Broken(error.to_string()))),
            }
        }
    }
}

/// The same as a timeout; what is there already, as almost every body is, costs no timer.
async fn in_time<T>(patience: Duration, work: impl Future<Output = T>) -> Result<T, Elapsed> {
    let mut work = std::pin::pin!(work);
    let at_once = std::future::poll_fn(|context| Poll::Ready(work.as_mut().poll(context))).await;
    match at_once {
        Poll::Ready(done) => Ok(done),
        Poll::Pending => tokio::time::timeout(patience, work).await,
    }
}

/// The body of a response.
pub(crate) enum WireBody {
    /// All of it.
    Bytes(Bytes),
    /// As it arrives.
    Stream {
        stream: Pin<Box<dyn Stream<Item = Result<Bytes, BodyError>> + Send>>,
        length: Option<u64>,
    },
}

impl Body for WireBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match &mut *self {
            Self::Bytes(bytes) if bytes.is_empty() => Poll::Ready(None),
            Self::Bytes(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Self::Stream { stream, .. } => stream
                .as_mut()
                .poll_next(context)
                .map(|item| item.map(|data| data.map(Frame::data))),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Bytes(bytes) if bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Bytes(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::Stream {
                length: Some(length),
                ..
            } => SizeHint::with_exact(*length),
            Self::Stream { length: None, .. } => SizeHint::default(),
        }
    }
}
