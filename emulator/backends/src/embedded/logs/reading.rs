//! GetLogEvents.

use rolecall_protocol::ServiceError;
use serde_json::json;

use super::{errors, events::Window, groups::limit, service::Logs};
use crate::embedded::request::{Outcome, Request, output};

impl Logs {
    /// A token says where reading goes on: before or behind so many events of the stream. At the
    /// end the same token is given again. Source: API reference, GetLogEvents.
    pub(super) fn events(&self, request: &Request<'_>) -> Outcome {
        let limit = limit(request, 10_000)?;
        let token = token(request)?;
        let window = Window::of(request);
        self.with_stream(request, |stream| {
            let events: Vec<_> = stream
                .events
                .iter()
                .filter(|event| window.has(event))
                .collect();
            let (start, end) = match token {
                Some(Token::Forward(at)) => (at, at.saturating_add(limit)),
                Some(Token::Backward(at)) => (at.saturating_sub(limit), at),
                None if request.flag("startFromHead") => (0, limit),
                None => (events.len().saturating_sub(limit), events.len()),
            };
            let end = end.min(events.len());
            let start = start.min(end);
            let shown: Vec<_> = events
                .iter()
                .skip(start)
                .take(end - start)
                .map(|event| event.listed())
                .collect();
            Ok(output(json!({
                "events": shown,
                "nextForwardToken": format!("f/{end:056}"),
                "nextBackwardToken": format!("b/{start:056}"),
            })))
        })
    }
}

enum Token {
    Forward(usize),
    Backward(usize),
}

fn token(request: &Request<'_>) -> Result<Option<Token>, ServiceError> {
    let Some(text) = request.text("nextToken") else {
        return Ok(None);
    };
    let parsed = text.split_once('/').and_then(|(way, at)| {
        let at = at.parse().ok()?;
        match way {
            "f" => Some(Token::Forward(at)),
            "b" => Some(Token::Backward(at)),
            _ => None,
        }
    });
    match parsed {
        Some(token) => Ok(Some(token)),
        None => Err(errors::invalid("The specified nextToken is invalid.")),
    }
}
