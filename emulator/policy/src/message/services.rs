//! Services that word a whole denial in their own way.
//!
//! Source: denied-messages.md, section 4; `emulator/policy/MESSAGES.md` has every line of it.

use super::{
    reason::is_cross_account,
    wording::{Denial, account_user, prefix},
};
use crate::PrincipalKind;

/// The texts that show no principal, or no reason.
pub(super) fn fixed_text(denial: &Denial<'_>) -> Option<String> {
    let request = denial.request;
    let anonymous = request.principal.kind == PrincipalKind::Anonymous;
    if let Some(text) = on_behalf_text(denial) {
        return Some(text);
    }
    match (prefix(request).as_str(), denial.operation) {
        ("s3", "CreateMultipartUpload") if anonymous => Some(
            "Anonymous users cannot initiate multipart uploads.  Please authenticate.".to_owned(),
        ),
        // S3 gives the reason within the account or organisation only.
        ("s3", _) if anonymous || is_cross_account(request) => Some("Access Denied".to_owned()),
        ("sts", "AssumeRoleWithWebIdentity" | "AssumeRoleWithSAML") => {
            Some(format!("Not authorized to perform {}", request.action))
        }
        ("logs", "CreateLogGroup") if request.action.name() == "TagResource" => Some(format!(
            "{} is not authorized to perform CreateLogGroup with Tags. An additional permission \
             \"logs:TagResource\" is required.",
            account_user(request)
        )),
        ("athena", _) => Some(format!(
            "You are not authorized to perform: {} on the resource. After your AWS administrator \
             or you have updated your permissions, please try again.",
            request.action
        )),
        ("iot", operation) if IOT_DATA.contains(&operation) => Some("Forbidden".to_owned()),
        ("appsync", _) if request.action.name().eq_ignore_ascii_case("GraphQL") => {
            Some("Permission denied".to_owned())
        }
        // They say nothing at all.
        ("backup" | "ram", _) => Some(String::new()),
        ("route53", _) if is_cross_account(request) => Some(format!(
            "User: {} is not authorized to access this resource",
            request.principal.arn
        )),
        ("organizations", _) => Some("You don't have permissions to access this resource.".into()),
        ("ses", _) => Some(format!(
            "User `{}' is not authorized to perform `{}' on resource `{}'",
            request.principal.arn, request.action, request.resource
        )),
        _ => None,
    }
}

/// The operations of IoT's data plane, which gives no reason; the control plane does.
///
/// Source of the list: AWS IoT API Reference, "AWS IoT data"; of the text, denied-messages.md, section
/// 4.
const IOT_DATA: [&str; 11] = [
    "DeleteConnection",
    "DeleteThingShadow",
    "GetConnection",
    "GetRetainedMessage",
    "GetThingShadow",
    "ListNamedShadowsForThing",
    "ListRetainedMessages",
    "ListSubscriptions",
    "Publish",
    "SendDirectMessage",
    "UpdateThingShadow",
];

/// What services say of calls to others that they make with the caller's permissions
/// (denied-messages.md, section 4).
fn on_behalf_text(denial: &Denial<'_>) -> Option<String> {
    let request = denial.request;
    let links_role = request
        .action
        .as_str()
        .eq_ignore_ascii_case("iam:CreateServiceLinkedRole");
    let name = request.resource.rsplit('/').next().unwrap_or_default();
    match denial.service {
        "lambda" if prefix(request) == "s3" => {
            let object = request.resource.splitn(6, ':').nth(5)?;
            let action = request.action.name();
            Some(format!(
                "Your access has been denied by S3, please make sure your request credentials have \
                 permission to {action} for {object}. S3 Error Code: AccessDenied. S3 Error Message: \
                 Access Denied"
            ))
        }
        "eks" if links_role => Some(format!(
            "Failed to create service linked role: {name} due to missing permissions for \
             'iam:CreateServiceLinkedRole'"
        )),
        "elasticache" if links_role => Some(
            "This action cannot be completed due to insufficient permissions. (Recommended action) \
             Please create new role using IAM API CreateServiceLinkedRole."
                .to_owned(),
        ),
        // Seen with the template's id and with its name, as the caller gave it.
        "autoscaling" if prefix(request) == "ec2" && request.resource.contains(":launch-template/") => {
            Some(format!("You are not authorized to use launch template: {name}"))
        }
        "network-firewall" if links_role => Some(format!(
            "Unable to {} because user is not authorized perform iam:CreateServiceLinkedRole",
            denial.operation
        )),
        _ => None,
    }
}
