//! What one condition says of another on the same key, as far as it is certain.

use rolecall_catalog::Catalog;
use rolecall_policy::document::{Comparison, Existence, SetOperator};

use super::{
    solver::{Clauses, no, yes},
    statements::Atom,
    values,
};

/// Says what is certain of two conditions, as clauses over their numbers.
pub(crate) fn relate(a: (usize, &Atom), b: (usize, &Atom), catalog: &Catalog) -> Clauses {
    let ((one, a), (other, b)) = (a, b);
    let mut out = Clauses::new();
    if a.key != b.key {
        return out;
    }
    if implies(a, b) {
        out.push(vec![no(one), yes(other)]);
    }
    if implies(b, a) {
        out.push(vec![no(other), yes(one)]);
    }
    if excludes(a, b) || excludes(b, a) {
        out.push(vec![no(one), no(other)]);
    }
    if covers(a, b, catalog) || covers(b, a, catalog) {
        out.push(vec![yes(one), yes(other)]);
    }
    out
}

/// Whether a condition holds for a request that has no such key.
fn holds_if_absent(atom: &Atom) -> bool {
    let operator = atom.condition.operator;
    match (operator.existence, operator.set) {
        (Existence::IfExists, _) | (_, Some(SetOperator::ForAllValues)) => true,
        (_, Some(SetOperator::ForAnyValue)) => false,
        (_, None) if operator.comparison == Comparison::Null => asks_null(atom, true),
        (_, None) => operator.comparison.is_negated(),
    }
}

fn is_null(atom: &Atom) -> bool {
    atom.condition.operator.comparison == Comparison::Null && atom.condition.operator.set.is_none()
}

fn asks_null(atom: &Atom, wanted: bool) -> bool {
    let word = if wanted { "true" } else { "false" };
    let mut values = atom.condition.values.iter();
    values.any(|value| value.eq_ignore_ascii_case(word))
}

fn is_negated(atom: &Atom) -> bool {
    atom.condition.operator.comparison.is_negated()
}

/// Whether the first holding makes the second hold.
pub(crate) fn implies(a: &Atom, b: &Atom) -> bool {
    if a.key != b.key || (holds_if_absent(a) && !holds_if_absent(b)) {
        return false;
    }
    if is_null(a) && is_null(b) {
        return [true, false]
            .into_iter()
            .all(|wanted| !asks_null(a, wanted) || asks_null(b, wanted));
    }
    if is_null(b) {
        return asks_null(b, false) && values::needs_text(a) && !holds_if_absent(a);
    }
    let sets = (a.condition.operator.set, b.condition.operator.set);
    // Without a set operator, several values never match; one value is a list of one.
    let comparable = sets.0 == sets.1 || sets.0.is_none();
    comparable
        && !is_null(a)
        && match (is_negated(a), is_negated(b)) {
            (false, false) => values::includes(b, a),
            (true, true) => values::includes(a, b),
            (false, true) => values::disjoint(a, b),
            (true, false) => false,
        }
}

/// Whether they never hold together.
fn excludes(a: &Atom, b: &Atom) -> bool {
    if holds_if_absent(a) && holds_if_absent(b) {
        return false;
    }
    if is_null(a) && is_null(b) {
        return [true, false]
            .into_iter()
            .all(|wanted| !asks_null(a, wanted) || !asks_null(b, wanted));
    }
    if is_null(b) {
        return !asks_null(b, false) && values::needs_text(a) && !holds_if_absent(a);
    }
    let plain = |atom: &Atom| atom.condition.operator.set.is_none();
    let set = b.condition.operator.set;
    let comparable = plain(a) && (plain(b) || set == Some(SetOperator::ForAnyValue));
    comparable
        && !is_null(a)
        && match (is_negated(a), is_negated(b)) {
            (false, false) => values::disjoint(a, b),
            (false, true) => values::includes(b, a),
            (true, false) => values::includes(a, b),
            (true, true) => false,
        }
}

/// Whether one of them always holds.
fn covers(a: &Atom, b: &Atom, catalog: &Catalog) -> bool {
    if !holds_if_absent(a) && !holds_if_absent(b) {
        return false;
    }
    if is_null(a) && is_null(b) {
        return [true, false]
            .into_iter()
            .all(|wanted| asks_null(a, wanted) || asks_null(b, wanted));
    }
    if is_null(a) || is_null(b) {
        return false;
    }
    let plain = |atom: &Atom| atom.condition.operator.set.is_none();
    // Several values match neither, so it has to be certain that there is one at most. A value
    // that is not an ARN fails `ArnNotEquals` too.
    plain(a)
        && plain(b)
        && !values::is_arn(a)
        && is_single_valued(&a.key, catalog)
        && match (is_negated(a), is_negated(b)) {
            (true, false) => values::includes(b, a),
            (true, true) => values::disjoint(a, b),
            (false, _) => false,
        }
}

/// Global keys with several values.
///
/// Source: IAM User Guide, "AWS global condition context keys" (value type: multivalued).
const MULTIVALUED: [&str; 7] = [
    "aws:calledvia",
    "aws:tagkeys",
    "aws:principalorgpaths",
    "aws:resourceorgpaths",
    "aws:sourceorgpaths",
    "aws:principalservicenameslist",
    "aws:vpceorgpaths",
];

/// Whether AWS sends one value of a key at most; a key that nobody knows may have several.
fn is_single_valued(key: &str, catalog: &Catalog) -> bool {
    let Some((prefix, _)) = key.split_once(':') else {
        return false;
    };
    if prefix == "aws" {
        return !MULTIVALUED.contains(&key);
    }
    let service = catalog.iam(prefix);
    let found = service.as_deref().and_then(|one| one.condition_key(key));
    found.is_some_and(|key| !key.many)
}
