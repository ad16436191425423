//! Policy files.

use std::{fs, path::Path};

use rolecall::policy::{Policy, PolicyKind};

use crate::failure::Failure;

/// Reads a policy file: its name without the ending, and its text, checked.
pub(crate) fn read(path: &Path) -> Result<(String, String), Failure> {
    let text = fs::read_to_string(path).map_err(|error| {
        Failure::rendered(format!("`{}` cannot be read: {error}", path.display()))
    })?;
    let name = path
        .file_stem()
        .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    match Policy::parse(&name, PolicyKind::Identity, &text) {
        Ok(_) => Ok((name, text)),
        Err(error) => Err(Failure::rendered(
            error.render(&path.display().to_string(), &text),
        )),
    }
}
