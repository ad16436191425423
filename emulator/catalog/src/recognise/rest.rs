//! REST: the operation is a method, a path and a query.

use std::{borrow::Cow, cmp::Ordering, sync::Arc};

use super::{
    Head, Reason, Recognised, Unrecognised,
    decoding::label,
    router::Match,
    s3_address::{before_own_host, bucket_of_host, path_style},
    template::TrailingSlash,
};
use crate::{
    generated::ServiceEntry,
    loader::{Catalog, Loaded},
    model::{ProtocolName, Service},
};

type Outcome = Result<Recognised, Unrecognised>;

/// What one candidate has to offer.
struct Offer<'c> {
    service: &'c Arc<Service>,
    protocol: ProtocolName,
    found: Match<'c>,
}

/// Finds the service, then the route.
pub(super) fn by_path(catalog: &Catalog, head: &Head<'_>) -> Outcome {
    let numbers = candidates(catalog, head);
    let mut offers = Vec::new();
    let mut loaded = Vec::new();
    for number in numbers {
        let service = catalog
            .loaded(number)
            .map_err(|error| Unrecognised::new(head, Reason::Damaged(error.to_string())))?;
        loaded.push(service);
        offers.extend(offer(service, head));
    }
    match offers.into_iter().min_by(|a, b| compare(b, a, head)) {
        Some(best) => accept(&best, head),
        None => search_as_form(catalog, head).unwrap_or_else(|| Err(refusal(&loaded, head))),
    }
}

/// botocore sends the query of a search as a form, since it may be long.
///
/// Source: botocore 1.44.5, `handlers.py`, `change_get_to_post` for `cloudsearchdomain`.
fn search_as_form(catalog: &Catalog, head: &Head<'_>) -> Option<Outcome> {
    let query = head.form.and_then(|form| std::str::from_utf8(form).ok())?;
    let is_search = head.method == "POST" && head.scope_service == Some("cloudsearch");
    let get = Head {
        method: "GET",
        form: None,
        ..*head
    };
    let pairs = [head.query, query].join("&");
    is_search.then(|| {
        by_path(
            catalog,
            &Head {
                query: &pairs,
                ..get
            },
        )
    })
}

/// The services whose paths are tried.
fn candidates(catalog: &Catalog, head: &Head<'_>) -> Vec<usize> {
    let rest = |numbers: &[usize]| -> Vec<usize> {
        let is_rest = |e: &ServiceEntry| may_be_rest(e, head);
        numbers
            .iter()
            .copied()
            .filter(|n| catalog.entry(*n).is_some_and(is_rest))
            .collect()
    };
    let Some(scope) = head.scope_service else {
        return unsigned(catalog, head);
    };
    let signed = catalog.signed_as(scope);
    match rest(signed).as_slice() {
        // No REST service: the refusal names the one that the scope names.
        [] => signed.to_vec(),
        [one] => vec![*one],
        several => nearest_host(catalog, several, head),
    }
}

fn may_be_rest(entry: &ServiceEntry, head: &Head<'_>) -> bool {
    match entry.name.as_str() {
        // Its operations have one of these (model of s3control: `AccountId`, `OutpostId`), while a
        // bucket may well be called `v20180820`.
        "s3control" => {
            let headers = ["x-amz-account-id", "x-amz-outpost-id"];
            headers.iter().any(|name| head.header(name).is_some())
        }
        _ => rest_protocol(&entry.protocols).is_some(),
    }
}

fn rest_protocol(protocols: &[ProtocolName]) -> Option<ProtocolName> {
    let is_rest = |p: &&ProtocolName| matches!(p, ProtocolName::RestJson | ProtocolName::RestXml);
    protocols.iter().find(is_rest).copied()
}

/// Of services that share a signing name, those whose endpoint the host names; else all.
fn nearest_host(catalog: &Catalog, numbers: &[usize], head: &Head<'_>) -> Vec<usize> {
    let named: Vec<usize> = numbers
        .iter()
        .copied()
        .filter(|n| catalog.entry(*n).is_some_and(|e| host_names(e, head)))
        .collect();
    if named.is_empty() {
        numbers.to_vec()
    } else {
        named
    }
}

/// Whether the host is an endpoint of the service, such as `runtime.sagemaker.us-east-1.amazonaws.com`.
fn host_names(entry: &ServiceEntry, head: &Head<'_>) -> bool {
    let Some(host) = head.host_name().filter(|h| h.contains(".amazonaws.com")) else {
        return false;
    };
    let prefix = &entry.endpoint_prefix;
    let starts = |text: &str| {
        text.strip_prefix(prefix.as_str())
            .is_some_and(|r| r.starts_with('.'))
    };
    // Source: botocore 1.44.5, the endpoint rules of s3control: what it does on an Outpost goes there.
    let outposts = ["s3-outposts.", "s3-outposts-fips."];
    if entry.name == "s3control" && outposts.iter().any(|start| host.starts_with(start)) {
        return true;
    }
    // A host prefix may stand before the endpoint's own.
    starts(host) || host.split_once('.').is_some_and(|(_, rest)| starts(rest))
}

