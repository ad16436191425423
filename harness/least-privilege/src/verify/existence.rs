//! Whether the catalog says that an action can be asked for on a resource.

use rolecall_catalog::{Catalog, iam::IamService};
use rolecall_policy::{Action, ResourcePattern};

/// Whether the pair can exist; yes where the catalog does not know the action.
///
/// An ARN fits several formats of a service (`bucket` and `object`): it is of the type whose
/// format says most about it.
pub(crate) fn can_be(catalog: &Catalog, action: &Action, resource: &str) -> bool {
    let Some(service) = catalog.iam(action.prefix()) else {
        return true;
    };
    let Some(known) = service.action(action.name()) else {
        return true;
    };
    match type_of(&service, resource) {
        Some(kind) => known
            .resource_types
            .iter()
            .any(|one| one.resource_type == kind),
        // Of another service, or `*`: what the action is asked for on is not said.
        None => resource == "*" || !known.resource_types.is_empty(),
    }
}

fn type_of<'s>(service: &'s IamService, resource: &str) -> Option<&'s str> {
    let fitting = service.resource_types.iter().filter_map(|kind| {
        let pattern = pattern(&kind.arn);
        let literal = pattern.bytes().filter(|byte| *byte != b'*').count();
        ResourcePattern::new(&pattern)
            .matches(resource)
            .then_some((literal, kind.name.as_str()))
    });
    fitting.max().map(|(_, name)| name)
}

/// `arn:${Partition}:s3:::${BucketName}/${ObjectName}` with `*` for each variable.
fn pattern(format: &str) -> String {
    let mut out = String::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once("${") {
        out.push_str(before);
        out.push('*');
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_no_bucket() {
        let can = |action: &str, resource| {
            can_be(
                Catalog::embedded(),
                &Action::parse(action).unwrap(),
                resource,
            )
        };
        assert!(can("s3:GetObject", "arn:aws:s3:::b/k"));
        assert!(!can("s3:GetObject", "arn:aws:s3:::b"));
        assert!(can("s3:ListBucket", "arn:aws:s3:::b"));
        assert!(!can("s3:ListBucket", "arn:aws:s3:::b/k"));
        let index = "arn:aws:dynamodb:us-east-1:123456789012:table/t/index/i";
        assert!(can("dynamodb:Query", index));
        assert!(!can("dynamodb:PutItem", index));
        assert!(can("nobody:Knows", index));
    }
}
