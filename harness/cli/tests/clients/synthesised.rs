//! Answers that are made up, with the JavaScript SDK and aws-sdk-rust in each protocol that they speak;
//! `sweep.rs` has all of them with boto3.

use aws_sdk_s3::types::{
    CsvInput, CsvOutput, ExpressionType, InputSerialization, OutputSerialization,
};
use serde_json::json;

use crate::rust_sdk::client;
use crate::server::{Keys, Server};
use crate::tools;

#[test]
fn the_javascript_sdk_understands_them_in_every_protocol() {
    let server = Server::start();
    let mut command = tools::node("synthesised.cjs", &server, &server.administrator);
    let found = tools::document(&mut command);
    let ids = ["i-0123456789abcdef0", "i-0123456789abcdef1"];
    let expected = json!({
        // Running, then stopped after StopInstances, then terminated after TerminateInstances.
        "ec2": [["SUCCESS", "SUCCESS", "SUCCESS"], ids],
        // No event, and one page.
        "lambda": ["SUCCESS", 0, 1],
        "s3": 0,
        "cloudwatch": ["m", []],
        "dynamodb": ["nightly", []],
        "iam": ["p", []],
        "route53": ["example.com", 1],
        "ssm": ["d", 1],
    });
    assert_eq!(found, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rust_sdk_understands_json() {
    let server = Server::start();
    let dynamodb = client!(aws_sdk_dynamodb, server, &server.administrator);
    let created = dynamodb
        .create_backup()
        .table_name("t")
        .backup_name("nightly")
        .send()
        .await
        .unwrap();
    let details = created.backup_details().unwrap();
    assert_eq!(details.backup_name(), "nightly");
    let arn = details.backup_arn();
    assert!(
        arn.starts_with("arn:aws:dynamodb:us-east-1:123456789012:"),
        "{arn}"
    );
    let listed = dynamodb.list_backups().send().await.unwrap();
    assert!(listed.backup_summaries().is_empty());
    assert_eq!(listed.last_evaluated_backup_arn(), None);
    let mut exports = dynamodb.list_exports().into_paginator().send();
    let mut pages = 0;
    while exports.next().await.transpose().unwrap().is_some() {
        pages += 1;
    }
    assert_eq!(pages, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rust_sdk_understands_query() {
    let server = Server::start();
    let sts = client!(aws_sdk_sts, server, &server.administrator);
    let token = sts.get_federation_token().name("ann").send().await.unwrap();
    assert!(token.credentials().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rust_sdk_understands_xml_and_streams() {
    let server = Server::start();
    let s3 = client!(aws_sdk_s3, server, &server.administrator);
    let torrent = s3.get_object_torrent().bucket("b").key("k");
    let body = torrent.send().await.unwrap().body;
    assert!(body.collect().await.unwrap().into_bytes().is_empty());
    let csv = CsvInput::builder().build();
    let selected = s3
        .select_object_content()
        .bucket("b")
        .key("k")
        .expression("SELECT 1")
        .expression_type(ExpressionType::Sql)
        .input_serialization(InputSerialization::builder().csv(csv).build())
        .output_serialization(
            OutputSerialization::builder()
                .csv(CsvOutput::builder().build())
                .build(),
        );
    let mut events = selected.send().await.unwrap().payload;
    assert!(events.recv().await.unwrap().is_none(), "no event");
}
