//! `cargo ci catalog --misses`: the operations whose resource is not known, for whoever writes a rule.

use anyhow::Context as _;
use rolecall_catalog::{Catalog, fact::NoFacts, generated::ServiceEntry, iam::IamAction, resolve};
use rolecall_policy::AccountId;
use rolecall_resolve::{sample, send};
use serde_json::{Value, json};

use super::coverage;

/// One JSON object a line for each operation that the coverage report has in its last row: what came
/// out, the resource types of its action, and the parameters that it was called with.
pub(super) fn print() -> anyhow::Result<String> {
    let catalog = Catalog::embedded();
    let mut text = String::new();
    for entry in catalog.services() {
        service(catalog, entry, &mut text)?;
    }
    Ok(text)
}

fn service(catalog: &Catalog, entry: &ServiceEntry, text: &mut String) -> anyhow::Result<()> {
    let service = catalog.load(&entry.name)?;
    let account = AccountId::parse("123456789012")?;
    for (number, operation) in service.operations.iter().enumerate() {
        let parameters = sample::parameters(&service, number);
        let sent = send(&service, number, &parameters, "us-east-1", &account)?;
        let requirements = resolve(&sent.call, &NoFacts);
        let count = coverage::count(catalog, &sent.call, &requirements, &parameters);
        if count.takes() == count.known() {
            continue;
        }
        let own = requirements.first().context("no requirement at all")?;
        let action = catalog.action(&own.action).context("no such action")?;
        let needs = requirements
            .iter()
            .map(|r| format!("{} {}", r.action, r.resource));
        let line = json!({
            "service": entry.name,
            "operation": operation.name,
            "needs": needs.collect::<Vec<_>>(),
            "types": types(catalog, own.action.prefix(), &action),
            "parameters": parameters,
        });
        text.push_str(&line.to_string());
        text.push('\n');
    }
    Ok(())
}

/// Name, whether every call names one, and format of each resource type.
fn types(catalog: &Catalog, prefix: &str, action: &IamAction) -> Vec<Value> {
    let iam = catalog.iam(prefix);
    let format = |name: &str| {
        let mut types = iam.iter().flat_map(|iam| &iam.resource_types);
        types
            .find(|kind| kind.name.eq_ignore_ascii_case(name))
            .map(|kind| kind.arn.clone())
    };
    let types = action.resource_types.iter();
    types
        .map(|taken| {
            json!([
                taken.resource_type,
                taken.required,
                format(&taken.resource_type)
            ])
        })
        .collect()
}
