//! Which IAM prefix authorizes a service's operations.

use std::collections::BTreeSet;

use rolecall_catalog::{iam::IamService, model::Service};

/// Where the names of the operations mislead or say nothing.
const OVERRIDES: &[(&str, &str)] = &[
    // Service authorization reference, "Actions defined by Amazon API Gateway": ManageConnections.
    ("apigatewaymanagementapi", "execute-api"),
    // Signed as `execute-api` only in its endpoint rules; authorized by a token: no IAM prefix.
    ("connectparticipant", "connectparticipant"),
    // The portal of IAM Identity Center takes a bearer token; `sso` is the service's prefix.
    ("sso", "sso"),
];

/// Sets [`Service::iam_prefix`] on every service.
pub(super) fn assign(services: &mut [Service], iam: &[IamService]) {
    let actions: Vec<(&str, BTreeSet<String>)> = iam
        .iter()
        .map(|s| {
            (
                s.prefix.as_str(),
                s.actions.iter().map(|a| plain(&a.name)).collect(),
            )
        })
        .collect();
    for service in services {
        service.iam_prefix = choose(service, &actions);
    }
}

fn choose(service: &Service, iam: &[(&str, BTreeSet<String>)]) -> String {
    if let Some((_, prefix)) = OVERRIDES.iter().find(|(name, _)| *name == service.name) {
        return (*prefix).to_owned();
    }
    let operations: Vec<String> = service.operations.iter().map(|o| plain(&o.name)).collect();
    let overlap =
        |actions: &BTreeSet<String>| operations.iter().filter(|o| actions.contains(*o)).count();
    let usual = service.signing_names.first().map_or("", String::as_str);
    // The earlier of equals wins, so the signing name comes first.
    let direct = [usual, &service.endpoint_prefix, &service.name]
        .into_iter()
        .filter_map(|name| {
            let (prefix, actions) = iam.iter().find(|(p, _)| p.eq_ignore_ascii_case(name))?;
            Some((overlap(actions), *prefix))
        });
    let best = direct.rev().max_by_key(|(count, _)| *count);
    if let Some((count, prefix)) = best
        && count > 0
    {
        return prefix.to_owned();
    }
    // Most of its operations under another name: `tagging` is `tag`, `iotdata` is `iot`.
    let other = iam
        .iter()
        .rev()
        .map(|(p, actions)| (overlap(actions), *p))
        .max_by_key(|(c, _)| *c);
    match (other, best) {
        (Some((count, prefix)), _) if count * 4 >= operations.len() * 3 && count > 2 => {
            prefix.to_owned()
        }
        (_, Some((_, prefix))) => prefix.to_owned(),
        _ => usual.to_ascii_lowercase(),
    }
}

/// In lower case and without the version that `CloudFront` and Lambda append.
pub(super) fn plain(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    let version = |text: &str| {
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        let shape = text
            .bytes()
            .enumerate()
            .all(|(i, b)| (b == b'_') == (i == 4 || i == 7));
        (digits == 8 && shape) || (digits == 8 && text.len() == 8 && text.starts_with("20"))
    };
    for length in [10, 8] {
        if let Some((head, tail)) = lower
            .len()
            .checked_sub(length)
            .and_then(|n| lower.split_at_checked(n))
            && version(tail)
        {
            return head.to_owned();
        }
    }
    lower
}
