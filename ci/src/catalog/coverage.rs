//! `COVERAGE.md`: what the generated part knows, service by service; made from the catalog alone.

use std::fmt::Write as _;

use anyhow::Context as _;
use rolecall_catalog::{
    generated::{Mapping, ServiceEntry},
    loader::Catalog,
};
use rolecall_policy::Provenance;

/// How many operations each provenance has.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    operations: usize,
    same_name: usize,
    documented: usize,
    nothing: usize,
    with_resource: usize,
}

impl Count {
    fn add(&mut self, other: Self) {
        self.operations += other.operations;
        self.same_name += other.same_name;
        self.documented += other.documented;
        self.nothing += other.nothing;
        self.with_resource += other.with_resource;
    }
}

/// Writes the report.
pub(super) fn report(catalog: &Catalog) -> anyhow::Result<String> {
    let mut rows = String::new();
    let mut total = Count::default();
    for entry in catalog.services() {
        let count = count(catalog, entry)?;
        total.add(count);
        row(&mut rows, entry, count)?;
    }
    let mut report = head(catalog, total)?;
    report.push_str(&rows);
    Ok(report)
}

fn head(catalog: &Catalog, total: Count) -> anyhow::Result<String> {
    let (mut actions, mut types, mut keys) = (0, 0, 0);
    for entry in catalog.iam_prefixes() {
        let iam = catalog.load_iam(&entry.prefix)?;
        actions += iam.actions.len();
        types += iam.resource_types.len();
        keys += iam.condition_keys.len();
    }
    let mut text = String::from(
        "# Coverage of the generated catalog\n\n\
         Written by `cargo ci catalog`; a test compares it. The curated rules come on top.\n\n\
         Same name: the pinned list of actions has one of the operation's name. Documented: a pinned\n\
         data set names the action. Nothing: neither; without a curated rule such a call is `assumed`.\n\n",
    );
    writeln!(text, "Inputs: {}.\n", catalog.version())?;
    writeln!(text, "| what | how many |\n|---|---|")?;
    let lines = [
        ("services", catalog.services().len()),
        ("operations", total.operations),
        ("operations: same name", total.same_name),
        ("operations: documented", total.documented),
        ("operations: nothing", total.nothing),
        (
            "operations whose action has a resource type",
            total.with_resource,
        ),
        ("IAM prefixes", catalog.iam_prefixes().len()),
        ("actions", actions),
        ("resource types", types),
        ("condition keys", keys),
    ];
    for (what, number) in lines {
        writeln!(text, "| {what} | {number} |")?;
    }
    text.push_str(
        "\n| service | signed as | IAM prefix | protocols | operations | same name | documented \
         | nothing | with a resource type |\n|---|---|---|---|---|---|---|---|---|\n",
    );
    Ok(text)
}

fn row(to: &mut String, entry: &ServiceEntry, count: Count) -> anyhow::Result<()> {
    let protocols: Vec<String> = entry.protocols.iter().map(|p| format!("{p:?}")).collect();
    writeln!(
        to,
        "| {} | {} | {} | {} | {} | {} | {} | {} | {} |",
        entry.name,
        entry.signing_names.join(" "),
        entry.iam_prefix,
        protocols.join(" "),
        count.operations,
        count.same_name,
        count.documented,
        count.nothing,
        count.with_resource,
    )?;
    Ok(())
}

fn count(catalog: &Catalog, entry: &ServiceEntry) -> anyhow::Result<Count> {
    let service = catalog.load(&entry.name)?;
    let mut count = Count::default();
    for number in 0..service.operations.len() {
        let mapping = catalog
            .mapping(&entry.name, number)
            .context("a mapping is missing")?;
        count.add(of_mapping(catalog, mapping));
    }
    Ok(count)
}

fn of_mapping(catalog: &Catalog, mapping: &Mapping) -> Count {
    let first = mapping.actions.first();
    let provenance = first.map(|a| a.provenance);
    let action = first.and_then(|a| rolecall_policy::Action::parse(&a.action).ok());
    let with_resource = action
        .and_then(|a| catalog.action(&a))
        .is_some_and(|a| !a.resource_types.is_empty());
    Count {
        operations: 1,
        same_name: usize::from(provenance == Some(Provenance::SameName)),
        documented: usize::from(provenance == Some(Provenance::Documented)),
        nothing: usize::from(provenance.is_none()),
        with_resource: usize::from(with_resource),
    }
}
