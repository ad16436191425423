//! What cannot be read has AWS's error, and a detail for the log that says where.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "support/operation.rs"]
mod operation;

use bytes::Bytes;
use rolecall_catalog::{Catalog, ProtocolName};
use rolecall_protocol::{
    RequestParts, Response, ResponseBody, ServiceError, access_denied_code, failure, parse,
};

fn refused(service: &str, operation: &str, protocol: ProtocolName, body: &[u8]) -> ServiceError {
    attempt(service, operation, protocol, "", body).unwrap_err()
}

fn attempt(
    service: &str,
    operation: &str,
    protocol: ProtocolName,
    query: &str,
    body: &[u8],
) -> Result<serde_json::Map<String, serde_json::Value>, ServiceError> {
    let service = Catalog::embedded().service(service).unwrap();
    let operation = operation::named(&service, operation);
    let body = Bytes::copy_from_slice(body);
    let request = RequestParts {
        method: &operation.method,
        path: "/",
        query,
        headers: &[],
        body: &body,
    };
    parse(&service, operation, protocol, &request, &[])
}

fn text(response: Response) -> String {
    let ResponseBody::Bytes(body) = response.body else {
        panic!("a stream")
    };
    String::from_utf8(body.to_vec()).unwrap()
}

#[test]
fn broken_json_is_a_serialization_exception() {
    for (body, place) in [
        (&b"{\"TableName\":"[..], "line 1 column 13"),
        (b"{\"TableName\":\"\xff\"}", "line 1 column 15"),
        (b"[]", "not an object"),
        (b"{} {}", "line 1 column 4"),
    ] {
        let error = refused("dynamodb", "GetItem", ProtocolName::Json10, body);
        assert_eq!(error.code, "SerializationException");
        let detail = error.detail.unwrap();
        assert!(detail.contains(place), "{detail}");
    }
}

