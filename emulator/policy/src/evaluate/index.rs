//! Which statements of a policy can be about an action, so that a decision does not read the
//! others: a role's policies name hundreds of actions, and a request asks for one.

use std::{cmp::Ordering, collections::BTreeMap};

use super::CompiledStatement;
use crate::pattern::ActionPattern;

/// Lists by text, sorted by it.
type Sorted<T> = Vec<(Box<str>, Vec<T>)>;

/// Statements by what their actions begin with; each list is in the order of the document.
#[derive(Clone, Debug, Default)]
pub(crate) struct ActionIndex {
    /// By whole action, in lower case; sorted.
    exact: Sorted<usize>,
    /// Patterns such as `s3:Get*` by service prefix, in lower case; sorted.
    by_service: Sorted<(usize, ActionPattern)>,
    /// `*`, `*:Get*`, `NotAction`.
    any: Vec<usize>,
}

/// Where a pattern of actions belongs in the index.
#[derive(Clone, Debug)]
pub(crate) enum ActionKey {
    Exact(Box<str>),
    Service(Box<str>, ActionPattern),
    Any,
}

impl ActionIndex {
    pub(crate) fn new(statements: &[CompiledStatement]) -> Self {
        let mut exact: BTreeMap<Box<str>, Vec<usize>> = BTreeMap::new();
        let mut by_service: BTreeMap<Box<str>, Vec<_>> = BTreeMap::new();
        let mut any = Vec::new();
        for (index, statement) in statements.iter().enumerate() {
            for key in statement.action_keys() {
                match key {
                    ActionKey::Exact(action) => exact.entry(action).or_default().push(index),
                    ActionKey::Service(service, pattern) => {
                        by_service
                            .entry(service)
                            .or_default()
                            .push((index, pattern));
                    }
                    ActionKey::Any => any.push(index),
                }
            }
        }
        let (exact, by_service) = (
            exact.into_iter().collect(),
            by_service.into_iter().collect(),
        );
        Self {
            exact,
            by_service,
            any,
        }
    }

    /// The statements that are about an action, in the order of the document.
    pub(crate) fn matching<'a>(
        &'a self,
        statements: &'a [CompiledStatement],
        action: &'a str,
        service: &str,
    ) -> impl Iterator<Item = usize> + 'a {
        let exact = find(&self.exact, action).iter().copied();
        let by_service = find(&self.by_service, service).iter();
        let by_service = by_service.filter(|(_, pattern)| pattern.matches(action));
        let is_about = |index: &usize| {
            statements
                .get(*index)
                .is_some_and(|s| s.action_matches(action))
        };
        let any = self.any.iter().copied().filter(is_about);
        merged(exact, merged(by_service.map(|(index, _)| *index), any))
    }
}

fn find<'a, T>(entries: &'a [(Box<str>, Vec<T>)], text: &str) -> &'a [T] {
    let found = entries.binary_search_by(|(key, _)| compare_lower(key, text));
    let list = found
        .ok()
        .and_then(|at| entries.get(at))
        .map(|(_, list)| list.as_slice());
    list.unwrap_or_default()
}

/// Compares a key in lower case with a text in any case.
fn compare_lower(key: &str, text: &str) -> Ordering {
    key.bytes()
        .cmp(text.bytes().map(|byte| byte.to_ascii_lowercase()))
}

/// Two sorted sequences as one, without repetition.
fn merged(
    one: impl Iterator<Item = usize>,
    other: impl Iterator<Item = usize>,
) -> impl Iterator<Item = usize> {
    let (mut one, mut other) = (one.peekable(), other.peekable());
    std::iter::from_fn(move || {
        let next = match (one.peek(), other.peek()) {
            (Some(a), Some(b)) => *a.min(b),
            (Some(a), None) | (None, Some(a)) => *a,
            (None, None) => return None,
        };
        while one.next_if_eq(&next).is_some() {}
        while other.next_if_eq(&next).is_some() {}
        Some(next)
    })
}

#[cfg(test)]
mod tests {
    use crate::{Policy, PolicyKind};

    #[test]
    fn finds_what_matches_in_document_order() {
        let actions = [
            r#"["s3:GetObject", "sqs:*"]"#,
            r#""s3:Get*""#,
            r#"["S3:GETOBJECT", "s3:Get*", "s3:GetObject"]"#,
            r#"["*", "*:*", "s3:*", "s3:G*"]"#,
            r#""dynamodb:Query""#,
            r#""s?:GetObject""#,
            "[]",
        ];
        let statements = actions.map(|actions| {
            format!(r#"{{"Effect": "Allow", "Action": {actions}, "Resource": "*"}}"#)
        });
        let not = r#"{"Effect": "Deny", "NotAction": "iam:*", "Resource": "*"}"#;
        let text = format!(r#"{{"Statement": [{}, {not}]}}"#, statements.join(","));
        let policy = Policy::parse("p", PolicyKind::Identity, &text).unwrap();
        for (action, expected) in [
            ("s3:getobject", vec![0, 1, 2, 3, 5, 7]),
            ("sqs:SendMessage", vec![0, 3, 7]),
            ("DynamoDB:Query", vec![3, 4, 7]),
            ("iam:GetRole", vec![3]),
        ] {
            let service = action.split(':').next().unwrap();
            let found: Vec<usize> = policy
                .index
                .matching(&policy.statements, action, service)
                .collect();
            assert_eq!(found, expected, "{action}");
        }
    }
}
