//! How long a policy may be.
//!
//! Source: IAM User Guide, "IAM and AWS STS quotas": blanks do not count. AWS Organizations User
//! Guide, "Quotas": all characters count. The quota of SCPs is that of 2026-05-15, and that of RCPs
//! is not confirmed (iam-semantics.md B4, B8).

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

pub(super) fn run(input: &Input<'_>, report: &mut Report<'_>) {
    let counted = || {
        input
            .text
            .chars()
            .filter(|c| !c.is_ascii_whitespace())
            .count()
    };
    let all = || input.text.chars().count();
    let (check, size, most) = match input.kind {
        PolicyType::Identity | PolicyType::PermissionsBoundary => (
            Check::PolicySizeExceedsIdentityPolicyQuota,
            counted(),
            MANAGED,
        ),
        PolicyType::Session => (
            Check::PolicySizeExceedsIdentityPolicyQuota,
            counted(),
            SESSION,
        ),
        PolicyType::Trust => (
            Check::PolicySizeExceedsRoleTrustPolicyQuota,
            counted(),
            TRUST,
        ),
        PolicyType::ServiceControl => (Check::PolicySizeExceedsScpQuota, all(), SERVICE_CONTROL),
        PolicyType::ResourceControl => (Check::PolicySizeExceedsRcpQuota, all(), RESOURCE_CONTROL),
        PolicyType::Resource { .. } | PolicyType::VpcEndpoint => return,
    };
    if size > most {
        report.add(
            check,
            start_of(input.root.span),
            format!(
                "{size} characters are more than the {most} of {}",
                input.kind.noun()
            ),
            "split it into several policies",
        );
    }
}
