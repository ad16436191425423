//! Waiting until something answers on a port.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wait {
    /// It speaks HTTP.
    Answers,
    /// Whatever should have answered is gone.
    Gone,
    /// It says nothing.
    Silent,
}

/// How long lies between two tries, and how long one may take.
const PAUSE: Duration = Duration::from_millis(50);
const TRY: Duration = Duration::from_secs(5);

/// Waits until HTTP is spoken on a port of loopback, whatever the status.
pub(super) async fn wait_for(
    port: u16,
    patience: Duration,
    mut is_there: impl FnMut() -> bool,
) -> Wait {
    let trying = async {
        loop {
            let answers = tokio::time::timeout(TRY, answers(port)).await;
            if !is_there() {
                return Wait::Gone;
            }
            if answers.is_ok_and(|answers| answers) {
                return Wait::Answers;
            }
            tokio::time::sleep(PAUSE).await;
        }
    };
    tokio::time::timeout(patience, trying)
        .await
        .unwrap_or(Wait::Silent)
}

async fn answers(port: u16) -> bool {
    let Ok(mut socket) = TcpStream::connect(("127.0.0.1", port)).await else {
        return false;
    };
    let request = format!("GET / HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nconnection: close\r\n\r\n");
    let mut start = [0; 5];
    socket.write_all(request.as_bytes()).await.is_ok()
        && socket.read_exact(&mut start).await.is_ok()
        && start == *b"HTTP/"
}