/// Without a signature: an operation that needs none, the host, or S3's anonymous requests,
/// the only ones that name nothing.
fn unsigned(catalog: &Catalog, head: &Head<'_>) -> Vec<usize> {
    let needs_no_signature = |entry: &ServiceEntry| {
        rest_protocol(&entry.protocols).is_some()
            && entry.unsigned.iter().any(|operation| {
                let path = operation.request_uri.split('?').next();
                operation.method == head.method && path == Some(head.path)
            })
    };
    let all = || catalog.services().iter().enumerate();
    let numbers = |passes: &dyn Fn(&ServiceEntry) -> bool| -> Vec<usize> {
        all()
            .filter(|(_, e)| passes(e))
            .map(|(number, _)| number)
            .collect()
    };
    let open = numbers(&needs_no_signature);
    if !open.is_empty() {
        return open;
    }
    let named = numbers(&|e| rest_protocol(&e.protocols).is_some() && host_names(e, head));
    if !named.is_empty() {
        return named;
    }
    let bearer = head
        .header("authorization")
        .is_some_and(|value| value.starts_with("Bearer "));
    let anonymous = !bearer && (head.path.len() > 1 || bucket_of_host(head).is_some());
    catalog
        .number("s3")
        .filter(|_| anonymous)
        .into_iter()
        .collect()
}

fn offer<'c>(loaded: &'c Loaded, head: &Head<'_>) -> Option<Offer<'c>> {
    let service = &loaded.service;
    let protocol = rest_protocol(&service.protocols)?;
    let (path, trailing) = if service.name == "s3" {
        (path_style(head), TrailingSlash::Kept)
    } else {
        (Cow::Borrowed(head.path), TrailingSlash::Ignored)
    };
    let found = loaded.router().find(service, head, &path, trailing)?;
    Some(Offer {
        service,
        protocol,
        found,
    })
}

/// The better offer is the greater: what it requires is there, its path is more specific, the user
/// agent names the service, the service is not one that another has replaced.
fn compare(a: &Offer<'_>, b: &Offer<'_>, head: &Head<'_>) -> Ordering {
    let preferred = |offer: &Offer<'_>| !REPLACED.contains(&offer.service.name.as_str());
    let named = |offer: &Offer<'_>| user_agent_names(offer.service, head);
    (a.found.rank.complete.cmp(&b.found.rank.complete))
        .then_with(|| a.found.rank.compare(&b.found.rank))
        .then_with(|| named(a).cmp(&named(b)))
        .then_with(|| preferred(a).cmp(&preferred(b)))
}

/// Services whose paths another service of the same signing name has too, and that are not the one
/// to assume. Source: the models of botocore 1.44.5; which one is likelier is assumed, from the
/// end of support that AWS announced for Wisdom, Chime's voice operations, Greengrass V1 and Lex V1.
const REPLACED: &[&str] = &["chime", "greengrass", "lex-models", "lex-runtime", "wisdom"];

/// `api/qconnect#1.0`, as the JavaScript, Rust and Go SDKs write it.
fn user_agent_names(service: &Service, head: &Head<'_>) -> bool {
    let agents = ["x-amz-user-agent", "user-agent"]
        .into_iter()
        .filter_map(|n| head.header(n));
    let letters = |text: &str| -> String {
        text.chars()
            .filter(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_ascii_lowercase()
    };
    let wanted = letters(&service.service_id);
    agents
        .flat_map(str::split_whitespace)
        .filter_map(|word| word.strip_prefix("api/"))
        .any(|word| {
            let name = word.split(['#', '/']).next().unwrap_or_default();
            letters(name) == wanted
        })
}

fn accept(offer: &Offer<'_>, head: &Head<'_>) -> Outcome {
    let service = Arc::clone(offer.service);
    let mut labels = Vec::new();
    for (name, raw) in &offer.found.labels {
        let Some(value) = label(raw) else {
            let reason = Reason::InvalidPath(head.path.to_owned());
            return Err(Unrecognised::of_service(&service, offer.protocol, reason));
        };
        labels.push(((*name).to_owned(), value));
    }
    let mut recognised = Recognised {
        service,
        operation: offer.found.operation,
        protocol: offer.protocol,
        labels,
    };
    if let Some(label) = host_label(&recognised, head) {
        recognised.labels.push(label);
    }
    Ok(recognised)
}

/// The label in the host prefix, such as `{AccountId}.`.
fn host_label(recognised: &Recognised, head: &Head<'_>) -> Option<(String, String)> {
    let template = recognised.operation().host_prefix.as_deref()?;
    let (before, rest) = template.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    let host = match before_own_host(head) {
        Some(prefix) => format!("{prefix}."),
        None => head
            .host_name()
            .filter(|h| h.contains(".amazonaws.com"))?
            .to_owned(),
    };
    let rest = host.strip_prefix(before)?;
    let end = if after.is_empty() {
        rest.len()
    } else {
        rest.find(after)?
    };
    let value = rest.get(..end).filter(|v| !v.is_empty())?;
    // Without the prefix, what the label would take is the endpoint's own name.
    let left = rest.get(end + after.len()..)?;
    let without_endpoint = |zone: (&str, &str)| !zone.0.contains('.');
    if left
        .split_once(".amazonaws.com")
        .is_some_and(without_endpoint)
    {
        return None;
    }
    Some((name.to_owned(), value.to_owned()))
}

fn refusal(loaded: &[&Loaded], head: &Head<'_>) -> Unrecognised {
    let reason = Reason::NoSuchPath {
        method: head.method.to_owned(),
        path: head.path.to_owned(),
    };
    match loaded {
        [] => Unrecognised::new(head, Reason::NoService),
        several => Unrecognised::among(head, several.iter().map(|l| &l.service), reason),
    }
}
