//! Statements that one value of the request rules out: those that ask whether a key equals a text.
//!
//! A policy that names many tags, organizations or tables in conditions is not read statement by
//! statement: the value of the key is looked up among the texts that stand there.

use std::collections::BTreeMap;

use super::{
    CompiledStatement, Lookups, RequestContext,
    marks::{Chosen, Marks},
};
use crate::{
    Lookup,
    context::{ConditionKey, ContextValue},
};

/// So many statements have to ask for a key: fewer are read as fast.
const WORTHWHILE: usize = 4;

/// The keys that statements of a policy ask for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Guards(Box<[Guard]>);

/// One key.
#[derive(Clone, Debug)]
struct Guard {
    key: ConditionKey,
    /// The key's, in the policy.
    number: usize,
    /// The statements that do not match unless the key has one of their texts.
    asking: Marks,
    by_text: BTreeMap<Box<[u8]>, Marks>,
}

impl Guards {
    pub(crate) fn new(statements: &[CompiledStatement]) -> Self {
        let mut found: BTreeMap<usize, (usize, Guard)> = BTreeMap::new();
        for (number, statement) in statements.iter().enumerate() {
            for condition in statement.conditions() {
                let Some(texts) = condition.texts_of_which_one_is_needed() else {
                    continue;
                };
                let (count, guard) = found.entry(condition.key_number()).or_insert_with(|| {
                    let guard = Guard {
                        key: condition.key().clone(),
                        number: condition.key_number(),
                        asking: Marks::default(),
                        by_text: BTreeMap::new(),
                    };
                    (0, guard)
                });
                *count += 1;
                guard.asking.push(number);
                for text in texts {
                    guard.by_text.entry(text.into()).or_default().push(number);
                }
            }
        }
        let worthwhile = found
            .into_values()
            .filter(|(count, _)| *count >= WORTHWHILE);
        Self(worthwhile.map(|(_, guard)| guard).collect())
    }

