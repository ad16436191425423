//! Every operator, with every kind of value, suffix and set operator.

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rolecall_policy::{
        Action, AuthorizationModel, Context, ContextValue, DecisionKind, Policy, PolicyKind,
        PolicySet, Principal, PrincipalKind, RequestContext, document::Comparison, evaluate,
    };

    /// What a missing key does to the plain operator.
    #[derive(Clone, Copy, PartialEq)]
    enum Missing {
        Holds,
        Fails,
    }
    use Missing::{Fails, Holds};

    /// Operator, the policy's value, a request value for which it holds, one for which it does not.
    const TABLE: [(&str, &str, &str, &str, Missing); 26] = [
        ("StringEquals", "a", "a", "A", Fails),
        ("StringNotEquals", "a", "A", "a", Holds),
        ("StringEqualsIgnoreCase", "Ä", "ä", "b", Fails),
        ("StringNotEqualsIgnoreCase", "A", "b", "a", Holds),
        ("StringLike", "a*c?", "abcd", "abc", Fails),
        ("StringNotLike", "a*c?", "abc", "abcd", Holds),
        ("NumericEquals", "1.0", "1", "2", Fails),
        ("NumericNotEquals", "1", "2", "1.0", Holds),
        ("NumericLessThan", "10", "9", "10", Fails),
        ("NumericLessThanEquals", "10", "10", "11", Fails),
        ("NumericGreaterThan", "10", "10.5", "10", Fails),
        ("NumericGreaterThanEquals", "10", "10", "9", Fails),
        ("DateEquals", "1970-01-02", "86400", "86401", Fails),
        ("DateNotEquals", "1970-01-02", "86401", "86400", Holds),
        (
            "DateLessThan",
            "2020-01-01T00:00:00Z",
            "2019-12-31T23:59:59Z",
            "2020-01-01T00:00:00Z",
            Fails,
        ),
        (
            "DateLessThanEquals",
            "2020-01-01T00:00:00Z",
            "2020-01-01",
            "2020-01-02",
            Fails,
        ),
        (
            "DateGreaterThan",
            "2020-01-01T00:00:00Z",
            "2020-01-01T00:00:00.1Z",
            "2020-01-01",
            Fails,
        ),
        (
            "DateGreaterThanEquals",
            "2020-01-01T00:00:00Z",
            "2020-01-01",
            "2019-12-31",
            Fails,
        ),
        ("Bool", "true", "TRUE", "false", Fails),
        ("BinaryEquals", "aGk=", "hi", "ho", Fails),
        ("IpAddress", "10.0.0.0/8", "10.1.2.3", "11.0.0.1", Fails),
        ("NotIpAddress", "10.0.0.0/8", "11.0.0.1", "10.1.2.3", Holds),
        (
            "ArnEquals",
            "arn:aws:s3:::b*",
            "arn:aws:s3:::bucket",
            "arn:aws:s3:::other",
            Fails,
        ),
        (
            "ArnLike",
            "arn:aws:*:*:*:q",
            "arn:aws:sqs:r:1:q",
            "arn:aws:sqs:r:1:p",
            Fails,
        ),
        (
            "ArnNotEquals",
            "arn:aws:s3:::b*",
            "arn:aws:s3:::other",
            "arn:aws:s3:::bucket",
            Holds,
        ),
        (
            "ArnNotLike",
            "arn:aws:*:*:*:q",
            "arn:aws:sqs:r:1:p",
            "arn:aws:sqs:r:1:q",
            Holds,
        ),
    ];

    fn holds(operator: &str, values: &str, key: Option<ContextValue>) -> DecisionKind {
        let text = format!(
            r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Action": "*",
            "Resource": "*", "Condition": {{"{operator}": {{"app:key": {values}}}}}}}}}"#
        );
        let policy = Policy::parse("p", PolicyKind::Identity, &text).unwrap();
        let principal = Principal {
            kind: PrincipalKind::User,
            ..Principal::anonymous()
        };
        let context: Context = key.map(|value| ("app:Key", value)).into_iter().collect();
        let request = RequestContext {
            principal: &principal,
            action: &Action::parse("a:B").unwrap(),
            resource: "*",
            resource_account: None,
            model: AuthorizationModel::Standard,
            context: &[&context],
        };
        let set = PolicySet {
            identity: vec![Arc::new(policy)],
            ..PolicySet::default()
        };
        evaluate(&request, &set).kind
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "the tables have absent keys beside it"
    )]
    fn one(text: &str) -> Option<ContextValue> {
        Some(ContextValue::One(text.to_owned()))
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "the tables have absent keys beside it"
    )]
    fn many(texts: &[&str]) -> Option<ContextValue> {
        Some(ContextValue::Many(
            texts.iter().map(|text| (*text).to_owned()).collect(),
        ))
    }

    fn unknown() -> ContextValue {
        ContextValue::NotComputed {
            reason: "unknown".to_owned(),
        }
    }

    #[track_caller]
    fn check(operator: &str, value: &str, key: Option<ContextValue>, expected: bool) {
        let wanted = if expected {
            DecisionKind::Allow
        } else {
            DecisionKind::ImplicitDeny
        };
        let shown = format!("{operator} {value} {key:?}");
        assert_eq!(
            holds(operator, &format!("\"{value}\""), key),
            wanted,
            "{shown}"
        );
    }

    #[test]
    fn the_table_has_every_operator() {
        let listed: Vec<&str> = TABLE.iter().map(|row| row.0).chain(["Null"]).collect();
        assert_eq!(listed, Comparison::ALL.map(|(_, name)| name));
    }

    #[test]
    fn plain() {
        for (operator, value, yes, no, missing) in TABLE {
            check(operator, value, one(yes), true);
            check(operator, value, one(no), false);
            check(operator, value, None, missing == Holds);
            // A key with several values needs a set operator.
            check(operator, value, many(&[yes]), false);
            check(operator, value, many(&[]), false);
            check(&operator.to_lowercase(), value, one(yes), true);
            let undecided = holds(operator, &format!("\"{value}\""), Some(unknown()));
            assert_eq!(undecided, DecisionKind::Undetermined, "{operator}");
        }
    }

    #[test]
    fn if_exists() {
        for (operator, value, yes, no, _) in TABLE {
            let operator = format!("{operator}IfExists");
            check(&operator, value, one(yes), true);
            check(&operator, value, one(no), false);
            check(&operator, value, None, true);
            check(&operator, value, many(&[yes]), false);
        }
    }

    #[test]
    fn for_all_values() {
        for (operator, value, yes, no, _) in TABLE {
            for suffix in ["", "IfExists"] {
                let operator = format!("ForAllValues:{operator}{suffix}");
                check(&operator, value, many(&[yes, yes]), true);
                check(&operator, value, many(&[yes, no]), false);
                check(&operator, value, many(&[]), true);
                check(&operator, value, one(""), true);
                check(&operator, value, one(yes), true);
                check(&operator, value, one(no), false);
                check(&operator, value, None, true);
            }
        }
    }

    #[test]
    fn for_any_value() {
        for (operator, value, yes, no, _) in TABLE {
            for suffix in ["", "IfExists"] {
                let operator = format!("ForAnyValue:{operator}{suffix}");
                check(&operator, value, many(&[no, yes]), true);
                check(&operator, value, many(&[no, no]), false);
                check(&operator, value, many(&[]), false);
                check(&operator, value, one(yes), true);
                check(&operator, value, one(no), false);
                check(&operator, value, None, !suffix.is_empty());
            }
        }
    }

    #[test]
    fn several_values_are_any_of_or_none_of() {
        for (operator, value, yes, no, missing) in TABLE {
            // The policy lists a value that nothing matches and the one that decides.
            let values = format!("[\"nothing\", \"{value}\"]");
            let kind = |key| holds(operator, &values, key) == DecisionKind::Allow;
            assert!(kind(one(yes)), "{operator}");
            assert!(!kind(one(no)), "{operator}");
            // An empty list: nothing matches it.
            let kind = holds(operator, "[]", one(yes)) == DecisionKind::Allow;
            assert_eq!(kind, missing == Holds, "{operator}");
        }
    }

    #[test]
    fn null() {
        for (value, key, expected) in [
            ("true", None, true),
            ("true", one("x"), false),
            ("true", one(""), true),
            ("true", many(&["x"]), false),
            ("true", many(&[]), true),
            ("false", None, false),
            ("false", one("x"), true),
            ("false", one(""), false),
            ("False", many(&["x", "y"]), true),
        ] {
            check("Null", value, key, expected);
        }
        check("ForAllValues:Null", "false", None, true);
        check("ForAnyValue:Null", "true", None, false);
        check("ForAnyValue:Null", "false", many(&["x"]), true);
        assert_eq!(
            holds("Null", "true", None),
            DecisionKind::Allow,
            "a JSON boolean"
        );
        assert_eq!(
            holds("Null", "\"false\"", Some(unknown())),
            DecisionKind::Undetermined
        );
    }

    #[test]
    fn literals() {
        assert_eq!(
            holds("NumericEquals", "-12.50", one("-12.5")),
            DecisionKind::Allow
        );
        assert_eq!(holds("Bool", "false", one("False")), DecisionKind::Allow);
        assert_eq!(
            holds("DateEquals", "86400", one("1970-01-02")),
            DecisionKind::Allow
        );
    }

    #[test]
    fn values_that_cannot_be_read_match_nothing() {
        for (operator, value) in [
            ("NumericLessThan", "ten"),
            ("DateLessThan", "tomorrow"),
            ("Bool", "yes"),
            ("BinaryEquals", "%%"),
            ("IpAddress", "10.0.0.0/99"),
            ("ArnLike", "bucket"),
        ] {
            let (_, _, yes, _, _) = TABLE.iter().find(|row| row.0 == operator).unwrap();
            check(operator, value, one(yes), false);
            check(
                operator,
                TABLE.iter().find(|row| row.0 == operator).unwrap().1,
                one("?!"),
                false,
            );
        }
        check("NumericNotEquals", "ten", one("10"), true);
        check("NumericNotEquals", "10", one("ten"), true);
        check("NotIpAddress", "10.0.0.0/8", one("nowhere"), true);
        // What is no ARN fails the negated operators too.
        check("ArnNotLike", "arn:aws:s3:::*", one("nothing"), false);
        check(
            "ArnNotEqualsIfExists",
            "arn:aws:s3:::*",
            one("nothing"),
            false,
        );
    }
}
