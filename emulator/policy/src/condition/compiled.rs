//! One condition, compiled: when it holds for a request.

use super::values::{CompiledValues, parse_bool};
use crate::{
    Lookup, Redacted, RequestContext,
    context::{ConditionKey, ContextValue},
    document::{Comparison, Condition, ConditionOperator, Existence, SetOperator, Version},
    evaluate::{Lookups, Truth},
};

/// One operator on one key with its values.
#[derive(Clone, Debug)]
pub(crate) struct CompiledCondition {
    operator: ConditionOperator,
    key: ConditionKey,
    /// The key's, in the policy.
    number: usize,
    values: CompiledValues,
    /// `Null` asks for absence, for presence, for both (it always holds) or for neither.
    null: [bool; 2],
}

impl CompiledCondition {
    pub(crate) fn new(condition: &Condition, version: Version) -> Self {
        let comparison = condition.operator.comparison;
        let asks = |wanted| {
            condition
                .values
                .iter()
                .any(|v| parse_bool(v) == Some(wanted))
        };
        Self {
            operator: condition.operator,
            key: ConditionKey::new(&condition.key.value),
            number: usize::MAX,
            values: CompiledValues::new(comparison, version, &condition.values.items),
            null: [asks(true), asks(false)],
        }
    }

    /// Says whether the condition holds.
    pub(crate) fn holds(&self, request: &RequestContext<'_>) -> Truth {
        self.holds_with(request.lookup_key(&self.key), request)
    }

    /// The same for a statement of a policy whose keys are looked up once.
    pub(crate) fn holds_among<'a>(
        &self,
        lookups: &mut Lookups<'a>,
        request: &'a RequestContext<'a>,
    ) -> Truth {
        self.holds_with(lookups.get(self.number, &self.key, request), request)
    }

    fn holds_with(&self, found: Lookup<'_>, request: &RequestContext<'_>) -> Truth {
        match found {
            Lookup::NotComputed => match request.redacted(&self.key) {
                Some(redacted) => self.redacted(redacted, request),
                None => Truth::Unknown,
            },
            Lookup::Absent => self.absent(),
            Lookup::Present(value) => self.present(value, request),
        }
    }

    /// The keys that it hangs on: its own and those of variables.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &ConditionKey> {
        std::iter::once(&self.key).chain(self.values.keys())
    }

    pub(crate) fn key(&self) -> &ConditionKey {
        &self.key
    }

    /// The texts of which the key's one value has to be one, if the condition is of that kind.
    pub(crate) fn texts_of_which_one_is_needed(&self) -> Option<Vec<&[u8]>> {
        let ConditionOperator {
            comparison,
            set,
            existence,
        } = self.operator;
        let equals = matches!(
            comparison,
            Comparison::StringEquals | Comparison::StringLike
        );
        let plain = equals && set.is_none() && existence != Existence::IfExists;
        plain.then(|| self.values.literals())?
    }

    pub(crate) fn key_number(&self) -> usize {
        self.number
    }

    /// Sets the number of its key.
    pub(crate) fn number(&mut self, number: usize) {
        self.number = number;
    }

    pub(crate) fn values(&self) -> &CompiledValues {
        &self.values
    }

    fn absent(&self) -> Truth {
        let holds = match (self.operator.existence, self.operator.set) {
            (Existence::IfExists, _) | (_, Some(SetOperator::ForAllValues)) => true,
            (_, Some(SetOperator::ForAnyValue)) => false,
            (_, None) if self.operator.comparison == Comparison::Null => self.null[0],
            (_, None) => self.operator.comparison.is_negated(),
        };
        holds.into()
    }

    fn present(&self, value: &ContextValue, request: &RequestContext<'_>) -> Truth {
        let values: &[String] = match value {
            ContextValue::One(one) => std::slice::from_ref(one),
            ContextValue::Many(many) => many,
            // `lookup` answers these with `Lookup::NotComputed`.
            ContextValue::NotComputed { .. } | ContextValue::Redacted(_) => return Truth::Unknown,
        };
        match self.operator.set {
            Some(SetOperator::ForAllValues) if is_empty(values) => Truth::True,
            Some(SetOperator::ForAllValues) => {
                Truth::all(values.iter().map(|value| self.compare(value, request)))
            }
            Some(SetOperator::ForAnyValue) => {
                Truth::any(values.iter().map(|value| self.compare(value, request)))
            }
            None if self.operator.comparison == Comparison::Null => {
                let [absent, present] = self.null;
                Truth::from(if is_empty(values) { absent } else { present })
            }
            None => match value {
                ContextValue::One(one) => self.compare(one, request),
                _ => without_set_operator(),
            },
        }
    }

    /// What can be said of values whose hashes are all that is known: whether they are equal to
    /// those of the policy, and whether there are any.
    fn redacted(&self, redacted: &Redacted, request: &RequestContext<'_>) -> Truth {
        let comparison = self.operator.comparison;
        match (self.operator.set, comparison) {
            (Some(SetOperator::ForAllValues), _) if redacted.are("").all(|empty| empty) => {
                Truth::True
            }
            (None, Comparison::Null) => {
                let [absent, present] = self.null;
                let empty = redacted.are("").all(|empty| empty);
                Truth::from(if empty { absent } else { present })
            }
            (None, _) if redacted.is_several() => without_set_operator(),
            (set, Comparison::StringEquals | Comparison::StringNotEquals) => {
                let truths = self.equal(redacted, request).into_iter().map(|equal| {
                    if comparison.is_negated() {
                        equal.negated()
                    } else {
                        equal
                    }
                });
                match set {
                    Some(SetOperator::ForAnyValue) => Truth::any(truths),
                    Some(SetOperator::ForAllValues) | None => Truth::all(truths),
                }
            }
            _ => Truth::Unknown,
        }
    }

    /// For each redacted value, whether it is one of the policy's.
    fn equal(&self, redacted: &Redacted, request: &RequestContext<'_>) -> Vec<Truth> {
        let mut found = vec![Truth::False; redacted.count()];
        for index in 0..self.values.count() {
            let known = self.values.resolved(index, request);
            let each: Vec<Truth> = match known {
                Some(text) => redacted.are(&text).map(Truth::from).collect(),
                // A variable without a value, or with one that is not known.
                None => vec![Truth::Unknown; found.len()],
            };
            for (found, this) in found.iter_mut().zip(each) {
                *found = Truth::any([*found, this]);
            }
        }
        found
    }

    /// Compares one value of the request with the list.
    fn compare(&self, value: &str, request: &RequestContext<'_>) -> Truth {
        if !self.values.can_compare(value) {
            return Truth::False;
        }
        let matches = self.values.any_matches(value, request);
        if self.operator.comparison.is_negated() {
            matches.negated()
        } else {
            matches
        }
    }
}

/// A multivalued key under an operator without `ForAllValues` or `ForAnyValue`: no match.
///
/// AWS's documentation says that a set operator is required; what happens without one is to be
/// verified on AWS (iam-semantics.md B6 [S/O]).
fn without_set_operator() -> Truth {
    Truth::False
}

/// An empty list counts as absent, and so does an empty string: for `ForAllValues` by the
/// documentation, for `Null` as the policy simulator shows it (B6 [O]).
fn is_empty(values: &[String]) -> bool {
    values.iter().all(String::is_empty)
}
