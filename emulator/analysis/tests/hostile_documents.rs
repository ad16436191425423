//! Documents that nobody writes: the answer comes in bounded time, and never a panic.
#![expect(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::fmt::Write;

use proptest::prelude::*;
use rolecall_analysis::validate::{PolicyType, fix, validate, validate_bytes};
use rolecall_catalog::Catalog;

fn types() -> Vec<PolicyType> {
    [
        "identity",
        "boundary",
        "session",
        "trust",
        "resource",
        "resource:s3",
        "endpoint",
        "scp",
        "rcp",
    ]
    .into_iter()
    .map(|name| PolicyType::parse(name).unwrap())
    .collect()
}

fn codes(text: &str, kind: &PolicyType) -> Vec<&'static str> {
    let findings = validate(text, kind, Catalog::embedded());
    let mut codes: Vec<_> = findings.iter().map(|f| f.check.code()).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

fn list(count: usize, item: impl Fn(usize) -> String) -> String {
    let items: Vec<String> = (0..count).map(|n| format!("\"{}\"", item(n))).collect();
    format!("[{}]", items.join(","))
}

fn policy(statement: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#)
}

/// The document is validated for every type.
fn all(text: &str, expected: &str) {
    of_types(&types(), text, expected);
}

/// What takes long is validated for the types whose checks differ most. The bound on time is that of
/// the test runner's slow timeout; what is asserted is what was found.
fn some(text: &str, expected: &str) {
    let names = ["identity", "resource:s3"];
    of_types(
        &names.map(|name| PolicyType::parse(name).unwrap()),
        text,
        expected,
    );
}

fn of_types(types: &[PolicyType], text: &str, expected: &str) {
    for kind in types {
        let codes = codes(text, kind);
        assert!(codes.contains(&expected), "{kind:?}: {codes:?}");
    }
}

