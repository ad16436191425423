//! Uploads of 100 MiB over one connection, one after another, with the body signed in three ways.

use std::{
    net::TcpStream,
    path::Path,
    time::{Duration, Instant},
};

use crate::{
    load::read_answer,
    median,
    requests::{Payload, Plain, send, signed},
    say,
    server::{Server, processor_seconds},
};

const LENGTH: usize = 100 << 20;
const UPLOADS: usize = 7;

/// Measures all three.
pub(crate) fn measure(rolecall: &Path, recording: &Path) -> anyhow::Result<()> {
    let ours = Server::rolecall(rolecall, Some(recording))?;
    let bucket = Plain {
        service: "s3",
        method: "PUT",
        path: "/bench-bucket",
        headers: &[],
        body: b"",
        payload: Payload::Hashed,
    };
    send(&ours, &bucket)?;
    let body: Vec<u8> = (0..=250_u8).cycle().take(LENGTH).collect();
    one(&ours, "its SHA-256 signed", &body, Payload::Hashed, &[])?;
    one(&ours, "UNSIGNED-PAYLOAD", &body, Payload::Unsigned, &[])?;
    let length = LENGTH.to_string();
    let chunked = [
        ("content-encoding", "aws-chunked"),
        ("x-amz-decoded-content-length", length.as_str()),
    ];
    one(
        &ours,
        "aws-chunked, unsigned",
        &in_chunks(&body),
        Payload::Chunked,
        &chunked,
    )?;
    ours.stop_and_count(recording)?;
    Ok(())
}

/// The body in chunks of 1 MiB, as `aws-chunked` frames them, without a trailer.
fn in_chunks(body: &[u8]) -> Vec<u8> {
    let mut framed = Vec::with_capacity(body.len() + (body.len() >> 10));
    for chunk in body.chunks(1 << 20) {
        framed.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        framed.extend_from_slice(chunk);
        framed.extend_from_slice(b"\r\n");
    }
    framed.extend_from_slice(b"0\r\n\r\n");
    framed
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn one(
    server: &Server,
    name: &str,
    body: &[u8],
    payload: Payload,
    headers: &[(&str, &str)],
) -> anyhow::Result<()> {
    use std::io::Write;
    let plain = Plain {
        service: "s3",
        method: "PUT",
        path: "/bench-bucket/large",
        headers,
        body,
        payload,
    };
    let request = signed(server, &plain)?;
    let mut stream = TcpStream::connect(server.address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let (mut speeds, mut costs, mut loads) = (Vec::new(), Vec::new(), Vec::new());
    let mut answer = Vec::new();
    // The first one warms everything up and does not count.
    for upload in 0..=UPLOADS {
        let before = (server.processor_seconds(), processor_seconds("self"));
        let begun = Instant::now();
        stream.write_all(&request)?;
        let status = read_answer(&mut stream, &mut answer)?;
        let time = begun.elapsed().as_secs_f64();
        anyhow::ensure!(status == 200, "{}", String::from_utf8_lossy(&answer));
        if upload > 0 {
            #[expect(clippy::cast_precision_loss, reason = "a length far below 2^53")]
            speeds.push(LENGTH as f64 / 1e6 / time);
            costs.push(1e3 * (server.processor_seconds() - before.0));
            loads.push(1e3 * (processor_seconds("self") - before.1));
        }
    }
    say(&format!(
        "upload 100 MiB, {name:<21} {:>5.0} MB/s  processor each: server {:.0} ms, load {:.0} ms",
        median(speeds),
        median(costs),
        median(loads)
    ));
    Ok(())
}
