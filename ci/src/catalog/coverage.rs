//! `COVERAGE.md`: how certain the requirements of every operation are, service by service.
//!
//! Made from the embedded catalog and the curated rules: sample parameters of each operation go the
//! way of every request, and the operation's own requirement, the first, counts.

use std::fmt::Write as _;

use anyhow::Context as _;
use rolecall_catalog::{Call, Catalog, fact::NoFacts, generated::ServiceEntry, resolve};
use rolecall_policy::{AccountId, Provenance, Requirement};
use rolecall_resolve::{sample, send};
use serde_json::{Map, Value};

use super::{
    lists::lists,
    stars::{is_format, known_by_fact, makes},
};

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

/// What is known of one operation, or of several.
#[derive(Clone, Debug, Default)]
pub(super) struct Count {
    operations: usize,
    action: [usize; ACTION.len()],
    resource: [usize; RESOURCE.len()],
    /// The action takes a resource, by the authorization data.
    takes: usize,
    /// ... and the resource is an ARN without a star.
    whole: usize,
    /// ... and it has one, and the operation makes what it stands for.
    new: usize,
    /// ... and it ends in one, for all that the operation lists.
    list: usize,
    /// ... and it has the one that the documented format of such ARNs has.
    format: usize,
    /// ... and it is one, as a rule says.
    star: usize,
    /// ... and it has one for an id that the request does not say, for which a fact is asked.
    fact: usize,
}

impl Count {
    /// Those whose resource is, as far as is known, what AWS would check.
    pub(super) fn known(&self) -> usize {
        self.whole + self.new + self.list + self.format + self.star + self.fact
    }

    /// Those whose action takes a resource, by the authorization data.
    pub(super) fn takes(&self) -> usize {
        self.takes
    }

    fn add(&mut self, other: &Self) {
        self.operations += other.operations;
        let sums = self.action.iter_mut().zip(other.action);
        for (sum, more) in sums.chain(self.resource.iter_mut().zip(other.resource)) {
            *sum += more;
        }
        self.takes += other.takes;
        self.whole += other.whole;
        self.new += other.new;
        self.list += other.list;
        self.format += other.format;
        self.star += other.star;
        self.fact += other.fact;
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
        let count = count(catalog, &sent.call, &requirements, &parameters);
        sum.add(&count);
    }
    findings.total.add(&sum);
    row(&mut findings.rows, &entry.name, &sum)?;
    if !assumed.is_empty() {
        writeln!(findings.assumed, "* {}: {}", entry.name, assumed.join(", "))?;
    }
    Ok(())
}

/// Counts one operation; its own requirement is the first.
pub(super) fn count(
    catalog: &Catalog,
    call: &Call,
    requirements: &[Requirement],
    parameters: &Map<String, Value>,
) -> Count {
    let operation = call.operation();
    let Some(own) = requirements.first() else {
        return Count::default();
    };
    let action = catalog.action(&own.action);
    let takes = action.is_some_and(|action| !action.resource_types.is_empty())
        && own.action_provenance != Provenance::NoneNeeded;
    let whole = takes && !own.resource.contains('*');
    let part = takes && !whole;
    let alone = own.resource == "*";
    let new = part && !alone && makes(&operation.name, &own.resource);
    let list = part && !new && lists(catalog, &call.service, operation, parameters, requirements);
    let format = part && !new && !list && is_format(catalog, &own.action, &own.resource);
    let star = part && alone && own.resource_provenance == Provenance::Curated;
    let open = part && !new && !list && !format && !star;
    let fact = open && known_by_fact(catalog, call);
    Count {
        operations: 1,
        action: ACTION.map(|(provenance, _)| usize::from(own.action_provenance == provenance)),
        resource: RESOURCE
            .map(|(provenance, _)| usize::from(own.resource_provenance == provenance)),
        takes: usize::from(takes),
        whole: usize::from(whole),
        new: usize::from(new),
        list: usize::from(list),
        format: usize::from(format),
        star: usize::from(star),
        fact: usize::from(fact),
    }
}

