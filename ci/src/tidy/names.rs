//! File names that say nothing about what is in the file.

use std::path::{Path, PathBuf};

const EMPTY_NAMES: [&str; 9] = [
    "util", "utils", "helper", "helpers", "common", "types", "misc", "shared", "stuff",
];

/// Source files and their folders with a name that says nothing.
pub(crate) fn findings(files: &[PathBuf]) -> Vec<String> {
    files
        .iter()
        .filter(|path| is_source(path))
        .filter_map(|path| finding(path))
        .collect()
}

fn is_source(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "rs")
}

fn finding(path: &Path) -> Option<String> {
    let name = path
        .with_extension("")
        .components()
        .filter_map(|part| part.as_os_str().to_str().map(str::to_owned))
        .find(|part| EMPTY_NAMES.contains(&part.as_str()))?;
    Some(format!(
        "{}: `{name}` says nothing; name the thing",
        path.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_says_nothing_is_found_as_file_and_as_folder() {
        let files = [
            "a/src/utils.rs",
            "a/src/common/mod.rs",
            "a/src/arn.rs",
            "fixtures/misc.json",
        ];
        let found = findings(&files.map(PathBuf::from));
        let expected = [
            "a/src/utils.rs: `utils` says nothing; name the thing",
            "a/src/common/mod.rs: `common` says nothing; name the thing",
        ];
        assert_eq!(found, expected);
    }
}
