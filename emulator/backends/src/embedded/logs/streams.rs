//! Log streams.

use serde_json::{Map, json};

use super::{errors, group::Stream, groups::limit, service::Logs};
use crate::embedded::request::{Outcome, Request, output};

impl Logs {
    pub(super) fn create_stream(&self, request: &Request<'_>) -> Outcome {
        let name = request.required("logStreamName")?;
        // Source: API reference, CreateLogStream, `logStreamName`.
        if name.is_empty() || name.len() > 512 || name.contains([':', '*']) {
            return Err(errors::invalid(format!(
                "1 validation error detected: Value '{name}' at 'logStreamName' failed to satisfy \
                 constraint: Member must satisfy regular expression pattern: [^:*]*"
            )));
        }
        let now = self.host.now_millis();
        self.with_group(request, |group| {
            if group.streams.contains_key(name) {
                return Err(errors::stream_exists());
            }
            let stream = Stream {
                arn: format!("{}:log-stream:{name}", group.arn),
                created: now,
                ..Stream::default()
            };
            group.streams.insert(name.to_owned(), stream);
            Ok(Map::new())
        })
    }

    pub(super) fn delete_stream(&self, request: &Request<'_>) -> Outcome {
        let name = request.required("logStreamName")?;
        self.with_group(request, |group| match group.streams.remove(name) {
            Some(_) => Ok(Map::new()),
            None => Err(errors::no_stream()),
        })
    }

    pub(super) fn describe_streams(&self, request: &Request<'_>) -> Outcome {
        let prefix = request.text("logStreamNamePrefix");
        let by_time = request.text("orderBy") == Some("LastEventTime");
        if by_time && prefix.is_some() {
            return Err(errors::invalid(
                "Cannot order by LastEventTime with a logStreamNamePrefix.",
            ));
        }
        let limit = limit(request, 50)?;
        // A token is the number of the next one.
        let start: usize = request
            .text("nextToken")
            .and_then(|token| token.parse().ok())
            .unwrap_or_default();
        self.with_group(request, |group| {
            let wanted = |name: &str| prefix.is_none_or(|prefix| name.starts_with(prefix));
            let mut streams: Vec<_> = group
                .streams
                .iter()
                .filter(|(name, _)| wanted(name))
                .collect();
            if by_time {
                streams.sort_by_key(|(_, stream)| stream.events.last().map(|event| event.time));
            }
            if request.flag("descending") {
                streams.reverse();
            }
            let more = streams.len() > start + limit;
            let streams: Vec<_> = streams
                .into_iter()
                .skip(start)
                .take(limit)
                .map(|(name, stream)| stream.described(name))
                .collect();
            let next = more.then(|| (start + limit).to_string());
            Ok(output(json!({ "logStreams": streams, "nextToken": next })))
        })
    }
}
