//! rpc-v2-cbor by hand, for what no SDK sends; `javascript.rs` has the SDK that speaks it.

use ciborium::Value;

use crate::raw::Answer;
use crate::server::Server;
use crate::signed::Request;
use crate::{answers, tools};

fn operation(name: &str) -> String {
    format!("/service/GraniteServiceVersion20100801/operation/{name}")
}

fn request<'a>(path: &'a str, body: &[u8]) -> Request<'a> {
    let headers = [
        ("content-type", "application/cbor"),
        ("accept", "application/cbor"),
        ("smithy-protocol", "rpc-v2-cbor"),
    ];
    Request {
        path,
        ..Request::post("monitoring", &headers, body)
    }
}

fn encoded(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).unwrap();
    bytes
}

fn member(answer: &Answer, name: &str) -> Option<String> {
    let map: Value = ciborium::from_reader(&answer.body[..]).unwrap();
    let members = map.into_map().unwrap();
    let found = members
        .into_iter()
        .find(|(key, _)| key.as_text() == Some(name))?;
    Some(found.1.into_text().unwrap())
}

#[test]
fn a_call_is_allowed_and_another_denied() {
    let server = Server::start();
    let keys = tools::set_up_server(&server).client;
    let text = |text: &str| Value::Text(text.to_owned());
    let metric = Value::Map(vec![
        (text("MetricName"), text("m")),
        (text("Value"), Value::Float(1.0)),
    ]);
    let metrics = Value::Map(vec![
        (text("Namespace"), text("sdk")),
        (text("MetricData"), Value::Array(vec![metric])),
    ]);
    let put =
        request(&operation("PutMetricData"), &encoded(&metrics)).send(server.address(), &keys);
    assert_eq!(
        (put.status, put.header("smithy-protocol")),
        (200, "rpc-v2-cbor")
    );

    let path = operation("GetDashboard");
    let dashboard = Value::Map(vec![(text("DashboardName"), text("closed"))]);
    let get = request(&path, &encoded(&dashboard)).send(server.address(), &keys);
    assert_eq!(get.header("content-type"), "application/cbor");
    assert_eq!(get.header("smithy-protocol"), "rpc-v2-cbor");
    let message = answers::dashboard_not_granted();
    assert_eq!(
        member(&get, "message").or_else(|| member(&get, "Message")),
        Some(message)
    );
    let code = member(&get, "__type").unwrap();
    assert!(
        code.ends_with("AccessDeniedException") || code.ends_with("AccessDenied"),
        "{code}"
    );
    assert!((400..500).contains(&get.status), "{}", get.status);
}

#[test]
fn what_is_no_cbor_is_refused() {
    let server = Server::start();
    let keys = server.administrator.clone();
    let answer = request(&operation("ListMetrics"), &[0xbf, 0x61]).send(server.address(), &keys);
    assert_eq!(answer.status, 400);
    assert!(
        member(&answer, "__type")
            .unwrap()
            .ends_with("SerializationException")
    );
}
