//! `cargo ci catalog`: writes the committed catalog from pinned packages.

mod authorization;
mod coverage;
mod hand_check;
mod inputs;
mod json;
mod lists;
mod mapping;
mod misses;
mod old_map;
mod prefixes;
mod service_model;
mod stars;
#[cfg(test)]
mod tests;
mod waiters;

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
};

use anyhow::{Context as _, ensure};
use rolecall_catalog::{
    generated::{Contents, ServiceFrame, write},
    model::Service,
};

use self::{inputs::Inputs, mapping::Mapper};
use crate::child::Child;

/// Writes the committed catalog from pinned packages.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Compares with the committed files and writes nothing.
    #[arg(long)]
    check: bool,
    /// Writes the coverage report alone, of the catalog and the rules that this program was built with;
    /// needs no packages.
    #[arg(long)]
    report: bool,
    /// Prints so many operations with the provenances same-name and heuristic, to be checked by hand.
    #[arg(long, value_name = "NUMBER")]
    sample: Option<usize>,
    /// What the sample is drawn by.
    #[arg(long, default_value_t = 1, requires = "sample")]
    seed: u64,
    /// Prints the operations whose resource is not known, as JSON Lines.
    #[arg(long)]
    misses: bool,
}

/// Says whether the committed catalog is what its inputs make, if they were downloaded before.
pub(crate) fn unchanged() -> anyhow::Result<()> {
    if inputs::root().join("target/catalog-inputs").exists() {
        return run(&Args {
            check: true,
            report: false,
            sample: None,
            seed: 1,
            misses: false,
        });
    }
    Ok(())
}

/// Generates the catalog and its coverage report, or the report alone.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let data = inputs::root().join("emulator/catalog/data");
    if let Some(number) = args.sample {
        let table = hand_check::drawn(number, args.seed)?;
        return Ok(io::stdout().write_all(table.as_bytes())?);
    }
    if args.misses {
        return Ok(io::stdout().write_all(misses::print()?.as_bytes())?);
    }
    if args.report {
        let report = coverage::report()?;
        return finish(&data.join("COVERAGE.md"), report.as_bytes(), args.check);
    }
    let inputs = Inputs::fetch(&data.join("inputs.lock.toml"))?;
    let file = write(&contents(&inputs)?)?;
    finish(&data.join("catalog.bin"), &file, args.check)?;
    if args.check {
        return Ok(());
    }
    // The report is of the catalog that a program was built with.
    Child::cargo([
        "run",
        "--quiet",
        "--package",
        "rolecall-ci",
        "--",
        "catalog",
        "--report",
    ])
    .succeed()
}

fn finish(path: &Path, bytes: &[u8], check: bool) -> anyhow::Result<()> {
    if !check {
        return fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()));
    }
    let committed = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    ensure!(
        committed == bytes,
        "{} is not what `cargo ci catalog` writes",
        path.display()
    );
    Ok(())
}

fn contents(inputs: &Inputs) -> anyhow::Result<Contents> {
    let iam = authorization::read(inputs)?;
    let mut services = service_model::read_all(inputs)?;
    prefixes::assign(&mut services, &iam);
    let mapper = Mapper::new(&iam, old_map::read(inputs, &services)?);
    let frame = |service: Service| {
        let mappings = mapper.mappings(&service);
        ServiceFrame { service, mappings }
    };
    let services = services.into_iter().map(frame).collect();
    Ok(Contents {
        version: inputs.version(),
        services,
        iam,
    })
}
