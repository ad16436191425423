//! What has to hold for any bytes: each function panics if it does not.

use std::{collections::BTreeMap, sync::Arc};

use rolecall_policy::{
    Action, ActionPattern, AuthorizationModel, Context, Policy, PolicyKind, PolicySet, Principal,
    RequestContext, ResourcePattern, decide, evaluate, explain,
    simulate::{ExplanationMode, Knowledge, Simulator},
};
use serde_json::value::RawValue;

const KINDS: [PolicyKind; 8] = [
    PolicyKind::Identity,
    PolicyKind::Resource,
    PolicyKind::Trust,
    PolicyKind::PermissionsBoundary,
    PolicyKind::Session,
    PolicyKind::ServiceControl,
    PolicyKind::ResourceControl,
    PolicyKind::VpcEndpoint,
];

/// Reads bytes as a document of every kind: it is refused with a place in it, or it prints to one
/// that reads the same, and decides.
pub fn document(bytes: &[u8]) {
    for kind in KINDS {
        match Policy::parse_bytes("p", kind, bytes) {
            Ok(policy) => {
                prints_back(&policy);
                decides(policy);
            }
            Err(error) => {
                assert!(error.line >= 1 && error.column >= 1, "{error:?}");
                let text = String::from_utf8_lossy(bytes);
                assert!(error.render("f", &text).contains(error.code));
                if std::str::from_utf8(bytes).is_ok() {
                    assert!(text.get(error.span.clone()).is_some(), "{error:?}");
                }
            }
        }
    }
}

fn prints_back(policy: &Policy) {
    let printed = policy.document().to_json();
    let text = rolecall_policy::document::compact(&printed);
    let again = Policy::parse("p", policy.kind, &text);
    // Printing may make a document longer than AWS takes: escapes and defaults are spelled out.
    match again {
        Ok(again) => assert_eq!(again.document().to_json(), printed),
        Err(error) => assert_eq!(error.code, "policy::too_long", "{error} in {text}"),
    }
}

fn decides(policy: Policy) {
    let action = action("s3:GetObject");
    let context = Context::new().with("aws:username", "ana");
    let request = RequestContext {
        principal: &Principal::anonymous(),
        action: &action,
        resource: "arn:aws:s3:::bucket/ana/key",
        resource_account: None,
        model: AuthorizationModel::Standard,
        context: &[&context],
    };
    let kind = policy.kind;
    let policy = Arc::new(policy);
    let policies = match kind {
        PolicyKind::Resource | PolicyKind::Trust => PolicySet {
            resource: Some(policy),
            ..PolicySet::default()
        },
        PolicyKind::VpcEndpoint => PolicySet {
            vpc_endpoint: Some(policy),
            ..PolicySet::default()
        },
        PolicyKind::ResourceControl => PolicySet {
            resource_control: vec![vec![policy]],
            ..PolicySet::default()
        },
        _ => PolicySet {
            identity: vec![policy],
            ..PolicySet::default()
        },
    };
    let decision = evaluate(&request, &policies);
    let verdict = decide(&request, &policies);
    assert_eq!(verdict.kind, decision.kind);
    assert!(verdict.blocked_by().eq(decision.blocked_by.iter().copied()));
    assert_eq!(explain(&request, &policies).decision, decision);
}

fn action(text: &str) -> Action {
    match Action::parse(text) {
        Ok(action) => action,
        Err(error) => panic!("{error}"),
    }
}

struct Anything;

impl Knowledge for Anything {
    fn has_action(&self, _: &Action) -> bool {
        true
    }

    fn is_public(&self, _: &Arc<Policy>) -> bool {
        true
    }
}

/// Decides bytes as a line of `simulate`: there is one line of JSON as the answer, none to a blank
/// line, and the explanation does not change the decision.
pub fn case(bytes: &[u8]) {
    let answer = |mode| {
        let mut out = Vec::new();
        Simulator::new(mode, &Anything).line(bytes, &mut out);
        out
    };
    let (left, full) = (answer(ExplanationMode::Left), answer(ExplanationMode::Full));
    assert_eq!(left.is_empty(), bytes.trim_ascii().is_empty());
    if left.is_empty() {
        return;
    }
    let (left, mut full) = (members(&left), members(&full));
    full.remove("explanation");
    assert_eq!(left, full);
}

/// The members of an answer as they stand: an `id` comes back as it came, whatever number it is.
fn members(answer: &[u8]) -> BTreeMap<String, String> {
    let first_end = answer.iter().position(|byte| *byte == b'\n');
    assert_eq!(first_end, answer.len().checked_sub(1));
    match serde_json::from_slice::<BTreeMap<String, Box<RawValue>>>(answer) {
        Ok(members) => members
            .into_iter()
            .map(|(name, value)| (name, value.get().to_owned()))
            .collect(),
        Err(error) => panic!("{error}: {}", String::from_utf8_lossy(answer)),
    }
}

/// Holds a pattern, which ends at the first line feed, against the rest: what the simplest matcher
/// says is what ours says.
pub fn pattern(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (pattern, text) = text.split_once('\n').unwrap_or((&text, ""));
    // The simplest matcher takes as many steps as the product of the lengths.
    if pattern.len() > 1_000 || text.len() > 1_000 {
        return;
    }
    let fold = |text: &str| text.to_ascii_lowercase().chars().collect::<Vec<_>>();
    let chars = |text: &str| text.chars().collect::<Vec<_>>();
    assert_eq!(
        ActionPattern::new(pattern).matches(text),
        simplest(&fold(pattern), &fold(text)),
        "action {pattern:?} {text:?}"
    );
    if pattern.contains("${") {
        return;
    }
    let arn = ResourcePattern::new(&format!("arn:aws:s3:::{pattern}"));
    assert_eq!(
        arn.matches(&format!("arn:aws:s3:::{text}")),
        simplest(&chars(pattern), &chars(text)),
        "resource {pattern:?} {text:?}"
    );
}

/// For each beginning of the pattern, whether it matches each beginning of the text.
fn simplest(pattern: &[char], text: &[char]) -> bool {
    let mut row: Vec<bool> = std::iter::once(true)
        .chain(text.iter().map(|_| false))
        .collect();
    for unit in pattern {
        let mut next = Vec::with_capacity(row.len());
        next.push(*unit == '*' && row.first() == Some(&true));
        for (at, char) in text.iter().enumerate() {
            let (before, above) = (row.get(at) == Some(&true), row.get(at + 1) == Some(&true));
            let left = next.last() == Some(&true);
            next.push(match unit {
                '*' => left || above,
                '?' => before,
                unit => before && unit == char,
            });
        }
        row = next;
    }
    row.last() == Some(&true)
}