#[test]
fn too_long() {
    let text = policy(&format!(r#"{{"Sid":"{}"}}"#, "a".repeat(131_072)));
    for (name, expected) in [
        ("identity", "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA"),
        ("session", "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA"),
        ("trust", "POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA"),
        ("resource", "POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA"),
        ("endpoint", "POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA"),
        ("scp", "POLICY_SIZE_EXCEEDS_SCP_QUOTA"),
        ("rcp", "POLICY_SIZE_EXCEEDS_RCP_QUOTA"),
    ] {
        let kind = PolicyType::parse(name).unwrap();
        assert_eq!(codes(&text, &kind), [expected], "{name}");
    }
}

#[test]
fn one_long_string() {
    let wild = "*a".repeat(60_000);
    let text = policy(&format!(
        r#"{{"Effect":"Allow","Action":"s3:{wild}","Resource":"arn:aws:s3:::b"}}"#
    ));
    some(&text, "INVALID_ACTION");
    let text = policy(&format!(
        r#"{{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:ec2:::{wild}"}}"#
    ));
    some(&text, "RESOURCE_NOT_TAKEN_BY_ACTION");
}

#[test]
fn a_thousand_statements() {
    let one = r#"{"Effect":"Allow","Action":"s3:GetObjekt","Resource":"*"}"#;
    let text = policy(&vec![one; 1000].join(","));
    some(&text, "REDUNDANT_STATEMENT");
    some(&text, "INVALID_ACTION");
}

#[test]
fn ten_thousand_values() {
    let actions = list(10_000, |n| format!("s3:*{n}*"));
    let text = policy(&format!(
        r#"{{"Effect":"Allow","Action":{actions},"Resource":"*"}}"#
    ));
    assert!(text.len() < 131_072);
    some(&text, "INVALID_ACTION");
    let actions = list(9_000, |n| format!("a{n}:b"));
    let text = policy(&format!(
        r#"{{"Effect":"Allow","Action":{actions},"Resource":"*"}}"#
    ));
    some(&text, "INVALID_SERVICE_IN_ACTION");
    let resources = list(4_000, |n| format!("arn:aws:kms:::*{n}/*"));
    let text = policy(&format!(
        r#"{{"Effect":"Allow","Action":"kms:Decrypt","Resource":{resources}}}"#
    ));
    some(&text, "MISSING_ARN_REGION");
    let values = list(8_000, |n| format!("10.0.0.{n}/8"));
    let text = policy(&format!(
        r#"{{"Effect":"Allow","Action":"*","Resource":"*","Condition":{{"IpAddress":{{"aws:SourceIp":{values}}}}}}}"#
    ));
    some(&text, "TYPE_MISMATCH_IP_RANGE");
}

#[test]
fn many_fixes_come_to_an_end() {
    let actions = list(9_000, |_| "s3:Get".to_owned());
    let text = policy(&format!(
        r#"{{"Effect":"allow","Action":{actions},"Resource":"*"}}"#
    ));
    let fixed = fix(&text, &PolicyType::Identity, Catalog::embedded());
    assert!(fixed.text.contains("\"Allow\""));
    assert!(fixed.applied.len() > 1000);
}

#[test]
fn many_keys() {
    let mut keys = String::new();
    for n in 0..5_000 {
        let comma = if n == 0 { "" } else { "," };
        write!(keys, r#"{comma}"s3:k{n}":"v""#).unwrap();
    }
    let text = policy(&format!(
        r#"{{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{{"StringEquals":{{{keys}}}}}}}"#
    ));
    some(&text, "INVALID_SERVICE_CONDITION_KEY");
}

#[test]
fn deep_nesting() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let text = format!("{}1{}", open.repeat(20_000), close.repeat(20_000));
        all(&text, "JSON_SYNTAX_ERROR");
        let text = format!("{}1{}", open.repeat(20), close.repeat(20));
        assert!(!codes(&text, &PolicyType::Identity).is_empty());
    }
}

#[test]
fn bytes_that_are_not_text() {
    for bytes in [
        &b"\xff\xfe{}"[..],
        b"{\"Version\":\"\xc3\"}",
        b"\xef\xbb\xbf{}",
        b"",
        b"\0",
    ] {
        for kind in types() {
            let findings = validate_bytes(bytes, &kind, Catalog::embedded());
            let codes: Vec<_> = findings.iter().map(|f| f.check.code()).collect();
            assert_eq!(codes, ["JSON_SYNTAX_ERROR"], "{bytes:?}");
        }
    }
    let error = &validate_bytes(b"{\n \"\xff\"}", &PolicyType::Identity, Catalog::embedded())[0];
    assert_eq!((error.start.line, error.start.column), (2, 2));
}

#[test]
fn wrong_types_everywhere() {
    for value in [
        "null", "true", "1", "\"x\"", "[]", "{}", "[null]", "[[]]", "[{}]",
    ] {
        for key in ["Version", "Id", "Statement"] {
            let text = format!(r#"{{"{key}":{value}}}"#);
            assert!(!codes(&text, &PolicyType::Identity).is_empty(), "{text}");
        }
        for key in [
            "Sid",
            "Effect",
            "Principal",
            "Action",
            "Resource",
            "Condition",
        ] {
            let text = policy(&format!(r#"{{"{key}":{value}}}"#));
            let missing = if key == "Effect" {
                "MISSING_ACTION"
            } else {
                "MISSING_EFFECT"
            };
            all(&text, missing);
        }
    }
}

/// JSON that looks like a policy.
fn any_policy() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "*",
        "s3:Get*",
        "s3:GetObject",
        "s3:getobject",
        "iam:PassRole",
        "sts:AssumeRole",
        "",
        "Allow",
        "Deny",
        "arn:aws:s3:::b/*",
        "arn:aws:s3:::b/${aws:username}",
        "arn:aws:iam::1:role/*",
        "${",
        "é\u{1F600}",
        "true",
        "10.0.0.1/8",
        "2012-10-17",
        "a b",
        "arn:",
        "::::::",
        "aws:SourceIp",
        "s3:prefix",
    ])
    .prop_map(|text| serde_json::Value::from(text).to_string());
    let value = prop_oneof![
        word.clone(),
        Just("1".to_owned()),
        Just("null".to_owned()),
        prop::collection::vec(word.clone(), 0..5).prop_map(|v| format!("[{}]", v.join(","))),
    ];
    let key = prop::sample::select(vec![
        "AWS",
        "Service",
        "Federated",
        "aws:SourceIp",
        "s3:prefix",
        "aws:TagKeys",
        "x",
    ]);
    let object = prop::collection::btree_map(key, value.clone(), 0..3).prop_map(object_of);
    let operator = prop::sample::select(vec![
        "StringEquals",
        "StringLike",
        "IpAddress",
        "Null",
        "NullIfExists",
        "ForAllValues:StringLike",
        "Bool",
        "nonsense",
        "DateLessThan",
        "NumericLessThan",
    ]);
    let condition = prop::collection::btree_map(operator, object.clone(), 0..3).prop_map(object_of);
    let element = prop::sample::select(vec![
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
        "effect",
    ]);
    let anything = prop_oneof![4 => value, 1 => object, 1 => condition];
    let statement = prop::collection::btree_map(element, anything, 0..7).prop_map(object_of);
    prop::collection::vec(statement, 0..4).prop_map(|all| {
        format!(
            "{{\n  \"Statement\": [\n    {}\n  ]\n}}",
            all.join(",\n    ")
        )
    })
}

fn object_of<K: std::fmt::Display>(members: std::collections::BTreeMap<K, String>) -> String {
    let members: Vec<String> = members
        .into_iter()
        .map(|(k, v)| format!("\"{k}\": {v}"))
        .collect();
    format!("{{{}}}", members.join(", "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Any policy is validated, its findings lie in it, and what is fixed stays fixed.
    #[test]
    fn findings_lie_in_the_document_and_fixes_end(text in any_policy(), number in 0_usize..9) {
        let kind = &types()[number];
        let findings = validate(&text, kind, Catalog::embedded());
        for finding in &findings {
            prop_assert!(text.get(finding.span.clone()).is_some());
            prop_assert!(finding.render("p", &text).contains(finding.check.code()));
        }
        let fixed = fix(&text, kind, Catalog::embedded());
        prop_assert!(serde_json::from_str::<serde_json::Value>(&fixed.text).is_ok(), "{}", fixed.text);
        let again = fix(&fixed.text, kind, Catalog::embedded());
        prop_assert!(again.applied.is_empty(), "{:?}", again.applied);
        let errors = |text: &str| {
            let findings = validate(text, kind, Catalog::embedded());
            findings.iter().filter(|f| f.kind().as_str() == "ERROR").count()
        };
        prop_assert!(errors(&fixed.text) <= errors(&text), "{text}\n{}", fixed.text);
    }

    /// Any text at all.
    #[test]
    fn any_text_has_an_answer(text in "\\PC{0,200}") {
        prop_assert!(!validate(&text, &PolicyType::Identity, Catalog::embedded()).is_empty());
    }
}
