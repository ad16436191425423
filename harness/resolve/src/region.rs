//! Where a request is signed for and sent to.

use rolecall_catalog::Service;

/// Services with one region in the partition `aws`, whatever the client's is.
///
/// Source: botocore 1.44.5, the endpoint rules of these services, asked for `eu-west-1`.
const ONE_REGION: [(&str, &str); 17] = [
    ("account", "us-east-1"),
    ("billingconductor", "us-east-1"),
    ("budgets", "us-east-1"),
    ("ce", "us-east-1"),
    ("chime", "us-east-1"),
    ("cloudfront", "us-east-1"),
    ("health", "us-east-1"),
    ("iam", "us-east-1"),
    ("importexport", "us-east-1"),
    ("networkmanager", "us-west-2"),
    ("notificationscontacts", "us-east-1"),
    ("organizations", "us-east-1"),
    ("route53", "us-east-1"),
    ("savingsplans", "us-east-1"),
    ("shield", "us-east-1"),
    ("taxsettings", "us-east-1"),
    ("waf", "us-east-1"),
];

/// The region in the credential scope.
pub(crate) fn signed_for<'a>(service: &Service, region: &'a str) -> &'a str {
    if rolecall_catalog::partition_of(region) != "aws" {
        return region;
    }
    let one = ONE_REGION.iter().find(|(name, _)| *name == service.name);
    one.map_or(region, |(_, only)| only)
}

/// The host, before the operation's own prefix.
///
/// Source: botocore 1.44.5, `endpoints.json`; the handful of services under other domains are
/// recognised by their scope.
pub(crate) fn host(service: &Service, region: &str) -> String {
    let suffix = if region.starts_with("cn-") {
        "amazonaws.com.cn"
    } else {
        "amazonaws.com"
    };
    format!("{}.{region}.{suffix}", service.endpoint_prefix)
}
