//! Signatures that are in order but for one thing.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::server::Server;
use crate::{answers, tools};

const MISMATCH: &str = "The request signature we calculated does not match the signature you \
    provided. Check your AWS Secret Access Key and signing method. Consult the service \
    documentation for details.";
const INVALID_TOKEN: &str = "The security token included in the request is invalid";
const LATE_15: &str = "Signature expired: TIME is now earlier than TIME (TIME - 15 min.)";
const EARLY_15: &str = "Signature not yet current: TIME is still later than TIME (TIME + 15 min.)";
const LATE_5: &str = "Signature expired: TIME is now earlier than TIME (TIME - 5 min.)";
const EARLY_5: &str = "Signature not yet current: TIME is still later than TIME (TIME + 5 min.)";

/// What is wrong, with code, status and message.
type Answers = &'static [(&'static str, &'static str, u16, &'static str)];

/// A query service. Source: shared/iam-semantics.md C3, C4.
const STS: Answers = &[
    ("wrong secret", "SignatureDoesNotMatch", 403, MISMATCH),
    ("late", "SignatureDoesNotMatch", 403, LATE_15),
    ("early", "SignatureDoesNotMatch", 403, EARLY_15),
    ("foreign token", "InvalidClientTokenId", 403, INVALID_TOKEN),
    ("no such token", "InvalidClientTokenId", 403, INVALID_TOKEN),
    (
        "no such key",
        "InvalidClientTokenId",
        403,
        "The security token included in the request is invalid.",
    ),
];

/// A JSON service: as the last, under its own codes.
const DYNAMODB: Answers = &[
    ("wrong secret", "InvalidSignatureException", 400, MISMATCH),
    ("late", "InvalidSignatureException", 400, LATE_5),
    ("early", "InvalidSignatureException", 400, EARLY_5),
    (
        "foreign token",
        "UnrecognizedClientException",
        400,
        INVALID_TOKEN,
    ),
    (
        "no such token",
        "UnrecognizedClientException",
        400,
        INVALID_TOKEN,
    ),
    (
        "no such key",
        "UnrecognizedClientException",
        400,
        "The security token included in the request is invalid.",
    ),
];

/// S3 has codes and texts of its own ("Error responses" of its API reference).
const S3: Answers = &[
    (
        "wrong secret",
        "SignatureDoesNotMatch",
        403,
        "The request signature we calculated does not match the signature you provided. Check \
         your key and signing method.",
    ),
    ("late", "RequestTimeTooSkewed", 403, S3_SKEWED),
    ("early", "RequestTimeTooSkewed", 403, S3_SKEWED),
    ("foreign token", "InvalidToken", 400, S3_TOKEN),
    ("no such token", "InvalidToken", 400, S3_TOKEN),
    (
        "no such key",
        "InvalidAccessKeyId",
        403,
        "The AWS Access Key Id you provided does not exist in our records.",
    ),
];
const S3_SKEWED: &str =
    "The difference between the request time and the current time is too large.";
const S3_TOKEN: &str = "The provided token is malformed or otherwise invalid.";

#[test]
fn boto3_raises_what_aws_answers() {
    let server = Server::start();
    let sessions = tools::set_up_server(&server);
    let mut command = tools::python(
        "signatures.py",
        &server.endpoint,
        &sessions.client,
        server.folder.path(),
    );
    let found = tools::document(command.env("SESSIONS", sessions.document.to_string()));
    let mut expected = BTreeMap::new();
    for (service, answers) in [("sts", STS), ("dynamodb", DYNAMODB), ("s3", S3)] {
        expected.extend(outcomes(service, answers));
    }
    // The same codes as DynamoDB's, with the status of a REST service.
    for (name, mut outcome) in outcomes("lambda", DYNAMODB) {
        outcome["status"] = json!(403);
        expected.insert(name, outcome);
    }
    answers::compare(&found, &expected);
}

fn outcomes(service: &str, answers: Answers) -> BTreeMap<String, Value> {
    let outcome = |(case, code, status, message): &(&str, &str, u16, &str)| {
        (
            format!("{service} {case}"),
            json!({"code": code, "status": status, "message": message}),
        )
    };
    answers.iter().map(outcome).collect()
}