/// When an id does not exist yet, and why a `*` is the resource itself in a list.
const LISTS: &str = "\n\
Something is made by `Allocate...`, `Copy...`, `Create...`, `Import...`, `Issue...`, `Publish...`, `Purchase...`; by \
`Put...`,\n`Register...`, `Request...`, `Restore...`, `Submit...`, `Start...` and their like only where the operation is called \
after the\nresource's type (`PutConfigRule`), and by `Start...` only if that is a job, a task, a query or the like: no \
`StartInstance`.\n\n\
A list is counted apart where the operation is `List...`, `Search...`, or `Describe...s` and `Get...s`, its resource is \
`TYPE/*` (below\nthe parents that the call names), and no parameter names one of the items: none that has to be given, none that is \
called\nafter the type or just `id`, `name`, `arn`. AWS checks that very ARN: so it was seen with\n`cloudformation:ListStacks`, `eks:ListClusters`, `rds:DescribeDBInstances` (denials.jsonl) and \
`quicksight:ListFolders`\n(cloudquery/cloudquery#4116), and so AWS's pages have it for `iam:ListRoles` and \
`codedeploy:ListDeployments`. An ARN\nwith a `*` for an id that exists and is not in the request (a stack by its name, the \
work group of a query) is in none of these\nrows, whatever the rule says of it, unless the rule asks for the fact `resource-arn`.\n\n\
A format has a `*` of its own where the authorization data have one below a part of the resource's (`/backend/${AppId}/*`) or \
in a type that\nstands for all of its kind (`wildcard-phone-number`): the ARN that AWS documents for the action is that \
very text, and no page says a longer one.\n\n\
An id that AWS gave (`stack/NAME/ID`), or the resource of which the request names a part (the work group of a query), is in no \
request. The rule\nasks for it: the fact `resource-arn`, which the `resources` of `rolecall resolve` answer. Until it is \
answered `*` stands there, and the\nrequirement says which fact is missing. AWS checks the ARN with the id where there is the thing: \
`cloudformation:DescribeStacks` was denied on\n`stack/runs-on/3c011e80-...` (runs-on/runs-on#27), and on `stack/my-service-dev/*` before \
there was such a stack (serverless/serverless#4845).\n\n";

fn head(catalog: &Catalog, total: &Count) -> anyhow::Result<String> {
    let mut text = String::from(
        "# Coverage of the catalog\n\n\
         Written by `cargo ci catalog --report`; a test compares it. Sample parameters of every \
         operation go the way of every\nrequest; the operation's own requirement, the first, counts, \
         with curated rules and generated data together and without\nfacts. A resource is documented where the \
         authorization data say that its action takes none, and heuristic where\nits ARN is filled by \
         parameters whose names say so.\n\n",
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
    arns(&mut text, total)?;
    text.push_str(LISTS);
    text.push_str("\n| service | operations |");
    let names = ACTION.map(|(_, name)| format!(" action {name} |"));
    text.push_str(&names.concat());
    let names = RESOURCE.map(|(_, name)| format!(" resource {name} |"));
    text.push_str(&names.concat());
    text.push_str(
        " takes a resource | whole ARN | `*` for what is made | `*` for what is listed | `*` of the format | `*` by a rule | by a fact |\n",
    );
    text.push_str(&"|---".repeat(2 + ACTION.len() + RESOURCE.len() + 7));
    text.push_str("|\n");
    Ok(text)
}

/// The rows about resources.
fn arns(text: &mut String, total: &Count) -> std::fmt::Result {
    let takes = total.takes;
    let without = total.known() - total.fact;
    writeln!(text, "| operations | {takes} | |")?;
    let rows = [
        ("a whole ARN", total.whole),
        (
            "an ARN with `*`, and the operation makes something",
            total.new,
        ),
        (
            "an ARN that ends in `*`, and the operation lists what it stands for",
            total.list,
        ),
        ("an ARN whose documented format ends in `*`", total.format),
        ("`*` alone, by a rule with a source", total.star),
        ("all of these, without facts", without),
        (
            "an ARN that is whole once the fact that is asked for is answered",
            total.fact,
        ),
        ("all of these", total.known()),
        ("anything else with `*`", takes - total.known()),
    ];
    for (what, number) in rows {
        share(text, what, number, takes)?;
    }
    Ok(())
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
    writeln!(
        to,
        " {} | {} | {} | {} | {} | {} | {} |",
        sum.takes, sum.whole, sum.new, sum.list, sum.format, sum.star, sum.fact
    )
}
