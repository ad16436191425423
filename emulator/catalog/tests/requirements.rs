//! The cases in `tests/requirements/*.json`: a call and what it needs, each with its source.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what is wrong by failing"
)]

use std::{collections::BTreeMap, fs, path::Path};

use rolecall_catalog::{
    Call, Catalog, Fact, FactKind, FactValue, Facts, FactsLookup, Outcome, partition_of,
    requirements, resolve,
};
use rolecall_policy::{AccountId, Context, ContextValue, Provenance, Requirement};
use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Case {
    name: String,
    source: String,
    service: String,
    operation: String,
    #[serde(default)]
    parameters: Map<String, Value>,
    #[serde(default = "region")]
    region: String,
    /// The ARN of the user that calls.
    #[serde(default)]
    caller: Option<String>,
    /// `kind of subject` to its value, `null` for what there is not; anything else is not known.
    #[serde(default)]
    facts: BTreeMap<String, Value>,
    /// What is asked and not written above is absent, not unknown.
    #[serde(default)]
    otherwise_absent: bool,
    requires: Vec<Expected>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Expected {
    action: String,
    resource: String,
    /// Every key that is computed, and no other; where it is left out, nothing is said.
    context: Option<BTreeMap<String, Value>>,
    /// Every key that is not computed; where it is left out, nothing is said.
    not_computed: Option<Vec<String>>,
    owner: Option<String>,
    model: Option<String>,
    on_behalf_of: Option<String>,
    unknown_facts: Option<Vec<String>>,
    #[serde(default = "curated")]
    provenance: Provenance,
}

fn region() -> String {
    "us-east-1".to_owned()
}

fn curated() -> Provenance {
    Provenance::Curated
}

impl Facts for Case {
    fn fact(&self, fact: &Fact) -> FactValue {
        let kind = serde_json::to_value(fact.kind).unwrap();
        let name = format!("{} of {}", kind.as_str().unwrap(), fact.subject);
        match self.facts.get(&name) {
            Some(Value::Null) => FactValue::Absent,
            Some(value) => FactValue::Present(value.clone()),
            None if self.otherwise_absent => FactValue::Absent,
            None => FactValue::NotKnown,
        }
    }
}

fn call(case: &Case) -> Call {
    let service = Catalog::embedded().service(&case.service).unwrap();
    let operation = service
        .operation_index(&case.operation)
        .unwrap_or_else(|| panic!("{}: no operation {}", case.name, case.operation));
    Call {
        operation,
        protocol: *service.protocols.first().unwrap(),
        service,
        parameters: case.parameters.clone(),
        region: case.region.clone(),
        partition: partition_of(&case.region).to_owned(),
        account: AccountId::parse("123456789012").unwrap(),
        caller: case.caller.clone(),
    }
}

fn differences(case: &Case) -> Vec<String> {
    let found = resolve(&call(case), case);
    let pair = |r: &Requirement| format!("{} on {}", r.action, r.resource);
    let mut actual: Vec<String> = found.iter().map(pair).collect();
    let mut expected: Vec<String> = case
        .requires
        .iter()
        .map(|e| format!("{} on {}", e.action, e.resource))
        .collect();
    actual.sort();
    expected.sort();
    if actual != expected {
        return vec![format!("needs {actual:#?}, not {expected:#?}")];
    }
    let matched = |e: &Expected| {
        let name = format!("{} on {}", e.action, e.resource);
        found
            .iter()
            .filter(|r| pair(r) == name)
            .map(|r| difference(e, r))
            .min_by_key(Vec::len)
    };
    case.requires.iter().filter_map(matched).flatten().collect()
}

fn difference(expected: &Expected, found: &Requirement) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut compare = |what: &str, expected: Option<Value>, found: Value| {
        if expected.as_ref().is_some_and(|expected| *expected != found) {
            wrong.push(format!("{what}: {found}, not {}", expected.unwrap()));
        }
    };
    let json = |value: &dyn erased::Json| value.json();
    compare(
        "context",
        expected.context.as_ref().map(|c| json(c)),
        computed(&found.context),
    );
    compare(
        "not computed",
        expected.not_computed.as_ref().map(|c| json(c)),
        missing(&found.context),
    );
    compare(
        "owner",
        expected.owner.as_ref().map(|o| json(o)),
        json(&found.resource_account),
    );
    compare(
        "model",
        expected.model.as_ref().map(|m| json(m)),
        json(&found.model),
    );
    let behalf = expected.on_behalf_of.as_ref();
    compare(
        "on behalf of",
        behalf.map(|b| json(b)),
        json(&found.on_behalf_of),
    );
    let unknown = expected.unknown_facts.as_ref();
    compare(
        "unknown facts",
        unknown.map(|u| json(u)),
        json(&found.unknown_facts),
    );
    compare(
        "provenance",
        Some(json(&expected.provenance)),
        json(&found.action_provenance),
    );
    wrong
        .into_iter()
        .map(|w| format!("{} on {}: {w}", found.action, found.resource))
        .collect()
}

