//! The whole loop in one test: run under a role, generate the policy, run under that, verify.

use aws_sdk_s3::primitives::ByteStream;
use rolecall::{
    Emulator,
    least_privilege::{Blocked, PolicyFile, VerifyOptions, generate, verify},
};

use crate::denials::said;

/// What the role has to begin with: it may read any invoice.
const MAY_READ: &str = r#"{
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::invoices/*"}
}"#;

#[tokio::test]
async fn a_role_gets_the_policy_that_its_code_needs() -> Result<(), Box<dyn std::error::Error>> {
    // An emulator of this test's own, on a free port; gone when it is dropped.
    let emulator = Emulator::builder().start().await?;

    // An administrator prepares what the code works on.
    let administrator = emulator.sdk_config(emulator.administrator());
    let s3 = aws_sdk_s3::Client::new(&administrator);
    s3.create_bucket().bucket("invoices").send().await?;
    let invoice = ByteStream::from(vec![b'.'; 1024]);
    let put = s3.put_object().bucket("invoices").key("2026/1.txt");
    put.body(invoice).send().await?;

    // The code under test is given clients of its role, and knows nothing of any of this.
    let role = emulator.role("archiver", MAY_READ)?;
    let s3 = aws_sdk_s3::Client::new(&role.sdk_config());
    let get = s3.get_object().bucket("invoices").key("2026/1.txt");
    let invoice = get.send().await?.body.collect().await?;
    assert_eq!(invoice.into_bytes().len(), 1024);

    // What its policies do not allow is denied, in AWS's words.
    let delete = s3.delete_object().bucket("invoices").key("2026/1.txt");
    let (code, message) = said(delete.clone().send().await);
    assert_eq!(code, "AccessDenied");
    assert_eq!(
        message,
        "User: arn:aws:sts::123456789012:assumed-role/archiver/archiver is not authorized to \
         perform: s3:DeleteObject on resource: \"arn:aws:s3:::invoices/2026/1.txt\" because no \
         identity-based policy allows the s3:DeleteObject action"
    );

    // From what it attempted comes the smallest policy under which all of it is allowed.
    let generated = generate(&emulator.recording(), Some("archiver"), Blocked::Refused)?;
    let policy = &generated[0].documents[0].text;
    assert_eq!(
        policy.split_whitespace().collect::<String>(),
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","#.to_owned()
            + r#""Action":["s3:DeleteObject","s3:GetObject"],"#
            + r#""Resource":"arn:aws:s3:::invoices/2026/1.txt"}]}"#
    );

    // The role has it from now on, its sessions too.
    emulator.role("archiver", policy)?;
    delete.send().await?;

    // A policy that is about to be deployed is held against the recording.
    let verified = |text: &str| {
        let file = PolicyFile::parse("policy.json", text)?;
        let options = VerifyOptions {
            role: Some("archiver".to_owned()),
            ..VerifyOptions::default()
        };
        verify(&emulator.recording(), &[file], &options)
    };
    assert_eq!(verified(policy)?.findings, []);
    let before = verified(MAY_READ)?;
    let missing: Vec<_> = before.findings.iter().map(|one| &one.message).collect();
    let delete = "`s3:DeleteObject` on `arn:aws:s3:::invoices/2026/1.txt`";
    let expected = format!("{delete}: no identity-based policy allows it");
    assert_eq!(missing, [&expected]);
    Ok(())
}
