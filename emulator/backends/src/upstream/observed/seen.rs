//! A call that an upstream answered, as lessons speak of it.

use std::borrow::Cow;

use bytes::Bytes;
use rolecall_catalog::{Call, FactKind, FactValue, ProtocolName};
use serde_json::Value;

use super::known::Known;

/// A call with its answer.
#[derive(Debug)]
pub(super) struct Seen<'c> {
    pub(super) call: &'c Call,
    /// The document, of the JSON protocols.
    out: Value,
    /// The answer as text, of all others.
    text: Option<&'c str>,
}

impl<'c> Seen<'c> {
    pub(super) fn new(call: &'c Call, answer: Option<&'c Bytes>) -> Self {
        let bytes: Option<&[u8]> = answer.map(AsRef::as_ref);
        let is_json = matches!(
            call.protocol,
            ProtocolName::Json10 | ProtocolName::Json11 | ProtocolName::RestJson
        );
        let out = bytes.filter(|_| is_json);
        let out = out.and_then(|bytes| serde_json::from_slice(bytes).ok());
        Self {
            call,
            out: out.unwrap_or_default(),
            text: bytes.and_then(|bytes| std::str::from_utf8(bytes).ok()),
        }
    }

    /// The value of `in.X.Y`, `out.X.Y`, `it.X` or `body`; null is none.
    pub(super) fn at<'s>(&'s self, path: &str, it: Option<&'s Value>) -> Option<Cow<'s, Value>> {
        let (root, rest) = path.split_once('.').unwrap_or((path, ""));
        let found = match root {
            "in" => {
                let (member, rest) = rest.split_once('.').unwrap_or((rest, ""));
                below(self.call.parameters.get(member)?, rest).map(Cow::Borrowed)
            }
            "it" => below(it?, rest).map(Cow::Borrowed),
            "out" if self.out.is_null() => self.element(rest).map(Cow::Owned),
            "out" => below(&self.out, rest).map(Cow::Borrowed),
            "body" => self.text.map(|text| Cow::Owned(text.into())),
            _ => None,
        };
        found.filter(|value| !value.is_null())
    }

    /// In XML: the text of the first element of the last name in a path.
    fn element(&self, path: &str) -> Option<Value> {
        let name = path.rsplit('.').next()?;
        let (_, after) = self.text?.split_once(&format!("<{name}>"))?;
        let (text, _) = after.split_once("</")?;
        Some(text.replace("&amp;", "&").into())
    }

    /// A subject; none if something in it is not said.
    pub(super) fn subject(
        &self,
        template: &str,
        it: Option<&Value>,
        known: &Known,
    ) -> Option<String> {
        let mut out = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let (what, after) = after.split_once('}')?;
            let (path, form) = what.split_once('|').unwrap_or((what, ""));
            match path {
                "p" => out.push_str(&self.call.partition),
                "r" => out.push_str(&self.call.region),
                "a" => out.push_str(self.call.account.as_str()),
                _ => {
                    let value = self.at(path, it)?;
                    out.push_str(&self.formed(value.as_str()?, form, known)?);
                }
            }
            rest = after;
        }
        out.push_str(rest);
        Some(out)
    }

    /// The ARN that a text stands for.
    fn formed(&self, text: &str, form: &str, known: &Known) -> Option<String> {
        match form {
            "key" => match known.behind(&self.key(text)) {
                FactValue::Present(key) => key.as_str().map(str::to_owned),
                FactValue::Absent | FactValue::NotKnown => None,
            },
            "alias" => Some(self.key(text)).filter(|arn| arn.contains(":alias/")),
            "queue" => {
                let mut parts = text.rsplit('/');
                let (name, account) = (parts.next()?, parts.next()?);
                let Call {
                    partition, region, ..
                } = self.call;
                Some(format!("arn:{partition}:sqs:{region}:{account}:{name}"))
            }
            "table" => Some(self.named("dynamodb", "table/", text)),
            "parameter" => {
                let name = text.strip_prefix('/').unwrap_or(text);
                Some(self.named("ssm", "parameter/", name))
            }
            "secret" => match self.named("secretsmanager", "secret:", text) {
                arn if arn == text => Some(arn),
                without_suffix => match known.get(FactKind::SecretArn, &without_suffix)? {
                    FactValue::Present(arn) => arn.as_str().map(str::to_owned),
                    FactValue::Absent | FactValue::NotKnown => None,
                },
            },
            _ => Some(text.to_owned()),
        }
    }

    /// The ARN of a key or an alias that is named in any of the four ways.
    /// Source: KMS developer guide, "Key identifiers".
    pub(super) fn key(&self, named: &str) -> String {
        let kind = if named.starts_with("alias/") {
            ""
        } else {
            "key/"
        };
        self.named("kms", kind, named)
    }

    fn named(&self, service: &str, kind: &str, name: &str) -> String {
        if name.starts_with("arn:") {
            return name.to_owned();
        }
        let Call {
            partition,
            region,
            account,
            ..
        } = self.call;
        format!("arn:{partition}:{service}:{region}:{account}:{kind}{name}")
    }
}

fn below<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    let mut steps = path.split('.').filter(|step| !step.is_empty());
    steps.try_fold(value, |value, step| match step.parse::<usize>() {
        Ok(at) => value.get(at),
        Err(_) => value.get(step),
    })
}
