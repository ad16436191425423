//! Random small policies, held against every request of a small universe.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "tests"
)]

use std::{
    hash::{BuildHasher, RandomState},
    sync::{Arc, LazyLock},
};

use proptest::{
    prelude::*,
    sample::subsequence,
    test_runner::{RngSeed, TestRunner},
};
use rolecall_analysis::compare::{CompareOptions, Comparison, Verdict, compare};
use rolecall_policy::{
    AccountId, Action, AuthorizationModel, Context, ContextValue, DecisionKind, Policy, PolicyKind,
    PolicySet, Principal, PrincipalKind, RequestContext, evaluate,
};
use serde_json::{Value, json};

/// Makes a runner with a seed that is printed, or taken from `ROLECALL_SEED`.
#[expect(
    clippy::disallowed_methods,
    reason = "these two variables choose the slice of random cases"
)]
fn runner(few: u32) -> TestRunner {
    let seed = std::env::var("ROLECALL_SEED").ok();
    let seed = seed.and_then(|text| text.parse().ok());
    let seed = seed.unwrap_or_else(|| RandomState::new().hash_one("seed"));
    let full = std::env::var("ROLECALL_FULL").is_ok_and(|value| value == "1");
    eprintln!("ROLECALL_SEED={seed}");
    TestRunner::new(ProptestConfig {
        cases: if full { few * 20 } else { few },
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        max_global_rejects: 1_000_000,
        ..ProptestConfig::default()
    })
}

const ACTIONS: [&str; 9] = [
    "t:a",
    "t:b",
    "t:ab",
    "t:ba",
    "t:aab",
    "u:a",
    "u:ab",
    "s3:GetObject",
    "s3:PutObject",
];
const ACTION_PATTERNS: [&str; 12] = [
    "*", "t:*", "t:a*", "t:*b", "t:?", "t:??", "t:*a*", "t:A", "t:ab", "*:a", "s3:*", "s3:Get*",
];
const RESOURCES: [&str; 10] = [
    "*",
    "arn:aws:s3:::a",
    "arn:aws:s3:::b",
    "arn:aws:s3:::ab",
    "arn:aws:s3:::a/b",
    "arn:aws:s3:::A",
    "arn:aws:s3:::jo",
    "arn:aws:s3:::jo/a",
    "arn:aws:sqs:r:111122223333:a",
    "arn:aws:sqs:r:111122223333:a:b",
];
const RESOURCE_PATTERNS: [&str; 16] = [
    "*",
    "arn:aws:s3:::*",
    "arn:aws:s3:::a",
    "arn:aws:s3:::a*",
    "arn:aws:s3:::*b",
    "arn:aws:s3:::?",
    "arn:aws:s3:::??",
    "arn:aws:s3:::*/*",
    "arn:aws:*:::a",
    "arn:aws:s3:::${aws:username}",
    "arn:aws:s3:::${aws:username}/*",
    "arn:aws:s3:::${aws:PrincipalTag/x, 'a'}",
    "arn:aws:sqs:*:*:a",
    "arn:aws:sqs:*:*:a*",
    "arn:aws:sqs",
    "arn:aws:s?s:r:*:*:b",
];
const CONDITIONS: [(&str, &str, &[&str]); 24] = [
    ("StringEquals", "t:k", &["a"]),
    ("StringEquals", "t:k", &["a", "b"]),
    ("StringEquals", "t:K", &["b"]),
    ("StringNotEquals", "t:k", &["a"]),
    ("StringNotEquals", "t:k", &["a", "b"]),
    ("StringLike", "t:k", &["a*"]),
    ("StringLike", "t:k", &["*"]),
    ("StringNotLike", "t:k", &["a*"]),
    ("StringEqualsIfExists", "t:k", &["a"]),
    ("StringEqualsIgnoreCase", "t:k", &["A"]),
    ("Null", "t:k", &["true"]),
    ("Null", "t:k", &["false"]),
    ("ForAnyValue:StringEquals", "t:k", &["a"]),
    ("ForAllValues:StringEquals", "t:k", &["a", "b"]),
    ("ForAllValues:StringLike", "t:k", &["a*"]),
    ("NumericLessThan", "t:n", &["5"]),
    ("NumericLessThanEquals", "t:n", &["5"]),
    ("NumericGreaterThan", "t:n", &["7"]),
    ("NumericEquals", "t:n", &["5", "7"]),
    ("NumericNotEquals", "t:n", &["5"]),
    ("Bool", "aws:SecureTransport", &["true"]),
    ("Bool", "aws:SecureTransport", &["false"]),
    ("StringEquals", "aws:RequestedRegion", &["r1"]),
    ("StringNotEquals", "aws:RequestedRegion", &["r1", "r2"]),
];

