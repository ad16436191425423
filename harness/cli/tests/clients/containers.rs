//! A container behind the server, on a Docker daemon of the test's own; nothing is pulled.
//!
//! `cargo ci test` says whether the machine can run one, in `ROLECALL_DOCKERD`: `no: WHY`, or where
//! `dockerd` is. In a run by hand, `dockerd` is looked for.

use std::{
    fs::{self, File},
    io::{Read as _, Write as _},
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    thread,
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;

use crate::server::Server;
use crate::signed::Request;
use crate::tools;

const IMAGE: &str = "rolecall-test/answers:1";

/// A Docker daemon; it ends when this is dropped.
struct Dockerd {
    child: Child,
    folder: TempDir,
}

impl Dockerd {
    /// None, and a loud line, on a machine that cannot run one.
    fn start() -> Option<Self> {
        let said = tools::variable("ROLECALL_DOCKERD");
        let why = match said.as_deref() {
            Some(no) if no.starts_with("no: ") => no.to_owned(),
            Some(path) => return Some(Self::of(Path::new(path))),
            None => match fs::exists("/usr/sbin/dockerd") {
                Ok(true) => return Some(Self::of(Path::new("/usr/sbin/dockerd"))),
                _ => "no: there is no /usr/sbin/dockerd".to_owned(),
            },
        };
        eprintln!("SKIPPED, and nothing is shown about containers: {why}");
        None
    }

    fn of(dockerd: &Path) -> Self {
        let folder = TempDir::new().unwrap();
        let at = |name: &str| folder.path().join(name).display().to_string();
        let log = File::create(at("log")).unwrap();
        // No rules for the packet filter, no forwarding: the proxy carries what is published.
        let child = Command::new(dockerd)
            .args(["--storage-driver", "vfs", "--data-root", &at("data")])
            .args(["--exec-root", &at("exec"), "--pidfile", &at("pid")])
            .args(["--host", &format!("unix://{}", at("sock"))])
            .args([
                "--iptables=false",
                "--ip6tables=false",
                "--ip-forward=false",
            ])
            .env(
                "PATH",
                "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            )
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut daemon = Self { child, folder };
        for _ in 0..600 {
            if UnixStream::connect(daemon.socket()).is_ok() {
                return daemon;
            }
            assert!(
                daemon.child.try_wait().unwrap().is_none(),
                "{}",
                daemon.log()
            );
            thread::sleep(Duration::from_millis(50));
        }
        panic!("dockerd does not answer: {}", daemon.log());
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("sock")
    }

    fn host(&self) -> String {
        format!("unix://{}", self.socket().display())
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    /// One request to its API.
    fn ask(&self, method: &str, path: &str, body: &[u8]) -> String {
        let mut socket = UnixStream::connect(self.socket()).unwrap();
        let head = format!(
            "{method} {path} HTTP/1.0\r\nhost: docker\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        socket.write_all(head.as_bytes()).unwrap();
        socket.write_all(body).unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(" 200 "), "{answer}");
        body.to_owned()
    }

    /// An image of one static binary.
    fn import(&self, changes: &str, image: &str) {
        let folder = self.folder.path();
        let source = tools::workspace().join("fixtures/container/answers.rs");
        let built = Command::new("rustc")
            .args(["--edition=2024", "-O", "-C", "target-feature=+crt-static"])
            .args(["-C", "strip=symbols", "-o", "answers"])
            .arg(source)
            .current_dir(folder)
            .status();
        assert!(built.unwrap().success());
        let mut tar = Command::new("tar");
        tar.args(["-cf", "-", "answers"]).current_dir(folder);
        let tar = output(&mut tar).stdout;
        let (repo, tag) = image.split_once(':').unwrap();
        let path = format!("/images/create?fromSrc=-&repo={repo}&tag={tag}{changes}");
        let said = self.ask("POST", &path, &tar);
        assert!(!said.contains("error"), "{said}");
    }

    /// How many containers there are, running or not.
    fn containers(&self) -> usize {
        let all = self.ask("GET", "/containers/json?all=1", b"");
        let all: Value = serde_json::from_str(&all).unwrap();
        all.as_array().unwrap().len()
    }
}

impl Drop for Dockerd {
    fn drop(&mut self) {
        let pid = self.child.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &pid]).status();
        let _ = self.child.wait();
        // What it leaves: its bridge.
        let _ = Command::new("ip")
            .args(["link", "delete", "docker0"])
            .output();
    }
}

fn output(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}");
    output
}

/// The complaint of a server that does not start.
fn refused(backend: &str, docker: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_rolecall"))
        .args(["serve", "--listen", "127.0.0.1:0", "--backend", backend])
        .env("DOCKER_HOST", docker)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_container_answers_and_is_removed() {
    let Some(docker) = Dockerd::start() else {
        return;
    };
    docker.import(
        "&changes=EXPOSE%208080&changes=CMD%20%5B%22/answers%22%5D",
        IMAGE,
    );
    docker.import(
        "&changes=CMD%20%5B%22/answers%22%5D",
        "rolecall-test/closed:1",
    );
    docker.import(
        "&changes=CMD%20%5B%22/nothing%22%5D",
        "rolecall-test/broken:1",
    );
    let host = docker.host();
    let variables = [("DOCKER_HOST", host.as_str())];

    for image in [IMAGE, "rolecall-test/closed:1@8080"] {
        let backend = format!("sqs=container:{image}");
        let server = Server::under(&["--backend", &backend], &variables);
        assert_eq!(docker.containers(), 1);
        let request = Request::json("sqs", "AmazonSQS.ListQueues", b"{}");
        let answer = request.send(server.address(), &server.administrator);
        let here = format!("{}/123456789012/from-the-container", server.endpoint);
        assert_eq!(answer.json()["QueueUrls"][0], here);
        let (status, log) = server.terminate();
        assert_eq!(status.code(), Some(0), "{log}");
        assert_eq!(docker.containers(), 0, "{log}");
    }

    let closed = refused("container:rolecall-test/closed:1", &host);
    assert!(
        closed.contains("exposes no port: write `container:rolecall-test/closed:1@PORT`"),
        "{closed}"
    );
    let broken = refused("container:rolecall-test/broken:1@8080", &host);
    assert!(
        broken.contains("the container of `rolecall-test/broken:1` cannot be started"),
        "{broken}"
    );
    assert_eq!(docker.containers(), 0, "what does not start is removed");
}

#[test]
fn without_docker_the_remedy_is_told() {
    let said = refused(
        "container:rolecall-test/answers:1",
        "unix:///nowhere/docker.sock",
    );
    assert!(
        said.contains("needs a Docker API on this machine, and none answers"),
        "{said}"
    );
    assert!(
        said.contains("DOCKER_HOST") && said.contains("`process:`"),
        "{said}"
    );
}
