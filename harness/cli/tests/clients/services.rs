//! The services that have state of their own, with boto3.

use serde_json::json;

use crate::server::Server;
use crate::tools;

#[test]
fn what_boto3_keeps_it_finds_again() {
    let server = Server::start();
    let mut command = tools::python(
        "services.py",
        &server.endpoint,
        &server.administrator,
        server.folder.path(),
    );
    let found = tools::document(&mut command);
    let expected = json!({
        "kms": {
            "decrypted": true,
            "verified": true,
            "forged": "KMSInvalidSignatureException",
            "disabled": "DisabledException",
            "absent": "NotFoundException",
        },
        "grants": ["AccessDeniedException", "x", "AccessDeniedException"],
        "events": {
            "received": { "open": ["{\"total\":15}"], "closed": [] },
            "failed": [1, "MalformedDetail"],
        },
        "logs": {
            "found": {
                "ERROR": ["ERROR one"],
                "{ $.level = \"info\" }": ["{\"level\": \"info\"}"],
            },
            "groups": ["arn:aws:logs:us-east-1:123456789012:log-group:/shop:*"],
        },
        "metrics": [[3.0, 1.5], "INSUFFICIENT_DATA"],
        "kinesis": {
            "failed": 0,
            "read": { "shardId-000000000000": ["a", "a"], "shardId-000000000001": ["b"] },
        },
        "firehose": [0, "ACTIVE", ["d"]],
        "records": {
            "machines": ["orders"],
            "execution": "RUNNING",
            "schedule": "rate(1 hour)",
            "no schedule": "ResourceNotFoundException",
            "pool": "shop",
            "api": true,
            "rest": "shop",
            "no rest": "NotFoundException",
            "stack": "CREATE_COMPLETE",
            "no stack": "ValidationError",
            "repository": "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop",
            "no repository": "RepositoryNotFoundException",
            "identities": ["ann@example.com"],
            "no identity": "NotFoundException",
            "pipe": "RUNNING",
        },
        "queues": { "counts": [1, 0, 1, 1], "bad": "InvalidParameterValue" },
    });
    for (story, outcome) in expected.as_object().unwrap() {
        assert_eq!(found[story], *outcome, "{story}");
    }
}
