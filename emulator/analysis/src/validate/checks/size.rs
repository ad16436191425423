//! How long a policy may be.
//!
//! Source: IAM User Guide, "IAM and AWS STS quotas": blanks do not count. AWS Organizations User
//! Guide, "Quotas": all characters count. The quota of SCPs is that of 2026-05-15, and that of RCPs
//! is not confirmed (iam-semantics.md B4, B8).
//!
//! Of resource policies: S3 User Guide, "Bucket policies and user policies" (20 KB); SQS Developer
//! Guide, "Amazon SQS policy quotas" (8,192 bytes); DynamoDB API reference, `PutResourcePolicy` (20
//! KB, blanks count); AWS re:Post, "The final policy size is bigger than the limit" (Lambda: 20
//! KB); KMS: iam-semantics.md B8 (32,768 bytes). Where nobody says that blanks count they do not, so
//! that what is found is certain. The quotas of other services are not confirmed.

use super::super::{
    check::Check,
    policy_type::PolicyType,
    report::{Input, Report},
    view::start_of,
};

const MANAGED: usize = 6_144;
const SESSION: usize = 2_048;
const TRUST: usize = 2_048;
const SERVICE_CONTROL: usize = 10_240;
const RESOURCE_CONTROL: usize = 5_120;

/// Whether blanks count.
enum Blanks {
    Count,
    DoNot,
}

/// The most bytes that the policy of a service's resource may have.
fn quota_of(service: &str) -> Option<(usize, Blanks)> {
    Some(match service {
        "s3" | "lambda" => (20_480, Blanks::DoNot),
        "dynamodb" => (20_480, Blanks::Count),
        "sqs" => (8_192, Blanks::DoNot),
        "kms" => (32_768, Blanks::DoNot),
        _ => return None,
    })
}

/// The check that a policy of this type is too long for.
pub(in super::super) fn check_of(kind: &PolicyType) -> Check {
    match kind {
        PolicyType::Identity | PolicyType::PermissionsBoundary | PolicyType::Session => {
            Check::PolicySizeExceedsIdentityPolicyQuota
        }
        PolicyType::Trust => Check::PolicySizeExceedsRoleTrustPolicyQuota,
        PolicyType::ServiceControl => Check::PolicySizeExceedsScpQuota,
        PolicyType::ResourceControl => Check::PolicySizeExceedsRcpQuota,
        PolicyType::Resource { .. } | PolicyType::VpcEndpoint => {
            Check::PolicySizeExceedsResourcePolicyQuota
        }
    }
}

fn bytes_without_blanks(text: &str) -> usize {
    let blanks = text.bytes().filter(u8::is_ascii_whitespace).count();
    text.len() - blanks
}

pub(super) fn run(input: &Input<'_>, report: &mut Report<'_>) {
    let counted = || {
        input
            .text
            .chars()
            .filter(|c| !c.is_ascii_whitespace())
            .count()
    };
    let all = || input.text.chars().count();
    let (size, most) = match input.kind {
        PolicyType::Identity | PolicyType::PermissionsBoundary => (counted(), MANAGED),
        PolicyType::Session => (counted(), SESSION),
        PolicyType::Trust => (counted(), TRUST),
        PolicyType::ServiceControl => (all(), SERVICE_CONTROL),
        PolicyType::ResourceControl => (all(), RESOURCE_CONTROL),
        PolicyType::Resource { service } => {
            let Some((most, blanks)) = service.as_deref().and_then(quota_of) else {
                return;
            };
            let size = match blanks {
                Blanks::Count => input.text.len(),
                Blanks::DoNot => bytes_without_blanks(input.text),
            };
            (size, most)
        }
        PolicyType::VpcEndpoint => return,
    };
    if size > most {
        report.add(
            check_of(input.kind),
            start_of(input.root.span),
            format!(
                "{size} characters are more than the {most} of {}",
                input.kind.noun()
            ),
            "split it into several policies",
        );
    }
}
