//! The load: connections that send the same bytes again as soon as the answer is there.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::Context;

/// What a load measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measured {
    /// Answers a second.
    pub(crate) rate: f64,
    /// From the first byte sent to the last byte of the answer, in microseconds: the median.
    pub(crate) latency: f64,
}

/// One request to one server, again and again.
#[derive(Debug)]
pub(crate) struct Load<'a> {
    address: SocketAddr,
    request: &'a [u8],
}

impl<'a> Load<'a> {
    pub(crate) fn new(address: SocketAddr, request: &'a [u8]) -> Self {
        Self { address, request }
    }

    /// Sends over so many connections, for so long.
    #[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
    pub(crate) fn run(&self, connections: usize, time: Duration) -> anyhow::Result<Measured> {
        let (over, answers) = (
            Arc::new(AtomicBool::new(false)),
            Arc::new(AtomicU64::new(0)),
        );
        let begun = Instant::now();
        let threads: Vec<_> = (0..connections)
            .map(|_| {
                let (over, answers) = (Arc::clone(&over), Arc::clone(&answers));
                let (address, request) = (self.address, self.request.to_vec());
                thread::spawn(move || drive(address, &request, &over, &answers))
            })
            .collect();
        thread::sleep(time);
        over.store(true, Ordering::Relaxed);
        let answered = answers.load(Ordering::Relaxed);
        let elapsed = begun.elapsed();
        let mut latencies = Vec::new();
        for thread in threads {
            let of_one = thread
                .join()
                .map_err(|_| anyhow::anyhow!("a connection's thread failed"))??;
            latencies.extend(of_one);
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "counts of a few seconds are far below 2^53"
        )]
        let rate = answered as f64 / elapsed.as_secs_f64();
        latencies.sort_unstable();
        let middle = latencies.get(latencies.len() / 2).copied();
        Ok(Measured {
            rate,
            latency: middle.map_or(f64::NAN, |latency| latency.as_secs_f64() * 1e6),
        })
    }
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn drive(
    address: SocketAddr,
    request: &[u8],
    over: &AtomicBool,
    answers: &AtomicU64,
) -> anyhow::Result<Vec<Duration>> {
    let mut latencies = Vec::new();
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut buffer = Vec::with_capacity(1 << 14);
    while !over.load(Ordering::Relaxed) {
        let begun = Instant::now();
        stream.write_all(request)?;
        let status = read_answer(&mut stream, &mut buffer)?;
        anyhow::ensure!(
            status == 200,
            "the answer has status {status}: {}",
            String::from_utf8_lossy(&buffer)
        );
        latencies.push(begun.elapsed());
        answers.fetch_add(1, Ordering::Relaxed);
    }
    Ok(latencies)
}

/// Reads one answer with a `content-length`; its bytes are left in the buffer.
pub(crate) fn read_answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> anyhow::Result<u16> {
    buffer.clear();
    let mut piece = [0_u8; 1 << 14];
    let mut wanted = None;
    loop {
        let length = stream.read(&mut piece)?;
        anyhow::ensure!(length > 0, "the server closed the connection");
        buffer.extend(piece.iter().take(length));
        if wanted.is_none() {
            wanted = end_of_answer(buffer)?;
        }
        if wanted.is_some_and(|wanted| buffer.len() >= wanted) {
            let status = buffer
                .get(9..12)
                .and_then(|digits| std::str::from_utf8(digits).ok());
            return status
                .and_then(|digits| digits.parse().ok())
                .context("no status");
        }
    }
}

fn end_of_answer(buffer: &[u8]) -> anyhow::Result<Option<usize>> {
    let Some(head) = buffer.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let text = String::from_utf8_lossy(buffer.get(..head).unwrap_or_default()).to_ascii_lowercase();
    let length = text
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"));
    let length: usize = match length {
        Some(length) => length.trim().parse()?,
        // Source: RFC 9110, 15.3.5: 204 has no content.
        None if text.starts_with("http/1.1 204") => 0,
        None => anyhow::bail!("an answer without content-length: {text}"),
    };
    Ok(Some(head + 4 + length))
}
