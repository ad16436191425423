//! Principals by the text that names them.

use crate::{AccountId, Context, Principal, PrincipalKind};

/// Says why a text names no principal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a principal: the ARN of a user, role, session, account or identity provider, the \
     name of a service, or `anonymous` is needed"
)]
pub struct NotAPrincipal(pub String);

/// Parses the ARN of a user, a role, a session, an account (its root user) or a provider, a
/// service's name such as `lambda.amazonaws.com`, an account id, or `anonymous`.
///
/// A role's ARN stands for any session of it. A session's ARN drops the role's path, so its role is
/// known by name alone.
pub fn parse_principal(text: &str) -> Result<Principal, NotAPrincipal> {
    let failed = || NotAPrincipal(text.to_owned());
    if text == "anonymous" {
        return Ok(Principal::anonymous());
    }
    if let Ok(account) = AccountId::parse(text) {
        let arn = format!("arn:aws:iam::{account}:root");
        return Ok(of_account(PrincipalKind::Root, &arn, account));
    }
    if !text.starts_with("arn:") {
        return by_name(text).ok_or_else(failed);
    }
    let mut parts = text.splitn(6, ':').skip(2);
    let (service, account) = (parts.next().unwrap_or(""), parts.nth(1).unwrap_or(""));
    let tail = parts.next().ok_or_else(failed)?;
    let account = AccountId::parse(account).map_err(|_| failed())?;
    let kind = kind_of(service, tail).ok_or_else(failed)?;
    let mut principal = of_account(kind, text, account);
    match kind {
        // A provider's user belongs to no account until the role is assumed.
        PrincipalKind::Federated => principal.account = None,
        PrincipalKind::AssumedRole => {
            if service == "iam" {
                principal.issuer = Some(text.to_owned());
            }
            principal.service_linked = is_service_linked(tail);
        }
        _ => {}
    }
    Ok(principal)
}

/// Says that a session cannot have been made from what is given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`issuer`: `{issuer}` is not what the session `{session}` is made from")]
pub struct NotTheIssuer {
    /// The session.
    pub session: String,
    /// What it is said to be made from.
    pub issuer: String,
}

impl Principal {
    /// The same session, made from this role (or, for a federated session, by this user), whose
    /// path the session's own ARN does not have.
    ///
    /// # Errors
    ///
    /// Fails where the role has another name, or the account is another.
    pub fn issued_by(mut self, issuer: &str) -> Result<Self, NotTheIssuer> {
        if !is_issuer_of(&self, issuer) {
            return Err(NotTheIssuer {
                session: self.arn,
                issuer: issuer.to_owned(),
            });
        }
        self.service_linked |= issuer.contains(":role/aws-service-role/");
        self.issuer = Some(issuer.to_owned());
        Ok(self)
    }
}

fn is_issuer_of(session: &Principal, issuer: &str) -> bool {
    let parts: Vec<&str> = issuer.splitn(6, ':').collect();
    let ["arn", partition, "iam", "", account, tail] = parts.as_slice() else {
        return false;
    };
    let mut own = session.arn.splitn(6, ':');
    let same_partition = own.nth(1) == Some(partition);
    let same_account = session.account.as_ref().map(AccountId::as_str) == Some(account);
    let (stem, path) = tail.split_once('/').unwrap_or((tail, ""));
    let name = path.rsplit('/').next().unwrap_or("");
    let fits = match session.kind {
        PrincipalKind::AssumedRole if session.issuer.is_some() => session.arn == issuer,
        PrincipalKind::AssumedRole => {
            let of_session = own.nth(3).unwrap_or("");
            stem == "role" && of_session.split('/').nth(1) == Some(name)
        }
        PrincipalKind::FederatedUser => stem == "user",
        _ => false,
    };
    same_partition && same_account && fits && !name.is_empty()
}

fn of_account(kind: PrincipalKind, arn: &str, account: AccountId) -> Principal {
    let user_id = match kind {
        PrincipalKind::Root => account.to_string(),
        _ => String::new(),
    };
    Principal {
        kind,
        arn: arn.to_owned(),
        account: Some(account),
        user_id,
        ..Principal::anonymous()
    }
}

fn kind_of(service: &str, tail: &str) -> Option<PrincipalKind> {
    let (stem, rest) = tail.split_once('/').unwrap_or((tail, ""));
    match (service, stem, rest.is_empty()) {
        ("iam", "root", true) => Some(PrincipalKind::Root),
        ("iam", "user", false) => Some(PrincipalKind::User),
        ("iam", "role", false) | ("sts", "assumed-role", false) => Some(PrincipalKind::AssumedRole),
        ("sts", "federated-user", false) => Some(PrincipalKind::FederatedUser),
        ("iam", "oidc-provider" | "saml-provider", false) => Some(PrincipalKind::Federated),
        _ => None,
    }
}

