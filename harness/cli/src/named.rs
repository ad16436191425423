//! Names that somebody typed: what AWS does not have is refused, with the nearest that it has.

use std::{fs, path::Path};

use rolecall::policy::{Action, Arn};
use rolecall_catalog::{Catalog, with_nearest};

use crate::failure::Failure;

/// Refuses a pattern of actions that stands for none of AWS's.
pub(crate) fn action(pattern: &str) -> Result<(), Failure> {
    let catalog = Catalog::embedded();
    if let Some(damage) = catalog.damage() {
        return Err(Failure::fault(damage));
    }
    let Some((prefix, name)) = pattern.split_once(':').filter(|_| pattern != "*") else {
        return match pattern {
            "*" => Ok(()),
            _ => Err(Failure::rendered(format!(
                "`{pattern}` is not an action: `service:Name` is needed"
            ))),
        };
    };
    if !catalog.expand_action(pattern).is_empty() {
        return Ok(());
    }
    let of_service = catalog.expand_action(&format!("{prefix}:*"));
    if of_service.is_empty() {
        let prefixes = catalog.iam_prefixes().iter().map(|one| one.prefix.as_str());
        let complaint = format!("there is no service with the prefix `{prefix}`");
        return Err(Failure::rendered(with_nearest(complaint, prefix, prefixes)));
    }
    if pattern.contains(['*', '?']) {
        let complaint = format!("`{pattern}` stands for no action");
        return Err(Failure::rendered(complaint));
    }
    let names = of_service.iter().map(Action::name);
    let complaint = format!("`{prefix}` has no action `{name}`");
    Err(Failure::rendered(with_nearest(complaint, name, names)))
}

/// What is wrong with an action that AWS does not have, with the nearest that it has; none of one that
/// it has.
pub(crate) fn unknown_action(action: &Action) -> Option<String> {
    let catalog = Catalog::embedded();
    if catalog.damage().is_some() || catalog.action(action).is_some() {
        return None;
    }
    let (prefix, name) = (action.prefix(), action.name());
    let of_service = catalog.expand_action(&format!("{prefix}:*"));
    if of_service.is_empty() {
        let prefixes = catalog.iam_prefixes().iter().map(|one| one.prefix.as_str());
        let complaint = format!("there is no service with the prefix `{prefix}`");
        return Some(with_nearest(complaint, prefix, prefixes));
    }
    let names = of_service.iter().map(Action::name);
    let complaint = format!("`{prefix}` has no action `{name}`");
    Some(with_nearest(complaint, name, names))
}

/// Refuses what is neither an ARN, maybe with wildcards, nor `*`.
pub(crate) fn resource(text: &str) -> Result<(), Failure> {
    if text == "*" {
        return Ok(());
    }
    Arn::parse(text)
        .map(drop)
        .map_err(|error| Failure::rendered(format!("{error}; or `*`")))
}

/// Refuses the prefix of a service that has no actions.
pub(crate) fn service(prefix: &str) -> Result<(), String> {
    let known = Catalog::embedded().iam_prefixes();
    if known.iter().any(|one| one.prefix == prefix) {
        return Ok(());
    }
    let prefixes = known.iter().map(|one| one.prefix.as_str());
    let complaint = format!("there is no service with the prefix `{prefix}`");
    Err(with_nearest(complaint, prefix, prefixes))
}

/// Reads a file, and says of a folder that it is one.
pub(crate) fn file(path: &Path, what: &str) -> Result<String, Failure> {
    not_a_folder(path, what)?;
    fs::read_to_string(path)
        .map_err(|error| Failure::rendered(format!("`{}` cannot be read: {error}", path.display())))
}

/// Refuses a folder where a file is needed.
pub(crate) fn not_a_folder(path: &Path, what: &str) -> Result<(), Failure> {
    if !path.is_dir() {
        return Ok(());
    }
    let text = format!("`{}` is a folder: {what} is needed", path.display());
    Err(Failure::rendered(text))
}
