//! Policy documents as sets of grants, to compare them whatever their grouping.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};
use serde_json::Value;

/// Effect, action, resource and condition of a policy, one pair of action and resource at a time.
pub(crate) type Grants = BTreeSet<(String, String, String, String)>;

/// The grants of a document.
pub(crate) fn read(path: &Path) -> anyhow::Result<Grants> {
    let text = fs::read_to_string(path).with_context(|| format!("reading `{}`", path.display()))?;
    of(&serde_json::from_str(&text).with_context(|| format!("`{}`", path.display()))?)
}

/// Writes the document at `from` to `to`, without an action wherever it stands.
pub(crate) fn write_without(from: &Path, action: &str, to: &Path) -> anyhow::Result<()> {
    let text = fs::read_to_string(from).with_context(|| format!("reading `{}`", from.display()))?;
    let mut document: Value = serde_json::from_str(&text)?;
    let before = of(&document)?.len();
    remove(&mut document, action)?;
    if of(&document)?.len() == before {
        bail!("the policy does not have `{action}`");
    }
    Ok(fs::write(to, serde_json::to_string_pretty(&document)?)?)
}

fn of(document: &Value) -> anyhow::Result<Grants> {
    let mut grants = Grants::new();
    for statement in list(document.get("Statement")) {
        let effect = texts(statement.get("Effect"))?;
        let (actions, resources) = (
            texts(statement.get("Action"))?,
            texts(statement.get("Resource"))?,
        );
        if effect.len() != 1 || actions.is_empty() || resources.is_empty() {
            bail!("a statement without effect, actions or resources: {statement}");
        }
        let condition = statement
            .get("Condition")
            .map(Value::to_string)
            .unwrap_or_default();
        for action in &actions {
            let action = action.to_lowercase();
            grants.extend(resources.iter().map(|resource| {
                (
                    effect.concat(),
                    action.clone(),
                    resource.clone(),
                    condition.clone(),
                )
            }));
        }
    }
    Ok(grants)
}

fn remove(document: &mut Value, action: &str) -> anyhow::Result<()> {
    let statements = document.get_mut("Statement").context("no `Statement`")?;
    let mut kept = Vec::new();
    for mut statement in list(Some(statements)) {
        let mut actions = texts(statement.get("Action"))?;
        actions.retain(|each| each != action);
        if let (Value::Object(members), false) = (&mut statement, actions.is_empty()) {
            members.insert("Action".to_owned(), actions.into());
            kept.push(statement);
        }
    }
    *statements = kept.into();
    Ok(())
}

/// One, or several in a list.
fn list(value: Option<&Value>) -> Vec<Value> {
    match value {
        None => Vec::new(),
        Some(Value::Array(values)) => values.clone(),
        Some(value) => vec![value.clone()],
    }
}

fn texts(value: Option<&Value>) -> anyhow::Result<Vec<String>> {
    let text = |value: Value| value.as_str().map(str::to_owned);
    list(value)
        .into_iter()
        .map(text)
        .collect::<Option<_>>()
        .context("expected a text")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn policy(statements: &Value) -> Value {
        json!({"Version": "2012-10-17", "Statement": statements})
    }

    #[test]
    fn grouping_order_and_the_case_of_actions_do_not_matter() {
        let one = policy(
            &json!({"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"],
                                 "Resource": "a"}),
        );
        let two = policy(
            &json!([{"Effect": "Allow", "Action": "s3:putobject", "Resource": ["a"]},
                                 {"Effect": "Allow", "Action": "s3:getobject", "Resource": "a"}]),
        );
        assert_eq!(of(&one).unwrap(), of(&two).unwrap());
    }

    #[test]
    fn effect_resource_and_condition_matter() {
        let base = json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "a"});
        let member = [
            ("Effect", json!("Deny")),
            ("Resource", json!("A")),
            ("Condition", json!({})),
        ];
        for (name, value) in member {
            let mut other = base.clone();
            other[name] = value;
            assert_ne!(
                of(&policy(&base)).unwrap(),
                of(&policy(&other)).unwrap(),
                "{name}"
            );
        }
    }

    #[test]
    fn what_is_no_grant_is_refused() {
        let statement = json!({"Effect": "Allow", "NotAction": "s3:GetObject", "Resource": "a"});
        let error = of(&policy(&statement)).unwrap_err().to_string();
        assert!(
            error.starts_with("a statement without effect, actions or resources: "),
            "{error}"
        );
    }

    #[test]
    fn an_action_goes_and_a_statement_without_actions_goes_with_it() {
        let mut document = policy(&json!([
            {"Effect": "Allow", "Action": ["a:One", "a:Two"], "Resource": "r"},
            {"Effect": "Allow", "Action": "a:One", "Resource": "s"},
        ]));
        remove(&mut document, "a:One").unwrap();
        let expected = policy(&json!([{"Effect": "Allow", "Action": ["a:Two"], "Resource": "r"}]));
        assert_eq!(document, expected);
    }
}
