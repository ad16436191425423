//! An endpoint that takes requests down, as they came, and answers nothing that anybody understands.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Captured {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
}

impl Captured {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(each, _)| each == name)?;
        Some(&found.1)
    }
}

/// The endpoint; it listens until the test ends.
#[derive(Debug)]
pub(crate) struct Capture {
    /// `http://127.0.0.1:PORT`.
    pub(crate) endpoint: String,
    captured: Arc<Mutex<Vec<Captured>>>,
}

impl Capture {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let captured = Arc::default();
        let into = Arc::clone(&captured);
        std::thread::spawn(move || take_down(&listener, &into));
        Self { endpoint, captured }
    }

    /// What came so far, in order.
    pub(crate) fn requests(&self) -> Vec<Captured> {
        self.captured.lock().unwrap().clone()
    }
}

fn take_down(listener: &TcpListener, into: &Mutex<Vec<Captured>>) {
    for stream in listener.incoming() {
        let mut stream = stream.unwrap();
        let timeout = Some(Duration::from_secs(20));
        stream.set_read_timeout(timeout).unwrap();
        if let Some(request) = read(&mut stream) {
            into.lock().unwrap().push(request);
            let answer =
                b"HTTP/1.1 400 Taken down\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            // A client that is gone has sent what there is to see.
            let _ = stream.write_all(answer);
        }
    }
}

/// A request of a known length; none if the client closes before it is whole.
fn read(stream: &mut TcpStream) -> Option<Captured> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        more(stream, &mut bytes)?;
    };
    let mut request = head(std::str::from_utf8(&bytes[..end]).unwrap());
    assert_eq!(request.header("transfer-encoding"), None, "{request:?}");
    if request.header("expect").is_some() {
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").unwrap();
    }
    let length = request.header("content-length").unwrap_or("0");
    let whole = end + 4 + length.parse::<usize>().unwrap();
    while bytes.len() < whole {
        more(stream, &mut bytes)?;
    }
    request.body = Bytes::copy_from_slice(&bytes[end + 4..whole]);
    Some(request)
}

fn more(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> Option<()> {
    let mut piece = [0; 8192];
    let length = stream.read(&mut piece).ok().filter(|length| *length > 0)?;
    bytes.extend_from_slice(&piece[..length]);
    Some(())
}

fn head(head: &str) -> Captured {
    let mut lines = head.split("\r\n");
    let mut first = lines.next().unwrap().split(' ');
    let (method, target) = (first.next().unwrap(), first.next().unwrap());
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let header = |line: &str| {
        let (name, value) = line.split_once(':').unwrap();
        (name.to_lowercase(), value.trim().to_owned())
    };
    Captured {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers: lines.map(header).collect(),
        body: Bytes::new(),
    }
}
