//! Bodies in `aws-chunked` framing, decoded and verified as they come.

use sha2::{Digest, Sha256};

use crate::chunk_line::{ChunkLine, LineBuffer};
use crate::chunk_signature::SignatureChain;
use crate::claim::SignedClaim;
use crate::error::{AuthenticationError, ChunkFault, TrailerFault};
use crate::payload::PayloadForm;
use crate::verify::Verified;

/// All trailers together may not be longer than this.
const LONGEST_TRAILERS: usize = 16_384;

/// The trailer that holds the signature of the others.
const SIGNATURE_TRAILER: &str = "x-amz-trailer-signature";

/// Is one trailing header, its name in lower case, its value trimmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trailer {
    /// The name, in lower case.
    pub name: String,
    /// The value.
    pub value: String,
}

/// Takes a body apart, in pieces of any size, and verifies every chunk and the trailers.
///
/// Data is handed on as it comes, before the signature of its chunk can be known, so nothing may be
/// made of it before [`ChunkDecoder::finish`] has returned. After an error the decoder is spent.
#[derive(Debug)]
pub struct ChunkDecoder {
    state: State,
    line: LineBuffer,
    /// The chunk that is being read, from 1.
    chunk: u64,
    declared_length: u64,
    received: u64,
    /// `None` for `STREAMING-UNSIGNED-PAYLOAD-TRAILER`, and when there is no secret.
    signatures: Option<SignatureChain>,
    trailers: TrailerReader,
}

#[derive(Debug)]
enum State {
    /// Before the line that begins a chunk.
    ChunkLine,
    /// In the data of a chunk.
    Data {
        left: u64,
        hasher: Sha256,
        signature: String,
    },
    /// Before the CRLF that ends the data.
    DataEnd,
    /// After the last chunk.
    Trailers,
    /// After everything.
    Done,
}

impl ChunkDecoder {
    /// Begins after the head was verified.
    ///
    /// Fails for an event stream, and without `x-amz-decoded-content-length`, which S3 requires; so it
    /// does for a payload that is not chunked at all.
    pub fn new(claim: &SignedClaim, verified: &Verified) -> Result<Self, AuthenticationError> {
        let is_signed = matches!(
            claim.payload,
            PayloadForm::StreamingSigned { .. } | PayloadForm::StreamingSignedV4a { .. }
        );
        Self::begin(
            claim,
            is_signed.then(|| SignatureChain::new(claim, verified)),
        )
    }

    /// Begins without a verified head, for a caller whose secret nobody knows: the framing is taken
    /// apart and checked, the signatures in it are not.
    pub fn unverified(claim: &SignedClaim) -> Result<Self, AuthenticationError> {
        Self::begin(claim, None)
    }

    fn begin(
        claim: &SignedClaim,
        signatures: Option<SignatureChain>,
    ) -> Result<Self, AuthenticationError> {
        if claim.payload == PayloadForm::EventStream {
            return Err(AuthenticationError::EventStreamNotSupported);
        }
        let declared_length = claim
            .decoded_length
            .ok_or(AuthenticationError::MissingDecodedContentLength)?;
        Ok(Self {
            state: State::ChunkLine,
            line: LineBuffer::default(),
            chunk: 1,
            declared_length,
            received: 0,
            signatures,
            trailers: TrailerReader::new(claim),
        })
    }

    /// Takes the next piece of the body and returns the data in it.
    pub fn push(&mut self, input: &[u8]) -> Result<Vec<u8>, AuthenticationError> {
        let mut data = Vec::with_capacity(input.len());
        self.push_with(input, |piece| data.extend_from_slice(piece))?;
        Ok(data)
    }

    /// Takes the next piece of the body and hands on the data in it, without copying.
    pub fn push_with<'i>(
        &mut self,
        mut input: &'i [u8],
        mut sink: impl FnMut(&'i [u8]),
    ) -> Result<(), AuthenticationError> {
        while !input.is_empty() {
            if let State::Data { left, hasher, .. } = &mut self.state {
                let wanted = usize::try_from(*left)
                    .unwrap_or(usize::MAX)
                    .min(input.len());
                let (data, rest) = input.split_at_checked(wanted).unwrap_or((input, &[]));
                input = rest;
                *left = left.saturating_sub(u64::try_from(data.len()).unwrap_or_default());
                if self.signatures.is_some() {
                    hasher.update(data);
                }
                sink(data);
                self.end_data()?;
            } else {
                let line = self
                    .line
                    .take(&mut input)
                    .map_err(|fault| self.fault(fault))?;
                if let Some(line) = line {
                    self.take_line(&line)?;
                }
            }
        }
        Ok(())
    }

    /// Ends the body; returns its trailers, in wire order and without their signature.
    pub fn finish(self) -> Result<Vec<Trailer>, AuthenticationError> {
        let complete = match self.state {
            State::Done => true,
            // A lone empty line after the last chunk ends the body as well.
            State::Trailers => self.line.is_empty() && self.trailers.saw_empty_line,
            State::ChunkLine | State::Data { .. } | State::DataEnd => false,
        };
        if !complete {
            return Err(self.fault(ChunkFault::Truncated));
        }
        if self.received != self.declared_length {
            return Err(AuthenticationError::DecodedLengthMismatch {
                declared: self.declared_length,
                received: self.received,
            });
        }
        self.trailers.finish(self.signatures)
    }

    fn fault(&self, fault: ChunkFault) -> AuthenticationError {
        AuthenticationError::ChunkMalformed {
            chunk: self.chunk,
            fault,
        }
    }

