//! Whole denials, with the wording of the services that have their own.
//!
//! Source: denied-messages.md, which names where each text was seen; iam-semantics.md B9 and B10.

use super::{
    reason::{named_check, reason},
    services::fixed_text,
};
use crate::{
    AuthorizationModel, Check, CheckEffect, CheckKind, Decision, PrincipalKind, RequestContext,
};

/// A denied request, as the service that answers sees it.
#[derive(Clone, Copy, Debug)]
pub struct Denial<'a> {
    /// The request.
    pub request: &'a RequestContext<'a>,
    /// The decision, which is not an allow.
    pub decision: &'a Decision,
    /// The service that answers, by its prefix, such as `ec2` (for an `iam:PassRole` too).
    pub service: &'a str,
    /// The operation on the wire, such as `RunInstances`.
    pub operation: &'a str,
    /// Whether the action can be limited to resources.
    pub resource_level: ResourceLevel,
    /// The resource as this service spells it, such as `role demo`, if not by its ARN.
    pub spelled: Option<&'a str>,
}

impl<'a> Denial<'a> {
    /// A denial whose action is taken to have no resources if it was asked for on `*`.
    pub fn new(
        request: &'a RequestContext<'a>,
        decision: &'a Decision,
        service: &'a str,
        operation: &'a str,
    ) -> Self {
        let resource_level = match request.resource {
            "*" => ResourceLevel::Unsupported,
            _ => ResourceLevel::Supported,
        };
        Self {
            request,
            decision,
            service,
            operation,
            resource_level,
            spelled: None,
        }
    }
}

/// Whether an action can be limited to resources; one that cannot shows none in its denial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResourceLevel {
    /// It can.
    Supported,
    /// It takes `*` only.
    Unsupported,
}

/// What the client is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DenialMessage {
    /// The message.
    pub text: String,
    /// Whether EC2's encoded failure message follows it.
    pub is_encoded: bool,
}

impl DenialMessage {
    fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            is_encoded: false,
        }
    }

    /// The message with EC2's encoded failure message, if it takes one.
    pub fn with_encoded(&self, encoded: &str) -> String {
        if self.is_encoded {
            format!(
                "{}. Encoded authorization failure message: {encoded}",
                self.text
            )
        } else {
            self.text.clone()
        }
    }
}

/// Words a denial as AWS does.
pub fn denial_message(denial: &Denial<'_>) -> DenialMessage {
    if let Some(text) = fixed_text(denial) {
        return DenialMessage::plain(text);
    }
    let text = sentence(denial);
    // EKS checks what it will do in EC2 with the caller's permissions.
    if denial.service == "eks" && prefix(denial.request) == "ec2" {
        let action = denial.request.action;
        return DenialMessage::plain(format!(
            "You are not authorized to perform {action}. {text}"
        ));
    }
    if denial.service != "ec2" {
        return DenialMessage::plain(text);
    }
    DenialMessage {
        text: format!("You are not authorized to perform this operation. {text}"),
        // Describe* and the like, which take no resource, carry none (denied-messages.md 3.1).
        is_encoded: denial.resource_level == ResourceLevel::Supported,
    }
}

pub(super) fn prefix(request: &RequestContext<'_>) -> String {
    request.action.prefix().to_ascii_lowercase()
}

pub(super) fn account_user(request: &RequestContext<'_>) -> String {
    let account = request
        .principal
        .account
        .as_ref()
        .map_or("", |account| account.as_str());
    format!("User with accountId: {account}")
}

