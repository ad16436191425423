//! The server as `HTTP_PROXY`: absolute-form requests for hosts that do not resolve.

use std::fs;

use serde_json::Value;

use crate::server::Server;
use crate::tools;

/// Of each call of `proxied.py`: what stands before `amazonaws.com`, the operation, and the resource
/// of its first requirement.
const CALLS: [(&str, &str, &str); 17] = [
    (
        "sync-states.us-east-1",
        "stepfunctions.StartSyncExecution",
        "arn:aws:states:us-east-1:123456789012:stateMachine:m",
    ),
    (
        "states.us-east-1",
        "stepfunctions.StartExecution",
        "arn:aws:states:us-east-1:123456789012:stateMachine:m",
    ),
    (
        "data-servicediscovery.us-east-1",
        "servicediscovery.DiscoverInstances",
        "arn:aws:servicediscovery:us-east-1:123456789012:namespace/*",
    ),
    (
        "123456789012.s3-control.us-east-1",
        "s3control.GetPublicAccessBlock",
        "*",
    ),
    (
        "123456789012.s3-control.us-east-1",
        "s3control.GetAccessPointPolicy",
        "arn:aws:s3:us-east-1:123456789012:accesspoint/point",
    ),
    (
        "s3-outposts.us-east-1",
        "s3control.ListRegionalBuckets",
        "*",
    ),
    ("s3", "s3.GetObject", "arn:aws:s3:::my.bucket/a b/ü"),
    ("bucket.s3", "s3.ListObjectsV2", "arn:aws:s3:::bucket"),
    (
        "point-123456789012.s3-accesspoint.us-east-1",
        "s3.GetObject",
        "arn:aws:s3:us-east-1:123456789012:accesspoint/point/object/a b/ü",
    ),
    (
        "point-123456789012.s3-accesspoint.us-east-1",
        "s3.ListObjectsV2",
        "arn:aws:s3:us-east-1:123456789012:accesspoint/point",
    ),
    (
        "point-123456789012.s3-object-lambda.us-east-1",
        "s3.GetObject",
        "arn:aws:s3-object-lambda:us-east-1:123456789012:accesspoint/point",
    ),
    (
        "point-123456789012.op-0123456789abcdef0.s3-outposts.us-east-1",
        "s3.GetObject",
        "arn:aws:s3-outposts:us-east-1:123456789012:outpost/op-0123456789abcdef0/accesspoint/point/object/k",
    ),
    (
        "123456789012.ddb.us-east-1",
        "dynamodb.GetItem",
        "arn:aws:dynamodb:us-east-1:123456789012:table/t",
    ),
    (
        "123456789012.data-kinesis.us-east-1",
        "kinesis.PutRecord",
        "arn:aws:kinesis:us-east-1:123456789012:stream/s",
    ),
    (
        "sqs.us-east-1",
        "sqs.SendMessage",
        "arn:aws:sqs:us-east-1:123456789012:q",
    ),
    (
        "runtime.sagemaker.us-east-1",
        "sagemaker-runtime.InvokeEndpoint",
        "arn:aws:sagemaker:us-east-1:123456789012:endpoint/e",
    ),
    ("sts.us-east-1", "sts.GetCallerIdentity", "*"),
];

#[test]
fn boto3_reaches_hosts_that_do_not_resolve() {
    let server = Server::with(&["--recording", "recording.jsonl"]);
    let home = server.folder.path();
    let keys = &server.administrator;
    let mut command = tools::python("proxied.py", &server.endpoint, keys, home);
    let found = tools::document(&mut command);
    assert_eq!(found["another secret"], "InvalidSignatureException");
    let hosts: Vec<String> = serde_json::from_value(found["hosts"].clone()).unwrap();
    let (attempts, log) = attempts(server);
    let made = (hosts.len(), attempts.len());
    assert_eq!(made, (CALLS.len(), CALLS.len()), "{hosts:?}\n{log}");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    for ((host, attempt), expected) in hosts.iter().zip(&attempts).zip(&CALLS) {
        let host = host.strip_suffix(".amazonaws.com").unwrap();
        let (service, operation) = (text(&attempt["service"]), text(&attempt["operation"]));
        let resource = text(&attempt["requirements"][0]["resource"]);
        let called = (host, &*format!("{service}.{operation}"), &*resource);
        assert_eq!(called, *expected);
    }
}

/// Ends a server; what it recorded in `recording.jsonl`, and its log.
fn attempts(server: Server) -> (Vec<Value>, String) {
    let folder = tempfile::TempDir::new().unwrap();
    // The folder goes with the server: what is read afterwards is the same file under another name.
    let copy = folder.path().join("copy");
    fs::hard_link(server.folder.path().join("recording.jsonl"), &copy).unwrap();
    let (status, log) = server.terminate();
    assert_eq!(status.code(), Some(0), "{log}");
    let recorded = fs::read_to_string(copy).unwrap();
    let lines = recorded.lines().filter(|line| !line.is_empty());
    let attempts = lines
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter_map(|line| line.get("attempt").cloned());
    (attempts.collect(), log)
}