    fn take_line(&mut self, line: &[u8]) -> Result<(), AuthenticationError> {
        match &self.state {
            State::ChunkLine => self.begin_chunk(line),
            State::DataEnd if line.is_empty() => {
                self.chunk += 1;
                self.state = State::ChunkLine;
                Ok(())
            }
            State::DataEnd | State::Data { .. } => Err(self.fault(ChunkFault::NoLineEnd)),
            State::Trailers => {
                if self.trailers.take_line(line)? {
                    self.state = State::Done;
                }
                Ok(())
            }
            State::Done => Err(self.fault(ChunkFault::TrailingData)),
        }
    }

    fn begin_chunk(&mut self, line: &[u8]) -> Result<(), AuthenticationError> {
        let line = ChunkLine::parse(line).map_err(|fault| self.fault(fault))?;
        self.received = self.received.saturating_add(line.length);
        if self.received > self.declared_length {
            return Err(AuthenticationError::DecodedLengthMismatch {
                declared: self.declared_length,
                received: self.received,
            });
        }
        let signature = match (line.signature, &self.signatures) {
            (Some(signature), _) => signature,
            (None, None) => String::new(),
            (None, Some(_)) => return Err(self.fault(ChunkFault::NoSignature)),
        };
        if line.length == 0 {
            self.check_signature(Sha256::new(), &signature)?;
            self.state = State::Trailers;
        } else {
            self.state = State::Data {
                left: line.length,
                hasher: Sha256::new(),
                signature,
            };
        }
        Ok(())
    }

    /// Verifies a chunk once all its data has come.
    fn end_data(&mut self) -> Result<(), AuthenticationError> {
        if !matches!(self.state, State::Data { left: 0, .. }) {
            return Ok(());
        }
        match std::mem::replace(&mut self.state, State::DataEnd) {
            State::Data {
                hasher, signature, ..
            } => self.check_signature(hasher, &signature),
            _ => Ok(()),
        }
    }

    fn check_signature(
        &mut self,
        data: Sha256,
        signature: &str,
    ) -> Result<(), AuthenticationError> {
        let good = match &mut self.signatures {
            Some(chain) => chain.accepts_chunk(data, signature),
            None => true,
        };
        if good {
            Ok(())
        } else {
            Err(AuthenticationError::ChunkSignatureMismatch { chunk: self.chunk })
        }
    }
}

/// Reads what follows the last chunk.
#[derive(Debug)]
struct TrailerReader {
    /// Whether trailers may follow at all.
    expected: bool,
    announced: Vec<String>,
    found: Vec<Trailer>,
    signature: Option<String>,
    length: usize,
    saw_empty_line: bool,
}

impl TrailerReader {
    fn new(claim: &SignedClaim) -> Self {
        let expected = match claim.payload {
            PayloadForm::StreamingSigned { trailer }
            | PayloadForm::StreamingSignedV4a { trailer } => trailer,
            _ => true,
        };
        Self {
            expected,
            announced: claim.trailer_names.clone(),
            found: Vec::new(),
            signature: None,
            length: 0,
            saw_empty_line: false,
        }
    }

    /// Takes one line; returns whether it was the last.
    fn take_line(&mut self, line: &[u8]) -> Result<bool, AuthenticationError> {
        if line.is_empty() {
            let nothing_yet = self.found.is_empty() && self.signature.is_none();
            // S3's documentation shows an empty line between the last chunk and the trailers; the
            // SDKs send none.
            let may_go_on = self.expected && nothing_yet && !self.saw_empty_line;
            self.saw_empty_line = true;
            return Ok(!may_go_on);
        }
        self.length += line.len();
        if self.length > LONGEST_TRAILERS {
            return Err(malformed(TrailerFault::TooLong));
        }
        if !self.expected {
            return Err(malformed(TrailerFault::Line));
        }
        let trailer = parse(line).ok_or_else(|| malformed(TrailerFault::Line))?;
        if trailer.name == SIGNATURE_TRAILER {
            self.signature = Some(trailer.value);
        } else {
            self.found.push(trailer);
        }
        Ok(false)
    }

    fn finish(
        self,
        signatures: Option<SignatureChain>,
    ) -> Result<Vec<Trailer>, AuthenticationError> {
        if !self.expected {
            return Ok(Vec::new());
        }
        if let Some(mut chain) = signatures {
            let signature = self
                .signature
                .ok_or_else(|| malformed(TrailerFault::NoSignature))?;
            if !chain.accepts_trailers(&self.found, &signature) {
                return Err(AuthenticationError::TrailerSignatureMismatch);
            }
        }
        for name in &self.announced {
            if !self.found.iter().any(|trailer| trailer.name == *name) {
                return Err(malformed(TrailerFault::Missing { name: name.clone() }));
            }
        }
        for Trailer { name, .. } in &self.found {
            if !self.announced.contains(name) {
                return Err(malformed(TrailerFault::NotAnnounced { name: name.clone() }));
            }
        }
        Ok(self.found)
    }
}

fn malformed(fault: TrailerFault) -> AuthenticationError {
    AuthenticationError::TrailerMalformed { fault }
}

fn parse(line: &[u8]) -> Option<Trailer> {
    let text = std::str::from_utf8(line).ok()?;
    let (name, value) = text.split_once(':')?;
    let name = name.trim().to_ascii_lowercase();
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic());
    is_name.then(|| Trailer {
        name,
        value: value.trim().to_owned(),
    })
}
