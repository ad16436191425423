//! aws-sdk-rust.

use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_s3::primitives::ByteStream;

use crate::server::{Keys, Server};
use crate::{answers, tools};

/// An error's code and message as the SDK has them.
macro_rules! said {
    ($result:expr) => {{
        let error = $result.expect_err("denied").into_service_error();
        let meta = error.meta();
        (
            meta.code().unwrap().to_owned(),
            meta.message().unwrap_or_default().to_owned(),
        )
    }};
}

/// The configuration of one service's client; each crate has types of its own for the same.
macro_rules! client {
    ($sdk:ident, $server:expr, $keys:expr) => {{
        let keys: &Keys = $keys;
        let credentials = $sdk::config::Credentials::new(
            keys.id.clone(),
            keys.secret.clone(),
            keys.token.clone(),
            None,
            "tests",
        );
        let configuration = $sdk::Config::builder()
            .behavior_version($sdk::config::BehaviorVersion::latest())
            .region($sdk::config::Region::new("us-east-1"))
            .endpoint_url(&$server.endpoint)
            .credentials_provider(credentials)
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .retry_config($sdk::config::retry::RetryConfig::disabled())
            .build();
        $sdk::Client::from_conf(configuration)
    }};
}
pub(crate) use client;

#[tokio::test(flavor = "multi_thread")]
async fn the_query_protocol_allows_and_denies() {
    let server = Server::start();
    let keys = tools::set_up_server(&server).client;
    let sts = client!(aws_sdk_sts, server, &keys);
    let identity = sts.get_caller_identity().send().await.unwrap();
    assert_eq!(identity.arn(), Some(answers::CALLER));

    let role = "arn:aws:iam::123456789012:role/closed";
    let assumed = sts
        .assume_role()
        .role_arn(role)
        .role_session_name("next")
        .send()
        .await;
    let expected = (
        "AccessDenied".to_owned(),
        answers::forbidden("sts:AssumeRole", role),
    );
    assert_eq!(said!(assumed), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_json_protocol_allows_and_denies() {
    let server = Server::start();
    let keys = tools::set_up_server(&server).client;
    let dynamodb = client!(aws_sdk_dynamodb, server, &keys);
    let pk = || AttributeValue::S("1".to_owned());
    let text = AttributeValue::S("naïve ☃".to_owned());
    let put = dynamodb
        .put_item()
        .item("pk", pk())
        .item("text", text.clone());
    put.clone().table_name("open").send().await.unwrap();
    let got = dynamodb
        .get_item()
        .table_name("open")
        .key("pk", pk())
        .send()
        .await
        .unwrap();
    assert_eq!(got.item().unwrap()["text"], text);

    let table = "arn:aws:dynamodb:us-east-1:123456789012:table/closed";
    let message = answers::not_granted("dynamodb:PutItem", Some(table));
    let expected = ("AccessDeniedException".to_owned(), message);
    assert_eq!(said!(put.table_name("closed").send().await), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rest_xml_protocol_allows_and_denies() {
    let server = Server::start();
    let keys = tools::set_up_server(&server).client;
    let s3 = client!(aws_sdk_s3, server, &keys);
    let key = "a b/k+1 ü.txt";
    let body = ByteStream::from_static(b"content");
    s3.put_object()
        .bucket("sdk-open")
        .key(key)
        .body(body)
        .send()
        .await
        .unwrap();
    let got = s3
        .get_object()
        .bucket("sdk-open")
        .key(key)
        .send()
        .await
        .unwrap();
    assert_eq!(got.body.collect().await.unwrap().to_vec(), b"content");

    let denied = s3
        .get_object()
        .bucket("sdk-closed")
        .key("hello.txt")
        .send()
        .await;
    let object = "\"arn:aws:s3:::sdk-closed/hello.txt\"";
    let message = answers::not_granted("s3:GetObject", Some(object));
    assert_eq!(said!(denied), ("AccessDenied".to_owned(), message));
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_mebibytes_are_streamed_in_signed_chunks() {
    let server = Server::start();
    let keys = tools::set_up_server(&server).client;
    let s3 = client!(aws_sdk_s3, server, &keys);
    // No two MiB of it are alike.
    let content: Vec<u8> = (0..20_u8).flat_map(|n| vec![n; 1024 * 1024]).collect();
    let path = server.folder.path().join("upload");
    std::fs::write(&path, &content).unwrap();
    let body = ByteStream::from_path(&path).await.unwrap();
    s3.put_object()
        .bucket("sdk-open")
        .key("stream")
        .body(body)
        .send()
        .await
        .unwrap();
    let got = s3
        .get_object()
        .bucket("sdk-open")
        .key("stream")
        .send()
        .await
        .unwrap();
    let got = got.body.collect().await.unwrap().into_bytes();
    assert!(
        got == content,
        "{} bytes came back, and others than were sent",
        got.len()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_is_told_apart_from_a_denial() {
    let server = Server::start();
    let keys = Keys {
        secret: "another".to_owned(),
        ..server.administrator.clone()
    };
    let sts = client!(aws_sdk_sts, server, &keys);
    let (code, _) = said!(sts.get_caller_identity().send().await);
    assert_eq!(code, "SignatureDoesNotMatch");
    let dynamodb = client!(aws_sdk_dynamodb, server, &keys);
    let (code, _) = said!(dynamodb.list_tables().send().await);
    assert_eq!(code, "InvalidSignatureException");
    let s3 = client!(aws_sdk_s3, server, &keys);
    let (code, _) = said!(s3.list_buckets().send().await);
    assert_eq!(code, "SignatureDoesNotMatch");
}
