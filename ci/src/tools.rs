//! What tests and demonstrations need beside Rust, installed once under `target/`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use sha2::{Digest as _, Sha256};

use crate::child::{self, Child};
use crate::{python, tree};

/// Installs the SDKs that the tests drive; the folder that they are in.
///
/// A virtual environment with boto3 and the AWS CLI, and `js` with the JavaScript SDK.
pub(crate) fn for_tests() -> anyhow::Result<PathBuf> {
    let manifests = tree::root().join("fixtures/sdk");
    let names = [
        "requirements.txt",
        "js/package.json",
        "js/package-lock.json",
        "js/.npmrc",
    ];
    once("test-tools", &manifests, &names, |folder| {
        python::install(&folder.join("venv"), &manifests.join("requirements.txt"))?;
        javascript(&folder.join("js"), &manifests.join("js"))
    })
}

/// Where `dockerd` is, for the tests that start containers, or `no: WHY`; Debian's package is installed
/// where it can be.
pub(crate) fn dockerd() -> String {
    const PATH: &str = "/usr/sbin/dockerd";
    let succeeds = |program: &str, arguments: &[&str]| {
        let child = Child::new(program, arguments).env("DEBIAN_FRONTEND", "noninteractive");
        child.output().is_ok_and(|output| output.status.success())
    };
    let is_root = Child::new("id", ["-u"])
        .output()
        .is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    if !is_root {
        return "no: dockerd needs root".to_owned();
    }
    let install = ["install", "--yes", "--no-install-recommends", "docker.io"];
    let is_there = Path::new(PATH).exists()
        || (succeeds("apt-get", &["update"]) && succeeds("apt-get", &install));
    if is_there {
        PATH.to_owned()
    } else {
        "no: the package docker.io cannot be installed".to_owned()
    }
}

/// Installs boto3 alone; the folder that the virtual environment `venv` is in.
pub(crate) fn for_demo() -> anyhow::Result<PathBuf> {
    let manifests = tree::root().join("fixtures/functions/orders");
    once("demo-tools", &manifests, &["requirements.txt"], |folder| {
        python::install(&folder.join("venv"), &manifests.join("requirements.txt"))
    })
}

/// Runs `install` unless it succeeded before with the same manifests.
fn once(
    name: &str,
    manifests: &Path,
    names: &[&str],
    install: impl FnOnce(&Path) -> anyhow::Result<()>,
) -> anyhow::Result<PathBuf> {
    let folder = tree::installed(name);
    let stamp = folder.join("stamp");
    let wanted = fingerprint(&folder, manifests, names)?;
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        child::say(&format!("target/{name} is up to date"));
        return Ok(folder);
    }
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("removing target/{name}"))?;
    }
    fs::create_dir_all(&folder)?;
    install(&folder)?;
    fs::write(stamp, wanted)?;
    Ok(folder)
}

/// The manifests' hash, with the folder: a virtual environment does not work where it was moved to.
fn fingerprint(folder: &Path, manifests: &Path, names: &[&str]) -> anyhow::Result<String> {
    let mut hash = Sha256::new();
    hash.update(folder.as_os_str().as_encoded_bytes());
    for name in names {
        let path = manifests.join(name);
        let content = fs::read(&path).with_context(|| format!("reading `{}`", path.display()))?;
        hash.update(name.as_bytes());
        hash.update(content.len().to_le_bytes());
        hash.update(content);
    }
    Ok(hex::encode(hash.finalize()))
}

fn javascript(folder: &Path, manifests: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder)?;
    for name in ["package.json", "package-lock.json", ".npmrc"] {
        fs::copy(manifests.join(name), folder.join(name))?;
    }
    Child::new("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"])
        .within(folder)
        .succeed()
        .context("the JavaScript SDK needs Node.js 20 or newer with npm")
}
