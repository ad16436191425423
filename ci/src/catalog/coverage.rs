//! `COVERAGE.md`: how certain the requirements of every operation are, service by service.
//!
//! Made from the embedded catalog and the curated rules: sample parameters of each operation go the
//! way of every request, and the operation's own requirement, the first, counts.

use std::fmt::Write as _;

use anyhow::Context as _;
use rolecall_catalog::{Catalog, fact::NoFacts, generated::ServiceEntry, resolve};
use rolecall_policy::{AccountId, Provenance, Requirement};
use rolecall_resolve::{sample, send};

/// The columns of an action.
const ACTION: [(Provenance, &str); 5] = [
    (Provenance::Curated, "curated"),
    (Provenance::SameName, "same-name"),
    (Provenance::Documented, "documented"),
    (Provenance::NoneNeeded, "none-needed"),
    (Provenance::Assumed, "assumed"),
];

/// The columns of a resource.
const RESOURCE: [(Provenance, &str); 5] = [
    (Provenance::Curated, "curated"),
    (Provenance::Documented, "documented"),
    (Provenance::Heuristic, "heuristic"),
    (Provenance::NoneNeeded, "none-needed"),
    (Provenance::Assumed, "assumed"),
];

/// How an operation that makes something begins: its id may not exist yet.
const MAKES: [&str; 16] = [
    "Allocate", "Begin", "Copy", "Create", "Generate", "Import", "Issue", "Publish", "Purchase",
    "Put", "Register", "Request", "Restore", "Run", "Start", "Submit",
];

/// What is known of one operation, or of several.
#[derive(Clone, Debug, Default)]
struct Count {
    operations: usize,
    action: [usize; ACTION.len()],
    resource: [usize; RESOURCE.len()],
    /// The action takes a resource, by the authorization data.
    takes: usize,
    /// ... and the resource is an ARN without a star.
    whole: usize,
    /// ... and it has one, and the operation makes what it stands for.
    new: usize,
}

impl Count {
    fn add(&mut self, other: &Self) {
        self.operations += other.operations;
        let sums = self.action.iter_mut().zip(other.action);
        for (sum, more) in sums.chain(self.resource.iter_mut().zip(other.resource)) {
            *sum += more;
        }
        self.takes += other.takes;
        self.whole += other.whole;
        self.new += other.new;
    }
}

/// What the whole report is made of.
#[derive(Debug, Default)]
struct Findings {
    total: Count,
    rows: String,
    /// Operations whose action is assumed, by service.
    assumed: String,
}

/// Writes the report.
pub(super) fn report() -> anyhow::Result<String> {
    let catalog = Catalog::embedded();
    let mut findings = Findings::default();
    for entry in catalog.services() {
        service(catalog, entry, &mut findings)?;
    }
    let mut text = head(catalog, &findings.total)?;
    text.push_str(&findings.rows);
    text.push_str(
        "\n## Operations whose action is assumed\n\n\
         No rule and no data set names an action for them; verification fails on them unless they \
         are waived by\nname.\n\n",
    );
    text.push_str(&findings.assumed);
    Ok(text)
}

fn service(catalog: &Catalog, entry: &ServiceEntry, findings: &mut Findings) -> anyhow::Result<()> {
    let service = catalog.load(&entry.name)?;
    let account = AccountId::parse("123456789012")?;
    let mut sum = Count::default();
    let mut assumed = Vec::new();
    for (number, operation) in service.operations.iter().enumerate() {
        let parameters = sample::parameters(&service, number);
        let sent = send(&service, number, &parameters, "us-east-1", &account)
            .with_context(|| format!("{}.{}", service.name, operation.name))?;
        let requirements = resolve(&sent.call, &NoFacts);
        let own = requirements.first().context("no requirement at all")?;
        if own.action_provenance == Provenance::Assumed {
            assumed.push(operation.name.as_str());
        }
        sum.add(&count(catalog, own, &operation.name));
    }
    findings.total.add(&sum);
    row(&mut findings.rows, &entry.name, &sum)?;
    if !assumed.is_empty() {
        writeln!(findings.assumed, "* {}: {}", entry.name, assumed.join(", "))?;
    }
    Ok(())
}

