//! A policy with something taken out.

use rolecall_policy::{Policy, PolicyKind, document::Polarity};

use crate::Failure;

/// The policy without an action, wherever it is listed; a statement that loses its last one goes.
pub fn without_action(name: &str, text: &str, action: &str) -> Result<String, Failure> {
    let policy = Policy::parse(name, PolicyKind::Identity, text).map_err(|source| {
        let name = name.to_owned();
        let source = Box::new(source);
        Failure::Policy { name, source }
    })?;
    let mut document = policy.document().clone();
    let mut taken = 0;
    for statement in &mut document.statements {
        let scope = &mut statement.actions;
        if scope.polarity != Polarity::Listed {
            continue;
        }
        let before = scope.values.iter().count();
        scope
            .values
            .items
            .retain(|one| !one.value.eq_ignore_ascii_case(action));
        taken += before - scope.values.iter().count();
    }
    if taken == 0 {
        return Err(Failure::NotThere {
            name: name.to_owned(),
            action: action.to_owned(),
        });
    }
    document
        .statements
        .retain(|statement| statement.actions.values.iter().next().is_some());
    Ok(rolecall_policy::document::compact(&document.to_json()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"*"},
        {"Effect":"Allow","Action":"sns:Publish","Resource":"*"}]}"#;

    #[test]
    fn the_action_goes_and_its_statement_if_it_was_the_last() {
        let text = without_action("p", POLICY, "s3:putobject").unwrap();
        assert!(
            !text.contains("PutObject") && text.contains("s3:GetObject"),
            "{text}"
        );
        let text = without_action("p", POLICY, "sns:Publish").unwrap();
        assert_eq!(
            text,
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"*"}]}"#
        );
    }

    #[test]
    fn what_is_not_there_cannot_be_taken_out() {
        let error = without_action("p", POLICY, "s3:DeleteObject").unwrap_err();
        assert_eq!(
            error.to_string(),
            "the policy `p` does not have the action `s3:DeleteObject`"
        );
    }
}
