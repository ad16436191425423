//! Members into the headers and the status of a response.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rolecall_catalog::{
    Service,
    model::{Location, Member, ShapeKind, Structure, TimestampFormat},
};
use serde_json::{Map, Value};

use super::header;
use crate::{Header, scalar, shapes, timestamp::Milliseconds};

/// What of an output is outside of the body.
#[derive(Debug, Default)]
pub(crate) struct Bound {
    /// The status, if a member is bound to it.
    pub(crate) status: Option<u16>,
    /// The headers.
    pub(crate) headers: Vec<Header>,
}

/// Binds the members of `shape` that are outside of the body.
pub(crate) fn write(service: &Service, shape: &Structure, values: &Map<String, Value>) -> Bound {
    let mut bound = Bound::default();
    // The values are few, the members of some outputs many.
    for (name, value) in values {
        let Some(member) = shape.members.iter().find(|member| member.name == *name) else {
            continue;
        };
        match member.location {
            Location::StatusCode => {
                bound.status = value.as_u64().and_then(|status| u16::try_from(status).ok());
            }
            Location::Header => {
                let name = shapes::wire_name(member).to_ascii_lowercase();
                bound
                    .headers
                    .extend(header_text(service, member, value).map(|text| (name.into(), text)));
            }
            Location::Headers => bound.headers.extend(header_map(member, value)),
            Location::Body | Location::Uri | Location::Query => {}
        }
    }
    bound
}

fn header_text(service: &Service, member: &Member, value: &Value) -> Option<String> {
    let text = match (shapes::kind(service, member), value) {
        (
            ShapeKind::String {
                json_value: true, ..
            },
            _,
        ) => STANDARD.encode(serde_json::to_vec(value).ok()?),
        (ShapeKind::List { member: item, .. }, Value::Array(values)) => {
            let strings = matches!(shapes::kind(service, item), ShapeKind::String { .. });
            let texts = values
                .iter()
                .filter_map(|value| plain(service, item, value));
            texts
                .map(|t| if strings { header::quote(&t) } else { t })
                .collect::<Vec<_>>()
                .join(",")
        }
        _ => plain(service, member, value)?,
    };
    (!breaks_header(&text)).then_some(text)
}

/// A line break would end the header, and let a value write the next one.
fn breaks_header(text: &str) -> bool {
    text.contains(['\r', '\n', '\0'])
}

fn plain(service: &Service, member: &Member, value: &Value) -> Option<String> {
    let rfc822 = TimestampFormat::Rfc822;
    scalar::to_text(service, member, value, rfc822, Milliseconds::WhenNeeded)
        .map(std::borrow::Cow::into_owned)
}

fn header_map<'v>(member: &'v Member, value: &'v Value) -> impl Iterator<Item = Header> + 'v {
    let prefix = shapes::wire_name(member).to_lowercase();
    value
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(move |(key, value)| {
            let text = value.as_str().filter(|text| !breaks_header(text))?;
            let name = format!("{prefix}{}", key.to_lowercase());
            let valid = !name.contains([' ', ':']) && !breaks_header(&name);
            valid.then(|| (name.into(), text.to_owned()))
        })
}
