//! botocore's waiters: what each wants to see.

use std::path::Path;

use anyhow::{Context as _, bail};
use rolecall_catalog::model::{Goal, Service, Wait};
use serde_json::Value;

use super::json::{entries, items, read, required, text};

/// Puts the waiters of a service to the operations that they poll; a service without the file has none.
pub(super) fn add(service: &mut Service, file: &Path) -> anyhow::Result<()> {
    if !file.exists() {
        return Ok(());
    }
    for (name, waiter) in entries(&read(file)?, "waiters") {
        let wait = wait(name, waiter).with_context(|| format!("in the waiter `{name}`"))?;
        let polled = required(waiter, "operation")?;
        let index = service
            .operation_index(&polled)
            .with_context(|| format!("there is no operation `{polled}`"))?;
        if let Some(operation) = service.operations.get_mut(index) {
            operation.waits.push(wait);
        }
    }
    Ok(())
}

fn wait(name: &str, waiter: &Value) -> anyhow::Result<Wait> {
    let goals: anyhow::Result<Vec<Goal>> = items(waiter, "acceptors")
        .filter(|acceptor| text(acceptor, "state") == Some("success"))
        .map(goal)
        .collect();
    let goals = goals?;
    let about_the_output = |goal: &&Goal| !matches!(goal, Goal::Error(_) | Goal::Status(_));
    let best = goals
        .iter()
        .find(about_the_output)
        .or_else(|| goals.first());
    Ok(Wait {
        name: name.to_owned(),
        goal: best.context("it never succeeds")?.clone(),
    })
}

fn goal(acceptor: &Value) -> anyhow::Result<Goal> {
    let expected = acceptor.get("expected").context("`expected` is missing")?;
    Ok(match (text(acceptor, "matcher"), expected) {
        (Some("path" | "pathAll" | "pathAny"), expected) => {
            by_path(&required(acceptor, "argument")?, expected)?
        }
        (Some("status"), Value::Number(status)) if status.as_u64() == Some(200) => Goal::Success,
        (Some("status"), Value::Number(status)) => {
            let status = status.as_u64().and_then(|status| status.try_into().ok());
            Goal::Status(status.context("no HTTP status")?)
        }
        (Some("error"), Value::Bool(false)) => Goal::Success,
        (Some("error"), Value::String(code)) => Goal::Error(code.clone()),
        (matcher, expected) => bail!("the matcher {matcher:?} with {expected} is not known"),
    })
}

/// The services of ECS that are not stable: none of an empty list.
const UNSTABLE: &str =
    "length(services[?!(length(deployments) == `1` && runningCount == desiredCount)]) == `0`";

fn by_path(argument: &str, expected: &Value) -> anyhow::Result<Goal> {
    if argument == UNSTABLE {
        return Ok(Goal::Absent("services".to_owned()));
    }
    if let Some(counted) = argument.strip_prefix("length(") {
        let path = |rest: &str| counted.strip_suffix(rest).map(str::to_owned);
        let found = path(") > `0`").map(Goal::Present);
        let found = found.or_else(|| path(") == `0`").map(Goal::Absent));
        return found.with_context(|| format!("`{argument}` is not understood"));
    }
    let is_plain = argument
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "._[]*".contains(c));
    let path = argument.to_owned();
    match expected {
        _ if !is_plain => bail!("`{argument}` is not understood"),
        Value::String(text) => Ok(Goal::Text(path, text.clone())),
        Value::Bool(flag) => Ok(Goal::Flag(path, *flag)),
        other => bail!("{other} is not understood"),
    }
}
