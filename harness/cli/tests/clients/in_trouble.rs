//! Upstreams that do not answer as AWS would, and one behind TLS: what the client is told, and what the recording says.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;

use tempfile::TempDir;

use crate::server::Server;
use crate::signed::Request;
use crate::tools;
use crate::upstreams::attempts;

/// Answers every request with these bytes, whatever they are, and closes.
fn upstream(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            take(&stream);
            // Who has heard enough is gone.
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    url
}

/// Reads the head of a request, and `{}`.
fn take(stream: &TcpStream) {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    while reader.read_line(&mut line).is_ok_and(|count| count > 2) {
        line.clear();
    }
    let _ = reader.read_exact(&mut [0; 2]);
}

/// Status and text that a client gets for one call, and the attempt in the recording.
fn call(url: &str, variables: &[(&str, &str)]) -> (u16, String, serde_json::Value) {
    let options = ["--backend", url, "--recording", "recording.jsonl"];
    let server = Server::under(&options, variables);
    let copy = TempDir::new().unwrap();
    let to = copy.path().join("copy");
    fs::hard_link(server.folder.path().join(options[3]), &to).unwrap();
    let request = Request::json("kms", "TrentService.ListKeys", b"{}");
    let answer = request.send(server.address(), &server.administrator);
    let text = answer.json().to_string();
    let (status, log) = server.terminate();
    assert_eq!(status.code(), Some(0), "{log}");
    let mut recorded = attempts(&fs::read_to_string(to).unwrap());
    assert_eq!(recorded.len(), 1);
    (answer.status, text, recorded.remove(0))
}

/// An error of the service that names the upstream, recorded with what had been authorized before.
fn is_told(url: &str, what: &str) {
    let (status, text, attempt) = call(url, &[]);
    assert_eq!(status, 503, "{text}");
    assert!(
        text.contains("ServiceUnavailable") && text.contains(what),
        "{text}"
    );
    assert!(text.contains(url), "{text}");
    let said = |member: &str| attempt[member].as_str().unwrap_or_default().to_owned();
    assert_eq!(said("outcome"), "failed");
    assert_eq!(said("answeredBy"), "upstream");
    assert_eq!(said("error"), "ServiceUnavailable");
    assert_eq!(attempt["status"], 503);
    let requirement = &attempt["requirements"][0];
    assert_eq!(requirement["action"], "kms:ListKeys");
    assert_eq!(requirement["decision"]["kind"], "allow");
}

#[test]
fn one_that_is_down_is_recorded() {
    // A port that was free a moment ago.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    is_told(&url, "cannot be reached");
}

#[test]
fn one_that_closes_early_is_recorded() {
    is_told(&upstream(""), "closed the connection");
    let half = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"Keys\":[";
    is_told(
        &upstream(half),
        "closed the connection in the middle of its answer",
    );
}

#[test]
fn one_that_answers_garbage_is_recorded() {
    let page = "HTTP/1.1 200 OK\r\ncontent-length: 21\r\n\r\n<html><body>hi</body>";
    is_told(&upstream(page), "answered 200 with a page of HTML");
}

#[test]
fn one_that_redirects_is_recorded() {
    let away = "HTTP/1.1 307 Go\r\nlocation: http://127.0.0.1:9/\r\ncontent-length: 0\r\n\r\n";
    is_told(&upstream(away), "points to `http://127.0.0.1:9/`");
}

/// An upstream behind TLS, with a certificate of an authority that was made for it.
#[derive(Debug)]
struct Secure {
    child: Child,
    url: String,
    authority: String,
    _folder: TempDir,
}

impl Secure {
    fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let mut child = Command::new(tools::installed("venv/bin/python"))
            .arg(tools::fixture("python").join("secure.py"))
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        Self {
            child,
            url: line.trim().to_owned(),
            authority: folder
                .path()
                .join("authority.pem")
                .to_str()
                .unwrap()
                .to_owned(),
            _folder: folder,
        }
    }
}

impl Drop for Secure {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn one_behind_tls_is_trusted_by_the_machine_s_certificates_alone() {
    let secure = Secure::start();
    let trusting = [("SSL_CERT_FILE", secure.authority.as_str())];
    let (status, text, attempt) = call(&secure.url, &trusting);
    assert_eq!((status, text.as_str()), (200, r#"{"Keys":[]}"#));
    assert_eq!(attempt["answeredBy"], "upstream");
    assert_eq!(attempt["outcome"], "answered");
    is_told(&secure.url, "cannot be reached");
}
