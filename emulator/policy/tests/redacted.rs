//! A redacted value: equality decides, anything else is undetermined.

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use DecisionKind::{Allow, ImplicitDeny, Undetermined};
    use rolecall_policy::{
        AccountId, Action, AuthorizationModel, Context, ContextValue, DecisionKind, Policy,
        PolicyKind, PolicySet, Principal, PrincipalKind, Redacted, RequestContext, evaluate,
    };
    use serde_json::{Value, json};

    const KEY: [u8; 16] = *b"a recording's ke";

    fn redacted(values: &[&str], several: bool) -> ContextValue {
        let values: Vec<String> = values.iter().map(|v| (*v).to_owned()).collect();
        ContextValue::Redacted(Redacted::new(&values, several, &KEY))
    }

    fn decided(value: ContextValue, condition: &Value) -> (DecisionKind, Vec<String>) {
        let document = json!({"Version": "2012-10-17", "Statement": {
            "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": condition}});
        let policy = Policy::parse("p", PolicyKind::Identity, &document.to_string()).unwrap();
        let set = PolicySet {
            identity: vec![Arc::new(policy)],
            ..PolicySet::default()
        };
        let account = AccountId::parse("123456789012").unwrap();
        let principal = Principal {
            kind: PrincipalKind::User,
            arn: "arn:aws:iam::123456789012:user/u".to_owned(),
            account: Some(account.clone()),
            ..Principal::anonymous()
        };
        let mut context = Context::new().with("aws:username", "u");
        context.insert("t:Key", value);
        // What is written is what is read.
        let text = serde_json::to_string(&context).unwrap();
        assert!(!text.contains("secret"), "{text}");
        let context: Context = serde_json::from_str(&text).unwrap();
        let request = RequestContext {
            principal: &principal,
            action: &Action::parse("s3:GetObject").unwrap(),
            resource: "arn:aws:s3:::b/k",
            resource_account: Some(&account),
            model: AuthorizationModel::Standard,
            context: &[&context],
        };
        let decision = evaluate(&request, &set);
        (decision.kind, decision.undetermined_keys)
    }

    #[test]
    fn equality_decides_and_a_pattern_does_not() {
        for (condition, expected) in [
            (json!({"StringEquals": {"t:key": "secret-1"}}), Allow),
            (json!({"StringEquals": {"t:Key": ["x", "secret-1"]}}), Allow),
            (json!({"StringEquals": {"t:Key": "Secret-1"}}), ImplicitDeny),
            (
                json!({"StringEqualsIfExists": {"t:Key": "x"}}),
                ImplicitDeny,
            ),
            (json!({"StringNotEquals": {"t:Key": "x"}}), Allow),
            (
                json!({"StringNotEquals": {"t:Key": "secret-1"}}),
                ImplicitDeny,
            ),
            (
                json!({"StringEquals": {"t:Key": "${aws:username}"}}),
                ImplicitDeny,
            ),
            (json!({"Null": {"t:Key": "false"}}), Allow),
            (json!({"Null": {"t:Key": "true"}}), ImplicitDeny),
            (json!({"StringLike": {"t:Key": "secret-*"}}), Undetermined),
            (
                json!({"StringEqualsIgnoreCase": {"t:Key": "SECRET-1"}}),
                Undetermined,
            ),
            (
                json!({"StringEquals": {"aws:username": "${t:Key}"}}),
                Undetermined,
            ),
            (json!({"NumericLessThan": {"t:Key": "5"}}), Undetermined),
        ] {
            let (kind, keys) = decided(redacted(&["secret-1"], false), &condition);
            assert_eq!(kind, expected, "{condition}");
            assert_eq!(keys.is_empty(), expected != Undetermined, "{condition}");
        }
    }

    #[test]
    fn several_values_are_compared_one_by_one() {
        for (condition, expected) in [
            (
                json!({"ForAllValues:StringEquals": {"t:Key": ["secret-1", "secret-2", "x"]}}),
                Allow,
            ),
            (
                json!({"ForAllValues:StringEquals": {"t:Key": ["secret-1", "x"]}}),
                ImplicitDeny,
            ),
            (
                json!({"ForAnyValue:StringEquals": {"t:Key": ["x", "secret-2"]}}),
                Allow,
            ),
            (
                json!({"ForAnyValue:StringNotEquals": {"t:Key": ["secret-1", "secret-2"]}}),
                ImplicitDeny,
            ),
            (
                json!({"ForAnyValue:StringLike": {"t:Key": "s*"}}),
                Undetermined,
            ),
            (json!({"StringEquals": {"t:Key": "secret-1"}}), ImplicitDeny),
        ] {
            let value = redacted(&["secret-1", "secret-2"], true);
            assert_eq!(decided(value, &condition).0, expected, "{condition}");
        }
        let none = json!({"ForAllValues:StringEquals": {"t:Key": "x"}});
        assert_eq!(decided(redacted(&[], true), &none).0, Allow);
    }
}
