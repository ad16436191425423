//! boto3.

use serde_json::json;

use crate::server::Server;
use crate::{answers, tools};

#[test]
fn every_protocol_allows_and_denies() {
    let server = Server::start();
    let sessions = tools::set_up_server(&server);
    let mut command = tools::python(
        "conversation.py",
        &server.endpoint,
        &sessions.client,
        server.folder.path(),
    );
    answers::compare(&tools::document(&mut command), &answers::conversation());
}

#[test]
fn a_get_is_presigned_and_fetched_without_an_sdk() {
    let server = Server::start();
    let sessions = tools::set_up_server(&server);
    let mut command = tools::python(
        "presigned.py",
        &server.endpoint,
        &sessions.client,
        server.folder.path(),
    );
    let fetched = |form: &str| {
        json!({
            "form": form,
            "as it is": [200, "hello"],
            "once more": [200, "hello"],
            "another signature": [403, "SignatureDoesNotMatch"],
            "another key": [403, "SignatureDoesNotMatch"],
            "not allowed": [403, "AccessDenied"],
            "expired": [403, "AccessDenied"],
        })
    };
    let expected = json!({"default": fetched("SigV2"), "s3v4": fetched("SigV4")});
    assert_eq!(tools::document(&mut command), expected);
}

#[test]
fn twenty_mebibytes_are_uploaded_in_one_piece_and_in_parts() {
    let server = Server::start();
    let sessions = tools::set_up_server(&server);
    let mut command = tools::python(
        "upload.py",
        &server.endpoint,
        &sessions.client,
        server.folder.path(),
    );
    let found = tools::document(&mut command);
    assert_eq!(found["sent"][0], 20 * 1024 * 1024);
    assert_eq!(found["put"], found["sent"]);
    assert_eq!(found["parts"], found["sent"]);
    assert_eq!(found["etag"], true, "the ETag of a plain upload is its MD5");
}
