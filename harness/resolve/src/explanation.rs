//! The rules of an operation, told to a person.

use std::fmt::Write as _;

use rolecall_catalog::{
    Call, Catalog, Explained, Operation, Row, Rules, Service, explained, fact::NoFacts,
};
use rolecall_policy::Action;

use crate::{ResolveError, context, generated, names, sample, wire};

/// Explains what is authorized for an operation: every row with its action, resource, predicate, keys
/// and source; where nobody has written a rule, what the generated part makes of sample parameters.
pub fn explain(service: &str, operation: &str) -> Result<String, ResolveError> {
    let (service, number) = names::operation(service, operation)?;
    let mut text = String::new();
    let Some(model) = service.operations.get(number) else {
        return Ok(text);
    };
    head(&mut text, &service, model);
    match rolecall_catalog::rules_of(&service.name, &model.name) {
        Some(rules) => curated(&mut text, &service, &rules),
        None => of_sample(&mut text, &service, number)?,
    }
    Ok(text)
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    // A string takes all.
    let _ = text.write_fmt(line);
    text.push('\n');
}

fn head(text: &mut String, service: &Service, model: &Operation) {
    line(text, format_args!("{} {}", service.name, model.name));
    line(
        text,
        format_args!(
            "  signed as {}; actions of the prefix {}",
            service.signing_names.join(", "),
            service.iam_prefix
        ),
    );
}

fn curated(text: &mut String, service: &Service, rules: &Rules) {
    line(
        text,
        format_args!("  a curated rule: {}:{}", rules.file, rules.line),
    );
    if let Some(source) = &rules.source {
        line(text, format_args!("  source: {source}"));
    }
    if rules.none_needed {
        line(
            text,
            format_args!("\nAWS authorizes nothing (none-needed)."),
        );
    }
    for row in &rules.rows {
        self::row(text, service, row);
    }
    if !rules.forms.is_empty() {
        line(text, format_args!("\nwhere"));
    }
    for form in &rules.forms {
        for (when, is) in &form.cases {
            let when = when.as_ref().map(|when| format!(", when {when}"));
            line(
                text,
                format_args!("  {} is `{is}`{}", form.name, when.unwrap_or_default()),
            );
        }
    }
}

fn row(text: &mut String, service: &Service, row: &Row) {
    line(text, format_args!("\n{}", row.action));
    line(text, format_args!("  on         {}", row.resource));
    line(text, format_args!("  when       {}", row.condition()));
    if let Some(by) = &row.on_behalf_of {
        line(
            text,
            format_args!("  on behalf  {by} makes the call with the caller's permissions"),
        );
    }
    line(
        text,
        format_args!("  provenance curated ({}:{})", row.file, row.line),
    );
    if let Some(source) = &row.source {
        line(text, format_args!("  source     {source}"));
    }
    data(text, service, &row.action);
}

/// What the authorization data say of an action.
fn data(text: &mut String, service: &Service, action: &str) {
    let Ok(action) = Action::parse(action) else {
        return;
    };
    let iam = Catalog::embedded().iam(action.prefix());
    if let Some((iam, known)) = iam
        .as_ref()
        .and_then(|iam| Some((iam, iam.action(action.name())?)))
    {
        for of in &known.resource_types {
            let format = iam.resource_type(&of.resource_type);
            let format = format.map_or("", |kind| kind.arn.as_str());
            let required = if of.required { ", required" } else { "" };
            line(
                text,
                format_args!("  type       {}{required}: {format}", of.resource_type),
            );
        }
        if known.resource_types.is_empty() {
            line(text, format_args!("  type       none: the resource is `*`"));
        }
    } else {
        line(
            text,
            format_args!("  type       the authorization data do not have this action"),
        );
    }
    for key in rolecall_catalog::keys(&service.name, &action) {
        match key.rule {
            Some(rule) => line(text, format_args!("  key        {} ({rule})", key.name)),
            None => line(
                text,
                format_args!("  key        {} (not computed)", key.name),
            ),
        }
    }
}

fn of_sample(
    text: &mut String,
    service: &std::sync::Arc<Service>,
    number: usize,
) -> Result<(), ResolveError> {
    line(
        text,
        format_args!("  no curated rule: what the pinned data make of sample parameters"),
    );
    let parameters = sample::parameters(service, number);
    let account = context::account_id("123456789012")?;
    let sent = wire::send(service, number, &parameters, "us-east-1", &account)?;
    for found in explained(&sent.call, &NoFacts) {
        self::found(text, service, &found, &sent.call);
    }
    Ok(())
}

fn found(text: &mut String, service: &Service, found: &Explained, call: &Call) {
    let requirement = &found.requirement;
    line(text, format_args!("\n{}", requirement.action));
    line(text, format_args!("  on         {}", requirement.resource));
    line(
        text,
        format_args!(
            "  when       {}",
            generated::condition(requirement, &call.parameters)
        ),
    );
    let word = |provenance| {
        let value = serde_json::to_value(provenance).unwrap_or_default();
        value.as_str().unwrap_or_default().to_owned()
    };
    line(
        text,
        format_args!(
            "  provenance {} (action), {} (resource)",
            word(requirement.action_provenance),
            word(requirement.resource_provenance)
        ),
    );
    data(text, service, &requirement.action.to_string());
}
