//! `cargo ci catalog --sample N --seed S`: operations to be checked by hand against AWS's documentation.
//!
//! Drawn from what no person has looked at: the action has the operation's name, and the resource is
//! filled by parameters of the same name. `HANDCHECK.md` holds what such a check found.

use std::fmt::Write as _;

use anyhow::Context as _;
use rolecall_catalog::{Catalog, fact::NoFacts, resolve};
use rolecall_policy::{AccountId, Provenance, Requirement};
use rolecall_resolve::{sample, send};

/// Writes a row for each of `number` operations, in the order of their names.
pub(super) fn drawn(number: usize, seed: u64) -> anyhow::Result<String> {
    let mut rows = population()?;
    let all = rows.len();
    shuffle(&mut rows, seed);
    rows.truncate(number);
    rows.sort();
    let mut text = format!(
        "{} of {all} operations, drawn by the seed {seed}.\n\n\
         | operation | action | resource | formats | also |\n|---|---|---|---|---|\n",
        rows.len()
    );
    for row in rows {
        writeln!(text, "{row}")?;
    }
    Ok(text)
}

/// One row for each operation with the provenances `same-name` and `heuristic`.
fn population() -> anyhow::Result<Vec<String>> {
    let catalog = Catalog::embedded();
    let account = AccountId::parse("123456789012")?;
    let mut rows = Vec::new();
    for entry in catalog.services() {
        let service = catalog.load(&entry.name)?;
        for (number, operation) in service.operations.iter().enumerate() {
            let parameters = sample::parameters(&service, number);
            let sent = send(&service, number, &parameters, "us-east-1", &account)
                .with_context(|| format!("{}.{}", service.name, operation.name))?;
            let requirements = resolve(&sent.call, &NoFacts);
            let own = requirements.first().context("no requirement at all")?;
            if own.action_provenance == Provenance::SameName
                && own.resource_provenance == Provenance::Heuristic
            {
                let name = format!("{}:{}", service.name, operation.name);
                rows.push(row(catalog, &name, own, &requirements));
            }
        }
    }
    Ok(rows)
}

fn row(catalog: &Catalog, name: &str, own: &Requirement, all: &[Requirement]) -> String {
    let (same, others): (Vec<_>, Vec<_>) = all.iter().partition(|r| r.action == own.action);
    let resources: Vec<_> = same
        .iter()
        .map(|r| format!("`{}`", without_call(&r.resource)))
        .collect();
    let others: Vec<_> = others
        .iter()
        .map(|r| format!("`{}` on `{}`", r.action, without_call(&r.resource)))
        .collect();
    format!(
        "| {name} | {} | {} | {} | {} |",
        own.action,
        resources.join(", "),
        formats(catalog, own).join(", "),
        others.join(", ")
    )
}

/// What every row would repeat.
fn without_call(resource: &str) -> String {
    resource
        .replace("us-east-1", "REGION")
        .replace("123456789012", "ACCOUNT")
}

/// The ARN formats of the action's resource types; a star marks what it requires.
fn formats(catalog: &Catalog, own: &Requirement) -> Vec<String> {
    let types = catalog.action(&own.action).map(|a| a.resource_types);
    let iam = catalog.iam(own.action.prefix());
    let format = |kind: &str| {
        let iam = iam.as_ref()?;
        let found = iam.resource_types.iter().find(|t| t.name == kind)?;
        Some(found.arn.clone())
    };
    types
        .unwrap_or_default()
        .iter()
        .map(|t| {
            let star = if t.required { "\\*" } else { "" };
            let arn = format(&t.resource_type).unwrap_or_default();
            format!("{}{star} `{arn}`", t.resource_type)
        })
        .collect()
}

/// Fisher and Yates, with `SplitMix64`.
fn shuffle(rows: &mut [String], seed: u64) {
    let mut state = seed;
    for last in (1..rows.len()).rev() {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        let bound = u64::try_from(last).map_or(u64::MAX, |l| l + 1);
        rows.swap(last, usize::try_from(mixed % bound).unwrap_or(last));
    }
}

#[cfg(test)]
mod tests {
    use super::{drawn, shuffle};

    #[test]
    fn a_seed_draws_the_same_rows_again() {
        let names = || (0..9).map(|n| n.to_string()).collect::<Vec<_>>();
        let (mut first, mut again, mut other) = (names(), names(), names());
        shuffle(&mut first, 1);
        shuffle(&mut again, 1);
        shuffle(&mut other, 2);
        assert_eq!(first, again);
        assert_ne!(first, other);
        first.sort();
        assert_eq!(first, names());
    }

    #[test]
    fn a_row_says_action_resource_and_formats() {
        let text = drawn(3, 1).unwrap();
        let rows: Vec<_> = text.lines().skip(4).collect();
        assert_eq!(rows.len(), 3, "{text}");
        for row in rows {
            assert_eq!(row.matches(" | ").count(), 4, "{row}");
            assert!(row.contains("arn:${Partition}:"), "{row}");
        }
    }
}
