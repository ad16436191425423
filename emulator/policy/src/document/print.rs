//! Documents back to JSON, in AWS's customary order of elements.

use std::fmt::Write;

use serde_json::{Map, Value};

use super::ast::{
    Condition, Form, Literal, Polarity, PolicyDocument, PrincipalSet, Principals, Scope, Statement,
    Text, Values,
};

/// A document as text for people, two spaces deep, of the characters that IAM takes.
///
/// Source: IAM API reference, CreatePolicy, the pattern of `PolicyDocument`: tab, line ends, and space
/// to U+00FF. Others, such as those of an S3 key, are escaped as JSON has it. That IAM reads such an
/// escape as the character is assumed.
pub fn text(document: &Value) -> String {
    escaped(&serde_json::to_string_pretty(document).unwrap_or_default())
}

/// The same without white space.
pub fn compact(document: &Value) -> String {
    escaped(&document.to_string())
}

/// JSON has such characters in texts only, where an escape says the same.
fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut units = [0; 2];
    for c in json.chars() {
        if c <= '\u{ff}' {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut units) {
                // Writing to a String does not fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    out
}

impl PolicyDocument {
    /// The document as JSON: one string stays a string, a list of one stays a list.
    pub fn to_json(&self) -> Value {
        let mut out = Map::new();
        if let Some(version) = self.version {
            out.insert("Version".to_owned(), version.as_str().into());
        }
        if let Some(id) = &self.id {
            out.insert("Id".to_owned(), id.as_str().into());
        }
        let mut statements: Vec<_> = self.statements.iter().map(Statement::to_json).collect();
        let statement = match self.form {
            Form::One if statements.len() == 1 => statements.remove(0),
            _ => Value::Array(statements),
        };
        out.insert("Statement".to_owned(), statement);
        Value::Object(out)
    }
}

impl Statement {
    /// The statement as JSON.
    pub fn to_json(&self) -> Value {
        let mut out = Map::new();
        if let Some(sid) = &self.sid {
            out.insert("Sid".to_owned(), sid.to_json());
        }
        out.insert("Effect".to_owned(), self.effect.as_str().into());
        if let Some(principals) = &self.principals {
            let key = named("Principal", principals.polarity);
            out.insert(key, principals.to_json());
        }
        out.insert(
            named("Action", self.actions.polarity),
            self.actions.values.to_json(),
        );
        if let Some(Scope { polarity, values }) = &self.resources {
            out.insert(named("Resource", *polarity), values.to_json());
        }
        if !self.conditions.is_empty() {
            out.insert("Condition".to_owned(), conditions_to_json(&self.conditions));
        }
        Value::Object(out)
    }
}

fn named(element: &str, polarity: Polarity) -> String {
    match polarity {
        Polarity::Listed => element.to_owned(),
        Polarity::AllBut => format!("Not{element}"),
    }
}

fn conditions_to_json(conditions: &[Condition]) -> Value {
    let mut out = Map::new();
    for condition in conditions {
        let keys = out
            .entry(condition.operator_text.value.clone())
            .or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(keys) = keys {
            keys.insert(condition.key.value.clone(), condition.values.to_json());
        }
    }
    Value::Object(out)
}

impl Principals {
    /// The element's value as JSON.
    pub fn to_json(&self) -> Value {
        match &self.set {
            PrincipalSet::Everyone => "*".into(),
            PrincipalSet::ByType(types) => Value::Object(
                types
                    .iter()
                    .map(|(kind, values)| (kind.as_str().to_owned(), values.to_json()))
                    .collect(),
            ),
        }
    }
}

impl Values {
    /// The values as JSON.
    pub fn to_json(&self) -> Value {
        match (self.form, self.items.as_slice()) {
            (Form::One, [item]) => item.to_json(),
            (_, items) => items.iter().map(Text::to_json).collect(),
        }
    }
}

impl Text {
    /// The text as JSON.
    pub fn to_json(&self) -> Value {
        let other = match self.literal {
            Literal::String => None,
            Literal::Bool | Literal::Number => serde_json::from_str(&self.value).ok(),
        };
        other.unwrap_or_else(|| self.value.as_str().into())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{Policy, PolicyKind, ResourcePattern};

    #[test]
    fn what_iam_does_not_take_is_escaped_and_read_back() {
        let resource = "arn:aws:s3:::b/日本/α😀é.txt";
        let document = json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "s3:GetObject", "Resource": resource}
        ]});
        for printed in [text(&document), compact(&document)] {
            assert!(
                printed.contains("b/\\u65e5\\u672c/\\u03b1\\ud83d\\ude00é.txt"),
                "{printed}"
            );
            let policy = Policy::parse("p", PolicyKind::Identity, &printed).unwrap();
            assert_eq!(policy.document().to_json(), document);
            let statement = &policy.document().statements[0];
            let scope = statement.resources.as_ref().unwrap();
            let mut patterns = scope.values.iter().map(ResourcePattern::new);
            assert!(patterns.any(|pattern| pattern.matches(resource)));
        }
    }
}
