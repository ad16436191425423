//! Why a statement does not match, in words.

use super::{
    RequestContext, Truth,
    explain::{ConditionExplanation, ResourceExplanation, StatementExplanation},
};
use crate::{
    context::ContextValue,
    document::{Polarity, PrincipalSet, Principals, Statement},
};

/// One reason for each part that does not match, in the order of the parts.
pub(super) fn why_not(
    request: &RequestContext<'_>,
    written: &Statement,
    found: &StatementExplanation,
) -> Vec<String> {
    let mut out = Vec::new();
    if !found.principal {
        out.push(principal(request, written.principals.as_ref()));
    }
    if !found.action {
        out.push(action(request, written));
    }
    if found.resource != Truth::True {
        out.push(resource(request, written, found));
    }
    let conditions = found.conditions.iter();
    out.extend(
        conditions
            .filter(|one| one.holds != Truth::True)
            .map(condition),
    );
    out
}

fn principal(request: &RequestContext<'_>, written: Option<&Principals>) -> String {
    let arn = &request.principal.arn;
    match written {
        None => "it names no principal".to_owned(),
        Some(one) if one.polarity == Polarity::AllBut => format!("`NotPrincipal` spares `{arn}`"),
        Some(one) => format!("`Principal` is {}, not `{arn}`", names(&one.set)),
    }
}

fn names(set: &PrincipalSet) -> String {
    match set {
        PrincipalSet::Everyone => "`*`".to_owned(),
        PrincipalSet::ByType(types) => {
            let of_type = types.iter().flat_map(|(kind, values)| {
                values
                    .iter()
                    .map(move |value| format!("{}:{value}", kind.as_str()))
            });
            quoted(of_type)
        }
    }
}

fn action(request: &RequestContext<'_>, written: &Statement) -> String {
    let action = request.action;
    match written.actions.polarity {
        Polarity::AllBut => format!("`NotAction` leaves `{action}` out"),
        Polarity::Listed => {
            let listed = written.actions.values.iter();
            format!("`Action` is {}, not `{action}`", quoted(listed))
        }
    }
}

fn resource(
    request: &RequestContext<'_>,
    written: &Statement,
    found: &StatementExplanation,
) -> String {
    let resource = request.resource;
    let Some(scope) = &written.resources else {
        return "a statement of a key policy without `Resource` has no effect".to_owned();
    };
    if found.resource == Truth::Unknown {
        return format!("whether it is about `{resource}` hangs on a value that is not known here");
    }
    match scope.polarity {
        Polarity::AllBut => format!("`NotResource` leaves `{resource}` out"),
        Polarity::Listed => {
            let listed = found.resources.iter().map(as_resolved);
            format!("`Resource` is {}, not `{resource}`", quoted(listed))
        }
    }
}

fn as_resolved(one: &ResourceExplanation) -> String {
    match &one.resolved {
        Some(resolved) => resolved.clone(),
        None if one.pattern.contains("${") => format!("{} (without a value)", one.pattern),
        None => one.pattern.clone(),
    }
}

fn condition(one: &ConditionExplanation) -> String {
    let (operator, key) = (&one.operator, &one.key);
    if let Some(note) = &one.note {
        return format!("`{operator}` on `{key}`: {note}");
    }
    let actual = match &one.actual {
        Some(ContextValue::One(text)) => format!("`{text}`"),
        Some(ContextValue::Many(several)) => format!("[{}]", quoted(several)),
        Some(ContextValue::Redacted(_)) => "a value that is redacted".to_owned(),
        Some(ContextValue::NotComputed { .. }) | None => "no value".to_owned(),
    };
    let expected = quoted(&one.expected);
    format!("`{operator}` on `{key}`: the request has {actual}, the policy {expected}")
}

/// The first of them in back-ticks, and how many more there are.
fn quoted(texts: impl IntoIterator<Item = impl std::fmt::Display>) -> String {
    const SHOWN: usize = 4;
    let mut shown = Vec::new();
    let mut more = 0_usize;
    for text in texts {
        if shown.len() < SHOWN {
            shown.push(format!("`{text}`"));
        } else {
            more += 1;
        }
    }
    match (shown.as_slice(), more) {
        ([], _) => "nothing".to_owned(),
        (_, 0) => shown.join(", "),
        (_, more) => format!("{} and {more} more", shown.join(", ")),
    }
}
