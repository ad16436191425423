//! How the lines lie in a file: plain, or in zstd frames, one for each recording.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write},
    path::Path,
};

/// The first bytes of a zstd frame. Source: RFC 8878, section 3.1.1.
const FRAME_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// A line that no recording has: here a frame could not be read to its end.
pub(crate) const INTERRUPTED: &[u8] = b"\0";

/// Where the writer's bytes go.
pub(crate) trait Sink: Write + Send {
    /// Brings everything to its place; nothing is written afterwards.
    fn finish(&mut self) -> io::Result<()>;
}

/// Plain text.
pub(crate) struct Plain<W>(pub(crate) W);

/// One zstd frame.
pub(crate) struct Compressed<W: Write>(zstd::stream::write::Encoder<'static, W>);

impl<W: Write> Compressed<W> {
    pub(crate) fn new(out: W) -> io::Result<Self> {
        zstd::stream::write::Encoder::new(out, zstd::DEFAULT_COMPRESSION_LEVEL).map(Self)
    }
}

impl<W: Write> Write for Plain<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl<W: Write + Send> Sink for Plain<W> {
    fn finish(&mut self) -> io::Result<()> {
        self.flush()
    }
}

impl<W: Write> Write for Compressed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl<W: Write + Send> Sink for Compressed<W> {
    fn finish(&mut self) -> io::Result<()> {
        self.0.do_finish()?;
        self.0.flush()
    }
}

/// The sink for a file, by its extension.
pub(crate) fn sink(path: &Path, file: File) -> io::Result<Box<dyn Sink>> {
    if path.extension().is_some_and(|extension| extension == "zst") {
        Ok(Box::new(Compressed::new(file)?))
    } else {
        Ok(Box::new(Plain(file)))
    }
}

/// Opens a recording for reading; whether it is compressed is seen from its first bytes.
pub(crate) fn source<R: Read + Seek + 'static>(mut from: R) -> io::Result<Box<dyn BufRead>> {
    let mut magic = Vec::with_capacity(FRAME_MAGIC.len());
    Read::by_ref(&mut from)
        .take(FRAME_MAGIC.len() as u64)
        .read_to_end(&mut magic)?;
    from.seek(SeekFrom::Start(0))?;
    if magic == FRAME_MAGIC {
        Ok(Box::new(BufReader::new(Frames::new(from))))
    } else {
        Ok(Box::new(BufReader::new(from)))
    }
}

/// Reads frame after frame; a frame that is cut off ends in the line [`INTERRUPTED`].
struct Frames<R: Read + Seek> {
    // None when there is no frame any more.
    decoder: Option<zstd::stream::read::Decoder<'static, BufReader<Counted<R>>>>,
    // Where the frame that is being read begins.
    frame: u64,
    // What is handed out before the next frame.
    inserted: io::Cursor<Vec<u8>>,
    rest: Option<Counted<R>>,
}

impl<R: Read + Seek> Frames<R> {
    fn new(from: R) -> Self {
        Self {
            decoder: None,
            frame: 0,
            inserted: io::Cursor::default(),
            rest: Some(Counted {
                inner: from,
                position: 0,
            }),
        }
    }

    /// Begins with the next frame, if there is one.
    fn open(&mut self) -> io::Result<bool> {
        let Some(mut rest) = self.rest.take() else {
            return Ok(false);
        };
        let Some(frame) = next_frame(&mut rest, self.frame)? else {
            return Ok(false);
        };
        self.frame = frame;
        rest.seek_to(frame)?;
        self.decoder = Some(zstd::stream::read::Decoder::new(rest)?.single_frame());
        Ok(true)
    }

    /// Leaves a frame that could not be read to its end.
    fn interrupt(&mut self) {
        // What follows may have been swallowed with it: look again from behind its magic.
        self.frame += FRAME_MAGIC.len() as u64;
        self.rest = self
            .decoder
            .take()
            .map(|decoder| decoder.finish().into_inner());
        self.inserted = io::Cursor::new([b"\n", INTERRUPTED, b"\n"].concat());
    }

    /// Leaves a frame that was read to its end.
    fn leave(&mut self) {
        if let Some(decoder) = self.decoder.take() {
            let buffered = decoder.finish();
            let unread = buffered.buffer().len() as u64;
            let rest = buffered.into_inner();
            self.frame = rest.position.saturating_sub(unread);
            self.rest = Some(rest);
        }
    }
}

impl<R: Read + Seek> Read for Frames<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let inserted = self.inserted.read(out)?;
            if inserted > 0 || out.is_empty() {
                return Ok(inserted);
            }
            match self.decoder.as_mut().map(|decoder| decoder.read(out)) {
                None if self.open()? => {}
                None => return Ok(0),
                Some(Ok(0)) => self.leave(),
                Some(Ok(count)) => return Ok(count),
                Some(Err(_)) => self.interrupt(),
            }
        }
    }
}

/// Knows how many bytes were read.
struct Counted<R> {
    inner: R,
    position: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(out)?;
        self.position += count as u64;
        Ok(count)
    }
}

impl<R: Seek> Counted<R> {
    fn seek_to(&mut self, position: u64) -> io::Result<()> {
        self.position = self.inner.seek(SeekFrom::Start(position))?;
        Ok(())
    }
}

/// Where the first frame at or behind `from` begins.
fn next_frame<R: Read + Seek>(source: &mut Counted<R>, from: u64) -> io::Result<Option<u64>> {
    source.seek_to(from)?;
    let mut window = [0_u8; 4];
    for (offset, byte) in BufReader::new(&mut source.inner).bytes().enumerate() {
        window.rotate_left(1);
        if let Some(last) = window.last_mut() {
            *last = byte?;
        }
        if window == FRAME_MAGIC && offset >= 3 {
            return Ok(Some(from + offset as u64 - 3));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(text: &str) -> Vec<u8> {
        zstd::encode_all(text.as_bytes(), 0).unwrap()
    }

    fn decode(bytes: Vec<u8>) -> Vec<u8> {
        let mut text = Vec::new();
        source(io::Cursor::new(bytes))
            .unwrap()
            .read_to_end(&mut text)
            .unwrap();
        text
    }

    #[test]
    fn frames_follow_one_another() {
        assert_eq!(
            decode([frame("one\n"), frame("two\n")].concat()),
            b"one\ntwo\n"
        );
    }

    #[test]
    fn a_frame_behind_one_that_was_cut_off_is_found_again() {
        let first = frame("a line that is long enough to be cut off somewhere in the middle\n");
        for cut in 4..first.len() {
            let text = decode([&first[..cut], &frame("two\n")].concat());
            assert!(text.ends_with(b"\n\0\ntwo\n"), "cut at {cut}: {text:?}");
        }
    }

    #[test]
    fn a_frame_that_is_cut_off_at_the_end_is_marked() {
        let first = frame("a line that is long enough to be cut off somewhere in the middle\n");
        assert!(decode(first[..first.len() - 1].to_vec()).ends_with(b"\n\0\n"));
    }
}