    /// Takes out the statements that cannot match, whatever else they ask for.
    pub(crate) fn narrow<'a>(
        &self,
        chosen: &mut Chosen,
        lookups: &mut Lookups<'a>,
        request: &'a RequestContext<'a>,
    ) {
        for guard in &self.0 {
            match lookups.get(guard.number, &guard.key, request) {
                Lookup::Absent => chosen.keep(&guard.asking, None),
                Lookup::Present(ContextValue::One(text)) => {
                    chosen.keep(&guard.asking, guard.by_text.get(text.as_bytes()));
                }
                // What several values, or one that is not known, come to, the condition says.
                Lookup::Present(_) | Lookup::NotComputed => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use crate::{
        Action, AuthorizationModel, Context, ContextValue, Policy, PolicyKind, PolicySet,
        Principal, RequestContext, Truth, decide, document::Effect, evaluate,
        evaluate::statement::Scan,
    };

    const OPERATORS: [&str; 6] = [
        "StringEquals",
        "StringEquals",
        "StringLike",
        "StringNotEquals",
        "StringEqualsIfExists",
        "ForAnyValue:StringEquals",
    ];
    const TEXTS: [&str; 6] = ["a", "b", "A", "", "a*", "${aws:username}"];
    const KEYS: [&str; 3] = [
        "aws:PrincipalTag/team",
        "AWS:principaltag/TEAM",
        "s3:prefix",
    ];

    fn condition() -> impl Strategy<Value = Value> {
        let texts = prop::collection::vec(prop::sample::select(TEXTS.to_vec()), 1..3);
        let operator = prop::sample::select(OPERATORS.to_vec());
        let key = prop::sample::select(KEYS.to_vec());
        (operator, key, texts)
            .prop_map(|(operator, key, texts)| json!({ operator: { key: texts } }))
    }

    fn statement() -> impl Strategy<Value = Value> {
        let effect = prop::sample::select(vec!["Allow", "Allow", "Deny"]);
        (effect, prop::option::weighted(0.9, condition())).prop_map(|(effect, condition)| {
            let mut one = json!({ "Effect": effect, "Action": "s3:GetObject", "Resource": "*" });
            if let Some(condition) = condition {
                one["Condition"] = condition;
            }
            one
        })
    }

    fn value() -> impl Strategy<Value = Option<ContextValue>> {
        let one = |text: &str| ContextValue::One(text.to_owned());
        let values = vec![
            None,
            Some(one("a")),
            Some(one("b")),
            Some(one("")),
            Some(one("a*")),
            Some(ContextValue::Many(vec!["a".to_owned()])),
            Some(ContextValue::NotComputed {
                reason: "a test".to_owned(),
            }),
        ];
        prop::sample::select(values)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        /// The statements that decide are those that match by themselves.
        #[test]
        fn agrees_with_the_statements(
            statements in prop::collection::vec(statement(), 1..80),
            team in value(),
            prefix in value(),
        ) {
            let text = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
            let policy = Policy::parse("p", PolicyKind::Identity, &text).unwrap();
            let values = [("aws:PrincipalTag/team", team), ("s3:prefix", prefix)];
            let present = values.into_iter().filter_map(|(key, value)| Some((key, value?)));
            let context: Context = present.collect();
            let request = RequestContext {
                principal: &Principal::anonymous(),
                action: &Action::parse("s3:GetObject").unwrap(),
                resource: "arn:aws:s3:::b/k",
                resource_account: None,
                model: AuthorizationModel::Standard,
                context: &[&context],
            };
            let scan = Scan { request: &request, has_boundary: false };
            let matching = |effect: Effect, truth: Truth| {
                let all = policy.statements.iter().enumerate();
                all.filter(|(_, one)| one.effect == effect)
                    .filter(|(_, one)| one.matches(scan).is_some_and(|(found, _)| found == truth))
                    .map(|(number, _)| number)
                    .collect::<Vec<_>>()
            };
            let mut found = super::super::index::Found::default();
            let sought = super::super::index::Sought::new(&request);
            policy.index.find(&policy.statements, &sought, &mut found);
            let mut lookups = super::Lookups::default();
            policy.index.narrow(&mut found, &mut lookups, &request);
            let kept: Vec<usize> = found.all().map(|(number, _)| number).collect();
            for (effect, truth) in [Effect::Allow, Effect::Deny]
                .into_iter()
                .flat_map(|effect| [(effect, Truth::True), (effect, Truth::Unknown)])
            {
                for number in matching(effect, truth) {
                    prop_assert!(kept.contains(&number), "{number} was taken out");
                }
            }
            let policies = PolicySet { identity: vec![policy.clone().into()], ..PolicySet::default() };
            let decided = evaluate(&request, &policies);
            prop_assert_eq!(decide(&request, &policies).kind, decided.kind);
        }
    }

    #[test]
    fn what_asks_for_another_text_is_taken_out() {
        let statement = |number: usize| {
            json!({
                "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*",
                "Condition": { "StringEquals": { "aws:PrincipalTag/team": format!("t{number}") } },
            })
        };
        let kept = |statements: usize, context: &Context| {
            let statements: Vec<Value> = (0..statements).map(statement).collect();
            let text = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
            let policy = Policy::parse("p", PolicyKind::Identity, &text).unwrap();
            let request = RequestContext {
                principal: &Principal::anonymous(),
                action: &Action::parse("s3:GetObject").unwrap(),
                resource: "arn:aws:s3:::b/k",
                resource_account: None,
                model: AuthorizationModel::Standard,
                context: &[context],
            };
            let mut found = super::super::index::Found::default();
            let sought = super::super::index::Sought::new(&request);
            policy.index.find(&policy.statements, &sought, &mut found);
            policy
                .index
                .narrow(&mut found, &mut super::Lookups::default(), &request);
            found.all().map(|(number, _)| number).collect::<Vec<_>>()
        };
        let team = |text: &str| Context::new().with("aws:PrincipalTag/team", text);
        assert_eq!(kept(100, &team("t70")), [70]);
        assert!(kept(100, &team("t100")).is_empty());
        assert!(kept(100, &Context::new()).is_empty());
        // Too few to be looked up: each says so itself.
        assert_eq!(kept(3, &team("t1")), [0, 1, 2]);
    }
}
