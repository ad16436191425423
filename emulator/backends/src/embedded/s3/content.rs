//! The bytes of an object, in the pieces in which they arrived.

use std::{ops::Range, sync::Arc};

use bytes::Bytes;
use futures_util::stream;
use md5::{Digest, Md5};

use rolecall_protocol::ServiceError;

use super::{
    checksum::{Algorithm, Running},
    errors,
};
use crate::{
    backend::{AnswerBody, Body},
    embedded::memory::{Held, Memory},
};

/// Bytes that are never copied: a reader gets the same pieces.
#[derive(Clone, Debug, Default)]
pub(super) struct Content {
    pieces: Vec<Bytes>,
    length: u64,
    /// The room that the pieces take, shared by all that have them.
    held: Vec<Arc<Held>>,
}

/// What was computed while the bytes arrived.
#[derive(Clone, Debug)]
pub(super) struct Received {
    pub(super) content: Content,
    pub(super) md5: [u8; 16],
    /// The raw checksum, where one was asked for.
    pub(super) checksum: Option<(Algorithm, Vec<u8>)>,
}

impl Content {
    /// Reads a body to its end. Nothing is kept of one that ends in an error.
    /// One for which there is no room is read to its end too, so that the client hears of it.
    pub(super) async fn receive(
        body: Body,
        algorithm: Option<Algorithm>,
        memory: &Arc<Memory>,
    ) -> Result<Received, ServiceError> {
        let mut content = Self::default();
        let mut held = memory.hold(0);
        let mut md5 = Md5::new();
        let mut checksum = algorithm.map(Running::new);
        body.for_each(|piece| {
            if let Ok(room) = &mut held
                && let Err(full) = room.grow(piece.len() as u64)
            {
                held = Err(full);
                content = Self::default();
            }
            if held.is_err() {
                return;
            }
            md5.update(&piece);
            if let Some(checksum) = &mut checksum {
                checksum.update(&piece);
            }
            content.push(piece);
        })
        .await?;
        let held = held.map_err(|full| errors::no_room(&full))?;
        content.held.push(Arc::new(held));
        let checksum = algorithm.zip(checksum.map(Running::finish));
        Ok(Received {
            content,
            md5: md5.finalize().into(),
            checksum,
        })
    }

    /// The same digests of bytes that are here already.
    pub(super) fn digest(self, algorithm: Option<Algorithm>) -> Received {
        let mut md5 = Md5::new();
        let mut checksum = algorithm.map(Running::new);
        for piece in &self.pieces {
            md5.update(piece);
            if let Some(checksum) = &mut checksum {
                checksum.update(piece);
            }
        }
        let checksum = algorithm.zip(checksum.map(Running::finish));
        Received {
            content: self,
            md5: md5.finalize().into(),
            checksum,
        }
    }

    fn push(&mut self, piece: Bytes) {
        if !piece.is_empty() {
            self.length += piece.len() as u64;
            self.pieces.push(piece);
        }
    }

    /// The number of bytes.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Several contents, one after another.
    pub(super) fn concat(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Self::default();
        for part in parts {
            all.held.extend(part.held);
            part.pieces.into_iter().for_each(|piece| all.push(piece));
        }
        all
    }

    /// The bytes of a range, which must lie within.
    pub(super) fn slice(&self, range: &Range<u64>) -> Self {
        let mut slice = Self {
            held: self.held.clone(),
            ..Self::default()
        };
        let mut start = 0_u64;
        for piece in &self.pieces {
            let end = start + piece.len() as u64;
            let (from, to) = (range.start.max(start), range.end.min(end));
            if from < to {
                let within = usize::try_from(from - start).unwrap_or(0)
                    ..usize::try_from(to - start).unwrap_or(0);
                slice.push(piece.slice(within));
            }
            start = end;
        }
        slice
    }

    /// As the body of an answer.
    pub(super) fn into_body(mut self) -> AnswerBody {
        let length = Some(self.length);
        let body = match self.pieces.len() {
            0 => Body::Bytes(Bytes::new()),
            1 => Body::Bytes(self.pieces.swap_remove(0)),
            _ => Body::Stream(Box::pin(stream::iter(self.pieces.into_iter().map(Ok)))),
        };
        AnswerBody { body, length }
    }
}
