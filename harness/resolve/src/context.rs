//! The keys that AWS sends with every request: the caller's, the connection's, the clock's.

use rolecall_policy::{
    AccountId, Arn, Context, ContextValue, Principal, PrincipalKind, Requirement,
};

use crate::ResolveError;

/// Why a caller is not known whose account is.
const UNNAMED: &str = "no caller is given";

/// Who calls, as far as the question says.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// None if nobody is named.
    pub(crate) principal: Option<Principal>,
    /// Why not.
    pub(crate) reason: &'static str,
    /// The account.
    pub(crate) account: AccountId,
}

impl Caller {
    /// Reads the ARN of a caller and the account; either may be missing.
    pub(crate) fn read(caller: Option<&str>, account: Option<&str>) -> Result<Self, ResolveError> {
        let principal = caller.map(principal).transpose()?;
        let own = principal.as_ref().and_then(|p| p.account.clone());
        let account = match (account, own) {
            (Some(account), _) => account_id(account)?,
            (None, Some(own)) => own,
            (None, None) => account_id("123456789012")?,
        };
        Ok(Self {
            principal,
            reason: UNNAMED,
            account,
        })
    }

    /// The ARN of the user that calls; none for another caller.
    pub(crate) fn user_arn(&self) -> Option<String> {
        let user = self.principal.as_ref();
        let user = user.filter(|principal| principal.kind == PrincipalKind::User);
        user.map(|user| user.arn.clone())
    }

    /// Who makes a request that is not signed: nobody whose account is known.
    pub(crate) fn unsigned(self) -> Self {
        Self {
            principal: None,
            reason: "the operation is not signed: what it says of its caller is in its parameters",
            ..self
        }
    }
}

/// An account id, or why it is none.
pub(crate) fn account_id(text: &str) -> Result<AccountId, ResolveError> {
    AccountId::parse(text).map_err(|error| ResolveError::Account(error.to_string()))
}

/// A principal by its ARN.
///
/// Source: IAM User Guide, "IAM identifiers", IAM ARNs; STS ARNs of sessions have no path.
fn principal(text: &str) -> Result<Principal, ResolveError> {
    let wrong = || ResolveError::Caller(text.to_owned());
    let arn = Arn::parse(text).map_err(|_| wrong())?;
    let account = AccountId::parse(arn.account()).map_err(|_| wrong())?;
    let (kind, name) = match arn.resource().split_once('/') {
        Some((kind, name)) => (kind, name),
        None => (arn.resource(), ""),
    };
    let partition = arn.partition();
    let (kind, issuer) = match (arn.service(), kind) {
        ("iam", "root") => (PrincipalKind::Root, None),
        ("iam", "user") => (PrincipalKind::User, None),
        ("iam", "role") => (PrincipalKind::AssumedRole, Some(text.to_owned())),
        ("sts", "assumed-role") => {
            let role = name.split('/').next().unwrap_or_default();
            let issuer = format!("arn:{partition}:iam::{account}:role/{role}");
            (PrincipalKind::AssumedRole, Some(issuer))
        }
        ("sts", "federated-user") => (PrincipalKind::FederatedUser, None),
        _ => return Err(wrong()),
    };
    if name.is_empty() && kind != PrincipalKind::Root {
        return Err(wrong());
    }
    let user_id = match kind {
        PrincipalKind::Root => account.as_str().to_owned(),
        PrincipalKind::FederatedUser => format!("{account}:{name}"),
        _ => String::new(),
    };
    Ok(Principal {
        kind,
        arn: text.to_owned(),
        account: Some(account),
        issuer,
        user_id,
        service_linked: false,
    })
}

/// The keys of one requirement: its own, and those that every request has.
///
/// Source: IAM User Guide, "AWS global condition context keys".
pub(crate) fn full(requirement: &Requirement, caller: &Caller, region: &str) -> Context {
    let mut context = Context::new();
    of_caller(&mut context, caller);
    of_request(&mut context, region);
    if requirement.action.prefix() == "s3" {
        of_s3(&mut context);
    }
    of_resource(&mut context, requirement);
    on_behalf(&mut context, requirement);
    for (key, value) in requirement.context.iter() {
        context.insert(key.to_owned(), value.clone());
    }
    context
}

