//! The requests that are measured, signed once, and the state that they ask for.

use std::{io::Write, net::TcpStream, time::SystemTime};

use anyhow::Context;
use aws_credential_types::Credentials;
use aws_sigv4::{
    http_request::{
        PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
        UriPathNormalizationMode, sign,
    },
    sign::v4,
};
use aws_smithy_runtime_api::client::identity::Identity;

use crate::{load::read_answer, server::Server};

/// A signed request, as bytes.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) name: &'static str,
    pub(crate) request: Vec<u8>,
    pub(crate) answer_length: usize,
}

/// A request before it is signed.
#[derive(Debug)]
pub(crate) struct Plain<'a> {
    pub(crate) service: &'a str,
    pub(crate) method: &'a str,
    /// With the query.
    pub(crate) path: &'a str,
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) body: &'a [u8],
    pub(crate) payload: Payload,
}

/// How a body is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Payload {
    /// With its SHA-256.
    Hashed,
    /// `UNSIGNED-PAYLOAD`.
    Unsigned,
    /// `STREAMING-UNSIGNED-PAYLOAD-TRAILER`; the body is in chunks already.
    Chunked,
}

const JSON: (&str, &str) = ("content-type", "application/x-amz-json-1.0");

fn json<'a>(service: &'a str, headers: &'a [(&'a str, &'a str)], body: &'a str) -> Plain<'a> {
    Plain {
        service,
        method: "POST",
        path: "/",
        headers,
        body: body.as_bytes(),
        payload: Payload::Hashed,
    }
}

fn s3<'a>(method: &'a str, path: &'a str, body: &'a [u8]) -> Plain<'a> {
    Plain {
        service: "s3",
        method,
        path,
        headers: &[],
        body,
        payload: Payload::Hashed,
    }
}

/// Makes an object and an item.
fn make_state(server: &Server) -> anyhow::Result<()> {
    send(server, &s3("PUT", "/bench-bucket", b""))?;
    send(server, &s3("PUT", "/bench-bucket/object", &[b'o'; 1024]))?;
    for (target, body) in [
        (
            "DynamoDB_20120810.CreateTable",
            r#"{"TableName":"bench","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"BillingMode":"PAY_PER_REQUEST"}"#,
        ),
        (
            "DynamoDB_20120810.PutItem",
            r#"{"TableName":"bench","Item":{"id":{"S":"1"},"name":{"S":"an item"},"count":{"N":"7"}}}"#,
        ),
    ] {
        let headers = [JSON, ("x-amz-target", target)];
        send(server, &json("dynamodb", &headers, body))?;
    }
    Ok(())
}

