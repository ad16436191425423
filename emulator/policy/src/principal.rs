//! Who makes a request, as the decision sees it.

use serde::{Deserialize, Serialize};

use crate::AccountId;

/// The kind of a principal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PrincipalKind {
    /// The root user of an account.
    Root,
    /// An IAM user.
    User,
    /// A session of a role, from `AssumeRole` and its kin.
    AssumedRole,
    /// A session from `GetFederationToken`.
    FederatedUser,
    /// An AWS service, such as `sns.amazonaws.com`.
    Service,
    /// A web identity or SAML provider's user, as `AssumeRoleWith...` sees it.
    Federated,
    /// Nobody: an unsigned request.
    Anonymous,
}

/// A principal with everything about it that policies can name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Principal {
    /// What it is.
    pub kind: PrincipalKind,
    /// `arn:aws:iam::A:user/path/name`, `arn:aws:sts::A:assumed-role/name/session`,
    /// `arn:aws:sts::A:federated-user/name`, `arn:aws:iam::A:root`; the service's or provider's
    /// name for the kinds `Service` and `Federated`; `anonymous` for nobody.
    pub arn: String,
    /// The account, but for services and nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    /// For a session: the ARN, with its path, of the role or user that it was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// `aws:userid`: `AIDA...`, `AROA...:session`, `account:name`, the account for root.
    #[serde(default)]
    pub user_id: String,
    /// Whether it is a session of a service-linked role.
    #[serde(default, skip_serializing_if = "is_false")]
    pub service_linked: bool,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature that serde asks for"
)]
fn is_false(value: &bool) -> bool {
    !value
}

impl Principal {
    /// Nobody.
    pub fn anonymous() -> Self {
        Self {
            kind: PrincipalKind::Anonymous,
            arn: "anonymous".to_owned(),
            account: None,
            issuer: None,
            user_id: String::new(),
            service_linked: false,
        }
    }

    /// An AWS service, by its principal name, such as `sns.amazonaws.com`.
    pub fn service(name: &str) -> Self {
        Self {
            kind: PrincipalKind::Service,
            arn: name.to_owned(),
            ..Self::anonymous()
        }
    }
}
