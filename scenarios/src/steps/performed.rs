//! What a function's role did.

use std::collections::BTreeSet;

use cucumber::{gherkin::Step, then};

use crate::{Failure, Scenario};

#[then("its role performed exactly these actions")]
fn exactly(scenario: &mut Scenario, step: &Step) -> Result<(), Failure> {
    let expected = expected(step)?;
    let performed: BTreeSet<_> = scenario
        .performed()?
        .rows
        .into_iter()
        .map(|row| (row.action, row.resource))
        .collect();
    let only = |one: &BTreeSet<_>, other: &BTreeSet<_>| listed(one.difference(other));
    Failure::unless(performed == expected, || {
        format!(
            "expected, and not performed:{}\nperformed, and not expected:{}",
            only(&expected, &performed),
            only(&performed, &expected)
        )
    })
}

fn expected(step: &Step) -> Result<BTreeSet<(String, String)>, Failure> {
    const NEEDED: Failure = Failure::Incomplete("a table with the columns `action` and `resource`");
    let rows = step.table.as_ref().map(|table| table.rows.as_slice());
    let Some([head, rows @ ..]) = rows else {
        return Err(NEEDED);
    };
    if head != &["action", "resource"] {
        return Err(NEEDED);
    }
    let pairs = rows.iter().map(|row| match row.as_slice() {
        [action, resource] => Ok((action.clone(), resource.clone())),
        _ => Err(NEEDED),
    });
    pairs.collect()
}

fn listed<'a>(pairs: impl Iterator<Item = &'a (String, String)>) -> String {
    let lines: Vec<_> = pairs
        .map(|(action, resource)| format!("\n  {action} on {resource}"))
        .collect();
    if lines.is_empty() {
        " nothing".to_owned()
    } else {
        lines.concat()
    }
}