/// Makes a queue; gives back its URL.
fn make_queue(server: &Server) -> anyhow::Result<String> {
    let headers = [JSON, ("x-amz-target", "AmazonSQS.CreateQueue")];
    let plain = json("sqs", &headers, r#"{"QueueName":"bench"}"#);
    let (status, answer) = once(server, &signed(server, &plain)?)?;
    let text = String::from_utf8_lossy(&answer);
    anyhow::ensure!(status == 200, "CreateQueue: {text}");
    let (_, body) = text.split_once("\r\n\r\n").context("no body")?;
    let body: serde_json::Value = serde_json::from_str(body)?;
    let url = body.get("QueueUrl").and_then(serde_json::Value::as_str);
    Ok(url.context("no QueueUrl")?.to_owned())
}

/// The object of [`prepare`] again, for another server.
pub(crate) fn get_object(server: &Server) -> anyhow::Result<Vec<u8>> {
    signed(server, &s3("GET", "/bench-bucket/object", b""))
}

/// Makes the state and the requests.
pub(crate) fn prepare(server: &Server) -> anyhow::Result<Vec<Prepared>> {
    make_state(server)?;
    let form = [(
        "content-type",
        "application/x-www-form-urlencoded; charset=utf-8",
    )];
    let get_item = [JSON, ("x-amz-target", "DynamoDB_20120810.GetItem")];
    let caller_identity = Plain {
        service: "sts",
        method: "POST",
        path: "/",
        headers: &form,
        body: b"Action=GetCallerIdentity&Version=2011-06-15",
        payload: Payload::Hashed,
    };
    let send_message = [JSON, ("x-amz-target", "AmazonSQS.SendMessage")];
    let message = serde_json::json!({
        "QueueUrl": make_queue(server)?,
        "MessageBody": "x".repeat(100),
    });
    let message = message.to_string();
    let item = r#"{"TableName":"bench","Key":{"id":{"S":"1"}}}"#;
    [
        ("GetCallerIdentity", caller_identity),
        (
            "S3 GetObject, 1 KiB",
            s3("GET", "/bench-bucket/object", b""),
        ),
        ("DynamoDB GetItem", json("dynamodb", &get_item, item)),
        (
            "SQS SendMessage, 100 B",
            json("sqs", &send_message, &message),
        ),
    ]
    .into_iter()
    .map(|(name, plain)| {
        let (request, answer_length) = send(server, &plain).context(name)?;
        Ok(Prepared {
            name,
            request,
            answer_length,
        })
    })
    .collect()
}

/// Sends a request once; gives back its bytes and the length of the answer's body.
pub(crate) fn send(server: &Server, plain: &Plain<'_>) -> anyhow::Result<(Vec<u8>, usize)> {
    let request = signed(server, plain)?;
    let (status, answer) = once(server, &request)?;
    let text = String::from_utf8_lossy(&answer);
    anyhow::ensure!(status == 200, "{} {}: {text}", plain.method, plain.path);
    let head = text.find("\r\n\r\n").unwrap_or(0);
    Ok((request, answer.len() - head - 4))
}

/// Sends the bytes of a request; gives back the status and the whole answer.
pub(crate) fn once(server: &Server, request: &[u8]) -> anyhow::Result<(u16, Vec<u8>)> {
    let mut stream = TcpStream::connect(server.address)?;
    stream.write_all(request)?;
    let mut answer = Vec::new();
    let status = read_answer(&mut stream, &mut answer)?;
    Ok((status, answer))
}

/// The bytes of a request, signed as the server's first user.
#[expect(
    clippy::disallowed_methods,
    reason = "a request is signed with the time of the machine"
)]
pub(crate) fn signed(server: &Server, plain: &Plain<'_>) -> anyhow::Result<Vec<u8>> {
    let key = server.variable("AWS_ACCESS_KEY_ID")?;
    let secret = server.variable("AWS_SECRET_ACCESS_KEY")?;
    let identity: Identity = Credentials::from_keys(key, secret, None).into();
    let mut settings = SigningSettings::default();
    if plain.service == "s3" {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    }
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region("us-east-1")
        .name(plain.service)
        .time(SystemTime::now())
        .settings(settings)
        .build()?;
    let host = server.address.to_string();
    let url = format!("http://{host}{}", plain.path);
    let mut headers: Vec<(String, String)> = vec![("host".to_owned(), host)];
    headers.extend(
        plain
            .headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
    );
    let signable = SignableRequest::new(
        plain.method,
        &url,
        headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str())),
        match plain.payload {
            Payload::Hashed => SignableBody::Bytes(plain.body),
            Payload::Unsigned => SignableBody::UnsignedPayload,
            Payload::Chunked => SignableBody::StreamingUnsignedPayloadTrailer,
        },
    )?;
    let (instructions, _) = sign(signable, &parameters.into())?.into_parts();
    let added = instructions
        .headers()
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    headers.extend(added);
    headers.push(("content-length".to_owned(), plain.body.len().to_string()));
    let mut bytes = format!("{} {} HTTP/1.1\r\n", plain.method, plain.path).into_bytes();
    for (name, value) in &headers {
        bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(plain.body);
    Ok(bytes)
}
