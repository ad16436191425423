//! From a call that was answered to facts.

use rolecall_catalog::{Fact, FactKind, FactValue};
use serde_json::{Map, Value, json};

use super::{
    known::Known,
    lessons::{Created, Lesson},
    seen::Seen,
};
use crate::embedded::{default_key_policy, default_topic_policy};

/// Learns what a lesson says of a call.
pub(super) fn learn(lesson: &Lesson, seen: &Seen<'_>, known: &mut Known) {
    let Some(list) = &lesson.each else {
        return about(lesson, seen, None, known);
    };
    let list = seen.at(list, None);
    for it in list.iter().filter_map(|list| list.as_array()).flatten() {
        about(lesson, seen, Some(it), known);
    }
}

fn about(lesson: &Lesson, seen: &Seen<'_>, it: Option<&Value>, known: &mut Known) {
    let holds = |(path, wanted): (&String, &Value)| is(seen.at(path, it).as_deref(), wanted);
    if !lesson.when.iter().all(holds) {
        return;
    }
    let Some(subject) = seen.subject(&lesson.about, it, known) else {
        return;
    };
    if lesson.forget {
        known.forget(&subject);
    }
    for (kind, how) in &lesson.learn {
        let before = known.get(*kind, &subject);
        let said = said(how, seen, it, before, known, lesson.created.is_some());
        let is_new = match lesson.created {
            None => false,
            Some(Created::Anew) => true,
            Some(Created::OrFound) => known.began_empty && known.get(*kind, &subject).is_none(),
        };
        match said {
            // The default of something that may have been there with another.
            Said::Default(value) if is_new => known.set(*kind, &subject, value),
            Said::Nothing if is_new => known.set(*kind, &subject, none(*kind)),
            Said::Default(_) | Said::Nothing => {}
            Said::Value(value) => known.set(*kind, &subject, value),
        }
    }
}

/// What a call says of a fact.
enum Said {
    Value(FactValue),
    /// So it is, if the call made what it is about.
    Default(FactValue),
    Nothing,
}

/// What something has that was made without.
fn none(kind: FactKind) -> FactValue {
    match kind {
        FactKind::ResourceTags | FactKind::ObjectTags => FactValue::Present(json!({})),
        _ => FactValue::Absent,
    }
}

fn said(
    how: &str,
    seen: &Seen<'_>,
    it: Option<&Value>,
    before: Option<&FactValue>,
    known: &Known,
    is_made: bool,
) -> Said {
    let (verb, path) = how.split_once(' ').unwrap_or((how, ""));
    let value = seen.at(path, it);
    let value = value.as_deref();
    let text = value.and_then(Value::as_str);
    let owner = seen.call.account.as_str();
    let found = match verb {
        // Attributes are taken away by an empty text.
        "text" | "key" if text == Some("") => return Said::Value(FactValue::Absent),
        "text" => text.map(Value::from),
        "key" => text.map(|text| seen.key(text).into()),
        "tags" => value.map(|value| tags(value).into()),
        "more-tags" | "fewer-tags" => changed_tags(verb, value, before),
        "hash-key" => value.and_then(hash_key),
        "grant" => grant(seen, before),
        "fewer-grants" => fewer_grants(text, before),
        "object-key" => return object_key(seen, known),
        "object-tags" => return Said::Value(FactValue::Present(object_tags(seen))),
        // Of what was made: unless more is known. Else it was taken away.
        "none" if is_made => return Said::Nothing,
        "none" => return Said::Value(FactValue::Absent),
        "unknown" => return Said::Value(FactValue::NotKnown),
        "no-grants" => return Said::Default(FactValue::Present(json!([]))),
        "owner" => return Said::Default(FactValue::Present(owner.into())),
        "key-policy" => {
            let policy = text.map_or_else(
                || default_key_policy(&seen.call.partition, owner),
                str::to_owned,
            );
            return Said::Default(FactValue::Present(policy.into()));
        }
        "topic-policy" => {
            let topic = seen.subject("arn:{p}:sns:{r}:{a}:{in.Name}", it, known);
            let policy = topic.map(|topic| default_topic_policy(&topic, owner).to_string());
            return policy.map_or(Said::Nothing, |p| {
                Said::Default(FactValue::Present(p.into()))
            });
        }
        _ => None,
    };
    // A change of what is not known leaves it so.
    found.map_or(Said::Nothing, |value| {
        Said::Value(FactValue::Present(value))
    })
}

/// Whether a member has the value that is wanted: `true` is any, `false` is none.
fn is(value: Option<&Value>, wanted: &Value) -> bool {
    match wanted {
        Value::Array(any) => any.iter().any(|wanted| is(value, wanted)),
        Value::Bool(wanted) => value.is_some_and(|value| *value != Value::Bool(false)) == *wanted,
        wanted => value == Some(wanted),
    }
}

