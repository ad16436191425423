//! AWS's own managed policies, about 1,580 of them, as the Python package moto carries them.

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, fs, path::PathBuf, sync::Arc};

    use rolecall_policy::{
        Action, AuthorizationModel, Context, DecisionKind, Policy, PolicyKind, PolicySet,
        RequestContext,
        document::{Effect, Polarity, PolicyDocument},
        evaluate, explain,
        simulate::parse_principal,
    };
    use serde::Deserialize;
    use serde_json::Value;

    #[derive(Deserialize)]
    struct Managed {
        #[serde(rename = "Document")]
        document: Value,
        #[serde(rename = "Path")]
        path: String,
    }

    /// The file of the package, in the tools that `cargo ci test` installs.
    fn file() -> PathBuf {
        #[expect(
            clippy::disallowed_methods,
            reason = "`cargo ci test` says so where the tools are"
        )]
        let given = std::env::var("ROLECALL_TEST_TOOLS").map(PathBuf::from);
        let tools = given.unwrap_or_else(|_| {
            PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../target/test-tools")
        });
        let library = tools.join("venv/lib");
        let pythons = fs::read_dir(&library).into_iter().flatten().flatten();
        let mut files = pythons.map(|python| {
            python
                .path()
                .join("site-packages/moto/iam/aws_managed_policies.py")
        });
        let found = files.find(|file| file.exists());
        found.unwrap_or_else(|| {
            let advice =
                "run `cargo ci test`, or `cargo ci tools` once before a run of nextest by hand";
            panic!("moto is not in `{}`: {advice}", library.display())
        })
    }

    /// By name; the file is a Python text of JSON between triple quotes.
    fn managed() -> BTreeMap<String, Managed> {
        let text = fs::read_to_string(file()).unwrap();
        let json = text.split("\"\"\"").nth(1).unwrap();
        serde_json::from_str(json).unwrap()
    }

    /// Asks for the first action of every statement, on everything.
    fn ask(policy: &Arc<Policy>) {
        let principal = parse_principal("arn:aws:iam::111122223333:role/app").unwrap();
        let policies = PolicySet {
            identity: vec![Arc::clone(policy)],
            ..PolicySet::default()
        };
        let document: &PolicyDocument = policy.document();
        for (index, statement) in document.statements.iter().enumerate() {
            let Some(pattern) = statement.actions.values.iter().next() else {
                continue;
            };
            let text = if pattern == "*" {
                "s3:GetObject".to_owned()
            } else {
                pattern.replace('*', "X")
            };
            let action = Action::parse(&text).unwrap();
            let request = RequestContext {
                principal: &principal,
                action: &action,
                resource: "*",
                resource_account: principal.account.as_ref(),
                model: AuthorizationModel::Standard,
                context: &[&Context::new()],
            };
            let decision = evaluate(&request, &policies);
            assert_eq!(
                explain(&request, &policies).decision,
                decision,
                "{}",
                policy.name
            );
            let on_everything = statement.resources.as_ref().is_some_and(|scope| {
                scope.polarity == Polarity::Listed && scope.values.iter().any(|one| one == "*")
            });
            let sure = on_everything
                && statement.conditions.is_empty()
                && statement.actions.polarity == Polarity::Listed;
            match statement.effect {
                Effect::Allow if sure => assert_ne!(
                    decision.kind,
                    DecisionKind::ImplicitDeny,
                    "{} {index} {text}",
                    policy.name
                ),
                Effect::Deny if sure => assert_eq!(
                    decision.kind,
                    DecisionKind::ExplicitDeny,
                    "{} {index} {text}",
                    policy.name
                ),
                _ => {}
            }
        }
    }

    #[test]
    fn all_parse_print_back_equal_and_evaluate() {
        let managed = managed();
        assert!(managed.len() > 1_500, "{}", managed.len());
        for (name, Managed { document, path }) in managed {
            let arn = format!("arn:aws:iam::aws:policy{path}{name}");
            let text = document.to_string();
            let policy = Policy::parse(&arn, PolicyKind::Identity, &text);
            let policy = policy.unwrap_or_else(|error| panic!("{}", error.render(&arn, &text)));
            assert_eq!(policy.document().to_json(), document, "{arn}");
            ask(&Arc::new(policy));
        }
    }
}
