//! Upstreams that do not answer as AWS would: each gets the client an error that names them.

mod support;

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use rolecall_backends::{
        AnswerSource, Backend, Body, Failed, Host, RawResponse, Reply, Upstream, upstream::Options,
    };
    use rolecall_catalog::ProtocolName;
    use rolecall_protocol::ServiceError;
    use serde_json::json;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::support::{call, host, nothing};

    /// What the upstream does with a connection.
    #[derive(Clone, Copy)]
    enum Act {
        /// Sends this, and closes.
        Say(&'static str),
        /// Sends this, and leaves the connection open.
        Stall(&'static str),
    }

    async fn upstream(act: Act) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let mut kept = Vec::new();
            while let Ok((mut socket, _)) = listener.accept().await {
                let mut buffer = [0; 4096];
                let _ = socket.read(&mut buffer).await;
                let (Act::Say(text) | Act::Stall(text)) = act;
                let _ = socket.write_all(text.as_bytes()).await;
                if matches!(act, Act::Stall(_)) {
                    kept.push(socket);
                }
            }
        });
        url
    }

    async fn reply(url: &str, protocol: ProtocolName) -> Reply {
        let options = Options {
            credentials: None,
            patience: Duration::from_millis(300),
        };
        let upstream = Upstream::new(url, options, host() as Arc<dyn Host>).unwrap();
        let mut call = call("sqs", "ListQueues", json!({}), nothing());
        Arc::get_mut(&mut call.call).unwrap().protocol = protocol;
        upstream.answer(call).await.unwrap()
    }

    /// The error, which is a service's that is in trouble, and the part of it after the upstream.
    async fn wrong(act: Act, protocol: ProtocolName) -> String {
        let url = upstream(act).await;
        let Reply::Failed(Failed { error, source }) = reply(&url, protocol).await else {
            panic!("it was taken for an answer")
        };
        assert_eq!(source, AnswerSource::Upstream);
        told(&error, &url)
    }

    fn told(error: &ServiceError, url: &str) -> String {
        assert_eq!(
            (error.code.as_str(), error.status),
            ("ServiceUnavailable", Some(503))
        );
        let start = format!("The upstream {url} ");
        let rest = error.message.strip_prefix(&start);
        rest.unwrap_or_else(|| panic!("{}", error.message))
            .to_owned()
    }

    async fn right(text: &'static str, protocol: ProtocolName) -> RawResponse {
        let url = upstream(Act::Say(text)).await;
        match reply(&url, protocol).await {
            Reply::Raw(response) => response,
            other => panic!("{other:?}"),
        }
    }

    const JSON: ProtocolName = ProtocolName::Json10;

    #[tokio::test]
    async fn one_that_is_down() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        let Reply::Failed(failed) = reply(&url, JSON).await else {
            panic!("nobody is there")
        };
        let rest = told(&failed.error, &url);
        assert_eq!(rest, "cannot be reached, or closed the connection.");
        let detail = failed.error.detail.unwrap();
        assert!(detail.contains("refused"), "{detail}");
    }

    #[tokio::test]
    async fn one_that_hangs() {
        let before_the_head = wrong(Act::Stall(""), JSON).await;
        let in_the_head = wrong(Act::Stall("HTTP/1.1 200 OK\r\ncontent-"), JSON).await;
        let head = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{";
        let in_the_body = wrong(Act::Stall(head), JSON).await;
        for told in [before_the_head, in_the_head, in_the_body] {
            assert_eq!(told, "said nothing for 0.3 s.");
        }
    }

    #[tokio::test]
    async fn one_that_closes_early() {
        let at_once = wrong(Act::Say(""), JSON).await;
        assert_eq!(at_once, "cannot be reached, or closed the connection.");
        let head = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{";
        let later = wrong(Act::Say(head), JSON).await;
        assert_eq!(later, "closed the connection in the middle of its answer.");
    }

    #[tokio::test]
    async fn one_that_answers_garbage() {
        let no_http = wrong(Act::Say("SSH-2.0-OpenSSH_9.2\r\n\r\n"), JSON).await;
        assert_eq!(no_http, "cannot be reached, or closed the connection.");
        let html = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n<!DOCTYPE html><html></html>";
        let page = "answered 200 with a page of HTML, which is no answer of AWS's.";
        assert_eq!(wrong(Act::Say(html), JSON).await, page);
        assert_eq!(wrong(Act::Say(html), ProtocolName::Query).await, page);
        let text = "HTTP/1.1 500 No\r\ncontent-length: 4\r\n\r\noops";
        assert_eq!(
            wrong(Act::Say(text), JSON).await,
            "answered 500 with something that is no document, which is no answer of AWS's."
        );
    }

    #[tokio::test]
    async fn one_that_redirects_is_not_followed() {
        let elsewhere = "HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\n\
                         content-length: 0\r\n\r\n";
        assert_eq!(
            wrong(Act::Say(elsewhere), JSON).await,
            "answered 302 and points to `http://169.254.169.254/`, where nothing is sent."
        );
    }

    #[tokio::test]
    async fn an_error_of_the_service_stands_and_its_code_is_read() {
        let json = "HTTP/1.1 400 Bad\r\nconnection: close\r\n\r\n\
                    {\"__type\":\"com.amazonaws.sqs#QueueDoesNotExist\",\"message\":\"no\"}";
        let answer = right(json, JSON).await;
        assert_eq!(answer.status, 400);
        assert_eq!(answer.error.as_deref(), Some("QueueDoesNotExist"));
        let xml = "HTTP/1.1 404 No\r\nconnection: close\r\n\r\n\
                   <Error><Code>NoSuchBucket</Code></Error>";
        let answer = right(xml, ProtocolName::RestXml).await;
        assert_eq!(answer.error.as_deref(), Some("NoSuchBucket"));
        assert!(matches!(answer.body, Body::Bytes(bytes) if bytes.starts_with(b"<Error>")));
        let header = "HTTP/1.1 409 No\r\nx-amzn-errortype: ConflictException:http://x/\r\n\
                      content-length: 2\r\n\r\n{}";
        let answer = right(header, ProtocolName::RestJson).await;
        assert_eq!(answer.error.as_deref(), Some("ConflictException"));
    }

    #[tokio::test]
    async fn not_modified_is_an_answer() {
        let text = "HTTP/1.1 304 Not Modified\r\nlocation: /x\r\n\r\n";
        assert_eq!(right(text, ProtocolName::RestXml).await.status, 304);
    }
}
