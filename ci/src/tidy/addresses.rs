//! Hosts of package registries: a checkout must work behind a mirror.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::tree;

/// The hosts, in two halves each, so that this file does not name them.
const HOSTS: [(&str, &str); 9] = [
    ("pypi", ".org"),
    ("pypi.python", ".org"),
    ("pythonhosted", ".org"),
    ("registry.npmjs", ".org"),
    ("registry.yarnpkg", ".com"),
    ("static.crates", ".io"),
    ("index.crates", ".io"),
    ("proxy.golang", ".org"),
    ("repo.maven.apache", ".org"),
];

/// The files that name a registry's host, with the line.
pub(crate) fn findings(files: &[PathBuf]) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    for path in files {
        let bytes = fs::read(tree::root().join(path))
            .with_context(|| format!("reading `{}`", path.display()))?;
        // What is compressed or otherwise no text holds no address that anybody follows.
        if let Ok(text) = std::str::from_utf8(&bytes) {
            found.extend(in_text(path, text));
        }
    }
    Ok(found)
}

fn in_text(path: &Path, text: &str) -> Vec<String> {
    let hosts = HOSTS.map(|(name, end)| format!("{name}{end}"));
    let found = text.lines().enumerate().filter_map(|(index, line)| {
        let host = hosts.iter().find(|host| line.contains(host.as_str()))?;
        Some(format!(
            "{}:{}: names the registry host `{host}`",
            path.display(),
            index + 1
        ))
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_found_with_its_line() {
        let host = concat!("pypi", ".org");
        let text = format!("first\nsecond https://{host}/simple\n");
        let expected = [format!("a.txt:2: names the registry host `{host}`")];
        assert_eq!(in_text(Path::new("a.txt"), &text), expected);
    }

    #[test]
    fn the_source_in_a_lock_file_is_no_host() {
        let line = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
        assert_eq!(in_text(Path::new("Cargo.lock"), line), [""; 0]);
    }
}
