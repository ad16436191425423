//! Whose policy it is: a role or a user.

use std::fmt;

use rolecall_policy::{Principal, PrincipalKind};
use serde::Serialize;

/// What an identity policy can be attached to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum SubjectKind {
    /// A role.
    Role,
    /// A user.
    User,
}

/// The role or user that a caller acts as.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Subject {
    /// Which of the two.
    pub kind: SubjectKind,
    /// Its ARN, with its path.
    pub arn: String,
}

impl Subject {
    /// The subject of a caller; none for root, services and nobody, which have no such policies.
    pub fn of(principal: &Principal) -> Option<Self> {
        match principal.kind {
            PrincipalKind::User => Some(Self {
                kind: SubjectKind::User,
                arn: principal.arn.clone(),
            }),
            PrincipalKind::AssumedRole => Some(Self {
                kind: SubjectKind::Role,
                arn: principal
                    .issuer
                    .clone()
                    .or_else(|| role_of_session(&principal.arn))?,
            }),
            PrincipalKind::FederatedUser => Some(Self {
                kind: SubjectKind::User,
                arn: principal.issuer.clone()?,
            }),
            PrincipalKind::Root
            | PrincipalKind::Service
            | PrincipalKind::Federated
            | PrincipalKind::Anonymous => None,
        }
    }

    /// The name without its path.
    pub fn name(&self) -> &str {
        self.arn.rsplit(['/', ':']).next().unwrap_or(&self.arn)
    }

    /// Whether a text that a person gave means it: its ARN or its name.
    pub fn is_named(&self, text: &str) -> bool {
        self.arn == text || self.name() == text
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.arn)
    }
}

/// The role behind `arn:aws:sts::A:assumed-role/NAME/SESSION`; a session's ARN has no path.
fn role_of_session(session: &str) -> Option<String> {
    let arn = rolecall_policy::Arn::parse(session).ok()?;
    let name = arn
        .resource()
        .strip_prefix("assumed-role/")?
        .split('/')
        .next()?;
    Some(format!(
        "arn:{}:iam::{}:role/{name}",
        arn.partition(),
        arn.account()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_stands_for_its_role() {
        let mut session = Principal {
            kind: PrincipalKind::AssumedRole,
            arn: "arn:aws:sts::123456789012:assumed-role/orders/s".to_owned(),
            issuer: None,
            ..Principal::anonymous()
        };
        let subject = Subject::of(&session).unwrap();
        assert_eq!(subject.arn, "arn:aws:iam::123456789012:role/orders");
        session.issuer = Some("arn:aws:iam::123456789012:role/team/orders".to_owned());
        let subject = Subject::of(&session).unwrap();
        assert_eq!(
            (subject.arn.as_str(), subject.name()),
            (session.issuer.as_deref().unwrap(), "orders")
        );
        assert!(subject.is_named("orders") && !subject.is_named("order"));
        assert_eq!(Subject::of(&Principal::service("sns.amazonaws.com")), None);
    }
}
