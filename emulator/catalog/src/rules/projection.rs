//! DynamoDB expressions: the attributes that a call names, and the partition keys.
//!
//! Source: DynamoDB Developer Guide, "Using IAM policy conditions for fine-grained access control".

use std::borrow::Cow;

use serde_json::Value;

use super::item::Item;

/// The parameters that hold expressions.
const EXPRESSIONS: &[&str] = &[
    "ProjectionExpression",
    "FilterExpression",
    "KeyConditionExpression",
    "UpdateExpression",
    "ConditionExpression",
];

/// The parameters, besides keys and items, whose members are attributes.
const ATTRIBUTE_MAPS: &[&str] = &[
    "KeyConditions",
    "QueryFilter",
    "ScanFilter",
    "Expected",
    "AttributeUpdates",
];

/// Words of the expression language, which are not attributes.
const WORDS: &[&str] = &[
    "AND",
    "OR",
    "NOT",
    "BETWEEN",
    "IN",
    "SET",
    "REMOVE",
    "ADD",
    "DELETE",
    "attribute_exists",
    "attribute_not_exists",
    "attribute_type",
    "begins_with",
    "contains",
    "size",
    "if_not_exists",
    "list_append",
];

/// The top-level attributes that a request (or an item of a transaction) names.
pub(crate) fn attributes<'a>(request: &Item<'a>) -> Item<'a> {
    let mut found: Vec<Cow<'a, str>> = Vec::new();
    for key in keys(request) {
        key.each_name(&mut |name| found.push(name));
    }
    for map in ATTRIBUTE_MAPS {
        request.member(map).each_name(&mut |name| found.push(name));
    }
    found.extend(request.member("AttributesToGet").texts());
    for parameter in EXPRESSIONS {
        if let Some(expression) = request.member(parameter).as_text() {
            let names = request.member("ExpressionAttributeNames");
            found.extend(top_level(&expression, &names).into_iter().map(Cow::Owned));
        }
    }
    in_order(found)
}

/// Each text once, in order.
fn in_order(mut texts: Vec<Cow<'_, str>>) -> Item<'_> {
    texts.sort_unstable();
    texts.dedup();
    Item::List(texts.into_iter().map(Item::Text).collect())
}

/// What `dynamodb:Select` is for one table of a batch, or one item of a transaction.
pub(crate) fn select<'a>(request: &Item<'a>) -> Item<'a> {
    let specific = ["ProjectionExpression", "AttributesToGet"];
    let some = specific
        .iter()
        .any(|name| !request.member(name).is_absent());
    Item::Text(Cow::Borrowed(if some {
        "SPECIFIC_ATTRIBUTES"
    } else {
        "ALL_ATTRIBUTES"
    }))
}

/// The attributes at the head of each path in an expression.
fn top_level(expression: &str, names: &Item<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let mut after_dot = false;
    let mut rest = expression;
    while let Some(first) = rest.chars().next() {
        let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '#' | ':');
        let length = if word(first) {
            rest.find(|c| !word(c)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (token, tail) = rest.split_at_checked(length).unwrap_or((rest, ""));
        if word(first) && !after_dot {
            found.extend(attribute(token, names));
        }
        after_dot = first == '.';
        rest = tail;
    }
    found
}

fn attribute(token: &str, names: &Item<'_>) -> Option<String> {
    if token.starts_with('#') {
        return names.member(token).as_text().map(Cow::into_owned);
    }
    let literal = token.starts_with(':') || token.starts_with(|c: char| c.is_ascii_digit());
    let word = WORDS.iter().any(|w| w.eq_ignore_ascii_case(token));
    (!literal && !word).then(|| token.to_owned())
}

/// The values of the partition key in a key, an item, a list of keys, or a query.
///
/// `partition` is the partition key's name; where it is absent, a key of one attribute needs none.
pub(crate) fn leading_keys<'a>(request: &Item<'a>, partition: &Item<'a>) -> Item<'a> {
    let partition = partition.as_text();
    let mut found = Vec::new();
    for key in keys(request) {
        let value = match &partition {
            Some(name) => Some(key.member(name)),
            None => key.only_member(),
        };
        found.extend(value.as_ref().and_then(scalar));
    }
    found.extend(queried(request, partition.as_deref()));
    if found.is_empty() {
        Item::Absent
    } else {
        Item::List(found)
    }
}

/// The names that the keys of a request have; more than one means that the partition key has to be
/// known.
pub(crate) fn key_names<'a>(request: &Item<'a>) -> Item<'a> {
    let mut found: Vec<Cow<'a, str>> = Vec::new();
    for key in keys(request) {
        key.each_name(&mut |name| found.push(name));
    }
    if let Some(expression) = request.member("KeyConditionExpression").as_text() {
        let equal = equalities(&expression, request);
        found.extend(equal.into_iter().map(|(name, _)| Cow::Owned(name)));
    }
    let legacy = legacy_equalities(request);
    found.extend(legacy.into_iter().map(|(name, _)| Cow::Owned(name)));
    in_order(found)
}

