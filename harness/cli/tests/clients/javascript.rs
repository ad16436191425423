//! The JavaScript SDK v3.

use serde_json::json;

use crate::server::Server;
use crate::{answers, tools};

#[test]
fn every_protocol_allows_and_denies() {
    let server = Server::start();
    let sessions = tools::set_up_server(&server);
    let found = tools::document(&mut tools::node(
        "conversation.cjs",
        &server,
        &sessions.client,
    ));
    let mut expected = answers::conversation();
    // The clients of these are large and their protocols are spoken by boto3 already.
    expected.retain(|name, _| !name.starts_with("ec2 ") && !name.starts_with("xray "));
    // The SDK names an exception after its shape, where it is modelled.
    expected.get_mut("sns denied").unwrap()["code"] = json!("AuthorizationErrorException");
    // Without a body this SDK has no name for the error.
    let head = expected.get_mut("s3 denied with no body").unwrap();
    (head["code"], head["message"]) = (json!("Unknown"), json!("UnknownError"));
    answers::compare(&found, &expected);
}

#[test]
fn twenty_mebibytes_are_streamed_and_a_get_is_presigned() {
    let server = Server::start();
    let sessions = tools::set_up_server(&server);
    let found = tools::document(&mut tools::node("upload.cjs", &server, &sessions.client));
    assert_eq!(found["sent"][0], 20 * 1024 * 1024);
    assert_eq!(found["stream"], found["sent"]);
    assert_eq!(found["presigned"], json!([200, "hello"]));
}

#[test]
fn one_service_is_spoken_with_in_three_protocols() {
    let server = Server::start();
    let sessions = tools::set_up_server(&server);
    let mut command = tools::node("protocols.cjs", &server, &sessions.client);
    let found = tools::document(&mut command);
    let message = answers::dashboard_not_granted();
    for protocol in ["json", "query", "cbor"] {
        assert_eq!(found[protocol][0], json!({"ok": 200}), "{protocol}");
        assert_eq!(found[protocol][1]["message"], json!(message), "{protocol}");
    }
}
