//! The principals that stored policies name: whether they exist, and what is left of them when they
//! are gone.
//!
//! Source: IAM User Guide, "AWS JSON policy elements: Principal": the ARN of a user or role becomes
//! its unique id when the policy is saved, and stands there once the user or role is deleted.

use rolecall_policy::{
    Policy, PolicyKind,
    document::{PolicyDocument, PrincipalSet, PrincipalType},
};
use serde_json::Value;

use super::{Identity, World};

impl World {
    /// The first user or role in the document that does not exist.
    ///
    /// An account that is not known here cannot be asked and counts as having it; so does a
    /// service-linked role (assumed: they are made by services, and none of ours makes any).
    pub fn missing_principal<'a>(&self, document: &'a PolicyDocument) -> Option<&'a str> {
        let principals = document
            .statements
            .iter()
            .filter_map(|s| s.principals.as_ref());
        let types = principals.flat_map(|principals| match &principals.set {
            PrincipalSet::Everyone => [].as_slice(),
            PrincipalSet::ByType(types) => types.as_slice(),
        });
        let named = types.filter(|(kind, _)| *kind == PrincipalType::Aws);
        named
            .flat_map(|(_, values)| values.iter())
            .find(|value| !self.has_principal(value))
    }

    /// Whether a principal's ARN can stand in a policy that is saved.
    pub fn has_principal(&self, arn: &str) -> bool {
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        let ["arn", _, service, _, account, rest] = parts.as_slice() else {
            return true;
        };
        let Some(account) = self.accounts.get(*account) else {
            return true;
        };
        let (word, name) = rest.split_once('/').unwrap_or((rest, ""));
        let of_arn = |identity: &Identity| identity.arn == arn;
        match (*service, word) {
            ("iam", "user") => account.users.values().any(of_arn),
            ("iam", "role") => {
                name.starts_with("aws-service-role/") || account.roles.values().any(of_arn)
            }
            // Source: the same page: groups cannot be principals.
            ("iam", "group") => false,
            // The name of the session is free (observed: dev.classmethod.jp,
            // resource-base-policy-invalid-principal-error).
            ("sts", "assumed-role") => {
                let role = name.split('/').next().unwrap_or_default();
                account.roles.values().any(|known| known.name == role)
            }
            _ => true,
        }
    }

    /// Puts the unique id of a user or role that is gone in the place of its ARN in trust policies:
    /// another one of the same name is not trusted. Conditions keep the ARN.
    pub fn forget_principal(&mut self, gone: &Identity) {
        let roles = self
            .accounts
            .values_mut()
            .flat_map(|account| account.roles.values_mut());
        for role in roles {
            let Some(trust) = role
                .trust
                .as_ref()
                .filter(|trust| trust.text.contains(&gone.arn))
            else {
                continue;
            };
            let Ok(mut document) = serde_json::from_str(&trust.text) else {
                continue;
            };
            replace_principal(&mut document, &gone.arn, &gone.id);
            if let Ok(changed) = Policy::parse(&role.arn, PolicyKind::Trust, &document.to_string())
            {
                role.trust = Some(changed.into());
            }
        }
    }
}

fn replace_principal(document: &mut Value, arn: &str, id: &str) {
    let statements = match document.get_mut("Statement") {
        Some(Value::Array(several)) => several.iter_mut().collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    };
    for statement in statements {
        for element in ["Principal", "NotPrincipal"] {
            match statement
                .get_mut(element)
                .and_then(|principals| principals.get_mut("AWS"))
            {
                Some(Value::Array(several)) => {
                    for one in several {
                        replace(one, arn, id);
                    }
                }
                Some(one) => replace(one, arn, id),
                None => {}
            }
        }
    }
}

fn replace(value: &mut Value, arn: &str, id: &str) {
    if value.as_str() == Some(arn) {
        *value = id.into();
    }
}
