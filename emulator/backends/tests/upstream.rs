//! Forwarding to a server on loopback that writes down what it was sent.

mod support;

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use bytes::Bytes;
    use futures_util::stream;
    use rolecall_backends::{
        AnswerSource, Backend, BackendCall, Body, BodyError, Host, RawRequest, Reply, Upstream,
        upstream::Options,
    };
    use rolecall_protocol::ServiceError;
    use serde_json::json;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
        task::JoinHandle,
    };

    use super::support::{call, host, read};

    /// Answers one request with `response` and gives back the bytes of the request.
    async fn server(response: &'static str) -> (String, JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            let mut buffer = [0; 4096];
            loop {
                let count = socket.read(&mut buffer).await.unwrap();
                request.extend_from_slice(&buffer[..count]);
                if count == 0 || is_whole(&request) {
                    break;
                }
            }
            socket.write_all(response.as_bytes()).await.unwrap();
            String::from_utf8(request).unwrap()
        });
        (url, seen)
    }

    fn is_whole(request: &[u8]) -> bool {
        let text = String::from_utf8_lossy(request).to_ascii_lowercase();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            return false;
        };
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        match length {
            Some(length) => body.len() >= length.parse::<usize>().unwrap(),
            None => !head.contains("transfer-encoding") || body.ends_with("0\r\n\r\n"),
        }
    }

    fn forwarded(service: &str, body: Body, raw: RawRequest) -> BackendCall {
        let mut call = call(service, "Anything", json!({}), body);
        call.raw = Arc::new(raw);
        call
    }

    fn raw(method: &str, path: &str, query: &str, headers: &[(&str, &str)]) -> RawRequest {
        let headers = headers
            .iter()
            .map(|(n, v)| ((*n).to_owned(), v.as_bytes().to_vec()));
        RawRequest {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: headers.collect(),
        }
    }

    async fn send(url: &str, call: BackendCall) -> Result<Reply, ServiceError> {
        let upstream = Upstream::new(url, options(), host() as Arc<dyn Host>).unwrap();
        match upstream.answer(call).await? {
            Reply::Failed(failed) => {
                assert_eq!(failed.source, AnswerSource::Upstream);
                Err(failed.error)
            }
            reply => Ok(reply),
        }
    }

    fn options() -> Options {
        Options {
            credentials: None,
            patience: Duration::from_secs(5),
        }
    }

    const OK: &str = "HTTP/1.1 201 Created\r\nx-amzn-requestid: r1\r\nconnection: close\r\n\
                      content-length: 7\r\n\r\n{\"a\":1}";

    #[tokio::test]
    async fn a_request_is_signed_anew_and_the_response_stands() {
        let (url, seen) = server(OK).await;
        let headers = [
            ("Host", "sqs.us-east-1.amazonaws.com"),
            (
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=AKIAORIGINAL/...",
            ),
            ("X-Amz-Security-Token", "secret-token"),
            ("X-Amz-Target", "AmazonSQS.ListQueues"),
            ("Content-Type", "application/x-amz-json-1.0"),
        ];
        let call = forwarded(
            "sqs",
            Body::Bytes(Bytes::from_static(b"{}")),
            raw("POST", "/", "", &headers),
        );
        let Ok(Reply::Raw(reply)) = send(&url, call).await else {
            panic!("no response")
        };
        assert_eq!(reply.status, 201);
        assert!(
            reply
                .headers
                .contains(&("x-amzn-requestid".to_owned(), b"r1".to_vec()))
        );
        assert!(!reply.headers.iter().any(|(name, _)| name == "connection"));
        assert_eq!(read(reply.body).await, b"{\"a\":1}");
        let request = seen.await.unwrap().to_ascii_lowercase();
        let authority = url.strip_prefix("http://").unwrap();
        assert!(request.starts_with("post / http/1.1\r\n"), "{request}");
        assert!(
            request.contains(&format!("host: {authority}\r\n")),
            "{request}"
        );
        // The fixture's time is 2025-11-24.
        assert!(request.contains("credential=123456789012/20251124/us-east-1/sqs/aws4_request"));
        assert!(request.contains("signedheaders=content-type;host;x-amz-date;x-amz-target"));
        assert!(!request.contains("akiaoriginal") && !request.contains("secret-token"));
        assert!(request.ends_with("{}"), "{request}");
    }

    #[tokio::test]
    async fn an_upload_streams_without_its_chunked_form() {
        let (url, seen) = server(OK).await;
        let headers = [
            ("content-encoding", "aws-chunked"),
            ("x-amz-decoded-content-length", "6"),
            ("x-amz-trailer", "x-amz-checksum-crc32"),
            ("content-length", "60"),
        ];
        let pieces = [
            Ok(Bytes::from_static(b"abc")),
            Ok(Bytes::from_static(b"def")),
        ];
        let body = Body::Stream(Box::pin(stream::iter(pieces)));
        let query = "x-id=PutObject&X-Amz-Signature=ab";
        let call = forwarded("s3", body, raw("PUT", "/shop/a%20b//c", query, &headers));
        let reply = send(&url, call).await;
        assert!(matches!(reply, Ok(Reply::Raw(_))), "{reply:?}");
        let request = seen.await.unwrap().to_ascii_lowercase();
        assert!(
            request.starts_with("put /shop/a%20b//c?x-id=putobject http/1.1\r\n"),
            "{request}"
        );
        assert!(request.contains("content-length: 6\r\n"), "{request}");
        assert!(
            request.contains("x-amz-content-sha256: unsigned-payload"),
            "{request}"
        );
        assert!(!request.contains("aws-chunked") && !request.contains("x-amz-trailer"));
        assert!(request.ends_with("abcdef"), "{request}");
    }

    #[tokio::test]
    async fn a_forged_body_is_the_clients_fault() {
        let (url, _seen) = server(OK).await;
        let forged = BodyError::NotAuthentic(ServiceError::new("SignatureDoesNotMatch", "no"));
        let pieces = [Ok(Bytes::from_static(b"abc")), Err(forged)];
        let body = Body::Stream(Box::pin(stream::iter(pieces)));
        let call = forwarded(
            "s3",
            body,
            raw("PUT", "/b/k", "", &[("content-length", "6")]),
        );
        let error = send(&url, call).await.unwrap_err();
        assert_eq!(error.code, "SignatureDoesNotMatch");
    }

    #[tokio::test]
    async fn only_a_url_is_an_upstream() {
        for url in ["ftp://127.0.0.1:1", "127.0.0.1:1", "http://", "http://a b"] {
            let error = Upstream::new(url, options(), host() as Arc<dyn Host>).unwrap_err();
            let expected =
                format!("`{url}` is not the URL of an upstream: write `http://HOST:PORT`");
            assert_eq!(error.to_string(), expected);
        }
    }
}
