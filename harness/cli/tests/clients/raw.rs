//! HTTP by hand, for what no client sends.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// An answer as it came.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(each, _)| each == name);
        found.map_or("", |(_, value)| value)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    /// What stands between a tag and its end.
    pub(crate) fn element(&self, tag: &str) -> String {
        let text = self.text();
        let after = text
            .split_once(&format!("<{tag}>"))
            .map_or("", |(_, after)| after);
        after
            .split_once(&format!("</{tag}>"))
            .map_or("", |(value, _)| value)
            .to_owned()
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// Sends bytes and reads an answer until the connection ends; nothing if there is none.
pub(crate) fn send(address: &str, request: &[u8]) -> Option<Answer> {
    let mut stream = connect(address);
    // A server that refuses a request may close before all of it is written.
    let _ = stream.write_all(request);
    read(&mut stream)
}

pub(crate) fn connect(address: &str) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    stream
}

/// Reads an answer until its end, or until the connection's.
pub(crate) fn read(stream: &mut TcpStream) -> Option<Answer> {
    let mut bytes = Vec::new();
    let mut piece = [0; 8192];
    loop {
        match stream.read(&mut piece) {
            Ok(0) => break,
            Ok(length) => bytes.extend_from_slice(&piece[..length]),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => break,
            Err(error) => panic!("{error}"),
        }
        if complete(&bytes) {
            break;
        }
    }
    parse(&bytes)
}

fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    Some((&bytes[..end], &bytes[end + 4..]))
}

/// Whether there is a head and as much body as it says; interim answers are no answer.
fn complete(bytes: &[u8]) -> bool {
    let bytes = without_interim(bytes);
    parse(bytes).is_some_and(|answer| {
        answer
            .header("content-length")
            .parse()
            .is_ok_and(|length: usize| answer.body.len() >= length)
    })
}

fn without_interim(bytes: &[u8]) -> &[u8] {
    match split(bytes) {
        Some((head, rest)) if head.starts_with(b"HTTP/1.1 1") => rest,
        _ => bytes,
    }
}

fn parse(bytes: &[u8]) -> Option<Answer> {
    let (head, body) = split(without_interim(bytes))?;
    let head = String::from_utf8(head.to_vec()).unwrap();
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().unwrap();
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
        .collect();
    Some(Answer {
        status,
        headers,
        body: body.to_vec(),
    })
}
