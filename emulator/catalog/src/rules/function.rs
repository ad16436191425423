//! The functions of the rule language.

use std::borrow::Cow;

use base64::{Engine as _, prelude::BASE64_STANDARD};

use super::{item::Item, nearest::with_nearest, partiql, projection};
use crate::FactKind;

/// The name by which a fact is asked for: `BucketName|fact('bucket-key')`.
pub(crate) const FACT: &str = "fact";

/// A built-in function; its first argument stands before the bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Function {
    index: usize,
}

type Apply = for<'a> fn(Item<'a>, &[Item<'a>]) -> Item<'a>;

/// Name, how many arguments, whether it takes each item of a list by itself, what it does.
type Row = (&'static str, usize, Each, Apply);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Each {
    Item,
    Whole,
}

/// Every function; `rules/README.md` says what each does.
const FUNCTIONS: &[Row] = &[
    ("after", 1, Each::Item, |it, args| {
        split(&it, args, |t, s| t.split_once(s).map(|p| p.1))
    }),
    ("after-last", 1, Each::Item, |it, args| {
        split(&it, args, |t, s| Some(t.rsplit_once(s).map_or(t, |p| p.1)))
    }),
    ("base64-decode", 0, Each::Item, |it, _| base64_decode(&it)),
    ("before", 1, Each::Item, |it, args| {
        split(&it, args, |t, s| Some(t.split_once(s).map_or(t, |p| p.0)))
    }),
    ("before-last", 1, Each::Item, |it, args| {
        split(&it, args, |t, s| Some(t.rsplit_once(s).map_or(t, |p| p.0)))
    }),
    ("copy-source", 0, Each::Item, |it, _| copy_source(&it)),
    ("default", 1, Each::Whole, |it, args| {
        if it.is_absent() { first(args) } else { it }
    }),
    ("dynamodb-attributes", 0, Each::Whole, |it, _| {
        projection::attributes(&it)
    }),
    ("dynamodb-leading-keys", 1, Each::Whole, |it, args| {
        projection::leading_keys(&it, &first(args))
    }),
    ("dynamodb-key-names", 0, Each::Whole, |it, _| {
        projection::key_names(&it)
    }),
    ("dynamodb-select", 0, Each::Whole, |it, _| {
        projection::select(&it)
    }),
    ("first", 0, Each::Whole, |it, _| {
        it.first_item().unwrap_or_default()
    }),
    ("get", 1, Each::Whole, |it, args| {
        first(args)
            .as_text()
            .map_or(Item::Absent, |n| it.member(&n))
    }),
    ("json", 0, Each::Item, |it, _| json(&it)),
    ("keys", 0, Each::Whole, |it, _| {
        Item::List(
            it.members()
                .into_iter()
                .map(|(k, _)| Item::Text(k))
                .collect(),
        )
    }),
    ("list", 0, Each::Whole, |it, _| list(it)),
    ("lower", 0, Each::Item, |it, _| {
        map_text(&it, str::to_ascii_lowercase)
    }),
    ("partiql", 0, Each::Item, |it, _| partiql::statement(&it)),
    ("query", 0, Each::Item, |it, _| query(&it)),
    ("segment", 2, Each::Item, |it, args| segment(&it, args)),
    ("several", 0, Each::Whole, |it, _| {
        if it.count() > 1 {
            Item::Text(Cow::Borrowed("true"))
        } else {
            Item::Absent
        }
    }),
    ("split", 1, Each::Item, |it, args| parts(&it, args)),
    ("strip-start", 1, Each::Item, |it, args| {
        split(&it, args, |t, s| Some(t.strip_prefix(s).unwrap_or(t)))
    }),
    ("tags", 0, Each::Whole, |it, _| tags(&it)),
    ("text-length", 0, Each::Item, |it, _| {
        map_text(&it, |t| t.chars().count().to_string())
    }),
    ("trim-end", 1, Each::Item, |it, args| {
        split(&it, args, |t, s| Some(t.trim_end_matches(s)))
    }),
    ("trim-start", 1, Each::Item, |it, args| {
        split(&it, args, |t, s| Some(t.trim_start_matches(s)))
    }),
    ("upper", 0, Each::Item, |it, _| {
        map_text(&it, str::to_ascii_uppercase)
    }),
    ("url-decode", 0, Each::Item, |it, _| map_text(&it, decode)),
    ("url-encode", 0, Each::Item, |it, _| map_text(&it, encode)),
    ("where", 2, Each::Whole, |it, args| with_member(&it, args)),
];

impl Function {
    /// The function with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        FUNCTIONS
            .iter()
            .position(|row| row.0 == name)
            .map(|index| Self { index })
    }

    /// Every name.
    pub(crate) fn names<'n>() -> impl Iterator<Item = &'n str> {
        FUNCTIONS.iter().map(|row| row.0)
    }

    /// Refuses a wrong number of arguments.
    pub(crate) fn check_arguments(self, given: usize) -> Result<(), String> {
        match FUNCTIONS.get(self.index) {
            Some((_, wanted, ..)) if *wanted == given => Ok(()),
            Some((name, wanted, ..)) => Err(format!(
                "`{name}` takes {wanted} arguments in parentheses, not {given}"
            )),
            None => Err("there is no such function".to_owned()),
        }
    }

    /// Applies it; of nothing most functions make nothing.
    pub(crate) fn apply<'a>(self, to: Item<'a>, arguments: &[Item<'a>]) -> Item<'a> {
        let Some((_, _, each, apply)) = FUNCTIONS.get(self.index) else {
            return Item::Absent;
        };
        let list = matches!(&to, Item::List(_) | Item::Json(serde_json::Value::Array(_)));
        if *each == Each::Item && list {
            let items = to.items().into_iter().map(|item| apply(item, arguments));
            return Item::List(items.filter(|i| !i.is_absent()).collect());
        }
        apply(to, arguments)
    }
}

/// The kind of fact with this name, as in `FactKind`'s own JSON.
pub(crate) fn fact_kind(name: &str) -> Result<FactKind, String> {
    serde_json::from_value(serde_json::Value::String(name.to_owned())).map_err(|_| {
        with_nearest(
            format!("there is no fact `{name}`"),
            name,
            FACTS.iter().copied(),
        )
    })
}

const FACTS: &[&str] = &[
    "bucket-key",
    "bucket-owner",
    "entity-arn",
    "key-grants",
    "key-of-alias",
    "key-of-ciphertext",
    "models-of-profile",
    "object-key",
    "object-tags",
    "parameter-keys",
    "parameter-type",
    "partition-key",
    "resource-arn",
    "resource-key",
    "resource-policy",
    "resource-tags",
    "role-of-instance-profile",
    "roles-of-task-definition",
    "secret-arn",
    "topic-of-subscription",
    "upload-key",
    "vpc-of-subnet",
];

fn first<'a>(arguments: &[Item<'a>]) -> Item<'a> {
    arguments.first().cloned().unwrap_or_default()
}