fn strings(
    among: &'static [&'static str],
    most: usize,
) -> impl Strategy<Value = Vec<&'static str>> {
    subsequence(among.to_vec(), 1..=most)
}

fn conditions() -> impl Strategy<Value = Value> {
    let count = prop_oneof![3 => Just(0_usize), 3 => Just(1), 1 => Just(2)];
    let some = count.prop_flat_map(|count| subsequence(CONDITIONS.to_vec(), count));
    some.prop_map(|conditions| {
        let mut out = json!({});
        for (operator, key, values) in conditions {
            out[operator][key] = json!(values);
        }
        out
    })
}

fn statement(principal: bool) -> impl Strategy<Value = Value> {
    let effect = prop_oneof![3 => Just("Allow"), 2 => Just("Deny")];
    let action = prop_oneof![5 => Just("Action"), 1 => Just("NotAction")];
    let resource = prop_oneof![5 => Just("Resource"), 1 => Just("NotResource")];
    let who = prop_oneof![5 => Just("Principal"), 1 => Just("NotPrincipal")];
    let parts = (
        effect,
        action,
        strings(&ACTION_PATTERNS, 3),
        resource,
        strings(&RESOURCE_PATTERNS, 3),
        conditions(),
        (who, subsequence(PRINCIPALS.to_vec(), 1..=3)),
    );
    parts.prop_map(
        move |(effect, action, actions, resource, resources, conditions, who)| {
            let mut out = json!({"Effect": effect});
            out[action] = json!(actions);
            out[resource] = json!(resources);
            if conditions != json!({}) {
                out["Condition"] = conditions;
            }
            if principal {
                let (element, who) = who;
                out[element] = json!({"AWS": who});
            }
            out
        },
    )
}

fn policy(kind: PolicyKind) -> impl Strategy<Value = Value> {
    let statements = prop::collection::vec(statement(kind == PolicyKind::Resource), 1..4);
    let version = prop_oneof![5 => Just("2012-10-17"), 1 => Just("2008-10-17")];
    (statements, version)
        .prop_map(|(statements, version)| json!({"Version": version, "Statement": statements}))
}

/// Two policies; the second is often a change of the first.
fn pair(kind: PolicyKind) -> impl Strategy<Value = (Value, Value)> {
    let change = (
        any::<prop::sample::Index>(),
        statement(kind == PolicyKind::Resource),
        0..4,
    );
    (policy(kind), policy(kind), change).prop_map(|(old, other, (at, statement, what))| {
        let mut new = old.clone();
        let statements = new["Statement"].as_array_mut().unwrap();
        let at = at.index(statements.len());
        match what {
            0 => return (old, other),
            1 => statements.push(statement),
            2 => statements[at] = statement,
            _ => {
                let condition = statement["Condition"].clone();
                if condition.is_null() {
                    statements[at].as_object_mut().unwrap().remove("Condition");
                } else {
                    statements[at]["Condition"] = condition;
                }
            }
        }
        (old, new)
    })
}

fn parse(kind: PolicyKind, document: &Value) -> Arc<Policy> {
    Arc::new(Policy::parse("policy", kind, &document.to_string()).unwrap())
}

const PRINCIPALS: [&str; 5] = [
    "*",
    "arn:aws:iam::111122223333:root",
    "arn:aws:iam::111122223333:user/jo",
    "arn:aws:iam::111122223333:role/r",
    "arn:aws:sts::111122223333:assumed-role/r/s",
];