/// Services are `NAME.amazonaws.com` and the like; other domain names are identity providers, and
/// so is Cognito.
///
/// Source: IAM User Guide, "AWS JSON policy elements: Principal"; iam-semantics.md B5.
fn by_name(text: &str) -> Option<Principal> {
    let is_domain = text.contains('.')
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-');
    let mut principal = is_domain.then(|| Principal::service(text))?;
    let of_aws = [
        ".amazonaws.com",
        ".amazonaws.com.cn",
        ".amazon.com",
        ".aws.internal",
        ".aws.com",
    ]
    .iter()
    .any(|suffix| text.ends_with(suffix));
    if !of_aws || ["cognito-identity.amazonaws.com", "www.amazon.com"].contains(&text) {
        principal.kind = PrincipalKind::Federated;
    }
    Some(principal)
}

/// The path `/aws-service-role/` is the service's; a session shows the name only, and IAM reserves
/// its beginning too.
///
/// Source: IAM User Guide, "Create a service-linked role". That nobody else can make a role with
/// such a name is assumed.
fn is_service_linked(tail: &str) -> bool {
    tail.starts_with("role/aws-service-role/") || tail.starts_with("assumed-role/AWSServiceRoleFor")
}

/// The condition keys that follow from a principal: `aws:PrincipalArn`, `aws:PrincipalAccount` and
/// `aws:PrincipalType`.
///
/// A session has the ARN of its role; without the issuer's ARN, one without a path.
///
/// Source: IAM User Guide, "AWS global condition context keys". What a service's
/// `aws:PrincipalType` would be is not documented: it has none here.
pub fn principal_keys(principal: &Principal) -> Context {
    let mut context = Context::new();
    let kind = match principal.kind {
        PrincipalKind::Root => "Account",
        PrincipalKind::User => "User",
        PrincipalKind::AssumedRole => "AssumedRole",
        PrincipalKind::FederatedUser => "FederatedUser",
        PrincipalKind::Anonymous => "Anonymous",
        PrincipalKind::Service | PrincipalKind::Federated => "",
    };
    if !kind.is_empty() {
        context.insert_one("aws:PrincipalType", kind);
    }
    if let Some(account) = &principal.account {
        context.insert_one("aws:PrincipalAccount", account.as_str());
        context.insert_one("aws:PrincipalArn", principal_arn(principal));
    }
    context
}

/// What else follows from a principal: `aws:username`, `aws:userid` (of the root user and of a
/// federated user), `aws:PrincipalIsAWSService` and `aws:PrincipalServiceName`.
///
/// Source: IAM User Guide, "AWS global condition context keys" and "IAM policy elements: Variables
/// and tags", the table of principal key values. A user's `aws:username` is its friendly name, without
/// the path.
pub fn further_principal_keys(principal: &Principal) -> Context {
    let mut context = Context::new();
    let name = principal.arn.rsplit('/').next().unwrap_or("");
    let account = principal.account.as_ref().map_or("", AccountId::as_str);
    match principal.kind {
        PrincipalKind::User => context.insert_one("aws:username", name),
        PrincipalKind::Root => context.insert_one("aws:userid", account),
        PrincipalKind::FederatedUser => {
            context.insert_one("aws:userid", format!("{account}:{name}"));
        }
        PrincipalKind::Service => {
            context.insert_one("aws:PrincipalServiceName", principal.arn.as_str());
        }
        PrincipalKind::AssumedRole | PrincipalKind::Federated | PrincipalKind::Anonymous => {}
    }
    match principal.kind {
        PrincipalKind::Service => context.insert_one("aws:PrincipalIsAWSService", "true"),
        // Not signed with credentials of AWS's.
        PrincipalKind::Federated | PrincipalKind::Anonymous => {}
        _ => context.insert_one("aws:PrincipalIsAWSService", "false"),
    }
    context
}

