//! The memory of facts: bounded, the oldest forgotten first.

use std::collections::BTreeMap;

use rolecall_catalog::{Fact, FactKind, FactValue};
use serde_json::Value;

/// Bytes of subjects and values that are kept: some 50,000 facts.
const BOUND: usize = 16 << 20;

/// Facts by subject, with the order in which they were learned.
#[derive(Debug, Default)]
pub(super) struct Known {
    facts: BTreeMap<(String, FactKind), (u64, FactValue)>,
    order: BTreeMap<u64, (String, FactKind)>,
    learned: u64,
    bytes: usize,
    /// Whether nothing was there before the first call.
    pub(super) began_empty: bool,
}

impl Known {
    /// What was learned, as it was learned: a key may be an alias.
    pub(super) fn get(&self, kind: FactKind, subject: &str) -> Option<&FactValue> {
        let (_, value) = self.facts.get(&(subject.to_owned(), kind))?;
        Some(value)
    }

    pub(super) fn set(&mut self, kind: FactKind, subject: &str, value: FactValue) {
        self.remove(&(subject.to_owned(), kind));
        if value == FactValue::NotKnown {
            return;
        }
        let key = (subject.to_owned(), kind);
        self.learned += 1;
        self.bytes += size(&key, &value);
        self.order.insert(self.learned, key.clone());
        self.facts.insert(key, (self.learned, value));
        while self.bytes > BOUND {
            let Some((_, oldest)) = self.order.pop_first() else {
                break;
            };
            self.remove(&oldest);
        }
    }

    fn remove(&mut self, key: &(String, FactKind)) {
        if let Some((at, value)) = self.facts.remove(key) {
            self.order.remove(&at);
            self.bytes = self.bytes.saturating_sub(size(key, &value));
        }
    }

    /// Forgets what is known of a subject, and of what is below it.
    pub(super) fn forget(&mut self, subject: &str) {
        let below = |text: &str| {
            let rest = text.strip_prefix(subject);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', ':', '?']))
        };
        let from = (subject.to_owned(), FactKind::BucketOwner);
        let keys = self.facts.range(from..).map(|(key, _)| key);
        let keys = keys.take_while(|(text, _)| text.starts_with(subject));
        let gone: Vec<_> = keys.filter(|(text, _)| below(text)).cloned().collect();
        for key in gone {
            self.remove(&key);
        }
    }

    /// The answer to a question.
    pub(super) fn answer(&self, fact: &Fact) -> FactValue {
        let subject = subject(fact);
        let direct = self.get(fact.kind, subject);
        let found = direct.or_else(|| self.get(fact.kind, self.whole_secret(subject)?));
        let found = found.cloned().unwrap_or(FactValue::NotKnown);
        match (fact.kind, found) {
            (
                FactKind::BucketKey
                | FactKind::ObjectKey
                | FactKind::UploadKey
                | FactKind::ResourceKey,
                FactValue::Present(Value::String(key)),
            ) => self.behind(&key),
            (_, found) => found,
        }
    }

    /// The key behind an alias; a key of AWS's own is no customer key.
    /// Source: KMS developer guide, "Key identifiers" and "AWS managed keys".
    pub(super) fn behind(&self, key: &str) -> FactValue {
        match key.split_once(":alias/") {
            None => FactValue::Present(key.into()),
            Some((_, name)) if name.starts_with("aws/") => FactValue::Absent,
            Some(_) => match self.get(FactKind::KeyOfAlias, key) {
                Some(FactValue::Present(key)) => FactValue::Present(key.clone()),
                _ => FactValue::NotKnown,
            },
        }
    }

    /// The full ARN of a secret that is asked for without its suffix.
    fn whole_secret(&self, subject: &str) -> Option<&str> {
        match self.get(FactKind::SecretArn, subject)? {
            FactValue::Present(arn) => arn.as_str(),
            FactValue::Absent | FactValue::NotKnown => None,
        }
    }
}

/// What a fact is kept under: the policies of CloudWatch Logs belong to account and region.
/// Source: CloudWatch Logs API reference, `PutResourcePolicy`.
fn subject(fact: &Fact) -> &str {
    let text = fact.subject.as_str();
    let is_logs = text.split(':').nth(2) == Some("logs");
    match (fact.kind, is_logs) {
        (FactKind::ResourcePolicy, true) => {
            let end = text.match_indices(':').nth(4).map(|(at, _)| at);
            end.and_then(|end| text.get(..end)).unwrap_or(text)
        }
        (FactKind::ResourceTags, true) => text
            .strip_suffix(":*")
            .or_else(|| text.split_once(":log-stream:").map(|(group, _)| group))
            .unwrap_or(text),
        _ => text,
    }
}

fn size((subject, _): &(String, FactKind), value: &FactValue) -> usize {
    // Twice, in `facts` and `order`; the rest is what maps and a small value take.
    let value = match value {
        FactValue::Present(Value::String(text)) => text.len(),
        FactValue::Present(value) => value.to_string().len() * 2,
        FactValue::Absent | FactValue::NotKnown => 0,
    };
    subject.len() * 2 + value + 128
}