fn count(catalog: &Catalog, own: &Requirement, operation: &str) -> Count {
    let action = catalog.action(&own.action);
    let takes = action.is_some_and(|action| !action.resource_types.is_empty());
    let whole = takes && !own.resource.contains('*');
    let makes = MAKES.iter().any(|start| operation.starts_with(start));
    Count {
        operations: 1,
        action: ACTION.map(|(provenance, _)| usize::from(own.action_provenance == provenance)),
        resource: RESOURCE
            .map(|(provenance, _)| usize::from(own.resource_provenance == provenance)),
        takes: usize::from(takes),
        whole: usize::from(whole),
        new: usize::from(takes && !whole && makes && own.resource != "*"),
    }
}

fn head(catalog: &Catalog, total: &Count) -> anyhow::Result<String> {
    let mut text = String::from(
        "# Coverage of the catalog\n\n\
         Written by `cargo ci catalog --report`; a test compares it. Sample parameters of every \
         operation go the way of every\nrequest; the operation's own requirement, the first, counts, \
         with curated rules and generated data together and without\nfacts. A resource is documented where the \
         authorization data say that its action takes none, and heuristic where\nits ARN is filled by \
         parameters of the same name.\n\n",
    );
    writeln!(text, "Inputs: {}.\n", catalog.version())?;
    writeln!(
        text,
        "| of all operations | how many | share |\n|---|---|---|"
    )?;
    let all = total.operations;
    writeln!(
        text,
        "| operations of {} services | {all} | |",
        catalog.services().len()
    )?;
    for ((_, name), number) in ACTION.iter().zip(total.action) {
        share(&mut text, &format!("action: {name}"), number, all)?;
    }
    for ((_, name), number) in RESOURCE.iter().zip(total.resource) {
        share(&mut text, &format!("resource: {name}"), number, all)?;
    }
    let better = all - total.action.last().copied().unwrap_or_default();
    share(&mut text, "action better than assumed", better, all)?;
    writeln!(
        text,
        "\n| of those whose action takes a resource | how many | share |\n|---|---|---|"
    )?;
    let takes = total.takes;
    writeln!(text, "| operations | {takes} | |")?;
    share(&mut text, "a whole ARN", total.whole, takes)?;
    share(
        &mut text,
        "an ARN with `*`, and the operation makes something",
        total.new,
        takes,
    )?;
    let rest = takes - total.whole - total.new;
    share(&mut text, "anything else with `*`", rest, takes)?;
    text.push_str("\n| service | operations |");
    let names = ACTION.map(|(_, name)| format!(" action {name} |"));
    text.push_str(&names.concat());
    let names = RESOURCE.map(|(_, name)| format!(" resource {name} |"));
    text.push_str(&names.concat());
    text.push_str(" takes a resource | whole ARN | `*` for what is made |\n");
    text.push_str(&"|---".repeat(2 + ACTION.len() + RESOURCE.len() + 3));
    text.push_str("|\n");
    Ok(text)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "there are not that many operations"
)]
fn share(to: &mut String, what: &str, number: usize, of: usize) -> std::fmt::Result {
    let percent = 100.0 * number as f64 / of.max(1) as f64;
    writeln!(to, "| {what} | {number} | {percent:.1} % |")
}

fn row(to: &mut String, name: &str, sum: &Count) -> std::fmt::Result {
    write!(to, "| {name} | {} |", sum.operations)?;
    for number in sum.action.iter().chain(&sum.resource) {
        write!(to, " {number} |")?;
    }
    writeln!(to, " {} | {} | {} |", sum.takes, sum.whole, sum.new)
}
