//! The paths of one service's REST operations, ready to be matched.

use std::cmp::Ordering;

use super::{
    Head,
    template::{Template, TrailingSlash, parts},
};
use crate::model::{Location, Operation, Service};

/// The routes of a service, by method; those of a method in the order of their operations' names.
#[derive(Debug)]
pub(crate) struct Router {
    methods: Vec<(String, Vec<Route>)>,
}

#[derive(Debug)]
struct Route {
    template: Template,
    /// Query keys and headers that the model requires.
    needs: Vec<(Location, String)>,
    operation: usize,
}

/// A route that a request takes.
#[derive(Debug)]
pub(super) struct Match<'r> {
    pub(super) operation: usize,
    /// Names and raw values.
    pub(super) labels: Vec<(&'r str, String)>,
    pub(super) rank: Rank<'r>,
}

/// How well a route fits: the greater the better.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rank<'r> {
    /// Whether all that the operation requires is there.
    pub(super) complete: bool,
    template: &'r Template,
    needs: usize,
    same_slash: bool,
    hinted: bool,
    current: bool,
}

impl Router {
    pub(crate) fn new(service: &Service) -> Self {
        let mut methods: Vec<(String, Vec<Route>)> = Vec::new();
        for (operation, value) in service.operations.iter().enumerate() {
            let route = Route {
                template: Template::parse(&value.request_uri),
                needs: needs(service, value),
                operation,
            };
            match methods
                .iter_mut()
                .find(|(method, _)| *method == value.method)
            {
                Some((_, routes)) => routes.push(route),
                None => methods.push((value.method.clone(), vec![route])),
            }
        }
        Self { methods }
    }

    fn of_method(&self, method: &str) -> &[Route] {
        let routes = self.methods.iter().find(|(name, _)| name == method);
        routes.map_or(&[], |(_, routes)| routes)
    }

    /// The best of the routes that have this method, path and query.
    pub(super) fn find<'r>(
        &'r self,
        service: &Service,
        head: &Head<'_>,
        path: &str,
        trailing: TrailingSlash,
    ) -> Option<Match<'r>> {
        let ends_with_slash = path.ends_with('/');
        let path = parts(path, trailing);
        let query: Vec<_> = head.query_pairs().collect();
        let has = |key: &str, value: Option<&str>| {
            query
                .iter()
                .any(|(k, v)| k == key && value.is_none_or(|wanted| v == wanted))
        };
        let hint = query
            .iter()
            .find(|(key, _)| key == "x-id")
            .map(|(_, value)| value.as_ref());
        let fitting = self.of_method(head.method).iter().filter(|route| {
            let static_query = &route.template.query;
            static_query.iter().all(|(k, v)| has(k, v.as_deref()))
        });
        let matches = fitting.filter_map(|route| {
            let labels = route.template.matches(&path)?;
            let present = |(location, name): &&(Location, String)| match location {
                Location::Header => head.header(name).is_some(),
                _ => has(name, None),
            };
            let name = service
                .operations
                .get(route.operation)
                .map(|o| o.name.as_str());
            let rank = Rank {
                complete: route.needs.iter().all(|need| present(&need)),
                template: &route.template,
                needs: route.needs.len(),
                same_slash: route.template.ends_with_slash == ends_with_slash,
                hinted: hint.is_some() && hint == name,
                current: name.is_none_or(|n| !is_other_twin(service, n, head)),
            };
            let labels = labels
                .into_iter()
                .rev()
                .map(|(n, parts)| (n, parts.join("/")))
                .collect();
            Some(Match {
                operation: route.operation,
                labels,
                rank,
            })
        });
        // Of equals the first wins, in the order of their names.
        matches.min_by(|a, b| b.rank.compare(&a.rank))
    }
}

impl Rank<'_> {
    /// Path, then query, then what the operation requires, then hints.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        let rest = |rank: &Self| {
            // An operation that requires nothing fits worse than one whose requirements are met.
            let needs = if rank.complete { rank.needs } else { 0 };
            let Self {
                same_slash,
                hinted,
                current,
                ..
            } = *rank;
            (
                rank.template.query.len(),
                rank.complete,
                needs,
                same_slash,
                hinted,
                current,
            )
        };
        self.template
            .compare_specificity(other.template)
            .then_with(|| rest(self).cmp(&rest(other)))
    }
}

/// Whether the operation is the less likely of two that have the same method, path and query.
///
/// Four of S3's have successors; directory buckets are listed under a signing name of their own.
/// Source: Amazon S3 API reference, `GetBucketLifecycle`: "For an updated version of this API, see
/// `GetBucketLifecycleConfiguration`", the others alike; wire-facts, section 2a, "S3 Express".
fn is_other_twin(service: &Service, operation: &str, head: &Head<'_>) -> bool {
    if service.name != "s3" {
        return false;
    }
    let express = head.scope_service == Some("s3express");
    match operation {
        "GetBucketLifecycle"
        | "GetBucketNotification"
        | "PutBucketLifecycle"
        | "PutBucketNotification" => true,
        "ListBuckets" => express,
        "ListDirectoryBuckets" => !express,
        _ => false,
    }
}

fn needs(service: &Service, operation: &Operation) -> Vec<(Location, String)> {
    let input = operation.input.and_then(|id| service.structure(id));
    let members = input.into_iter().flat_map(|structure| &structure.members);
    members
        .filter(|m| m.required && matches!(m.location, Location::Query | Location::Header))
        .map(|m| {
            (
                m.location,
                m.location_name.as_deref().unwrap_or(&m.name).to_owned(),
            )
        })
        .collect()
}