/// One thing as a list of one, so that a loop runs once over it and not over its members.
fn list(item: Item<'_>) -> Item<'_> {
    match item {
        Item::Absent | Item::List(_) | Item::Json(serde_json::Value::Array(_)) => item,
        one => Item::List(vec![one]),
    }
}

/// `where('ResourceType', 'volume')`: the items whose member has that value.
fn with_member<'a>(item: &Item<'a>, arguments: &[Item<'a>]) -> Item<'a> {
    let [name, value] = arguments else {
        return Item::Absent;
    };
    let (Some(name), Some(value)) = (name.as_text(), value.as_text()) else {
        return Item::Absent;
    };
    let fits = |item: &Item<'a>| item.member(&name).as_text().is_some_and(|t| t == value);
    Item::List(item.items().into_iter().filter(fits).collect())
}

fn map_text<'a>(item: &Item<'a>, change: impl Fn(&str) -> String) -> Item<'a> {
    item.as_text()
        .map_or(Item::Absent, |text| Item::text(change(&text)))
}

fn split<'a>(
    item: &Item<'a>,
    arguments: &[Item<'a>],
    cut: impl for<'t> Fn(&'t str, &str) -> Option<&'t str>,
) -> Item<'a> {
    let (Some(text), Some(separator)) = (item.as_text(), first(arguments).as_text()) else {
        return Item::Absent;
    };
    match text {
        Cow::Borrowed(text) => {
            cut(text, &separator).map_or(Item::Absent, |t| Item::Text(Cow::Borrowed(t)))
        }
        Cow::Owned(text) => cut(&text, &separator).map_or(Item::Absent, Item::text),
    }
}