#[test]
fn values_of_the_wrong_type_are_named_as_dynamodb_names_them() {
    for (body, message) in [
        (
            r#"{"TableName":1}"#,
            "NUMBER_VALUE cannot be converted to String",
        ),
        (
            r#"{"TableName":1.5}"#,
            "DECIMAL_VALUE cannot be converted to String",
        ),
        (
            r#"{"ConsistentRead":"x"}"#,
            "STRING_VALUE cannot be converted to Boolean",
        ),
        (
            r#"{"TableName":[]}"#,
            "Start of list found where not expected",
        ),
        (
            r#"{"TableName":{}}"#,
            "Start of structure or map found where not expected.",
        ),
        (r#"{"Key":"x"}"#, "Unexpected field type"),
        (r#"{"AttributesToGet":true}"#, "Unexpected field type"),
        (
            r#"{"Key":{"a":{"B":"abcde"}}}"#,
            "Base64 encoded length is expected a multiple of 4 bytes but found: 5",
        ),
    ] {
        let error = refused("dynamodb", "GetItem", ProtocolName::Json10, body.as_bytes());
        assert_eq!(
            (error.code.as_str(), error.message.as_str()),
            ("SerializationException", message)
        );
    }
}

#[test]
fn what_the_model_does_not_know_is_left_out() {
    let body = br#"{"TableName":"t","tablename":"u","X":{"y":[1]},"ConsistentRead":null}"#;
    let params = attempt("dynamodb", "GetItem", ProtocolName::Json10, "", body).unwrap();
    assert_eq!(
        serde_json::to_string(&params).unwrap(),
        r#"{"TableName":"t"}"#
    );
}

#[test]
fn nesting_is_bounded_in_every_format() {
    let json = format!(
        "{{\"Key\":{}1{}",
        "{\"a\":{\"M\":".repeat(10_000),
        "}}".repeat(10_000)
    );
    let error = refused("dynamodb", "GetItem", ProtocolName::Json10, json.as_bytes());
    assert!(error.detail.unwrap().contains("recursion limit"));

    let xml = "<Tagging>".repeat(100_000);
    let error = refused(
        "s3",
        "PutBucketTagging",
        ProtocolName::RestXml,
        xml.as_bytes(),
    );
    assert!(error.detail.unwrap().contains("nested"));

    for (byte, what) in [
        (0x81, "arrays"),
        (0xa1, "maps"),
        (0xc1, "tags"),
        (0x9f, "lists"),
    ] {
        let cbor = vec![byte; 1_000_000];
        let error = refused("cloudwatch", "ListMetrics", ProtocolName::RpcV2Cbor, &cbor);
        assert_eq!(error.code, "SerializationException", "{what}");
    }

    let form = format!("Action=X&{}=1", "Tags.member.1.".repeat(10_000));
    let error = refused("iam", "CreateRole", ProtocolName::Query, form.as_bytes());
    assert_eq!(error.code, "MalformedQueryString");
}

#[test]
fn broken_xml_is_malformed_xml_for_s3_and_malformed_input_for_others() {
    let error = refused(
        "s3",
        "PutBucketTagging",
        ProtocolName::RestXml,
        b"<Tagging><TagSet>",
    );
    assert_eq!(error.code, "MalformedXML");
    assert_eq!(error.detail.unwrap(), "element `TagSet` is not closed");
    let error = refused("s3", "PutBucketTagging", ProtocolName::RestXml, b"<Other/>");
    assert_eq!(
        error.detail.unwrap(),
        "the root element is `Other`, not `Tagging`"
    );
    let error = refused(
        "route53",
        "CreateHostedZone",
        ProtocolName::RestXml,
        b"<a>\xff</a>",
    );
    assert_eq!(error.code, "MalformedInput");
    assert_eq!(error.detail.unwrap(), "invalid UTF-8 at byte 3");
}

#[test]
fn broken_cbor_says_where() {
    for (body, what) in [
        (&[0xbf_u8, 0x61][..], "ends too early"),
        (&[0xa1, 0x61, 0x61, 0x1c], "invalid CBOR at byte"),
        (&[0xa0, 0x00], "1 bytes after"),
        (&[0x80], "no CBOR map"),
        // A text of 2^63 bytes is announced, and does not come.
        (
            &[0xa1, 0x7b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            "CBOR",
        ),
    ] {
        let error = refused("cloudwatch", "ListMetrics", ProtocolName::RpcV2Cbor, body);
        assert_eq!(error.code, "SerializationException");
        let detail = error.detail.unwrap();
        assert!(detail.contains(what), "{detail}");
    }
    let wrong = [
        0xa1, 0x69, b'N', b'a', b'm', b'e', b's', b'p', b'a', b'c', b'e', 0x01,
    ];
    let error = refused("cloudwatch", "ListMetrics", ProtocolName::RpcV2Cbor, &wrong);
    assert_eq!(error.detail.unwrap(), "member `Namespace` is no String");
}

#[test]
fn indefinite_lengths_are_read() {
    // {_ "Namespace": (_ "A", "B"), _}
    let body = [
        0xbf, 0x69, b'N', b'a', b'm', b'e', b's', b'p', b'a', b'c', b'e', 0x7f, 0x61, b'A', 0x61,
        b'B', 0xff, 0xff,
    ];
    let params = attempt(
        "cloudwatch",
        "ListMetrics",
        ProtocolName::RpcV2Cbor,
        "",
        &body,
    )
    .unwrap();
    assert_eq!(params["Namespace"], "AB");
    // {"StreamName": "s", "Data": (_ h'00', h'ff')}
    let body = [
        0xa2, 0x6a, b'S', b't', b'r', b'e', b'a', b'm', b'N', b'a', b'm', b'e', 0x61, b's', 0x64,
        b'D', b'a', b't', b'a', 0x5f, 0x41, 0x00, 0x41, 0xff, 0xff,
    ];
    let params = attempt("kinesis", "PutRecord", ProtocolName::RpcV2Cbor, "", &body).unwrap();
    assert_eq!(params["Data"], "AP8=");
}

#[test]
fn texts_of_the_wrong_type_are_refused() {
    let error = refused("iam", "ListRoles", ProtocolName::Query, b"MaxItems=abc");
    assert_eq!(error.code, "MalformedInput");
    assert_eq!(
        error.detail.unwrap(),
        "member `MaxItems`: `abc` is not an integer"
    );
    let error = refused(
        "ec2",
        "DescribeInstances",
        ProtocolName::Ec2,
        b"MaxResults=x",
    );
    assert_eq!(error.code, "InvalidParameterValue");
    let error = attempt(
        "s3",
        "ListObjectsV2",
        ProtocolName::RestXml,
        "max-keys=x",
        b"",
    )
    .unwrap_err();
    assert_eq!(error.code, "InvalidArgument");
    assert_eq!(error.members["ArgumentValue"], "x");
    let error = attempt(
        "lambda",
        "ListFunctions",
        ProtocolName::RestJson,
        "MaxItems=x",
        b"",
    )
    .unwrap_err();
    assert_eq!(error.code, "SerializationException");
}

#[test]
fn a_presigned_call_has_its_form_in_the_query() {
    let query = "Action=AssumeRole&RoleArn=arn%3Ax&DurationSeconds=900&X-Amz-Signature=s";
    let params = attempt("sts", "AssumeRole", ProtocolName::Query, query, b"").unwrap();
    assert_eq!(
        serde_json::to_string(&params).unwrap(),
        r#"{"RoleArn":"arn:x","DurationSeconds":900}"#
    );
}

#[test]
fn errors_without_a_service_have_the_form_of_the_protocol() {
    let error = ServiceError::new("UnrecognizedClientException", "m <x>");
    let write = |protocol, method| failure(None, None, protocol, method, &error, "id");
    assert_eq!(
        text(write(ProtocolName::Json10, "POST")),
        r#"{"__type":"com.amazon.coral.service#UnrecognizedClientException","message":"m <x>"}"#
    );
    let s3 = text(write(ProtocolName::RestXml, "GET"));
    assert!(s3.ends_with(
        "<Error><Code>UnrecognizedClientException</Code><Message>m &lt;x&gt;</Message>\
         <RequestId>id</RequestId><HostId>aWRpZA==</HostId></Error>"
    ));
    assert_eq!(text(write(ProtocolName::RestXml, "HEAD")), "");
    let query = text(write(ProtocolName::Query, "POST"));
    assert!(query.contains("<ErrorResponse xmlns=\"http://webservices.amazon.com/AWSFault"));
    assert_eq!(write(ProtocolName::RestJson, "GET").status, 403);
    assert_eq!(write(ProtocolName::Json11, "POST").status, 400);
    assert_eq!(write(ProtocolName::RpcV2Cbor, "POST").status, 400);
}

#[test]
fn denials_have_the_code_of_their_service() {
    for (service, code) in [
        ("sts", "AccessDenied"),
        ("s3", "AccessDenied"),
        ("sns", "AuthorizationError"),
        ("sqs", "AccessDenied"),
        ("cloudwatch", "AccessDenied"),
        ("ec2", "UnauthorizedOperation"),
        ("dynamodb", "AccessDeniedException"),
        ("lambda", "AccessDeniedException"),
    ] {
        let service = Catalog::embedded().service(service).unwrap();
        assert_eq!(access_denied_code(&service), code, "{}", service.name);
    }
}

#[test]
fn a_header_is_never_broken_by_a_value() {
    let service = Catalog::embedded().service("s3").unwrap();
    let operation = operation::named(&service, "GetObject");
    let output = serde_json::json!({
        "ETag": "a\r\nx-injected: 1",
        "Metadata": {"good": "1", "bad": "1\n2", "bad\r\nname": "1"},
    });
    let response = rolecall_protocol::success(
        &service,
        operation,
        ProtocolName::RestXml,
        output.as_object().unwrap(),
        rolecall_protocol::Payload::Stream,
        "id",
    );
    assert_eq!(response.body, ResponseBody::Stream);
    let names: Vec<&str> = response
        .headers
        .iter()
        .map(|(name, _)| name.as_ref())
        .collect();
    assert_eq!(
        names,
        [
            "x-amz-meta-good",
            "x-amz-request-id",
            "x-amz-id-2",
            "content-type"
        ]
    );
}
