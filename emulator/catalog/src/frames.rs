//! Compressed frames, one after the other.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::generated::CatalogError;

/// zstd's level: the file is written once and read often.
const LEVEL: i32 = 19;

/// The most that one frame may decompress to; EC2, the largest, has about 1 MB.
const LARGEST_FRAME: u32 = 16 << 20;

/// Where a compressed frame is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// From the beginning of the frames.
    pub offset: u32,
    /// Compressed.
    pub length: u32,
    /// Decompressed.
    pub size: u32,
}

/// The frames of a file, to be read.
#[derive(Debug)]
pub struct Frames {
    bytes: &'static [u8],
    place: Frame,
    dictionary: OnceLock<Vec<u8>>,
}

impl Frames {
    /// The frames in these bytes, with their dictionary at this place.
    pub(crate) fn new(bytes: &'static [u8], dictionary: Frame) -> Self {
        Self {
            bytes,
            place: dictionary,
            dictionary: OnceLock::new(),
        }
    }

    /// Reads one frame.
    ///
    /// # Errors
    ///
    /// Fails on bytes that the generator did not write.
    pub fn read<T: DeserializeOwned>(&self, name: &str, frame: Frame) -> Result<T, CatalogError> {
        let raw = self.raw(name, frame)?;
        postcard::from_bytes(&raw).map_err(|source| CatalogError::Encoding {
            name: name.to_owned(),
            source,
        })
    }

    /// The bytes of one frame.
    pub(crate) fn raw(&self, name: &str, frame: Frame) -> Result<Vec<u8>, CatalogError> {
        unpack(self.bytes, name, frame, self.dictionary()?)
    }

    /// Unpacked when the first frame is read.
    fn dictionary(&self) -> Result<&[u8], CatalogError> {
        if self.dictionary.get().is_none() {
            let unpacked = unpack(self.bytes, "dictionary", self.place, &[])?;
            self.dictionary.get_or_init(|| unpacked);
        }
        Ok(self.dictionary.get().map_or(&[], Vec::as_slice))
    }
}

/// Decompresses one frame.
pub(crate) fn unpack(
    bytes: &[u8],
    name: &str,
    frame: Frame,
    dictionary: &[u8],
) -> Result<Vec<u8>, CatalogError> {
    let out_of_bounds = || CatalogError::OutOfBounds(name.to_owned());
    let start = frame.offset as usize;
    let end = start
        .checked_add(frame.length as usize)
        .ok_or_else(out_of_bounds)?;
    let packed = bytes.get(start..end).ok_or_else(out_of_bounds)?;
    if frame.size > LARGEST_FRAME {
        return Err(out_of_bounds());
    }
    zstd::bulk::Decompressor::with_dictionary(dictionary)
        .and_then(|mut zstd| zstd.decompress(packed, frame.size as usize))
        .map_err(|source| CatalogError::Compression {
            name: name.to_owned(),
            source,
        })
}

/// Frames to be written.
#[derive(Debug)]
pub(crate) struct FrameWriter {
    pub(crate) bytes: Vec<u8>,
    dictionary: Vec<u8>,
}

impl FrameWriter {
    /// Begins with the dictionary, and says where it is.
    pub(crate) fn new(dictionary: Vec<u8>) -> Result<(Self, Frame), CatalogError> {
        let mut writer = Self {
            bytes: Vec::new(),
            dictionary: Vec::new(),
        };
        let place = writer.pack("dictionary", &dictionary)?;
        writer.dictionary = dictionary;
        Ok((writer, place))
    }

    /// Adds a frame, and says where it is.
    pub(crate) fn append<T: Serialize>(
        &mut self,
        name: &str,
        value: &T,
    ) -> Result<Frame, CatalogError> {
        let raw = postcard::to_stdvec(value).map_err(|source| CatalogError::Encoding {
            name: name.to_owned(),
            source,
        })?;
        self.pack(name, &raw)
    }

    /// Adds a frame of these bytes, and says where it is.
    pub(crate) fn pack(&mut self, name: &str, raw: &[u8]) -> Result<Frame, CatalogError> {
        let too_large = |_| CatalogError::OutOfBounds(name.to_owned());
        let packed = zstd::bulk::Compressor::with_dictionary(LEVEL, &self.dictionary)
            .and_then(|mut zstd| zstd.compress(raw))
            .map_err(|source| CatalogError::Compression {
                name: name.to_owned(),
                source,
            })?;
        let frame = Frame {
            offset: u32::try_from(self.bytes.len()).map_err(too_large)?,
            length: u32::try_from(packed.len()).map_err(too_large)?,
            size: u32::try_from(raw.len()).map_err(too_large)?,
        };
        self.bytes.extend_from_slice(&packed);
        Ok(frame)
    }
}
