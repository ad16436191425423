//! FilterLogEvents.

use serde_json::json;

use super::{errors, events::Window, groups::limit, pattern::Pattern, service::Logs};
use crate::embedded::request::{Outcome, Request, output};

impl Logs {
    pub(super) fn filter_events(&self, request: &Request<'_>) -> Outcome {
        let names = request.texts("logStreamNames");
        let prefix = request.text("logStreamNamePrefix");
        if !names.is_empty() && prefix.is_some() {
            return Err(errors::invalid(
                "logStreamNamePrefix and logStreamNames are mutually exclusive parameters.",
            ));
        }
        let pattern = Pattern::parse(request.text("filterPattern").unwrap_or_default())?;
        let limit = limit(request, 10_000)?;
        let start: usize = request
            .text("nextToken")
            .and_then(|token| token.parse().ok())
            .unwrap_or_default();
        let window = Window::of(request);
        self.with_group(request, |group| {
            if names.iter().any(|name| !group.streams.contains_key(*name)) {
                return Err(errors::no_stream());
            }
            let wanted = |name: &str| {
                (names.is_empty() || names.contains(&name))
                    && prefix.is_none_or(|prefix| name.starts_with(prefix))
            };
            let mut found: Vec<_> = group
                .streams
                .iter()
                .filter(|(name, _)| wanted(name))
                .flat_map(|(name, stream)| stream.events.iter().map(move |event| (name, event)))
                .filter(|(_, event)| window.has(event) && pattern.matches(&event.message))
                .collect();
            found.sort_by_key(|(name, event)| (event.time, *name, event.number));
            let more = found.len() > start + limit;
            let events: Vec<_> = found
                .into_iter()
                .skip(start)
                .take(limit)
                .map(|(name, event)| {
                    let mut listed = event.listed();
                    listed.insert("logStreamName".to_owned(), name.clone().into());
                    let id = format!("{:026}{:030}", event.time, event.number);
                    listed.insert("eventId".to_owned(), id.into());
                    listed
                })
                .collect();
            let next = more.then(|| (start + limit).to_string());
            // Source: API reference, FilterLogEvents: searchedLogStreams is empty by now.
            Ok(output(
                json!({ "events": events, "searchedLogStreams": [], "nextToken": next }),
            ))
        })
    }
}