mod erased {
    /// Anything that is JSON.
    pub(super) trait Json {
        fn json(&self) -> serde_json::Value;
    }

    impl<T: serde::Serialize> Json for T {
        fn json(&self) -> serde_json::Value {
            serde_json::to_value(self).unwrap_or_default()
        }
    }
}

fn computed(context: &Context) -> Value {
    let value = |value: &ContextValue| serde_json::to_value(value).unwrap();
    let known = context
        .iter()
        .filter(|(_, v)| !matches!(v, ContextValue::NotComputed { .. }));
    let sorted: BTreeMap<&str, Value> = known.map(|(k, v)| (k, value(v))).collect();
    serde_json::to_value(sorted).unwrap()
}

fn missing(context: &Context) -> Value {
    let keys = context
        .iter()
        .filter(|(_, v)| matches!(v, ContextValue::NotComputed { .. }));
    serde_json::to_value(keys.map(|(k, _)| k).collect::<Vec<_>>()).unwrap()
}

fn cases() -> Vec<(String, Case)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/requirements");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|f| f.unwrap().path())
        .collect();
    files.sort();
    let read = |path: &Path| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(path).unwrap();
        let cases: Vec<Case> =
            serde_json::from_str(&text).unwrap_or_else(|e| panic!("{name}.json: {e}"));
        cases.into_iter().map(move |case| (name.clone(), case))
    };
    files.iter().flat_map(|path| read(path)).collect()
}

#[test]
fn calls_need_what_the_cases_say() {
    let cases = cases();
    let mut wrong = Vec::new();
    for (file, case) in &cases {
        assert!(
            !case.source.is_empty(),
            "{file}: `{}` has no source",
            case.name
        );
        wrong.extend(
            differences(case)
                .into_iter()
                .map(|d| format!("{file}: {}: {d}", case.name)),
        );
    }
    assert!(cases.len() >= 10, "only {} cases were read", cases.len());
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// Asking in rounds gives the same as having every answer at hand.
#[test]
fn facts_are_asked_for_until_none_is_missing() {
    for (file, case) in cases() {
        let call = call(&case);
        let mut known: BTreeMap<Fact, FactValue> = BTreeMap::new();
        let mut rounds = 0;
        let found = loop {
            rounds += 1;
            match requirements(&call, &known as &dyn FactsLookup) {
                Outcome::Requirements(found) => break found,
                Outcome::NeedFacts(facts) => {
                    assert!(!facts.is_empty() && rounds < 8, "{file}: {}", case.name);
                    for fact in facts {
                        let answer = case.fact(&fact);
                        assert!(known.insert(fact, answer).is_none(), "asked twice");
                    }
                }
            }
        };
        assert_eq!(found, resolve(&call, &case), "{file}: {}", case.name);
    }
}

#[test]
fn rules_name_only_what_the_catalog_has() {
    let errors: Vec<String> = rolecall_catalog::rules::check_all()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

#[test]
fn the_kinds_of_fact_have_names() {
    let name = serde_json::to_value(FactKind::KeyOfAlias).unwrap();
    assert_eq!(name, "key-of-alias");
}
