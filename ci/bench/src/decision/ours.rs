//! A shape as an IAM policy.

use std::sync::Arc;

use anyhow::Context as _;
use rolecall_policy::{
    AccountId, Action, AuthorizationModel, Context, Policy, PolicyKind, PolicySet, Principal,
    PrincipalKind, RequestContext, decide, evaluate,
};
use serde_json::{Value, json};

use super::shapes::{CONTEXT, Line, Shape};

/// A policy that is compiled, and a request whose context is built.
#[derive(Debug)]
pub(crate) struct Prepared {
    policies: PolicySet,
    principal: Principal,
    account: AccountId,
    action: Action,
    resource: String,
    context: Context,
}

impl Prepared {
    pub(crate) fn new(shape: &Shape, count: usize) -> anyhow::Result<Self> {
        let statements: Vec<Value> = (0..count).map(|n| statement(&(shape.line)(n))).collect();
        let document = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
        // A policy of AWS's own may be longer than 131,072 characters.
        let policy = Policy::parse(
            "arn:aws:iam::aws:policy/Bench",
            PolicyKind::Identity,
            &document,
        )
        .map_err(|error| anyhow::anyhow!("{error}"))?;
        let (action, resource) = (shape.request)(count / 2);
        let account = AccountId::parse("123456789012").context("an account")?;
        Ok(Self {
            policies: PolicySet {
                identity: vec![Arc::new(policy)],
                ..PolicySet::default()
            },
            principal: Principal {
                kind: PrincipalKind::User,
                arn: "arn:aws:iam::123456789012:user/ana".to_owned(),
                account: Some(account.clone()),
                ..Principal::anonymous()
            },
            account,
            action: Action::parse(&action)?,
            resource,
            context: CONTEXT
                .iter()
                .fold(Context::new(), |context, (key, value)| {
                    context.with(*key, *value)
                }),
        })
    }

    pub(crate) fn allows(&self) -> bool {
        self.ask(|request| decide(request, &self.policies).is_allowed())
    }

    pub(crate) fn allows_with_statements(&self) -> bool {
        self.ask(|request| evaluate(request, &self.policies).is_allowed())
    }

    fn ask(&self, question: impl FnOnce(&RequestContext<'_>) -> bool) -> bool {
        question(&RequestContext {
            principal: &self.principal,
            action: &self.action,
            resource: &self.resource,
            resource_account: Some(&self.account),
            model: AuthorizationModel::Standard,
            context: &[&self.context],
        })
    }
}

fn statement(line: &Line) -> Value {
    let effect = if line.allow { "Allow" } else { "Deny" };
    let mut out = json!({ "Effect": effect, "Action": line.action, "Resource": line.resource });
    if let (Some((key, value)), Some(members)) = (&line.equals, out.as_object_mut()) {
        let condition = json!({ "StringEquals": { *key: value } });
        members.insert("Condition".to_owned(), condition);
    }
    out
}
