//! Programs that are started to answer: they answer, or what they wrote is told, and they end.

#[cfg(test)]
mod tests {
    use std::{process::Command, time::Duration};

    use rolecall_backends::upstream::{NotRunning, Program};
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpStream,
    };

    const LONG: Duration = Duration::from_secs(30);
    const SHORT: Duration = Duration::from_millis(700);

    /// Answers 200 on the port, beside a child that would outlive it.
    fn server(mark: &str) -> String {
        format!(
            "sleep 1000{mark} & exec python3 -c \"import http.server as h; \
             h.HTTPServer(('127.0.0.1', {{port}}), h.SimpleHTTPRequestHandler).serve_forever()\""
        )
    }

    /// How many processes have this in their command line.
    fn count(mark: &str) -> usize {
        let listed = Command::new("ps").args(["-eo", "args"]).output().unwrap();
        let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
        listed.lines().filter(|line| line.contains(mark)).count()
    }

    /// Waits until none is left, for a time that no machine needs.
    async fn none_left(mark: &str) {
        for _ in 0..400 {
            if count(mark) == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("processes with `{mark}` are left");
    }

    async fn get(url: &str) -> String {
        let mut socket = TcpStream::connect(url.strip_prefix("http://").unwrap())
            .await
            .unwrap();
        let request = b"GET /nothing-here HTTP/1.0\r\n\r\n";
        socket.write_all(request).await.unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn it_answers_and_ends_with_all_that_it_started() {
        let mut program = Program::start(&server(".0101"), LONG).await.unwrap();
        assert!(get(&program.url()).await.starts_with("HTTP/1.0 404"));
        assert_eq!(count("sleep 1000.0101"), 2, "the program, and its child");
        assert!(program.stop().await.is_some());
        none_left("sleep 1000.0101").await;
    }

    #[tokio::test]
    async fn it_ends_when_it_is_dropped() {
        let program = Program::start(&server(".0102"), LONG).await.unwrap();
        drop(program);
        none_left("sleep 1000.0102").await;
    }

    #[tokio::test]
    async fn one_that_ends_is_told_with_what_it_wrote() {
        let command = "echo to stdout; echo port {port} >&2; exit 7";
        let error = Program::start(command, LONG).await.unwrap_err();
        let NotRunning::Ended {
            status, port, log, ..
        } = &error
        else {
            panic!("{error}")
        };
        assert_eq!(status.code(), Some(7));
        assert_eq!(log, &format!("  to stdout\n  port {port}\n"));
    }

    #[tokio::test]
    async fn one_that_does_not_answer_is_ended() {
        let command = "echo waiting; exec sleep 1000.0103 # {port}";
        let error = Program::start(command, SHORT).await.unwrap_err();
        let text = error.to_string();
        let end = "within 0.7 s; it wrote:\n  waiting\n";
        assert!(text.ends_with(end), "{text}");
        none_left("sleep 1000.0103").await;
    }

    #[tokio::test]
    async fn one_that_speaks_no_http_does_not_answer() {
        let command = "exec python3 -c \"import socket, time; s = socket.create_server(('127.0.0.1', \
                       {port})); c = s.accept()[0]; c.send(b'220 hello\\n'); time.sleep(1000)\"";
        let error = Program::start(command, SHORT).await.unwrap_err();
        assert!(matches!(error, NotRunning::Silent { .. }), "{error}");
    }
}
