//! The largest documents that AWS takes: they are read and decide, in time bounded by the test
//! runner's limit.

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rolecall_policy::{
        AccountId, Action, AuthorizationModel, Context, DecisionKind, Policy, PolicyKind,
        PolicySet, Principal, PrincipalKind, RequestContext, decide, evaluate, explain,
    };

    const MOST: usize = 131_072;

    fn policy(text: &str) -> PolicySet {
        assert!(text.len() <= MOST, "{}", text.len());
        let policy = Policy::parse("large", PolicyKind::Identity, text).unwrap();
        PolicySet {
            identity: vec![Arc::new(policy)],
            ..PolicySet::default()
        }
    }

    /// The decision, and the numbers of the statements that made it.
    fn decided(set: &PolicySet, action: &str, resource: &str) -> (DecisionKind, Vec<usize>) {
        let account = AccountId::parse("111122223333").unwrap();
        let request = RequestContext {
            principal: &Principal {
                kind: PrincipalKind::User,
                arn: "arn:aws:iam::111122223333:user/ana".to_owned(),
                account: Some(account.clone()),
                ..Principal::anonymous()
            },
            action: &Action::parse(action).unwrap(),
            resource,
            resource_account: Some(&account),
            model: AuthorizationModel::Standard,
            context: &[&Context::new().with("aws:username", "ana")],
        };
        let decision = evaluate(&request, set);
        assert_eq!(decide(&request, set).kind, decision.kind);
        assert_eq!(explain(&request, set).decision, decision);
        let statements = decision.checks.iter().flat_map(|check| &check.statements);
        (decision.kind, statements.map(|one| one.statement).collect())
    }

    fn list(count: usize, item: impl Fn(usize) -> String) -> String {
        let items: Vec<String> = (0..count).map(|n| format!("\"{}\"", item(n))).collect();
        format!("[{}]", items.join(","))
    }

    fn of(statements: &[String]) -> String {
        format!("{{\"Statement\":[{}]}}", statements.join(","))
    }

    fn statement(effect: &str, action: &str, resource: &str) -> String {
        format!(r#"{{"Effect":"{effect}","Action":{action},"Resource":{resource}}}"#)
    }

    #[test]
    fn as_long_as_can_be() {
        let allow = of(&[statement("Allow", "\"s3:*\"", "\"*\"")]);
        let padded = format!("{allow}{}", " ".repeat(MOST - allow.len()));
        let found = decided(&policy(&padded), "s3:GetObject", "arn:aws:s3:::b/k");
        assert_eq!(found, (DecisionKind::Allow, vec![0]));
        let error = Policy::parse("large", PolicyKind::Identity, &format!("{padded} "));
        assert_eq!(error.unwrap_err().code, "policy::too_long");
    }

    #[test]
    fn a_thousand_statements_and_more() {
        for count in [1_000, 1_024, 1_025, 1_500] {
            let mut statements: Vec<String> = (0..count)
                .map(|n| statement("Allow", "\"s3:Get*\"", &format!("\"arn:aws:s3:::b{n}\"")))
                .collect();
            let set = policy(&of(&statements));
            let last = format!("arn:aws:s3:::b{}", count - 1);
            let found = decided(&set, "s3:GetObject", &last);
            assert_eq!(found, (DecisionKind::Allow, vec![count - 1]));
            let found = decided(&set, "s3:PutObject", &last);
            assert_eq!(found, (DecisionKind::ImplicitDeny, vec![]));
            *statements.last_mut().unwrap() = statement("Deny", "\"*\"", "\"*\"");
            let found = decided(&policy(&of(&statements)), "s3:GetObject", "arn:aws:s3:::b7");
            assert_eq!(found, (DecisionKind::ExplicitDeny, vec![count - 1]));
        }
    }

    #[test]
    fn ten_thousand_values() {
        let actions = list(10_000, |n| format!("s3:*{n}*"));
        let set = policy(&of(&[statement("Allow", &actions, "\"*\"")]));
        let found = decided(&set, "s3:Get9999", "arn:aws:s3:::b");
        assert_eq!(found, (DecisionKind::Allow, vec![0]));
        assert_eq!(decided(&set, "s3:Get", "*").0, DecisionKind::ImplicitDeny);

        let resources = list(5_000, |n| format!("arn:aws:s3:::*{n}*"));
        let set = policy(&of(&[statement("Allow", "\"s3:*\"", &resources)]));
        let found = decided(&set, "s3:GetObject", "arn:aws:s3:::a-4999-b");
        assert_eq!(found, (DecisionKind::Allow, vec![0]));
        let found = decided(&set, "s3:GetObject", "arn:aws:s3:::none");
        assert_eq!(found.0, DecisionKind::ImplicitDeny);

        let values = list(10_000, |n| format!("a*{n}"));
        let condition = format!(r#"{{"StringLike":{{"aws:username":{values}}}}}"#);
        let text = format!(
            r#"{{"Statement":[{{"Effect":"Allow","Action":"*","Resource":"*","Condition":{condition}}}]}}"#
        );
        let found = decided(&policy(&text), "s3:GetObject", "*");
        assert_eq!(found.0, DecisionKind::ImplicitDeny);
    }

    /// Each prefix of a text is one of the text's prefixes: the index finds them all.
    #[test]
    fn prefixes_of_each_other() {
        let resources = list(480, |n| format!("arn:aws:s3:::{}*", "a".repeat(n)));
        let set = policy(&of(&[statement("Allow", "\"s3:*\"", &resources)]));
        for text in ["a".repeat(500), "b".to_owned(), "aab".to_owned()] {
            let found = decided(&set, "s3:GetObject", &format!("arn:aws:s3:::{text}"));
            assert_eq!(found, (DecisionKind::Allow, vec![0]));
        }
    }

    /// `*a*a*a*a*b`: the time is bounded by the product of the lengths, wherever a pattern stands.
    #[test]
    fn many_stars() {
        let (stars, text) = ("*a".repeat(200), "a".repeat(2_000));
        let resource = format!("\"arn:aws:s3:::{stars}b\"");
        let action = format!("\"s3:{stars}b\"");
        let condition = format!(r#"{{"StringLike":{{"s3:prefix":"{stars}b"}}}}"#);
        let with =
            format!(r#"{{"Effect":"Allow","Action":"*","Resource":"*","Condition":{condition}}}"#);
        let statements = [
            statement("Allow", "\"s3:*\"", &resource),
            statement("Allow", &action, "\"*\""),
            with,
        ];
        let set = policy(&of(&statements));
        let found = decided(&set, &format!("s3:{text}"), &format!("arn:aws:s3:::{text}"));
        assert_eq!(found.0, DecisionKind::ImplicitDeny);
        let found = decided(&set, "s3:GetObject", &format!("arn:aws:s3:::{text}b"));
        assert_eq!(found, (DecisionKind::Allow, vec![0]));
    }
}
