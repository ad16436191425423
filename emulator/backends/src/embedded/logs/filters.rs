//! Subscription and metric filters: kept; nothing is sent and nothing counted.

use serde_json::{Map, Value, json};

use super::{errors, pattern::Pattern, service::Logs};
use crate::embedded::{
    paging::page,
    request::{Outcome, Request, output},
};

impl Logs {
    pub(super) fn put_filter(&self, request: &Request<'_>, kind: &str) -> Outcome {
        let name = request.required("filterName")?;
        Pattern::parse(request.required("filterPattern")?)?;
        let now = self.host.now_millis();
        self.with_group(request, |group| {
            let key = (kind.to_owned(), name.to_owned());
            let of_kind = group
                .filters
                .keys()
                .filter(|(known, _)| known == kind)
                .count();
            // Source: quotas: 2 subscription filters and 100 metric filters for a group.
            let most = if kind == "subscription filter" {
                2
            } else {
                100
            };
            if of_kind >= most && !group.filters.contains_key(&key) {
                return Err(errors::limit("Resource limit exceeded."));
            }
            let mut filter = request.parameters.clone();
            filter.insert("creationTime".to_owned(), now.into());
            group.filters.insert(key, filter);
            Ok(Map::new())
        })
    }

    pub(super) fn filters(&self, request: &Request<'_>, kind: &str) -> Outcome {
        let prefix = request.text("filterNamePrefix").unwrap_or_default();
        let member = if kind == "subscription filter" {
            "subscriptionFilters"
        } else {
            "metricFilters"
        };
        let filters = |group: &mut super::group::Group| {
            let filters = group.filters.iter();
            let wanted =
                filters.filter(|((known, name), _)| known == kind && name.starts_with(prefix));
            Ok(wanted
                .map(|((_, name), filter)| (name.clone(), filter.clone()))
                .collect::<Vec<_>>())
        };
        let found = if request.text("logGroupName").is_some() {
            self.with_group(request, filters)?
        } else {
            self.with(request, |kept| {
                kept.groups
                    .values_mut()
                    .map(filters)
                    .collect::<Result<Vec<_>, _>>()
            })?
            .concat()
        };
        let limit = request.count("limit", 50);
        let (found, next) = page(found, request.text("nextToken"), limit, |(name, _)| {
            name.clone()
        });
        let found: Vec<Map<String, Value>> = found.into_iter().map(|(_, filter)| filter).collect();
        let mut answer = output(json!({ "nextToken": next }));
        answer.insert(member.to_owned(), json!(found));
        Ok(answer)
    }

    pub(super) fn delete_filter(&self, request: &Request<'_>, kind: &str) -> Outcome {
        let name = request.required("filterName")?;
        self.with_group(request, |group| {
            match group.filters.remove(&(kind.to_owned(), name.to_owned())) {
                Some(_) => Ok(Map::new()),
                None => Err(errors::no_filter(kind)),
            }
        })
    }
}

/// TestMetricFilter: the messages that match, by their numbers from 1.
pub(super) fn test(request: &Request<'_>) -> Outcome {
    let pattern = Pattern::parse(request.required("filterPattern")?)?;
    let messages = request.texts("logEventMessages").into_iter().enumerate();
    let matches: Vec<Value> = messages
        .filter(|(_, message)| pattern.matches(message))
        .map(|(index, message)| {
            json!({ "eventNumber": index + 1, "eventMessage": message, "extractedValues": {} })
        })
        .collect();
    Ok(output(json!({ "matches": matches })))
}