/// `User: ... is not authorized to perform: ... on resource: ... <reason>`.
fn sentence(denial: &Denial<'_>) -> String {
    let request = denial.request;
    let action = action_text(request);
    let check = named_check(denial.decision);
    let (resource, reason) = match key_wording(denial, check) {
        Some(special) => special,
        None => (
            resource_text(denial),
            check.and_then(|check| shown_reason(request, check, &action)),
        ),
    };
    let who = who(request);
    let asked = asked_action(denial, &action);
    let parts = [
        Some(format!("{who} is not authorized to perform: {asked}")),
        resource,
        reason,
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn who(request: &RequestContext<'_>) -> String {
    let to_destination = request.resource.contains(":destination:");
    if prefix(request) == "logs"
        && request.action.name() == "PutSubscriptionFilter"
        && to_destination
    {
        return account_user(request);
    }
    format!("User: {}", request.principal.arn)
}

/// SQS prints the action in lower case, SNS its prefix in upper case.
fn action_text(request: &RequestContext<'_>) -> String {
    match prefix(request).as_str() {
        "sqs" => request.action.as_str().to_ascii_lowercase(),
        "sns" => format!("SNS:{}", request.action.name()),
        _ => request.action.as_str().to_owned(),
    }
}

/// EC2 names the operation's own action where another service's is what lacks, and that one in the
/// reason only (denied-messages.md 2.10, seen of `vpce:AllowMultiRegion`).
fn asked_action(denial: &Denial<'_>, action: &str) -> String {
    if denial.service == "ec2" && prefix(denial.request) == "vpce" {
        return format!("ec2:{}", denial.operation);
    }
    action.to_owned()
}

/// API Gateway shows the last four digits of the account.
fn masked(resource: &str) -> String {
    let mut parts: Vec<&str> = resource.splitn(6, ':').collect();
    let account = parts.get(4).copied().unwrap_or("");
    let digits = account.get(8..).map(|last| format!("********{last}"));
    if let (Some(place), Some(digits)) = (parts.get_mut(4), &digits) {
        *place = digits;
    }
    parts.join(":")
}

/// OpenSearch's data plane names no resource to strangers.
fn is_search_by_a_stranger(request: &RequestContext<'_>) -> bool {
    request.principal.kind == PrincipalKind::Anonymous && prefix(request) == "es"
}

fn resource_text(denial: &Denial<'_>) -> Option<String> {
    if denial.resource_level == ResourceLevel::Unsupported
        || is_search_by_a_stranger(denial.request)
    {
        return None;
    }
    let resource = denial.spelled.unwrap_or(denial.request.resource);
    Some(match prefix(denial.request).as_str() {
        "s3" => format!("on resource: \"{resource}\""),
        "elasticfilesystem" => "on the specified resource".to_owned(),
        "execute-api" => format!("on resource: {}", masked(resource)),
        _ => format!("on resource: {resource}"),
    })
}

/// `AssumeRole` and what goes with it show no reason for an implicit deny (denied-messages.md
/// 1.10 and 1.1).
fn shown_reason(request: &RequestContext<'_>, check: &Check, action: &str) -> Option<String> {
    let explicit = check.effect == CheckEffect::ExplicitDeny;
    // API Gateway's data plane shows the kind of an explicit deny only.
    if prefix(request) == "execute-api" {
        return explicit.then(|| "with an explicit deny".to_owned());
    }
    let silent = request.model == AuthorizationModel::TrustPolicy && !explicit;
    (!silent).then(|| reason(request, check, action))
}

/// KMS does not tell another account's caller which key it was, nor whether there is one.
///
/// Within the account the key is named, whoever denies and however KMS is called: aws/copilot-cli
/// #5500, ministryofjustice/modernisation-platform#11726 and trussworks/terraform-aws-s3-anti-virus
/// #48 (identity policies, through S3 and SNS), getsops/sops#1972 and
/// aws/aws-nitro-enclaves-sdk-c#157 (key policies, `Encrypt` and `Decrypt` called directly),
/// 4dn-dcic/tibanna#402 (a key policy that does not allow). Across accounts it is not, though the
/// caller's own side is told apart: elasticscale.com, "Cross account AWS KMS keys".
fn key_wording(
    denial: &Denial<'_>,
    check: Option<&Check>,
) -> Option<(Option<String>, Option<String>)> {
    let request = denial.request;
    if prefix(request) != "kms" || is_of_the_account(request) {
        return None;
    }
    let resource = match request.action.name().to_ascii_lowercase().as_str() {
        "decrypt" | "reencryptfrom" => "on the resource associated with this ciphertext",
        "encrypt" | "reencryptto" | "sign" | "verify" | "generatemac" | "verifymac"
        | "derivesharedsecret" => "on this resource",
        name if name.starts_with("generatedatakey") => "on this resource",
        // Management of a key names it (denied-messages.md 1.5).
        _ => return None,
    };
    let check = check?;
    let reason = match check.kind {
        CheckKind::Resource => "because the resource does not exist in this Region, no \
             resource-based policies allow access, or a resource-based policy explicitly denies \
             access"
            .to_owned(),
        _ => reason(request, check, request.action.as_str()),
    };
    Some((Some(resource.to_owned()), Some(reason)))
}

/// Whether the caller is of the account that the resource's ARN has.
fn is_of_the_account(request: &RequestContext<'_>) -> bool {
    let owner = request.resource.split(':').nth(4);
    let caller = request.principal.account.as_ref();
    caller.is_some_and(|caller| owner == Some(caller.as_str()))
}