fn principals() -> Vec<Principal> {
    use PrincipalKind as Kind;
    let of = |kind, arn: &str, account: &str, issuer: Option<&str>| Principal {
        kind,
        arn: arn.to_owned(),
        account: AccountId::parse(account).ok(),
        issuer: issuer.map(str::to_owned),
        user_id: "AIDAX".to_owned(),
        service_linked: false,
    };
    let role = Some("arn:aws:iam::111122223333:role/r");
    let other = Some("arn:aws:iam::444455556666:role/r");
    vec![
        of(
            Kind::User,
            "arn:aws:iam::111122223333:user/jo",
            "111122223333",
            None,
        ),
        of(
            Kind::User,
            "arn:aws:iam::111122223333:user/al",
            "111122223333",
            None,
        ),
        of(
            Kind::Root,
            "arn:aws:iam::111122223333:root",
            "111122223333",
            None,
        ),
        of(
            Kind::AssumedRole,
            "arn:aws:sts::111122223333:assumed-role/r/s",
            "111122223333",
            role,
        ),
        of(
            Kind::AssumedRole,
            "arn:aws:sts::111122223333:assumed-role/r/t",
            "111122223333",
            role,
        ),
        of(
            Kind::AssumedRole,
            "arn:aws:sts::444455556666:assumed-role/r/s",
            "444455556666",
            other,
        ),
        Principal::anonymous(),
    ]
}

/// Every context of the small universe, as far as the policies mind.
fn contexts(policies: [&Arc<Policy>; 2]) -> Vec<Context> {
    let minds = |key: &str| policies.iter().any(|p| p.text.to_lowercase().contains(key));
    let one = |value: &str| Some(ContextValue::One(value.to_owned()));
    let many = |values: &[&str]| {
        Some(ContextValue::Many(
            values.iter().map(|v| (*v).to_owned()).collect(),
        ))
    };
    let texts = [
        None,
        one("a"),
        one("b"),
        one("ab"),
        one("A"),
        one(""),
        many(&[]),
        many(&["a", "b"]),
        many(&["a", "c"]),
        many(&["ab"]),
    ];
    let numbers = [
        None,
        one("4"),
        one("5"),
        one("6"),
        one("7"),
        one("8"),
        one("x"),
    ];
    let few = |key: &str, all: usize| if minds(key) { all } else { 1 };
    let mut out = Vec::new();
    for text in &texts[..few("t:k", texts.len())] {
        for number in &numbers[..few("t:n", numbers.len())] {
            for secure in &["true", "false"][..few("securetransport", 2)] {
                for region in &["r1", "r2", "r3"][..few("requestedregion", 3)] {
                    let mut context = Context::new()
                        .with("aws:SecureTransport", *secure)
                        .with("aws:RequestedRegion", *region);
                    for (key, value) in [("t:k", text), ("t:n", number)] {
                        if let Some(value) = value {
                            context.insert(key, value.clone());
                        }
                    }
                    out.push(context);
                }
            }
        }
    }
    out
}

/// How the test asks the evaluator, by itself.
fn allows(
    kind: PolicyKind,
    policy: &Arc<Policy>,
    who: &Principal,
    request: (&Action, &str, &Context),
    bounded: bool,
) -> bool {
    static EVERYTHING: LazyLock<(Arc<Policy>, AccountId)> = LazyLock::new(|| {
        let all = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
        let all = json!({"Version": "2012-10-17", "Statement": all});
        let owner = AccountId::parse("999999999999").unwrap();
        (parse(PolicyKind::Identity, &all), owner)
    });
    let (everything, owner) = &*EVERYTHING;
    let boundary = bounded.then(|| Arc::clone(everything));
    let (account, policies) = match kind {
        PolicyKind::Identity => (
            who.account.as_ref(),
            PolicySet {
                identity: vec![Arc::clone(policy)],
                ..PolicySet::default()
            },
        ),
        _ => (
            Some(owner),
            PolicySet {
                identity: vec![Arc::clone(everything)],
                resource: Some(Arc::clone(policy)),
                permissions_boundary: boundary,
                ..PolicySet::default()
            },
        ),
    };
    let (action, resource, context) = request;
    let mut own = Context::new();
    if who.kind == PrincipalKind::User {
        own.insert_one("aws:username", who.arn.rsplit('/').next().unwrap());
    }
    let request = RequestContext {
        principal: who,
        action,
        resource,
        resource_account: account,
        model: AuthorizationModel::Standard,
        context: &[context, &own],
    };
    evaluate(&request, &policies).kind == DecisionKind::Allow
}

