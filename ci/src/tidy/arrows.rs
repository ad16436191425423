//! Which crate may depend on which.
//!
//! The list is ARCHITECTURE.md's; an arrow that turns out wrong is changed there and here together.

use anyhow::{Context as _, bail};
use serde::Deserialize;

use crate::child::Child;

/// Each crate of ours with those of ours that it may depend on.
const ARROWS: [(&str, &[&str]); 16] = [
    ("rolecall-policy", &[]),
    ("rolecall-sigv4", &[]),
    ("rolecall-catalog", &["rolecall-policy"]),
    ("rolecall-trace", &["rolecall-policy"]),
    ("rolecall-protocol", &["rolecall-catalog"]),
    (
        "rolecall-analysis",
        &["rolecall-policy", "rolecall-catalog"],
    ),
    (
        "rolecall-backends",
        &["rolecall-catalog", "rolecall-protocol"],
    ),
    (
        "rolecall-emulator",
        &[
            "rolecall-policy",
            "rolecall-sigv4",
            "rolecall-catalog",
            "rolecall-protocol",
            "rolecall-analysis",
            "rolecall-backends",
            "rolecall-trace",
        ],
    ),
    (
        "rolecall-resolve",
        &["rolecall-policy", "rolecall-catalog", "rolecall-protocol"],
    ),
    ("rolecall-templates", &["rolecall-policy"]),
    (
        "rolecall-least-privilege",
        &[
            "rolecall-policy",
            "rolecall-catalog",
            "rolecall-analysis",
            "rolecall-trace",
            "rolecall-templates",
        ],
    ),
    (
        "rolecall",
        &[
            "rolecall-policy",
            "rolecall-sigv4",
            "rolecall-catalog",
            "rolecall-protocol",
            "rolecall-analysis",
            "rolecall-backends",
            "rolecall-emulator",
            "rolecall-trace",
            "rolecall-resolve",
            "rolecall-templates",
            "rolecall-least-privilege",
        ],
    ),
    ("rolecall-cli", FROM_ABOVE),
    ("rolecall-scenarios", FROM_ABOVE),
    // The catalog's words for actions and provenance are those of the policy.
    (
        "rolecall-ci",
        &[
            "rolecall-policy",
            "rolecall-catalog",
            "rolecall-protocol",
            "rolecall-resolve",
        ],
    ),
    (
        "rolecall-bench",
        &["rolecall-policy", "rolecall-catalog", "rolecall-resolve"],
    ),
];

/// What the command and the scenarios may name beside the library.
const FROM_ABOVE: &[&str] = &[
    "rolecall",
    "rolecall-policy",
    "rolecall-catalog",
    "rolecall-analysis",
    "rolecall-emulator",
    "rolecall-trace",
    "rolecall-templates",
    "rolecall-least-privilege",
];

/// What tests alone may use besides: the command's read what SDKs send with the recogniser's parser.
const OF_TESTS: [(&str, &[&str]); 1] = [("rolecall-cli", &["rolecall-protocol", "rolecall-sigv4"])];

#[derive(Debug, Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
    dependencies: Vec<Dependency>,
}

#[derive(Debug, Deserialize)]
struct Dependency {
    name: String,
    /// Only what is ours comes from a path.
    path: Option<String>,
    /// `dev` for that of tests.
    #[serde(default)]
    kind: Option<String>,
}

/// The arrows that are not in the list, and the crates that are not.
pub(crate) fn findings() -> anyhow::Result<Vec<String>> {
    let question = [
        "metadata",
        "--format-version",
        "1",
        "--no-deps",
        "--offline",
    ];
    let output = Child::cargo(question).output()?;
    if !output.status.success() {
        bail!(
            "`cargo metadata` failed: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    let metadata: Metadata =
        serde_json::from_slice(&output.stdout).context("reading `cargo metadata`")?;
    Ok(metadata.packages.iter().flat_map(of_package).collect())
}

fn of_package(package: &Package) -> Vec<String> {
    let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == package.name) else {
        return vec![format!(
            "the crate `{}` is not in the list of arrows",
            package.name
        )];
    };
    let ours = package
        .dependencies
        .iter()
        .filter(|dependency| dependency.path.is_some())
        // A crate whose tests ask for a feature of its own.
        .filter(|dependency| dependency.name != package.name);
    let refused = ours.filter(|dependency| {
        !allowed.contains(&dependency.name.as_str()) && !is_of_tests(package, dependency)
    });
    refused
        .map(|dependency| format!("`{}` may not depend on `{}`", package.name, dependency.name))
        .collect()
}

fn is_of_tests(package: &Package, dependency: &Dependency) -> bool {
    let found = OF_TESTS.iter().find(|(name, _)| *name == package.name);
    let listed = found.is_some_and(|(_, names)| names.contains(&dependency.name.as_str()));
    listed && dependency.kind.as_deref() == Some("dev")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, dependencies: &[(&str, bool)]) -> Package {
        let dependency = |(name, ours): &(&str, bool)| Dependency {
            name: (*name).to_owned(),
            path: ours.then(|| "somewhere".to_owned()),
            kind: None,
        };
        Package {
            name: name.to_owned(),
            dependencies: dependencies.iter().map(dependency).collect(),
        }
    }

    #[test]
    fn an_arrow_that_is_not_listed_is_refused() {
        let policy = package(
            "rolecall-policy",
            &[("rolecall-catalog", true), ("serde", false)],
        );
        let expected = ["`rolecall-policy` may not depend on `rolecall-catalog`"];
        assert_eq!(of_package(&policy), expected);
    }

    #[test]
    fn an_arrow_that_is_listed_is_not() {
        let catalog = package(
            "rolecall-catalog",
            &[("rolecall-policy", true), ("toml", false)],
        );
        assert_eq!(of_package(&catalog), [""; 0]);
    }

    #[test]
    fn what_tests_may_use_the_code_may_not() {
        let mut cli = package("rolecall-cli", &[("rolecall-sigv4", true)]);
        let expected = ["`rolecall-cli` may not depend on `rolecall-sigv4`"];
        assert_eq!(of_package(&cli), expected);
        cli.dependencies[0].kind = Some("dev".to_owned());
        assert_eq!(of_package(&cli), [""; 0]);
    }

    #[test]
    fn a_crate_that_is_not_listed_is_refused() {
        let expected = ["the crate `rolecall-new` is not in the list of arrows"];
        assert_eq!(of_package(&package("rolecall-new", &[])), expected);
    }
}
