//! Values that services answer: ours, and moto's beside them.
//!
//! A script in `fixtures/sdk/python` gives values by name, and `fixtures/sdk/values` has those that
//! AWS documents. Where a server differs, the file says why; one that does not differ any more fails.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::moto::Moto;
use crate::server::{Keys, Server};
use crate::tools;

/// What is expected of a script.
struct Expected {
    aws: Map<String, Value>,
    ours: Map<String, Value>,
    moto: Map<String, Value>,
}

impl Expected {
    fn of(service: &str) -> Self {
        let path = tools::fixture("values").join(format!("{service}.json"));
        let text = fs::read_to_string(path).unwrap();
        let mut file: Map<String, Value> = serde_json::from_str(&text).unwrap();
        let mut part = |name: &str| match file.remove(name) {
            Some(Value::Object(part)) => part,
            other => panic!("`{name}` is no object: {other:?}"),
        };
        Self {
            aws: part("aws"),
            ours: part("ours differs"),
            moto: part("moto differs"),
        }
    }

    /// Every value is AWS's, but those that are known not to be.
    fn hold(&self, who: &str, found: &Map<String, Value>, differs: &Map<String, Value>) {
        let names = |one: &Map<String, Value>| one.keys().cloned().collect::<Vec<_>>();
        let (mut there, mut wanted) = (names(found), names(&self.aws));
        there.sort();
        wanted.sort();
        assert_eq!(there, wanted, "the values of {who}");
        let wrong: Vec<String> = self
            .aws
            .iter()
            .filter(|(name, value)| (found[*name] == **value) == differs.contains_key(*name))
            .map(|(name, value)| format!("{name}\n  AWS    {value}\n  {who}   {}", found[name]))
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

fn values(service: &str, endpoint: &str, keys: &Keys, home: &Path) -> Map<String, Value> {
    let script = format!("values_{service}.py");
    match tools::document(&mut tools::python(&script, endpoint, keys, home)) {
        Value::Object(values) => values,
        other => panic!("{other}"),
    }
}

fn compare(service: &str) {
    let expected = Expected::of(service);
    let server = Server::start();
    let home = server.folder.path();
    let ours = values(service, &server.endpoint, &server.administrator, home);
    expected.hold("ours", &ours, &expected.ours);
    let moto = Moto::start();
    let theirs = values(service, &moto.endpoint, &Keys::root(), home);
    expected.hold("moto", &theirs, &expected.moto);
}

#[test]
fn dynamodb() {
    compare("dynamodb");
}

#[test]
fn s3() {
    compare("s3");
}

#[test]
fn a_hundred_clients_at_once_lose_and_duplicate_nothing() {
    let server = Server::start();
    let home = server.folder.path();
    let keys = &server.administrator;
    let found = tools::document(&mut tools::python(
        "parallel.py",
        &server.endpoint,
        keys,
        home,
    ));
    let expected = json!({
        "failed": [],
        "counter": 300,
        "moved": [900, 1100],
        // The three of each client, and the five of whoever was first.
        "items": [305, 305],
        "objects": [300, 300],
        "versions": [100, 100, 100],
        "latest": 1,
        "first items": [0, 1, 2, 3, 4],
        "first objects": [0, 1, 2, 3, 4],
    });
    assert_eq!(found, expected);
}

#[test]
fn a_hundred_clients_at_once_on_queues_lose_and_duplicate_nothing() {
    let server = Server::start();
    let home = server.folder.path();
    let keys = &server.administrator;
    let found = tools::document(&mut tools::python(
        "parallel_queues.py",
        &server.endpoint,
        keys,
        home,
    ));
    let expected = json!({
        "failed": [],
        "sent": 500,
        "received": [500, true],
        "received twice": [],
        "in order": true,
        "once": ["x"],
        "left": [["0", "0"], ["0", "0"]],
    });
    assert_eq!(found, expected);
}
