//! `rolecall expand` and `rolecall shrink`.

use std::process::ExitCode;

use clap::Args;
use rolecall_analysis::actions::{ShrinkError, expand, shrink};
use serde_json::{Value, json};

use crate::{
    arguments::Format,
    failure::{Failure, print, say},
};

#[derive(Debug, Args)]
pub(crate) struct Expand {
    /// Patterns of actions, such as `s3:Get*`
    #[arg(required = true, value_name = "PATTERN")]
    patterns: Vec<String>,
    /// How to print them
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct Shrink {
    /// Actions, or patterns that stand for some
    #[arg(required = true, value_name = "ACTION")]
    actions: Vec<String>,
    /// How to print the patterns
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

pub(crate) fn run(arguments: &Expand) -> Result<ExitCode, Failure> {
    let expansions: Vec<_> = arguments.patterns.iter().map(|one| expand(one)).collect();
    if let Some(empty) = expansions.iter().find(|one| one.actions.is_empty()) {
        return Err(Failure::input(&ShrinkError::NoAction(
            empty.pattern.clone(),
        )));
    }
    print(&match arguments.format {
        Format::Text => {
            let actions = expansions.iter().flat_map(|one| &one.actions);
            let lines: std::collections::BTreeSet<_> = actions.map(ToString::to_string).collect();
            lines.into_iter().map(|line| line + "\n").collect()
        }
        Format::Json => {
            let each = expansions.iter();
            let each = each.map(|one| (one.pattern.clone(), json!(one.actions)));
            format!("{:#}\n", each.collect::<Value>())
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn run_shrink(arguments: &Shrink) -> Result<ExitCode, Failure> {
    let shrunk = shrink(&arguments.actions).map_err(|error| Failure::input(&error))?;
    print(&match arguments.format {
        Format::Text => {
            let lines = shrunk.patterns.iter().map(|pattern| format!("{pattern}\n"));
            lines.collect()
        }
        Format::Json => {
            let patterns = &shrunk.patterns;
            format!(
                "{:#}\n",
                json!({"patterns": patterns, "fewest": shrunk.fewest})
            )
        }
    })?;
    if !shrunk.fewest {
        say("rolecall: fewer patterns may do: the search was cut short");
    }
    Ok(ExitCode::SUCCESS)
}
