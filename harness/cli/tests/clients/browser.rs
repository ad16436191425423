//! What browsers do with a bucket: cross-origin requests, and forms that are posted.
//!
//! Source: S3 user guide, "Using cross-origin resource sharing (CORS)"; answers as recorded from AWS
//! (localstack/localstack, test_s3_cors.snapshot.json); S3 API reference, "POST Object".

use serde_json::{Value, json};

use crate::server::Server;
use crate::tools;

fn found(script: &str) -> Value {
    let server = Server::start();
    let home = server.folder.path();
    let keys = &server.administrator;
    tools::document(&mut tools::python(script, &server.endpoint, keys, home))
}

#[test]
fn cross_origin_requests_are_answered_by_the_rules_of_the_bucket() {
    let vary = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";
    let refused = |status: u16, code: &str, message: &str, method: Value, kind: Value| {
        json!([status, code, message, method, kind])
    };
    let not_allowed = "CORSResponse: This CORS request is not allowed. This is usually because the \
                       evalution of Origin, request method / Access-Control-Request-Method or \
                       Access-Control-Request-Headers are not whitelisted by the resource's CORS \
                       spec.";
    let needed = "Insufficient information. Origin request header needed.";
    let allowed = json!({
        "access-control-allow-credentials": "true",
        "access-control-allow-methods": "GET, PUT",
        "access-control-allow-origin": "https://shop.example.com",
        "access-control-expose-headers": "ETag",
        "access-control-max-age": "3000",
        "vary": vary,
    });
    let mut with_headers = allowed.clone();
    with_headers["access-control-allow-headers"] = "x-amz-date, x-amz-acl".into();
    let expected = json!({
        "no origin": refused(400, "BadRequest", needed, Value::Null, Value::Null),
        "no bucket": refused(403, "AccessForbidden", "CORSResponse: Bucket not found", "OPTIONS".into(), "BUCKET".into()),
        "not enabled": refused(403, "AccessForbidden", "CORSResponse: CORS is not enabled for this bucket.", "PUT".into(), "OBJECT".into()),
        "allowed": [200, allowed],
        "with headers": [200, with_headers],
        "other header": refused(403, "AccessForbidden", not_allowed, "PUT".into(), "OBJECT".into()),
        "other origin": refused(403, "AccessForbidden", not_allowed, "GET".into(), "BUCKET".into()),
        "other method": refused(403, "AccessForbidden", not_allowed, "DELETE".into(), "OBJECT".into()),
        "no method": refused(400, "BadRequest", "Invalid Access-Control-Request-Method: null", Value::Null, Value::Null),
        "get": [200, allowed],
        "get from elsewhere": [200, {}],
        "get that is denied": [403, allowed],
    });
    assert_eq!(found("cors.py"), expected);
}

#[test]
fn a_form_is_stored_if_its_policy_is_signed_and_met() {
    let failed = |what: &str| {
        json!([
            403,
            "AccessDenied",
            format!("Invalid according to Policy: {what}")
        ])
    };
    let location = "/forms/user/a%20b.txt";
    let expected = json!({
        "stored": [204, "one", "text/plain", {"by": "ann"}],
        "signed by the older algorithm": [204, "two"],
        "status 201": [201, "application/xml", ["forms", "user/a b.txt", location]],
        "redirect": [303, "https://a.example/done?x=1&bucket=forms&key=user%2Fa%20b.txt&etag=%22202cb962ac59075b964b07152d234b70%22"],
        "file name in the key": [204, "three"],
        "other key": failed("Policy Condition failed: [\"starts-with\", \"$key\", \"user/\"]"),
        "other value": failed("Policy Condition failed: [\"eq\", \"$acl\", \"private\"]"),
        "extra field": failed("Extra input fields: x-amz-meta-extra"),
        "too large": [400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size"],
        "too small": [400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size"],
        "expired": failed("Policy expired."),
        "changed policy": [403, "SignatureDoesNotMatch"],
        "no signature": [403, "AccessDenied"],
        "no key": [400, "InvalidArgument", "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields."],
        "no file": [400, "IncorrectNumberOfFilesInPostRequest", "POST requires exactly one file upload per request."],
        "who may not put": [403, "AccessDenied", "User: arn:aws:iam::123456789012:user/poster is not authorized to perform: s3:PutObject on resource: \"arn:aws:s3:::forms/user/x\" because no identity-based policy allows the s3:PutObject action"],
        "from nobody": [403, "AccessDenied"],
        "keys": ["user/a b.txt", "user/one", "user/three.txt", "user/two"],
    });
    assert_eq!(found("forms.py"), expected);
}
