//! Templates of members: text with `{member}`, `{partition}`, `{region}`, `{account}`, `{uuid}` and
//! `{id:LENGTH}` (lower-case letters and digits) in it. `{now}` alone is a time; `{member|last}` is what
//! stands behind the last colon; `{member}` alone is that member as it is; behind `=` stands JSON.

use serde_json::{Map, Value};

use crate::{
    backend::Host,
    embedded::{
        ids::uuid,
        request::{Request, timestamp},
    },
};

/// What a template can refer to.
pub(super) struct Surroundings<'a> {
    pub(super) request: &'a Request<'a>,
    pub(super) host: &'a dyn Host,
}

impl Surroundings<'_> {
    /// The value of a template; none if it refers to a member that is not there.
    pub(super) fn fill(&self, template: &str, members: &Map<String, Value>) -> Option<Value> {
        if let Some(json) = template.strip_prefix('=') {
            return serde_json::from_str(json).ok();
        }
        if template == "{now}" {
            return Some(timestamp(self.host.now_millis()));
        }
        let alone = template
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'));
        if let Some(value) = alone.and_then(|name| members.get(name)) {
            return Some(value.clone());
        }
        self.text(template, members).map(Value::String)
    }

    /// The text of a template.
    pub(super) fn text(&self, template: &str, members: &Map<String, Value>) -> Option<String> {
        let mut out = String::new();
        let mut rest = template;
        while let Some((before, behind)) = rest.split_once('{') {
            let (name, after) = behind.split_once('}')?;
            out.push_str(before);
            out.push_str(&self.named(name, members)?);
            rest = after;
        }
        out.push_str(rest);
        Some(out)
    }

    fn named(&self, name: &str, members: &Map<String, Value>) -> Option<String> {
        match name {
            "partition" => Some(self.request.partition.to_owned()),
            "region" => Some(self.request.region.to_owned()),
            "account" => Some(self.request.owner.to_owned()),
            "caller-account" => Some(self.request.caller_account.to_owned()),
            "endpoint" => Some(self.host.endpoint()),
            "uuid" => Some(uuid(self.host.random())),
            _ if name.ends_with("|last") => {
                let value = self.named(name.strip_suffix("|last")?, members)?;
                value.rsplit(':').next().map(str::to_owned)
            }
            _ => match name.strip_prefix("id:") {
                Some(length) => Some(self.id(length.parse().ok()?)),
                None => match members.get(name)? {
                    Value::String(text) => Some(text.clone()),
                    Value::Number(number) => Some(number.to_string()),
                    _ => None,
                },
            },
        }
    }

    /// Lower-case letters and digits.
    fn id(&self, length: usize) -> String {
        const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
        let mut out = String::new();
        let mut rest = 0_u128;
        while out.len() < length {
            if rest < 36 {
                rest = self.host.random();
            }
            let digit = usize::try_from(rest % 36).unwrap_or_default();
            out.push(LETTERS.get(digit).copied().map_or('a', char::from));
            rest /= 36;
        }
        out
    }
}
