//! Services under any of their names.

use std::sync::Arc;

use rolecall_catalog::{Catalog, Service, generated::ServiceEntry, with_nearest};

use crate::ResolveError;

/// A service and the index of one of its operations.
pub(crate) type Found = (Arc<Service>, usize);

/// Finds an operation of a service, whose name may be botocore's (`stepfunctions`), an endpoint prefix
/// or signing name (`states`), an IAM prefix or a service id (`SFN`).
///
/// botocore's own names come first; of several services with one name counts the first that has
/// the operation.
pub(crate) fn operation(service: &str, operation: &str) -> Result<Found, ResolveError> {
    let services = services(service)?;
    let with_it = |service: &Arc<Service>| service.operation_index(operation);
    if let Some(found) = services.iter().find_map(|s| Some((s, with_it(s)?))) {
        return Ok((Arc::clone(found.0), found.1));
    }
    let first = services.first().map_or(service, |s| s.name.as_str());
    let known = services.iter().flat_map(|s| &s.operations);
    Err(ResolveError::Operation(with_nearest(
        format!("`{first}` has no operation `{operation}`"),
        operation,
        known.map(|operation| operation.name.as_str()),
    )))
}

/// The services of a name, the likeliest first.
pub(crate) fn services(name: &str) -> Result<Vec<Arc<Service>>, ResolveError> {
    let catalog = Catalog::embedded();
    let mut found: Vec<(u8, &ServiceEntry)> = catalog
        .services()
        .iter()
        .filter_map(|entry| Some((rank(entry, name)?, entry)))
        .collect();
    found.sort_by_key(|(rank, _)| *rank);
    if found.is_empty() {
        let names = catalog.services().iter().flat_map(names_of);
        return Err(ResolveError::Service(with_nearest(
            format!("there is no service `{name}`"),
            name,
            names,
        )));
    }
    found
        .into_iter()
        .map(|(_, entry)| {
            catalog
                .load(&entry.name)
                .map_err(|error| ResolveError::Service(error.to_string()))
        })
        .collect()
}

fn rank(entry: &ServiceEntry, name: &str) -> Option<u8> {
    let is = |known: &str| known.eq_ignore_ascii_case(name);
    if is(&entry.name) {
        Some(0)
    } else if is(&entry.endpoint_prefix) || entry.signing_names.iter().any(|n| is(n)) {
        Some(1)
    } else if is(&entry.iam_prefix) {
        Some(2)
    } else if is(&entry.service_id) {
        Some(3)
    } else {
        None
    }
}

fn names_of(entry: &ServiceEntry) -> impl Iterator<Item = &str> {
    [&entry.name, &entry.endpoint_prefix, &entry.iam_prefix]
        .into_iter()
        .chain(&entry.signing_names)
        .map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(service: &str, name: &str) -> String {
        match operation(service, name) {
            Ok((service, index)) => {
                format!("{}.{}", service.name, service.operations[index].name)
            }
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn services_go_by_all_their_names() {
        let cases = [
            (
                "stepfunctions",
                "StartExecution",
                "stepfunctions.StartExecution",
            ),
            ("states", "StartExecution", "stepfunctions.StartExecution"),
            ("SFN", "StartExecution", "stepfunctions.StartExecution"),
            ("monitoring", "PutMetricData", "cloudwatch.PutMetricData"),
            ("es", "CreateDomain", "opensearch.CreateDomain"),
            ("rds", "CreateDBCluster", "rds.CreateDBCluster"),
            // Nobody signs as `bedrock-runtime`.
            ("bedrock", "InvokeModel", "bedrock-runtime.InvokeModel"),
            (
                "elasticloadbalancing",
                "CreateTargetGroup",
                "elbv2.CreateTargetGroup",
            ),
            (
                "tagging",
                "GetResources",
                "resourcegroupstaggingapi.GetResources",
            ),
        ];
        for (service, name, expected) in cases {
            assert_eq!(found(service, name), expected);
        }
    }

    #[test]
    fn what_is_unknown_is_answered_with_the_nearest() {
        assert_eq!(
            found("dynamodbb", "GetItem"),
            "there is no service `dynamodbb`; `dynamodb` is the nearest"
        );
        assert_eq!(
            found("s3", "CopyObjekt"),
            "`s3` has no operation `CopyObjekt`; `CopyObject` is the nearest"
        );
    }
}
