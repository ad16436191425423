//! What holds for all policies.

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;
    use rolecall_policy::{
        AccountId, Action, ActionPattern, AuthorizationModel, CheckEffect, Context, ContextValue,
        Decision, DecisionKind, Policy, PolicyKind, PolicySet, Principal, PrincipalKind,
        RequestContext, ResourcePattern, Truth, escape_arn, evaluate, explain,
    };
    use serde_json::{Value, json};

    const ACCOUNT: &str = "111122223333";
    const OTHER: &str = "444455556666";
    const SESSION: &str = "arn:aws:sts::111122223333:assumed-role/app/s1";
    const ROLE: &str = "arn:aws:iam::111122223333:role/app";

    fn cases(few: u32) -> ProptestConfig {
        let full = option_env!("ROLECALL_FULL").is_some();
        ProptestConfig::with_cases(if full { few * 100 } else { few })
    }

    fn pick(from: &'static [&'static str]) -> impl Strategy<Value = String> {
        prop::sample::select(from).prop_map(ToOwned::to_owned)
    }

    fn action() -> impl Strategy<Value = String> {
        pick(&["s3:GetObject", "s3:PutObject", "sqs:SendMessage"])
    }

    fn resource() -> impl Strategy<Value = String> {
        pick(&[
            "arn:aws:s3:::a/x",
            "arn:aws:s3:::a/jo",
            "arn:aws:sqs:eu-west-1:1:q",
            "*",
        ])
    }

    fn action_pattern() -> impl Strategy<Value = String> {
        pick(&[
            "*",
            "s3:*",
            "s3:Get*",
            "S3:getobject",
            "s3:?utObject",
            "sqs:SendMessage",
            "*:*e",
        ])
    }

    fn resource_pattern() -> impl Strategy<Value = String> {
        pick(&[
            "*",
            "arn:aws:s3:::*",
            "arn:aws:s3:::a/x",
            "arn:aws:s3:::a/${aws:username}",
            "arn:aws:s3:::a/${aws:none, 'x'}",
            "arn:aws:sqs:*:1:*",
            "arn:aws:s3",
            "arn:aws:s3:::?/*",
        ])
    }

    fn condition() -> impl Strategy<Value = Option<Value>> {
        let operator = pick(&[
            "StringEquals",
            "StringNotEquals",
            "StringLikeIfExists",
            "ForAllValues:StringLike",
            "ForAnyValue:StringNotEquals",
            "ForAnyValue:StringEqualsIgnoreCaseIfExists",
        ]);
        let key = pick(&["aws:username", "aws:TagKeys", "aws:ResourceTag/team"]);
        let value = pick(&["jo", "JO", "blue", "*", "${aws:username}"]);
        let one = (operator, key, prop::collection::vec(value, 1..3))
            .prop_map(|(operator, key, values)| json!({ operator: { key: values } }));
        prop::option::weighted(0.5, one)
    }

    fn principals() -> impl Strategy<Value = Value> {
        prop::sample::select(vec![
            json!("*"),
            json!({ "AWS": ACCOUNT }),
            json!({ "AWS": ROLE }),
            json!({ "AWS": SESSION }),
            json!({ "AWS": [OTHER, "arn:aws:iam::111122223333:user/jo"] }),
            json!({ "Service": "sns.amazonaws.com" }),
        ])
    }

    fn scope(
        plain: &'static str,
        not: &'static str,
        values: &[String],
        negate: bool,
    ) -> (String, Value) {
        (if negate { not } else { plain }.to_owned(), json!(values))
    }

    fn statement(effect: impl Strategy<Value = String>) -> impl Strategy<Value = Value> {
        let actions = (
            prop::collection::vec(action_pattern(), 1..3),
            prop::bool::weighted(0.2),
        );
        let resources = (
            prop::collection::vec(resource_pattern(), 1..3),
            prop::bool::weighted(0.2),
        );
        (effect, actions, resources, condition()).prop_map(
            |(effect, actions, resources, condition)| {
                let mut out = serde_json::Map::new();
                out.insert("Effect".to_owned(), json!(effect));
                out.extend([scope("Action", "NotAction", &actions.0, actions.1)]);
                out.extend([scope("Resource", "NotResource", &resources.0, resources.1)]);
                out.extend(condition.map(|condition| ("Condition".to_owned(), condition)));
                Value::Object(out)
            },
        )
    }

    fn any_effect() -> impl Strategy<Value = String> {
        prop_oneof![4 => Just("Allow".to_owned()), 1 => Just("Deny".to_owned())]
    }

    fn statements() -> impl Strategy<Value = Vec<Value>> {
        prop::collection::vec(statement(any_effect()), 0..4)
    }

    fn resource_statements() -> impl Strategy<Value = Vec<Value>> {
        let not = prop::bool::weighted(0.15);
        let one = (statement(any_effect()), principals(), not).prop_map(|(mut one, who, not)| {
            one[if not { "NotPrincipal" } else { "Principal" }] = who;
            one
        });
        prop::collection::vec(one, 0..4)
    }

    /// All policies of one request, as statements.
    #[derive(Clone, Debug)]
    struct Set {
        identity: Vec<Vec<Value>>,
        boundary: Option<Vec<Value>>,
        session: Option<Vec<Value>>,
        resource: Option<Vec<Value>>,
        scp: Vec<Vec<Value>>,
    }

    fn set() -> impl Strategy<Value = Set> {
        let identity = prop::collection::vec(statements(), 0..3);
        let boundary = prop::option::weighted(0.3, statements());
        let session = prop::option::weighted(0.3, statements());
        let resource = prop::option::weighted(0.5, resource_statements());
        let scp = prop::collection::vec(statements(), 0..2);
        (identity, boundary, session, resource, scp).prop_map(
            |(identity, boundary, session, resource, scp)| Set {
                identity,
                boundary,
                session,
                resource,
                scp,
            },
        )
    }

    fn document(statements: &[Value]) -> String {
        json!({ "Version": "2012-10-17", "Statement": statements }).to_string()
    }

    fn parse(name: &str, kind: PolicyKind, statements: &[Value]) -> Arc<Policy> {
        Arc::new(Policy::parse(name, kind, &document(statements)).unwrap())
    }

    impl Set {
        fn compile(&self) -> PolicySet {
            let one =
                |name, kind, of: &Option<Vec<Value>>| of.as_ref().map(|s| parse(name, kind, s));
            PolicySet {
                identity: self
                    .identity
                    .iter()
                    .map(|s| parse("i", PolicyKind::Identity, s))
                    .collect(),
                permissions_boundary: one("b", PolicyKind::PermissionsBoundary, &self.boundary),
                session: one("s", PolicyKind::Session, &self.session).map(|policy| vec![policy]),
                resource: one("r", PolicyKind::Resource, &self.resource),
                service_control: self
                    .scp
                    .iter()
                    .map(|s| vec![parse("scp", PolicyKind::ServiceControl, s)])
                    .collect(),
                ..PolicySet::default()
            }
        }

        /// Adds a statement to the policies of one kind, which have to be there already: a new
        /// boundary, for one, takes permissions away.
        fn add(&mut self, layer: usize, statement: &Value) {
            match layer {
                0 => self.identity.push(vec![statement.clone()]),
                1 => self
                    .boundary
                    .iter_mut()
                    .for_each(|list| list.push(statement.clone())),
                2 => self
                    .session
                    .iter_mut()
                    .for_each(|list| list.push(statement.clone())),
                3 => self
                    .scp
                    .iter_mut()
                    .for_each(|list| list.push(statement.clone())),
                _ => {
                    let mut named = statement.clone();
                    named["Principal"] = json!("*");
                    self.resource
                        .iter_mut()
                        .for_each(|list| list.push(named.clone()));
                }
            }
        }

        fn reversed(&self) -> Self {
            let back = |list: &Vec<Value>| list.iter().rev().cloned().collect::<Vec<_>>();
            Self {
                identity: self.identity.iter().rev().map(back).collect(),
                boundary: self.boundary.as_ref().map(back),
                session: self.session.as_ref().map(back),
                resource: self.resource.as_ref().map(back),
                scp: self.scp.iter().map(back).collect(),
            }
        }
    }

    #[derive(Clone, Debug)]
    struct Ask {
        principal: Principal,
        action: String,
        resource: String,
        owner: Option<&'static str>,
        model: AuthorizationModel,
        context: Context,
    }

    fn principal() -> impl Strategy<Value = Principal> {
        let of = |kind, arn: &str, issuer: Option<&str>| Principal {
            kind,
            arn: arn.to_owned(),
            account: Some(AccountId::parse(ACCOUNT).unwrap()),
            issuer: issuer.map(ToOwned::to_owned),
            ..Principal::anonymous()
        };
        prop::sample::select(vec![
            of(PrincipalKind::AssumedRole, SESSION, Some(ROLE)),
            of(
                PrincipalKind::User,
                "arn:aws:iam::111122223333:user/jo",
                None,
            ),
            of(
                PrincipalKind::FederatedUser,
                "arn:aws:sts::111122223333:federated-user/f",
                None,
            ),
            of(PrincipalKind::Root, "arn:aws:iam::111122223333:root", None),
            Principal::service("sns.amazonaws.com"),
            Principal::anonymous(),
        ])
    }

    fn context() -> impl Strategy<Value = Context> {
        let one = |text: &str| ContextValue::One(text.to_owned());
        let many =
            |texts: &[&str]| ContextValue::Many(texts.iter().map(|t| (*t).to_owned()).collect());
        let username = prop::option::of(prop::sample::select(vec![one("jo"), one("*"), one("x")]));
        let tags = prop::option::of(prop::sample::select(vec![
            many(&[]),
            many(&["blue"]),
            many(&["blue", "jo"]),
        ]));
        let team = prop::option::of(prop::sample::select(vec![one("blue"), one("JO"), one("")]));
        (username, tags, team).prop_map(|(username, tags, team)| {
            let keys = ["aws:username", "aws:TagKeys", "aws:ResourceTag/Team"];
            let values = keys.into_iter().zip([username, tags, team]);
            values
                .filter_map(|(key, value)| Some((key, value?)))
                .collect()
        })
    }

    fn ask() -> impl Strategy<Value = Ask> {
        let owner = prop::sample::select(vec![None, Some(ACCOUNT), Some(OTHER)]);
        let model = prop::sample::select(vec![
            AuthorizationModel::Standard,
            AuthorizationModel::KmsKey,
        ]);
        (principal(), action(), resource(), owner, model, context()).prop_map(
            |(principal, action, resource, owner, model, context)| Ask {
                principal,
                action,
                resource,
                owner,
                model,
                context,
            },
        )
    }

    impl Ask {
        fn with<T>(&self, use_it: impl FnOnce(&RequestContext<'_>) -> T) -> T {
            let owner = self.owner.map(|id| AccountId::parse(id).unwrap());
            use_it(&RequestContext {
                principal: &self.principal,
                action: &Action::parse(&self.action).unwrap(),
                resource: &self.resource,
                resource_account: owner.as_ref(),
                model: self.model,
                context: &[&self.context],
            })
        }

        fn decide(&self, set: &Set) -> Decision {
            let policies = set.compile();
            self.with(|request| evaluate(request, &policies))
        }
    }

    proptest! {
        #![proptest_config(cases(150))]

        #[test]
        fn a_deny_more_never_allows(ask in ask(), set in set(), layer in 0usize..5, deny in statement(Just("Deny".to_owned()))) {
            let before = ask.decide(&set).is_allowed();
            let mut more = set;
            more.add(layer, &deny);
            prop_assert!(before || !ask.decide(&more).is_allowed());
        }

        #[test]
        fn an_allow_more_never_denies(ask in ask(), set in set(), layer in 0usize..5, allow in statement(Just("Allow".to_owned()))) {
            let before = ask.decide(&set).is_allowed();
            let mut more = set;
            more.add(layer, &allow);
            prop_assert!(!before || ask.decide(&more).is_allowed());
        }

        #[test]
        fn order_never_matters(ask in ask(), set in set()) {
            let (one, other) = (ask.decide(&set), ask.decide(&set.reversed()));
            prop_assert_eq!(one.kind, other.kind);
            prop_assert_eq!(one.blocked_by, other.blocked_by);
            let effects = |d: Vec<rolecall_policy::Check>| d.into_iter().map(|c| (c.kind, c.effect)).collect::<Vec<_>>();
            prop_assert_eq!(effects(one.checks), effects(other.checks));
        }

        #[test]
        fn every_action_allows_what_a_list_allows(ask in ask(), set in set()) {
            let mut wide = set.clone();
            for statement in wide.identity.iter_mut().flatten().filter(|s| s["Effect"] == "Allow") {
                statement.as_object_mut().unwrap().remove("NotAction");
                statement["Action"] = json!("*");
            }
            prop_assert!(!ask.decide(&set).is_allowed() || ask.decide(&wide).is_allowed());
        }

        #[test]
        fn an_action_list_or_its_negation_matches(ask in ask(), actions in prop::collection::vec(action_pattern(), 0..3)) {
            let of = |element: &str| json!({ "Effect": "Allow", element: actions, "Resource": "*" });
            let only = |statement| Set { identity: vec![vec![statement]], boundary: None, session: None, resource: None, scp: vec![] };
            let ask = Ask { principal: Principal { kind: PrincipalKind::User, ..ask.principal.clone() }, owner: None, model: AuthorizationModel::Standard, ..ask };
            let (plain, not) = (ask.decide(&only(of("Action"))), ask.decide(&only(of("NotAction"))));
            prop_assert!(plain.is_allowed() != not.is_allowed());
        }

        #[test]
        fn action_case_never_matters(ask in ask(), set in set()) {
            let upper = Ask { action: ask.action.to_uppercase(), ..ask.clone() };
            prop_assert_eq!(ask.decide(&set), upper.decide(&set));
        }

        #[test]
        fn resource_case_matters(name in "[a-z]{1,8}") {
            let pattern = ResourcePattern::new(&format!("arn:aws:s3:::{name}"));
            let upper = format!("arn:aws:s3:::{}", name.to_uppercase());
            prop_assert!(!pattern.matches(&upper));
        }

        #[test]
        fn print_and_parse_is_stable(set in set()) {
            for statements in &set.identity {
                let policy = parse("p", PolicyKind::Identity, statements);
                let printed = policy.document().to_json();
                prop_assert_eq!(&printed, &serde_json::from_str::<Value>(&policy.text).unwrap());
                let again = Policy::compile("p", PolicyKind::Identity, policy.document()).unwrap();
                prop_assert_eq!(again.document().to_json().to_string(), printed.to_string());
            }
        }

        #[test]
        fn what_is_determined_holds_for_every_value(
            ask in ask(), set in set(), other in context(), hidden in 0usize..3,
        ) {
            let key = ["aws:username", "aws:TagKeys", "aws:ResourceTag/team"][hidden];
            let mut unknown = ask.clone();
            unknown.context.insert(key, ContextValue::NotComputed { reason: "hidden".to_owned() });
            let sure = unknown.decide(&set);
            prop_assert_eq!(sure.kind == DecisionKind::Undetermined, !sure.undetermined_keys.is_empty());
            let mut known = ask;
            known.context.remove(key);
            for (name, value) in other.iter().filter(|(name, _)| name.eq_ignore_ascii_case(key)) {
                known.context.insert(name.to_owned(), value.clone());
            }
            let found = known.decide(&set);
            prop_assert!(sure.kind == DecisionKind::Undetermined || sure.is_allowed() == found.is_allowed(),
                "{sure:?} {found:?}");
        }

        #[test]
        fn an_explanation_agrees_with_its_decision(ask in ask(), set in set()) {
            let policies = set.compile();
            let explained = ask.with(|request| explain(request, &policies));
            let of_checks = explained.decision.checks.iter().filter(|c| c.effect == CheckEffect::Allow || c.effect == CheckEffect::ExplicitDeny);
            for statement in of_checks.flat_map(|check| &check.statements) {
                let all = explained.policies.iter().flat_map(|policy| &policy.statements);
                prop_assert!(all.clone().any(|s| s.statement == *statement && s.matches == Truth::True));
            }
            for statement in explained.policies.iter().flat_map(|policy| &policy.statements) {
                let parts = Truth::all(statement.conditions.iter().map(|c| c.holds))
                    .and(statement.resource)
                    .and((statement.principal && statement.action).into());
                prop_assert_eq!(parts, statement.matches);
            }
            prop_assert_eq!(explained.decision.is_allowed(), explained.remedies.is_empty());
        }
    }

    /// The simplest matcher that can be right.
    fn naive(pattern: &[char], text: &[char]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, None) => true,
            (Some(('*', rest)), _) => {
                naive(rest, text) || text.split_first().is_some_and(|(_, t)| naive(pattern, t))
            }
            (Some(('?', rest)), Some((_, t))) => naive(rest, t),
            (Some((p, rest)), Some((c, t))) => p == c && naive(rest, t),
            _ => false,
        }
    }

    fn chars(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    proptest! {
        #![proptest_config(cases(1_000))]

        #[test]
        fn matching_agrees_with_the_simplest_matcher(pattern in "[abü*?]{0,8}", text in "[abü]{0,8}") {
            let resource = ResourcePattern::new(&format!("arn:aws:s3:::{pattern}"));
            let found = resource.matches(&format!("arn:aws:s3:::{text}"));
            prop_assert_eq!(found, naive(&chars(&pattern), &chars(&text)));
            let found = ActionPattern::new(&format!("a:{pattern}")).matches(&format!("A:{text}"));
            prop_assert_eq!(found, naive(&chars(&pattern), &chars(&text)));
        }

        #[test]
        fn what_covers_matches_at_least_as_much(wide in "[ab*?]{0,5}", narrow in "[ab*?]{0,5}", text in "[ab]{0,6}") {
            let (w, n) = (ActionPattern::new(&wide), ActionPattern::new(&narrow));
            prop_assert!(!w.covers(&n) || !n.matches(&text) || w.matches(&text));
            prop_assert!(w.covers(&w));
            let arn = |p: &str| ResourcePattern::new(&format!("arn:aws:s3:{p}::{p}"));
            let (w, n) = (arn(&wide), arn(&narrow));
            let text = format!("arn:aws:s3:{text}::{text}");
            prop_assert!(!w.covers(&n) || !n.matches(&text) || w.matches(&text));
        }

        #[test]
        fn an_escaped_arn_matches_itself_only(name in "[ab*?${}:/]{0,8}", other in "[ab*?${}:/]{0,8}") {
            let arn = format!("arn:aws:s3:::{name}");
            let pattern = ResourcePattern::new(&escape_arn(&arn));
            prop_assert!(pattern.matches(&arn));
            prop_assert_eq!(pattern.matches(&format!("arn:aws:s3:::{other}")), other == name);
        }
    }

    #[test]
    fn many_stars_take_bounded_time() {
        let pattern = ResourcePattern::new(&format!("arn:aws:s3:::{}b", "*a".repeat(50)));
        assert!(!pattern.matches(&format!("arn:aws:s3:::{}", "a".repeat(20_000))));
    }
}