/// Tags in any of the forms that services have: a map, or pairs under names that begin with or end in
/// `Key` and `Value`.
fn tags(given: &Value) -> Map<String, Value> {
    let Some(pairs) = given.as_array() else {
        return given.as_object().cloned().unwrap_or_default();
    };
    let member = |pair: &Value, name: &str| {
        let names = [
            name.to_owned(),
            format!("Tag{name}"),
            name.to_ascii_lowercase(),
            format!("tag{name}"),
        ];
        names.iter().find_map(|name| pair.get(name)).cloned()
    };
    let pairs = pairs.iter().filter_map(|pair| {
        let key = member(pair, "Key")?.as_str()?.to_owned();
        Some((key, member(pair, "Value").unwrap_or_else(|| "".into())))
    });
    pairs.collect()
}

fn changed_tags(verb: &str, given: Option<&Value>, before: Option<&FactValue>) -> Option<Value> {
    let mut all = match before? {
        FactValue::Present(tags) => tags.as_object()?.clone(),
        FactValue::Absent => Map::new(),
        FactValue::NotKnown => return None,
    };
    if verb == "more-tags" {
        all.extend(tags(given?));
    } else {
        let keys = given?.as_array()?;
        all.retain(|key, _| !keys.iter().any(|gone| gone == key.as_str()));
    }
    Some(all.into())
}

/// The name of the partition key in a key schema.
fn hash_key(schema: &Value) -> Option<Value> {
    let mut keys = schema.as_array()?.iter();
    let hash = keys.find(|key| key.get("KeyType").and_then(Value::as_str) == Some("HASH"))?;
    hash.get("AttributeName").cloned()
}

/// The grants with the one that was made, as the evaluator reads them.
fn grant(seen: &Seen<'_>, before: Option<&FactValue>) -> Option<Value> {
    let FactValue::Present(Value::Array(mut grants)) = before?.clone() else {
        return None;
    };
    let at = |path: &str| seen.at(path, None).map(std::borrow::Cow::into_owned);
    let mut constraints = Map::new();
    for (name, path) in [
        (
            "encryptionContextEquals",
            "in.Constraints.EncryptionContextEquals",
        ),
        (
            "encryptionContextSubset",
            "in.Constraints.EncryptionContextSubset",
        ),
    ] {
        if let Some(pairs) = at(path) {
            constraints.insert(name.to_owned(), pairs);
        }
    }
    let id = at("out.GrantId")?;
    grants.retain(|grant| grant.get("grantId") != Some(&id));
    grants.push(json!({
        "grantId": id,
        "granteePrincipal": at("in.GranteePrincipal")?,
        "operations": at("in.Operations")?,
        "constraints": constraints,
    }));
    Some(grants.into())
}

fn fewer_grants(gone: Option<&str>, before: Option<&FactValue>) -> Option<Value> {
    let FactValue::Present(Value::Array(mut grants)) = before?.clone() else {
        return None;
    };
    grants.retain(|grant| grant.get("grantId").and_then(Value::as_str) != gone);
    Some(grants.into())
}

/// The key of an object that a request makes: the one that it names, else its bucket's.
///
/// Source: S3 user guide, "Setting default server-side encryption behavior for Amazon S3 buckets" and "Specifying
/// server-side encryption with AWS KMS".
fn object_key(seen: &Seen<'_>, known: &Known) -> Said {
    let at = |path: &str| {
        let value = seen.at(path, None);
        value.and_then(|value| value.as_str().map(str::to_owned))
    };
    let named = at("in.SSEKMSKeyId").map(|key| seen.key(&key));
    let value = match at("in.ServerSideEncryption").as_deref() {
        Some("aws:kms" | "aws:kms:dsse") => match named {
            // An alias is resolved when the object is made.
            Some(key) => known.behind(&key),
            // The bucket's, if that is a key of KMS; else the one of AWS.
            None => of_bucket(at("in.Bucket"), known),
        },
        Some(_) => FactValue::Absent,
        None => of_bucket(at("in.Bucket"), known),
    };
    Said::Value(value)
}

fn of_bucket(bucket: Option<String>, known: &Known) -> FactValue {
    bucket.map_or(FactValue::NotKnown, |subject| {
        known.answer(&Fact {
            kind: FactKind::BucketKey,
            subject,
        })
    })
}

/// The tags that a request gives its object, as a query.
fn object_tags(seen: &Seen<'_>) -> Value {
    let given = seen.at("in.Tagging", None);
    let text = given.as_deref().and_then(Value::as_str).unwrap_or_default();
    let decoded = |text: &str| {
        let text = text.replace('+', " ");
        let bytes = percent_encoding::percent_decode_str(&text);
        bytes.decode_utf8_lossy().into_owned()
    };
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let tags = pairs.map(|(key, value)| (decoded(key), Value::from(decoded(value))));
    Value::Object(tags.collect())
}