/// A request of the universe that the new policy allows and the old one does not.
fn brute(kind: PolicyKind, old: &Arc<Policy>, new: &Arc<Policy>) -> Option<String> {
    let actions = ACTIONS.map(|action| Action::parse(action).unwrap());
    let mut who = principals();
    if kind == PolicyKind::Identity {
        who.truncate(2);
    }
    for context in &contexts([old, new]) {
        for who in &who {
            for action in &actions {
                for resource in RESOURCES {
                    let request = (action, resource, context);
                    if allows(kind, new, who, request, false)
                        && !allows(kind, old, who, request, false)
                    {
                        return Some(format!("{} {action} {resource} {context:?}", who.arn));
                    }
                }
            }
        }
    }
    None
}

fn check(
    kind: PolicyKind,
    old: &Value,
    new: &Value,
    found: &Comparison,
) -> Result<(), TestCaseError> {
    let (old, new) = (parse(kind, old), parse(kind, new));
    match found.verdict {
        Verdict::NoNewAccess => {
            let wrong = brute(kind, &old, &new);
            prop_assert!(wrong.is_none(), "no new access, but {}", wrong.unwrap());
        }
        Verdict::NewAccess => {
            for example in &found.new_access {
                let request = (&example.action, example.resource.as_str(), &example.context);
                let bounded = example.has_permissions_boundary;
                prop_assert!(allows(kind, &new, &example.principal, request, bounded));
                prop_assert!(!allows(kind, &old, &example.principal, request, bounded));
            }
        }
        Verdict::Unknown => {}
    }
    Ok(())
}

fn hold_against_every_request(kind: PolicyKind, cases: u32) {
    let counts = std::cell::RefCell::new([0_u32; 3]);
    let result = runner(cases).run(&pair(kind), |(old, new)| {
        let (a, b) = (parse(kind, &old), parse(kind, &new));
        let options = CompareOptions {
            examples: 2,
            ..CompareOptions::default()
        };
        let found = compare(&[a], &[b], &options).unwrap();
        counts.borrow_mut()[found.verdict as usize] += 1;
        check(kind, &old, &new, &found)
    });
    let [no, new, unknown] = *counts.borrow();
    eprintln!("no new access {no}, new access {new}, unknown {unknown}");
    result.unwrap();
    // An answer that is always *unknown* would be right and useless.
    assert!(unknown * 12 <= no + new, "{unknown} unknown");
    assert!(no > 0 && new > 0);
}

#[test]
fn identity_policies() {
    hold_against_every_request(PolicyKind::Identity, 40);
}

#[test]
fn resource_policies() {
    hold_against_every_request(PolicyKind::Resource, 24);
}

/// What every comparison has to hold to.
#[test]
fn nothing_is_new_against_itself_and_everything() {
    let all = json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}});
    let all = parse(PolicyKind::Identity, &all);
    runner(15)
        .run(&policy(PolicyKind::Identity), |document| {
            let policy = parse(PolicyKind::Identity, &document);
            let options = CompareOptions::default();
            let with = |old: &Arc<Policy>, new: &[Arc<Policy>]| {
                compare(&[Arc::clone(old)], new, &options).unwrap().verdict
            };
            prop_assert_eq!(with(&policy, &[Arc::clone(&policy)]), Verdict::NoNewAccess);
            prop_assert_eq!(with(&all, &[Arc::clone(&policy)]), Verdict::NoNewAccess);
            prop_assert_eq!(with(&policy, &[]), Verdict::NoNewAccess);
            Ok(())
        })
        .unwrap();
}
