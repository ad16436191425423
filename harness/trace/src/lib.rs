//! The recording: format, writer, reader.
