//! Several emulators at once, and none when it is dropped.

use std::{collections::BTreeSet, time::Duration};

use aws_sdk_s3::primitives::ByteStream;
use rolecall::Emulator;
use tokio::net::TcpStream;

use crate::denials::said;

async fn with_a_bucket(content: &'static str) -> (Emulator, aws_sdk_s3::Client) {
    let emulator = Emulator::start().await.unwrap();
    let s3 = aws_sdk_s3::Client::new(&emulator.sdk_config(emulator.administrator()));
    s3.create_bucket().bucket("one").send().await.unwrap();
    let put = s3.put_object().bucket("one").key("name");
    let body = ByteStream::from_static(content.as_bytes());
    put.body(body).send().await.unwrap();
    (emulator, s3)
}

#[tokio::test]
async fn what_one_knows_no_other_does() {
    // A bucket's name is taken for all of AWS; here for one emulator.
    let all = [
        with_a_bucket("first").await,
        with_a_bucket("second").await,
        with_a_bucket("third").await,
    ];
    let ports: BTreeSet<_> = all.iter().map(|(one, _)| one.endpoint()).collect();
    assert_eq!(ports.len(), 3);
    for ((emulator, s3), content) in all.iter().zip(["first", "second", "third"]) {
        let get = s3.get_object().bucket("one").key("name");
        let found = get.send().await.unwrap().body.collect().await.unwrap();
        assert_eq!(found.into_bytes(), content);
        let operations: Vec<_> = emulator
            .recording()
            .attempts
            .into_iter()
            .map(|attempt| attempt.operation)
            .collect();
        assert_eq!(operations, ["CreateBucket", "PutObject", "GetObject"]);
    }

    // A role of one is nobody to another.
    let (first, second) = (&all[0].0, &all[1].0);
    let role = first.role("orders", r#"{"Version": "2012-10-17", "Statement": []}"#);
    let credentials = role.unwrap().credentials();
    let here = aws_sdk_sts::Client::new(&first.sdk_config(credentials.clone()));
    let identity = here.get_caller_identity().send().await.unwrap();
    let session = "arn:aws:sts::123456789012:assumed-role/orders/orders";
    assert_eq!(identity.arn(), Some(session));
    let there = aws_sdk_sts::Client::new(&second.sdk_config(credentials));
    assert_eq!(
        said(there.get_caller_identity().send().await),
        (
            "InvalidClientTokenId".to_owned(),
            "The security token included in the request is invalid.".to_owned()
        )
    );
}

#[tokio::test]
async fn dropping_one_closes_its_port() {
    let kept = Emulator::start().await.unwrap();
    let dropped = Emulator::start().await.unwrap();
    let address = |emulator: &Emulator| emulator.endpoint().replace("http://", "");
    let (kept_at, dropped_at) = (address(&kept), address(&dropped));
    assert!(TcpStream::connect(&dropped_at).await.is_ok());
    drop(dropped);
    let refused = async {
        while TcpStream::connect(&dropped_at).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    let closed = tokio::time::timeout(Duration::from_secs(10), refused).await;
    assert!(closed.is_ok(), "{dropped_at} still accepts connections");
    assert!(TcpStream::connect(&kept_at).await.is_ok());
}

#[tokio::test]
async fn account_and_region_are_those_that_were_asked_for() {
    let builder = Emulator::builder()
        .account("210987654321")
        .region("eu-central-1");
    let emulator = builder.start().await.unwrap();
    let role = emulator.role("orders", r#"{"Version": "2012-10-17", "Statement": []}"#);
    let role = role.unwrap();
    assert_eq!(role.arn(), "arn:aws:iam::210987654321:role/orders");
    let configuration = role.sdk_config();
    assert_eq!(configuration.region().unwrap().as_ref(), "eu-central-1");
    let sts = aws_sdk_sts::Client::new(&configuration);
    let identity = sts.get_caller_identity().send().await.unwrap();
    assert_eq!(identity.account(), Some("210987654321"));
    let attempts = emulator.recording().attempts;
    assert_eq!(attempts[0].region, "eu-central-1");
}