fn principal_arn(principal: &Principal) -> String {
    let parts: Vec<&str> = principal.arn.splitn(6, ':').collect();
    match (principal.kind, &principal.issuer, parts.as_slice()) {
        (PrincipalKind::AssumedRole, Some(issuer), _) => issuer.clone(),
        (PrincipalKind::AssumedRole, None, [arn, partition, _, region, account, tail]) => {
            let role = tail.split('/').nth(1).unwrap_or("");
            format!("{arn}:{partition}:iam:{region}:{account}:role/{role}")
        }
        _ => principal.arn.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::{further_principal_keys, parse_principal, principal_keys};
    use crate::{ContextValue, Lookup, PrincipalKind};

    #[test]
    fn kinds_and_keys() {
        use PrincipalKind as Kind;
        let iam = "arn:aws:iam::111122223333:";
        let sts = "arn:aws:sts::111122223333:";
        for (text, kind, arn, linked) in [
            (
                format!("{iam}user/dev/ana"),
                Kind::User,
                format!("{iam}user/dev/ana"),
                false,
            ),
            (
                format!("{iam}role/svc/app"),
                Kind::AssumedRole,
                format!("{iam}role/svc/app"),
                false,
            ),
            (
                format!("{sts}assumed-role/app/s"),
                Kind::AssumedRole,
                format!("{iam}role/app"),
                false,
            ),
            (
                format!("{sts}federated-user/f"),
                Kind::FederatedUser,
                format!("{sts}federated-user/f"),
                false,
            ),
            (
                format!("{iam}root"),
                Kind::Root,
                format!("{iam}root"),
                false,
            ),
            (
                "111122223333".to_owned(),
                Kind::Root,
                format!("{iam}root"),
                false,
            ),
            (
                format!("{iam}role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"),
                Kind::AssumedRole,
                format!("{iam}role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"),
                true,
            ),
            (
                format!("{sts}assumed-role/AWSServiceRoleForX/s"),
                Kind::AssumedRole,
                format!("{iam}role/AWSServiceRoleForX"),
                true,
            ),
        ] {
            let principal = parse_principal(&text).unwrap();
            assert_eq!(
                (principal.kind, principal.service_linked),
                (kind, linked),
                "{text}"
            );
            let keys = principal_keys(&principal);
            let expected = ContextValue::One(arn);
            assert_eq!(
                keys.lookup("aws:PrincipalArn"),
                Lookup::Present(&expected),
                "{text}"
            );
        }
    }

    #[test]
    fn further_keys() {
        let iam = "arn:aws:iam::111122223333:";
        let is_service = "aws:PrincipalIsAWSService";
        for (text, expected) in [
            (
                format!("{iam}user/dev/bob"),
                vec![("aws:username", "bob"), (is_service, "false")],
            ),
            (
                format!("{iam}root"),
                vec![("aws:userid", "111122223333"), (is_service, "false")],
            ),
            (
                "arn:aws:sts::111122223333:federated-user/f".to_owned(),
                vec![("aws:userid", "111122223333:f"), (is_service, "false")],
            ),
            (format!("{iam}role/app"), vec![(is_service, "false")]),
            (
                "sns.amazonaws.com".to_owned(),
                vec![
                    ("aws:PrincipalServiceName", "sns.amazonaws.com"),
                    (is_service, "true"),
                ],
            ),
            ("anonymous".to_owned(), vec![]),
        ] {
            let keys = further_principal_keys(&parse_principal(&text).unwrap());
            let mut found: Vec<(String, String)> = keys
                .iter()
                .map(|(key, value)| match value {
                    ContextValue::One(value) => (key.to_owned(), value.clone()),
                    _ => (key.to_owned(), String::new()),
                })
                .collect();
            found.sort();
            let mut expected: Vec<(String, String)> = expected
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .collect();
            expected.sort();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn outsiders_have_no_keys_of_an_account() {
        use PrincipalKind as Kind;
        for (text, kind) in [
            ("lambda.amazonaws.com", Kind::Service),
            ("cognito-identity.amazonaws.com", Kind::Federated),
            ("accounts.google.com", Kind::Federated),
            (
                "arn:aws:iam::111122223333:oidc-provider/idp.example",
                Kind::Federated,
            ),
            ("anonymous", Kind::Anonymous),
        ] {
            let principal = parse_principal(text).unwrap();
            assert_eq!(
                (principal.kind, principal.account.as_ref()),
                (kind, None),
                "{text}"
            );
            assert_eq!(
                principal_keys(&principal).lookup("aws:PrincipalArn"),
                Lookup::Absent
            );
        }
    }

    #[test]
    fn what_is_none() {
        for text in [
            "",
            "*",
            "ana",
            "arn:aws:iam::111122223333:group/dev",
            "arn:aws:iam::1:user/ana",
            "arn:aws:s3:::b",
            "arn:aws:iam::111122223333:user/",
            "arn:aws:iam",
        ] {
            assert!(parse_principal(text).is_err(), "{text}");
        }
    }
}