fn unknown(context: &mut Context, keys: &[&'static str], reason: &str) {
    for key in keys {
        let reason = reason.to_owned();
        context.insert(*key, ContextValue::NotComputed { reason });
    }
}

fn of_caller(context: &mut Context, caller: &Caller) {
    context.insert_one("aws:PrincipalIsAWSService", "false");
    unknown(
        context,
        &["aws:PrincipalOrgID", "aws:PrincipalOrgPaths"],
        "whether the caller's account is in an organization is not known",
    );
    let Some(principal) = &caller.principal else {
        let keys = [
            "aws:PrincipalArn",
            "aws:PrincipalType",
            "aws:userid",
            "aws:username",
            "aws:PrincipalTag/*",
        ];
        unknown(context, &keys, caller.reason);
        unknown(context, &SESSION_KEYS, caller.reason);
        match caller.reason {
            UNNAMED => context.insert_one("aws:PrincipalAccount", caller.account.as_str()),
            reason => unknown(context, &["aws:PrincipalAccount"], reason),
        }
        return;
    };
    let arn = principal.issuer.as_deref().unwrap_or(&principal.arn);
    context.insert_one("aws:PrincipalArn", arn);
    let account = principal.account.as_ref().unwrap_or(&caller.account);
    context.insert_one("aws:PrincipalAccount", account.as_str());
    context.insert_one("aws:PrincipalType", principal_type(principal.kind));
    if principal.kind == PrincipalKind::User {
        let name = principal.arn.rsplit('/').next().unwrap_or_default();
        context.insert_one("aws:username", name);
    }
    if principal.user_id.is_empty() {
        unknown(
            context,
            &["aws:userid"],
            "the caller's unique id is not known",
        );
    } else {
        context.insert_one("aws:userid", &principal.user_id);
    }
    if principal.kind != PrincipalKind::Root {
        unknown(
            context,
            &["aws:PrincipalTag/*"],
            "the caller's tags are not known",
        );
    }
    let is_session = matches!(
        principal.kind,
        PrincipalKind::AssumedRole | PrincipalKind::FederatedUser
    );
    if is_session {
        unknown(context, &SESSION_KEYS, "the session is not known");
    }
}

const SESSION_KEYS: [&str; 5] = [
    "aws:FederatedProvider",
    "aws:MultiFactorAuthAge",
    "aws:MultiFactorAuthPresent",
    "aws:SourceIdentity",
    "aws:TokenIssueTime",
];

// Source: IAM User Guide, "AWS global condition context keys", aws:PrincipalType.
fn principal_type(kind: PrincipalKind) -> &'static str {
    match kind {
        PrincipalKind::Root => "Account",
        PrincipalKind::User => "User",
        PrincipalKind::FederatedUser => "FederatedUser",
        _ => "AssumedRole",
    }
}

fn of_request(context: &mut Context, region: &str) {
    context.insert_one("aws:RequestedRegion", region);
    // Supposed: no SDK speaks to AWS in the clear.
    context.insert_one("aws:SecureTransport", "true");
    context.insert_one("aws:ViaAWSService", "false");
    let clock = ["aws:CurrentTime", "aws:EpochTime"];
    unknown(context, &clock, "it depends on the time of the request");
    let connection = [
        "aws:Referer",
        "aws:SourceIp",
        "aws:SourceVpc",
        "aws:SourceVpce",
        "aws:UserAgent",
        "aws:VpcSourceIp",
    ];
    unknown(context, &connection, "it depends on the connection");
}

fn of_s3(context: &mut Context) {
    context.insert_one("s3:authType", "REST-HEADER");
    context.insert_one("s3:signatureversion", "AWS4-HMAC-SHA256");
    // Supposed: what a current SDK negotiates.
    context.insert_one("s3:TlsVersion", "1.3");
    unknown(
        context,
        &["s3:signatureAge"],
        "it depends on the time of the request",
    );
    unknown(
        context,
        &["s3:x-amz-content-sha256"],
        "the SDK chooses how it hashes the body",
    );
}

fn of_resource(context: &mut Context, requirement: &Requirement) {
    if requirement.resource == "*" {
        return;
    }
    // Where nobody knows the owner of a bucket, it counts as the caller's.
    let unknown_owner = requirement
        .unknown_facts
        .iter()
        .find(|fact| fact.starts_with("bucket-owner of "));
    match (unknown_owner, &requirement.resource_account) {
        (Some(fact), _) => unknown(
            context,
            &["aws:ResourceAccount"],
            &format!("not known: {fact}"),
        ),
        (None, Some(account)) => context.insert_one("aws:ResourceAccount", account.as_str()),
        (None, None) => {}
    }
    unknown(
        context,
        &["aws:ResourceOrgID", "aws:ResourceOrgPaths"],
        "whether the owner's account is in an organization is not known",
    );
}

/// Source: IAM User Guide, "AWS global condition context keys", aws:CalledVia: of these services alone.
fn on_behalf(context: &mut Context, requirement: &Requirement) {
    let Some(service) = &requirement.on_behalf_of else {
        return;
    };
    context.insert_one("aws:ViaAWSService", "true");
    if matches!(
        service.as_str(),
        "athena" | "cloudformation" | "dynamodb" | "kms"
    ) {
        let name = format!("{service}.amazonaws.com");
        context.insert_one("aws:CalledViaFirst", &name);
        context.insert_one("aws:CalledViaLast", &name);
        context.insert("aws:CalledVia", ContextValue::Many(vec![name]));
    }
}
