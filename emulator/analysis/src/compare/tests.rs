//! What is said of conditions holds for values.

use std::collections::BTreeMap;

use rolecall_catalog::Catalog;
use rolecall_policy::{
    Action, AuthorizationModel, Context, ContextValue, Principal, RequestContext, Truth,
    document::{Condition, ConditionOperator, Values, Version},
};

use super::{options::options, relations::relate, statements::Atom};

const LISTS: [(&[&str], &[&[&str]]); 7] = [
    (
        &[
            "StringEquals",
            "StringNotEquals",
            "StringLike",
            "StringNotLike",
            "StringEqualsIgnoreCase",
            "StringNotEqualsIgnoreCase",
        ],
        &[
            &["a"],
            &["a", "b"],
            &["A"],
            &["a*"],
            &["*"],
            &["?"],
            &[""],
            &["a*", "*b"],
            &["${*}a"],
        ],
    ),
    (
        &[
            "NumericEquals",
            "NumericNotEquals",
            "NumericLessThan",
            "NumericLessThanEquals",
            "NumericGreaterThan",
            "NumericGreaterThanEquals",
        ],
        &[&["5"], &["5", "7"], &["7"], &["5.0"], &["x"], &["6", "x"]],
    ),
    (
        &[
            "DateEquals",
            "DateNotEquals",
            "DateLessThan",
            "DateLessThanEquals",
            "DateGreaterThan",
            "DateGreaterThanEquals",
        ],
        &[
            &["2026-01-01T00:00:00Z"],
            &["2026-01-01"],
            &["2027-01-01T00:00:00Z"],
            &["1767225600"],
        ],
    ),
    (&["Bool"], &[&["true"], &["False"], &["true", "false"]]),
    (
        &["IpAddress", "NotIpAddress"],
        &[
            &["10.0.0.0/8"],
            &["10.1.0.0/16"],
            &["10.1.2.3"],
            &["0.0.0.0/0"],
            &["::/0"],
            &["2001:db8::/32", "10.0.0.0/9"],
        ],
    ),
    (
        &["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"],
        &[
            &["arn:aws:sns:r:1:t"],
            &["arn:aws:sns:*:1:*"],
            &["arn:aws:*:1:t"],
            &["*"],
            &["arn:aws:s?s:r:1:a:b"],
        ],
    ),
    (&["Null"], &[&["true"], &["false"], &["true", "false"]]),
];

/// Values beside those that [`options`] finds.
const MORE: [&str; 12] = [
    "",
    "a",
    "b",
    "ab",
    "A",
    "5",
    "5.5",
    "6.5",
    "2026-06-01T00:00:00Z",
    "10.1.255.255",
    "arn:aws:sns:r:1:t",
    "arn:aws:sqs:r:1:a:b",
];

fn atoms(key: &str) -> Vec<Atom> {
    let mut out = Vec::new();
    for (operators, lists) in LISTS {
        for operator in operators {
            for values in lists {
                for set in ["", "ForAllValues:", "ForAnyValue:"] {
                    for end in ["", "IfExists"] {
                        let name = format!("{set}{operator}{end}");
                        let Some(operator) = ConditionOperator::parse(&name) else {
                            continue;
                        };
                        out.push(Atom {
                            condition: Condition::new(
                                operator,
                                key,
                                Values::list(values.iter().copied()),
                            ),
                            version: Version::V2012,
                            key: key.to_owned(),
                            variables: Vec::new(),
                        });
                    }
                }
            }
        }
    }
    out
}

fn truths(atom: &Atom, contexts: &[Context]) -> Vec<bool> {
    let action = Action::parse("t:a").unwrap();
    let principal = Principal::anonymous();
    let holds = |context: &Context| {
        let request = RequestContext {
            principal: &principal,
            action: &action,
            resource: "*",
            resource_account: None,
            model: AuthorizationModel::Standard,
            context: &[context],
        };
        atom.condition.holds(atom.version, &request) == Truth::True
    };
    contexts.iter().map(holds).collect()
}

/// Every pair of conditions, held against every value that there is reason to try.
fn check(key: &str, many: bool) -> BTreeMap<&'static str, usize> {
    let atoms = atoms(key);
    let all: Vec<&Atom> = atoms.iter().collect();
    let mut values: Vec<Option<ContextValue>> = Vec::new();
    for atom in &all {
        for value in options(key, &[atom]) {
            if !values.contains(&value) {
                values.push(value);
            }
        }
    }
    values.extend(MORE.map(|text| Some(ContextValue::One(text.to_owned()))));
    let pairs = MORE
        .iter()
        .flat_map(|a| MORE.map(|b| vec![(*a).to_owned(), b.to_owned()]));
    values.extend(pairs.map(|list| Some(ContextValue::Many(list))));
    values.push(None);
    values.retain(|value| many || !matches!(value, Some(ContextValue::Many(_))));
    let contexts: Vec<Context> = values
        .into_iter()
        .map(|value| {
            value
                .map(|value| (key.to_owned(), value))
                .into_iter()
                .collect()
        })
        .collect();
    let truths: Vec<Vec<bool>> = all.iter().map(|atom| truths(atom, &contexts)).collect();
    let mut said = BTreeMap::new();
    for (one, a) in all.iter().enumerate() {
        for (other, b) in all.iter().enumerate().skip(one + 1) {
            for clause in relate((0, a), (1, b), Catalog::embedded()) {
                let kind = match (clause[0].holds, clause[1].holds) {
                    (false, false) => "excludes",
                    (true, true) => "covers",
                    _ => "implies",
                };
                *said.entry(kind).or_default() += 1;
                for (context, (x, y)) in contexts.iter().zip(truths[one].iter().zip(&truths[other]))
                {
                    let holds = |l: &super::solver::Literal| [*x, *y][l.proposition] == l.holds;
                    assert!(
                        clause.iter().any(holds),
                        "{kind}: {} {:?} and {} {:?} with {context:?}",
                        a.condition.operator,
                        a.condition.values.iter().collect::<Vec<_>>(),
                        b.condition.operator,
                        b.condition.values.iter().collect::<Vec<_>>(),
                    );
                }
            }
        }
    }
    said
}

#[test]
fn of_a_key_that_may_have_several_values() {
    let said = check("t:k", true);
    assert!(
        said["implies"] > 5_000 && said["excludes"] > 1_000,
        "{said:?}"
    );
}

#[test]
fn of_a_key_that_has_one_value() {
    let said = check("aws:sourceip", false);
    assert!(said["covers"] > 100, "{said:?}");
}