/// `segment('/', 2)`: the second part; negative numbers count from the end.
fn segment<'a>(item: &Item<'a>, arguments: &[Item<'a>]) -> Item<'a> {
    let number = arguments
        .get(1)
        .and_then(Item::as_text)
        .and_then(|n| n.parse::<isize>().ok());
    let (Some(text), Some(separator), Some(number)) =
        (item.as_text(), first(arguments).as_text(), number)
    else {
        return Item::Absent;
    };
    let index = number.unsigned_abs().saturating_sub(1);
    let part = match number {
        0 => None,
        1.. => text.split(&*separator).nth(index),
        _ => text.rsplit(&*separator).nth(index),
    };
    part.map_or(Item::Absent, Item::text)
}

fn parts<'a>(item: &Item<'a>, arguments: &[Item<'a>]) -> Item<'a> {
    match (item.as_text(), first(arguments).as_text()) {
        (Some(text), Some(separator)) => {
            Item::List(text.split(&*separator).map(Item::text).collect())
        }
        _ => Item::Absent,
    }
}

fn decode(text: &str) -> String {
    percent_encoding::percent_decode_str(text)
        .decode_utf8_lossy()
        .into_owned()
}

/// Everything but letters, digits and `-._~` becomes `%XX`.
fn encode(text: &str) -> String {
    const RESERVED: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'.')
        .remove(b'_')
        .remove(b'~');
    percent_encoding::utf8_percent_encode(text, RESERVED).to_string()
}

/// `a=1&b=2` as a map; also the form of the header `x-amz-tagging`.
///
/// Source: Amazon S3 API Reference, `PutObject`: the tag-set must be encoded as URL query parameters.
fn query<'a>(item: &Item<'a>) -> Item<'a> {
    let Some(text) = item.as_text() else {
        return Item::Absent;
    };
    let pair = |pair: &str| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let plain = |text: &str| decode(&text.replace('+', " "));
        (Cow::Owned(plain(key)), Item::text(plain(value)))
    };
    Item::Map(
        text.split('&')
            .filter(|p| !p.is_empty())
            .map(pair)
            .collect(),
    )
}

/// A text in standard Base64 as the text that it stands for; anything else is nothing.
fn base64_decode<'a>(item: &Item<'a>) -> Item<'a> {
    item.as_text()
        .and_then(|text| BASE64_STANDARD.decode(text.as_bytes()).ok())
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .map_or(Item::Absent, Item::text)
}

/// A text of JSON as what it says.
fn json<'a>(item: &Item<'a>) -> Item<'a> {
    item.as_text()
        .and_then(|text| serde_json::from_str(&text).ok())
        .map_or(Item::Absent, Item::owned)
}

/// Tags in whichever form a service has them, as a map.
fn tags<'a>(item: &Item<'a>) -> Item<'a> {
    if item.is_absent() {
        return Item::Absent;
    }
    if !item.members().is_empty() {
        return Item::Map(item.members());
    }
    let text = |item: &Item<'a>, names: [&str; 4]| {
        names
            .into_iter()
            .find_map(|name| item.member(name).as_text())
    };
    let tag = |item: &Item<'a>| {
        let key = text(item, ["Key", "key", "TagKey", "tagKey"])?;
        let value = text(item, ["Value", "value", "TagValue", "tagValue"]).unwrap_or_default();
        Some((key, Item::Text(value)))
    };
    Item::Map(item.items().iter().filter_map(tag).collect())
}

/// The header `x-amz-copy-source` as `bucket`, `key` and `version`; `bucket` may be the ARN of an
/// access point.
///
/// Source: Amazon S3 API Reference, `CopyObject`: `awsexamplebucket/reports/january.pdf`, or
/// `arn:aws:s3:<Region>:<account-id>:accesspoint/<name>/object/<key>`, URL-encoded, with
/// `?versionId=<version-id>` behind it.
fn copy_source<'a>(item: &Item<'a>) -> Item<'a> {
    let Some(text) = item.as_text() else {
        return Item::Absent;
    };
    let (path, version) = match text.split_once("?versionId=") {
        Some((path, version)) => (path, Some(version)),
        None => (&*text, None),
    };
    let path = decode(path);
    let path = path.strip_prefix('/').unwrap_or(&path);
    let separator = if path.starts_with("arn:") {
        "/object/"
    } else {
        "/"
    };
    let Some((bucket, key)) = path.split_once(separator) else {
        return Item::Absent;
    };
    let mut members = vec![
        (Cow::Borrowed("bucket"), Item::text(bucket)),
        (Cow::Borrowed("key"), Item::text(key)),
    ];
    if let Some(version) = version {
        members.push((Cow::Borrowed("version"), Item::text(version)));
    }
    Item::Map(members)
}
