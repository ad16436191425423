//! Requests that no SDK sends: each has an answer and a line in the log, and nothing else happens.

use std::io::Write as _;
use std::time::Duration;

use rolecall_emulator::{ServerBuilder, Settings};

use crate::raw::{self, Answer};
use crate::server::{Keys, Server};
use crate::signed::Request;

const MIB: usize = 1024 * 1024;

/// That the server goes on, by a call that only works when everything does.
fn still_serves(server: &Server) {
    let body = b"Action=GetCallerIdentity&Version=2011-06-15";
    let answer = Request::form("sts", body).send(server.address(), &server.administrator);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.element("Account"), "123456789012");
}

/// That the log has a line with both, below the level of a fault of ours.
///
/// The answer may be here before its line is: the log is read again, for at most ten seconds.
fn logged(server: &Server, parts: [&str; 2]) {
    let has_line = |log: &str| {
        log.lines()
            .any(|line| parts.iter().all(|part| line.contains(part)))
    };
    let mut log = server.log();
    for _ in 0..200 {
        if has_line(&log) {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
        log = server.log();
    }
    assert!(has_line(&log), "no line with {parts:?}:\n{log}");
    assert!(!log.contains("panicked"), "{log}");
}

/// What is said to be wrong, in the JSON protocols.
fn json_code(answer: &Answer) -> String {
    let code = answer.json()["__type"].as_str().unwrap().to_owned();
    code.rsplit('#').next().unwrap().to_owned()
}

#[test]
fn a_body_over_the_limit_is_refused_before_it_is_read() {
    let server = Server::start();
    let request = Request::json(
        "dynamodb",
        "DynamoDB_20120810.PutItem",
        &vec![b' '; 17 * MIB],
    );
    let answer = request.send(server.address(), &server.administrator);
    assert_eq!(answer.status, 413);
    assert_eq!(json_code(&answer), "RequestEntityTooLarge");
    // What was not read is not taken for the next request.
    assert_eq!(answer.header("connection"), "close");
    logged(&server, ["PutItem", "RequestEntityTooLarge"]);
    still_serves(&server);
}

#[test]
fn a_header_block_over_the_limit_is_refused() {
    let server = Server::start();
    let long = "x".repeat(200_000);
    let request = format!("GET / HTTP/1.1\r\nhost: h\r\nx-long: {long}\r\n\r\n");
    let answer = raw::send(server.address(), request.as_bytes()).unwrap();
    assert_eq!(answer.status, 431);
    logged(&server, ["WARN", "a connection ended early"]);
    still_serves(&server);
}

#[test]
fn a_header_block_a_little_over_the_limit_has_its_own_error() {
    let server = Server::start();
    let long = "x".repeat(65 * 1024);
    let request = format!("GET / HTTP/1.1\r\nhost: h\r\nx-long: {long}\r\n\r\n");
    let answer = raw::send(server.address(), request.as_bytes()).unwrap();
    assert_eq!(answer.status, 431);
    logged(&server, ["WARN", "RequestHeaderSectionTooLarge"]);
    still_serves(&server);
}

#[test]
fn what_is_no_http_is_refused() {
    let server = Server::start();
    let answer = raw::send(
        server.address(),
        b"\x16\x03\x01 a TLS hello, more or less\r\n\r\n",
    );
    assert_eq!(answer.map(|answer| answer.status), Some(400));
    logged(&server, ["WARN", "a connection ended early"]);
    still_serves(&server);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_client_is_not_waited_for() {
    let mut settings = Settings::default();
    settings.limits.read = Duration::from_millis(200);
    let server = ServerBuilder::new(settings).start().await.unwrap();
    let address = server.address().to_string();
    let client = tokio::task::spawn_blocking(move || {
        let mut head = raw::connect(&address);
        head.write_all(b"GET / HTTP/1.1\r\nhost: ").unwrap();
        let of_head = raw::read(&mut head).map(|answer| answer.status);

        let whole = Request::json("dynamodb", "DynamoDB_20120810.ListTables", b"{}");
        let whole = whole.bytes(&address, &Keys::root());
        let mut body = raw::connect(&address);
        body.write_all(&whole[..whole.len() - 1]).unwrap();
        let of_body = raw::read(&mut body).expect("an answer");
        (of_head, of_body)
    });
    let (of_head, of_body) = client.await.unwrap();
    // A head that does not come has no protocol to be answered in.
    assert_eq!(of_head, None);
    assert_eq!(
        (of_body.status, json_code(&of_body).as_str()),
        (400, "RequestTimeout")
    );
}

#[test]
fn an_authorization_header_is_read_as_aws_reads_it() {
    let server = Server::start();
    let date = "20261123T090000Z";
    // Source of codes, order and texts: shared/iam-semantics.md C3.
    let cases = [
        (
            "AWS4-HMAC-MD5 Credential=a/b/c/d/e",
            "IncompleteSignature",
            "Unsupported AWS 'algorithm': 'AWS4-HMAC-MD5'",
        ),
        (
            "AWS4-HMAC-SHA256 Credential",
            "IncompleteSignature",
            "'Credential' not a valid key=value pair (missing equal-sign) in Authorization header: ",
        ),
        (
            "AWS4-HMAC-SHA256 Credential=a",
            "IncompleteSignature",
            "Authorization header requires 'Signature' parameter. Authorization header requires \
             'SignedHeaders' parameter. ",
        ),
        (
            "AWS4-HMAC-SHA256 Credential=a, SignedHeaders=x-amz-date, Signature=s",
            "SignatureDoesNotMatch",
            "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
        ),
    ];
    for (authorization, code, message) in cases {
        let body = "Action=GetCallerIdentity&Version=2011-06-15";
        let request = format!(
            "POST / HTTP/1.1\r\nhost: sts.us-east-1.amazonaws.com\r\nx-amz-date: {date}\r\n\
             content-type: application/x-www-form-urlencoded\r\nauthorization: {authorization}\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        let answer = raw::send(server.address(), request.as_bytes()).unwrap();
        assert_eq!(
            answer.element("Code"),
            code,
            "{authorization}: {}",
            answer.text()
        );
        let said = answer.element("Message");
        assert!(
            unescaped(&said).starts_with(message),
            "{authorization}: {said}"
        );
        logged(&server, ["WARN", code]);
    }
    still_serves(&server);
}

/// Source: API reference of S3, "Error responses"; the texts: shared/iam-semantics.md C3 and C4.
#[test]
fn s3_says_in_its_own_codes_what_a_claim_lacks() {
    let server = Server::start();
    let query = |scope: &str, expires: &str| {
        format!(
            "/b/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA%2F20261123%2Fus-east-1%2F{scope}\
             %2Faws4_request&X-Amz-Date=20261123T090000Z&X-Amz-Expires={expires}\
             &X-Amz-SignedHeaders=host&X-Amz-Signature=00"
        )
    };
    let cases = [
        (
            query("s3", "9999999"),
            "",
            "AuthorizationQueryParametersError",
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be \
             less than 604800 seconds",
        ),
        (
            "/b/k?AWSAccessKeyId=AKIA&Signature=00&Expires=123x".to_owned(),
            "",
            "AccessDenied",
            "Invalid date (should be seconds since epoch): 123x",
        ),
        (
            "/b/k".to_owned(),
            "authorization: AWS4-HMAC-SHA256 Credential=AKIA/20261123/us-east-1/s3/aws4_request\r\n\
             x-amz-content-sha256: UNSIGNED-PAYLOAD\r\n",
            "AuthorizationHeaderMalformed",
            "",
        ),
        // What the credential does not say, the path does.
        (
            "/b/k".to_owned(),
            "authorization: AWS4-HMAC-SHA256 Credential=AKIA\r\n",
            "AuthorizationHeaderMalformed",
            "",
        ),
    ];
    for (path, header, code, message) in cases {
        let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n{header}\r\n");
        let answer = raw::send(server.address(), request.as_bytes()).unwrap();
        let said = unescaped(&answer.element("Message"));
        assert_eq!(answer.element("Code"), code, "{path}: {}", answer.text());
        assert!(said.starts_with(message), "{path}: {said}");
    }
    still_serves(&server);
}

#[test]
fn a_tunnel_is_refused_with_the_remedy() {
    let server = Server::start();
    let request = "CONNECT s3.amazonaws.com:443 HTTP/1.1\r\nhost: s3.amazonaws.com:443\r\n\r\n";
    let answer = raw::send(server.address(), request.as_bytes()).unwrap();
    assert_eq!(answer.status, 501, "{}", answer.text());
    assert!(
        answer.text().contains("AWS_ENDPOINT_URL"),
        "{}",
        answer.text()
    );
    logged(&server, ["WARN", "CONNECT"]);
    still_serves(&server);
}

fn unescaped(text: &str) -> String {
    let text = text.replace("&apos;", "'").replace("&#39;", "'");
    text.replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

#[test]
fn what_is_no_json_is_refused() {
    let server = Server::start();
    let bodies: [&[u8]; 5] = [
        b"{",
        b"[]",
        b"{\"TableName\": \"\xff\"}",
        b"{\"TableName\": 1}",
        b"{\"TableName\": \"\\ud800\"}",
    ];
    for body in bodies {
        let request = Request::json("dynamodb", "DynamoDB_20120810.DescribeTable", body);
        let answer = request.send(server.address(), &server.administrator);
        let shown = String::from_utf8_lossy(body);
        assert_eq!(
            (answer.status, json_code(&answer).as_str()),
            (400, "SerializationException"),
            "{shown}"
        );
    }
    logged(&server, ["DescribeTable", "SerializationException"]);
    still_serves(&server);
}

#[test]
fn json_that_nests_too_deeply_is_refused() {
    let server = Server::start();
    let body = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let request = Request::json(
        "dynamodb",
        "DynamoDB_20120810.DescribeTable",
        body.as_bytes(),
    );
    let answer = request.send(server.address(), &server.administrator);
    assert_eq!(
        (answer.status, json_code(&answer).as_str()),
        (400, "SerializationException")
    );
    still_serves(&server);
}

#[test]
fn what_is_no_form_is_refused() {
    let server = Server::start();
    let body = b"Action=AssumeRole&Version=2011-06-15&RoleArn=%ff%fe&RoleSessionName=s";
    let answer = Request::form("sts", body).send(server.address(), &server.administrator);
    assert_eq!(answer.status, 400, "{}", answer.text());
    assert_eq!(answer.element("Code"), "MalformedQueryString");
    logged(&server, ["AssumeRole", "MalformedQueryString"]);
    still_serves(&server);
}

#[test]
fn what_is_no_xml_is_refused() {
    let server = Server::start();
    let bodies: [&[u8]; 4] = [
        b"<Delete><Object>",
        b"not xml",
        b"<Delete><Object><Key>\xff</Key></Object></Delete>",
        b"<!DOCTYPE d [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><Delete><Object><Key>&e;</Key></Object></Delete>",
    ];
    for body in bodies {
        let request = Request {
            path: "/bucket?delete=",
            ..Request::post("s3", &[("content-type", "application/xml")], body)
        };
        let answer = request.send(server.address(), &server.administrator);
        let shown = String::from_utf8_lossy(body);
        assert_eq!(
            (answer.status, answer.element("Code").as_str()),
            (400, "MalformedXML"),
            "{shown}"
        );
        assert!(
            !answer.text().contains("root:"),
            "an external entity was read"
        );
    }
    logged(&server, ["DeleteObjects", "MalformedXML"]);
    still_serves(&server);
}

#[test]
fn a_service_that_is_not_known_is_said_to_be_so() {
    let server = Server::start();
    let request = Request::json("nosuchservice", "NoSuch_20200101.Thing", b"{}");
    let answer = request.send(server.address(), &server.administrator);
    assert!((400..500).contains(&answer.status), "{}", answer.status);
    assert!(answer.text().contains("nosuchservice"), "{}", answer.text());
    logged(&server, ["nosuchservice", "UnknownService"]);
    still_serves(&server);
}

#[test]
fn an_operation_that_is_not_known_is_said_to_be_so() {
    let server = Server::start();
    let keys = &server.administrator;
    let json = Request::json("dynamodb", "DynamoDB_20120810.Nothing", b"{}");
    let json = json.send(server.address(), keys);
    assert_eq!(
        (json.status, json_code(&json).as_str()),
        (400, "UnknownOperationException")
    );

    let form = Request::form("sts", b"Action=Nothing&Version=2011-06-15");
    let form = form.send(server.address(), keys);
    assert_eq!(
        (form.status, form.element("Code").as_str()),
        (400, "InvalidAction")
    );
    // Source: what users of STS pasted (aws/session-manager-plugin#116).
    assert_eq!(
        form.element("Message"),
        "Could not find operation Nothing for version 2011-06-15"
    );

    let rest = Request {
        method: "GET",
        path: "/nothing/at/all",
        ..Request::post("lambda", &[], b"")
    };
    let rest = rest.send(server.address(), keys);
    assert_eq!(rest.status, 404, "{}", rest.text());
    logged(&server, ["Nothing", "InvalidAction"]);
    still_serves(&server);
}

#[test]
fn a_request_without_a_signature_is_asked_for_one() {
    let server = Server::start();
    let body = "Action=GetCallerIdentity&Version=2011-06-15";
    let request = format!(
        "POST / HTTP/1.1\r\nhost: {}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {}\r\n\r\n{body}",
        server.address(),
        body.len()
    );
    let answer = raw::send(server.address(), request.as_bytes()).unwrap();
    assert_eq!(
        (answer.status, answer.element("Code").as_str()),
        (403, "MissingAuthenticationToken")
    );
    assert_eq!(
        answer.element("Message"),
        "Request is missing Authentication Token"
    );
}

#[test]
fn health_needs_no_signature() {
    let server = Server::start();
    let request = format!(
        "GET /_rolecall/health HTTP/1.1\r\nhost: {}\r\n\r\n",
        server.address()
    );
    assert_eq!(
        raw::send(server.address(), request.as_bytes())
            .unwrap()
            .status,
        200
    );
}
