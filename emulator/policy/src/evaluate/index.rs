//! Which statements of a policy can be about an action, so that a decision does not read the
//! others: a role's policies name hundreds of actions, and a request asks for one.

use std::{cmp::Ordering, collections::BTreeMap};

use super::CompiledStatement;

/// Statements by what their actions begin with; each list is in the order of the document.
#[derive(Clone, Debug, Default)]
pub(crate) struct ActionIndex {
    /// By whole action, in lower case; sorted.
    exact: Vec<(Box<str>, Vec<usize>)>,
    /// By service prefix, in lower case, for patterns such as `s3:Get*`; sorted.
    by_service: Vec<(Box<str>, Vec<usize>)>,
    /// `*`, `*:Get*`, `NotAction`.
    any: Vec<usize>,
}

/// Where a pattern of actions belongs in the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ActionKey {
    Exact(Box<str>),
    Service(Box<str>),
    Any,
}

impl ActionIndex {
    pub(crate) fn new(statements: &[CompiledStatement]) -> Self {
        let mut exact: BTreeMap<Box<str>, Vec<usize>> = BTreeMap::new();
        let mut by_service: BTreeMap<Box<str>, Vec<usize>> = BTreeMap::new();
        let mut any = Vec::new();
        for (index, statement) in statements.iter().enumerate() {
            for key in statement.action_keys() {
                let list = match key {
                    ActionKey::Exact(action) => exact.entry(action).or_default(),
                    ActionKey::Service(service) => by_service.entry(service).or_default(),
                    ActionKey::Any => &mut any,
                };
                // One statement may name an action or a service several times.
                if list.last() != Some(&index) {
                    list.push(index);
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

    /// The statements whose actions may match, in the order of the document.
    pub(crate) fn candidates<'a>(&'a self, action: &str, service: &str) -> Candidates<'a> {
        Candidates {
            lists: [
                find(&self.exact, action),
                find(&self.by_service, service),
                &self.any,
            ],
        }
    }
}

fn find<'a>(entries: &'a [(Box<str>, Vec<usize>)], text: &str) -> &'a [usize] {
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

/// Three sorted lists, merged without repetition.
#[derive(Debug)]
pub(crate) struct Candidates<'a> {
    lists: [&'a [usize]; 3],
}

impl Iterator for Candidates<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let next = self
            .lists
            .iter()
            .filter_map(|list| list.first())
            .min()
            .copied()?;
        for list in &mut self.lists {
            if list.first() == Some(&next) {
                *list = list.get(1..).unwrap_or_default();
            }
        }
        Some(next)
    }
}

#[cfg(test)]
mod tests {
    use crate::{Policy, PolicyKind};

    #[test]
    fn finds_what_can_match_in_document_order() {
        let actions = [
            r#"["s3:GetObject", "sqs:*"]"#,
            r#""s3:Get*""#,
            r#"["S3:GETOBJECT", "s3:Get*", "s3:GetObject"]"#,
            r#""*""#,
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
            ("sqs:SendMessage", vec![0, 3, 5, 7]),
            ("DynamoDB:Query", vec![3, 4, 5, 7]),
            ("iam:GetRole", vec![3, 5, 7]),
        ] {
            let service = action.split(':').next().unwrap();
            let found: Vec<usize> = policy.index.candidates(action, service).collect();
            assert_eq!(found, expected, "{action}");
        }
    }
}
