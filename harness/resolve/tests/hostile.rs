//! Whatever a line holds, there is an answer or an error, and one line of it.
#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use proptest::prelude::*;
use rolecall_resolve::lines;
use serde_json::{Value, json};

fn answered(line: &[u8]) -> Value {
    let mut output = Vec::new();
    let tally = lines(line, &mut output).unwrap();
    assert_eq!(tally.questions, 1);
    assert_eq!(output.split(|b| *b == b'\n').count(), 2);
    let answer: Value = serde_json::from_slice(&output).unwrap();
    assert_ne!(
        answer.get("error").is_some(),
        answer.get("requirements").is_some()
    );
    answer
}

/// Any JSON, with texts that mean something somewhere.
fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        // Eighths are exact in binary and in decimal.
        any::<i32>().prop_map(|eighths| Value::from(f64::from(eighths) / 8.0)),
        "[ -~]{0,12}".prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
        Just(json!("arn:aws:s3:::b/k")),
        Just(json!("arn:aws:iam::123456789012:role/r")),
        Just(json!("alias/k")),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[A-Za-z]{1,8}", inner, 0..3)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

const OPERATIONS: [(&str, &str, &[&str]); 6] = [
    (
        "s3",
        "CopyObject",
        &["Bucket", "Key", "CopySource", "Tagging", "Metadata"],
    ),
    ("s3", "DeleteObjects", &["Bucket", "Delete"]),
    ("dynamodb", "TransactWriteItems", &["TransactItems"]),
    ("dynamodb", "ExecuteStatement", &["Statement", "Parameters"]),
    (
        "ec2",
        "RunInstances",
        &["ImageId", "MinCount", "TagSpecifications"],
    ),
    (
        "lambda",
        "CreateFunction",
        &["FunctionName", "Role", "Layers", "Code"],
    ),
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>().prop_filter("one line", |b| *b != b'\n'), 1..64)) {
        if !bytes.iter().all(u8::is_ascii_whitespace) {
            answered(&bytes);
        }
    }

    #[test]
    fn any_parameters(operation in 0..OPERATIONS.len(), values in prop::collection::vec(values(), 5)) {
        let (service, operation, names) = OPERATIONS[operation];
        let parameters: serde_json::Map<String, Value> =
            names.iter().map(|name| (*name).to_owned()).zip(values).collect();
        answered(json!({"service": service, "operation": operation, "parameters": parameters}).to_string().as_bytes());
    }

    #[test]
    fn any_member(name in "(id|service|operation|region|account|caller|resources|parameters|[a-z]{1,4})", value in values()) {
        let mut question = json!({"service": "s3", "operation": "GetObject", "parameters": {"Bucket": "b", "Key": "k"}});
        question[name.as_str()] = value.clone();
        let answer = answered(question.to_string().as_bytes());
        if name == "id" {
            prop_assert_eq!(&answer["id"], &serde_json::from_str::<Value>(&value.to_string()).unwrap());
        }
    }
}
