//! From the name of a service to the IAM prefix under which it is routed.

use rolecall_catalog::{Catalog, with_nearest};

use super::error::ChoiceError;

/// The IAM prefixes of a service that is named as botocore, its endpoint, its signatures or IAM do.
///
/// Services with one prefix share their state (`dynamodb` and `dynamodbstreams`), and go together.
pub(super) fn prefix(name: &str) -> Result<String, ChoiceError> {
    let services = Catalog::embedded().services();
    let is = |known: &str| known.eq_ignore_ascii_case(name);
    let found = services
        .iter()
        .find(|entry| is(&entry.name))
        .or_else(|| services.iter().find(|entry| is(&entry.iam_prefix)))
        .or_else(|| services.iter().find(|entry| is(&entry.endpoint_prefix)))
        .or_else(|| {
            let signs = |n: &String| is(n);
            services.iter().find(|e| e.signing_names.iter().any(signs))
        });
    let Some(found) = found else {
        let names = services.iter().map(|entry| entry.name.as_str());
        let complaint = format!("there is no service `{name}`");
        return Err(ChoiceError::Service(with_nearest(complaint, name, names)));
    };
    match found.iam_prefix.as_str() {
        "iam" | "sts" | "lambda" => Err(ChoiceError::Ours(name.to_owned())),
        prefix => Ok(prefix.to_owned()),
    }
}