fn keys<'a>(request: &Item<'a>) -> Vec<Item<'a>> {
    let mut keys: Vec<Item<'a>> = Vec::new();
    let mut push = |key: Item<'a>| {
        if !key.is_absent() {
            keys.push(key);
        }
    };
    push(request.member("Key"));
    push(request.member("Item"));
    request.member("Keys").each_item(&mut push);
    request.each_item(&mut |write| {
        if !write.is_scalar() {
            push(write.member("PutRequest").member("Item"));
            push(write.member("DeleteRequest").member("Key"));
        }
    });
    keys
}

fn queried<'a>(request: &Item<'a>, partition: Option<&str>) -> Vec<Item<'a>> {
    let expression = request.member("KeyConditionExpression").as_text();
    let mut equal = expression.map_or_else(Vec::new, |expression| equalities(&expression, request));
    equal.extend(legacy_equalities(request));
    let named = |name: &str| partition.is_none_or(|partition| partition == name);
    if partition.is_none() && equal.len() > 1 {
        return Vec::new();
    }
    equal
        .iter()
        .filter(|(name, _)| named(name))
        .filter_map(|(_, value)| scalar(value))
        .collect()
}

/// `#pk = :pk`: the attributes that an expression sets equal to a value.
fn equalities<'a>(expression: &str, request: &Item<'a>) -> Vec<(String, Item<'a>)> {
    let names = request.member("ExpressionAttributeNames");
    let values = request.member("ExpressionAttributeValues");
    let plain = expression.replace(['(', ')'], " ");
    let spaced = plain
        .replace("<=", " le ")
        .replace(">=", " ge ")
        .replace("<>", " ne ");
    let spaced = spaced.replace('=', " = ");
    let tokens: Vec<&str> = spaced.split_whitespace().collect();
    let equality = |window: &[&str]| match window {
        [name, "=", value] if value.starts_with(':') => {
            Some((attribute(name, &names)?, values.member(value)))
        }
        _ => None,
    };
    tokens.windows(3).filter_map(equality).collect()
}

fn legacy_equalities<'a>(request: &Item<'a>) -> Vec<(String, Item<'a>)> {
    let equality = |(name, condition): (Cow<'a, str>, Item<'a>)| {
        let equal = condition.member("ComparisonOperator").as_text()? == "EQ";
        let value = condition
            .member("AttributeValueList")
            .items()
            .into_iter()
            .next()?;
        equal.then(|| (name.into_owned(), value))
    };
    request
        .member("KeyConditions")
        .members()
        .into_iter()
        .filter_map(equality)
        .collect()
}

/// The text of `{"S": "x"}`, `{"N": "1"}` or `{"B": "..."}`.
fn scalar<'a>(value: &Item<'a>) -> Option<Item<'a>> {
    match value {
        Item::Json(Value::Object(_)) | Item::Map(_) => value.first_item().filter(Item::is_scalar),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn texts(item: &Item<'_>) -> Vec<String> {
        item.texts().into_iter().map(Cow::into_owned).collect()
    }

    #[test]
    fn names_attributes_of_keys_and_expressions() {
        let request = json!({
            "Key": {"id": {"S": "1"}},
            "UpdateExpression": "SET #s = :s, info.rating = if_not_exists(info.rating, :zero)",
            "ConditionExpression": "attribute_exists(id) AND version = :v",
            "ExpressionAttributeNames": {"#s": "status"},
        });
        let found = texts(&attributes(&Item::json(&request)));
        assert_eq!(found, ["id", "info", "status", "version"]);
    }

    #[test]
    fn finds_the_partition_key_of_a_query() {
        let request = json!({
            "KeyConditionExpression": "#p = :p AND begins_with(sort, :s)",
            "ExpressionAttributeNames": {"#p": "customer"},
            "ExpressionAttributeValues": {":p": {"S": "c-1"}, ":s": {"S": "2026"}},
        });
        assert_eq!(
            texts(&leading_keys(&Item::json(&request), &Item::Absent)),
            ["c-1"]
        );
        assert_eq!(texts(&key_names(&Item::json(&request))), ["customer"]);
    }

    #[test]
    fn needs_the_name_where_a_key_has_two_attributes() {
        let request = json!({"Key": {"pk": {"S": "a"}, "sk": {"N": "1"}}});
        let item = Item::json(&request);
        assert_eq!(leading_keys(&item, &Item::Absent), Item::Absent);
        assert_eq!(texts(&leading_keys(&item, &Item::text("pk"))), ["a"]);
    }

    #[test]
    fn reads_batch_writes() {
        let writes = json!([
            {"PutRequest": {"Item": {"pk": {"S": "a"}, "x": {"S": "y"}}}},
            {"DeleteRequest": {"Key": {"pk": {"S": "b"}}}},
        ]);
        let found = leading_keys(&Item::json(&writes), &Item::text("pk"));
        assert_eq!(texts(&found), ["a", "b"]);
    }
}
