//! A member as the catalog's file holds it: one number for all that is yes or no.
//!
//! There are 258,000 members, and most have nothing but a name and a shape; this halves what has to
//! be decompressed.

use serde::{Deserialize, Serialize};

use crate::model::{Location, Member, ShapeId, TimestampFormat};

/// See [`Member`].
#[derive(Serialize, Deserialize)]
pub(crate) struct PackedMember {
    name: String,
    shape: ShapeId,
    flags: u32,
    /// What the flags announce, in this order: wire name, query name, namespace prefix, namespace.
    texts: Vec<String>,
}

const REQUIRED: u32 = 1;
const LOCATION_NAME: u32 = 1 << 1;
const IDEMPOTENCY_TOKEN: u32 = 1 << 2;
const SENSITIVE: u32 = 1 << 3;
const LOCATION: u32 = 4; // three bits from here
const TIMESTAMP: u32 = 7; // two bits from here
const QUERY_NAME: u32 = 1 << 9;
const NAMESPACE_PREFIX: u32 = 1 << 10;
const NAMESPACE: u32 = 1 << 11;
const XML_ATTRIBUTE: u32 = 1 << 12;
const FLATTENED: u32 = 1 << 13;
const STREAMING: u32 = 1 << 14;
const HOST_LABEL: u32 = 1 << 15;
const EVENT_PAYLOAD: u32 = 1 << 16;
const EVENT_HEADER: u32 = 1 << 17;
/// The wire name is the name with its first letter in lower case, as in most JSON.
const LOWER_CASE: u32 = 1 << 18;

const LOCATIONS: [Location; 6] = [
    Location::Body,
    Location::Uri,
    Location::Query,
    Location::Header,
    Location::Headers,
    Location::StatusCode,
];

const TIMESTAMPS: [Option<TimestampFormat>; 4] = [
    None,
    Some(TimestampFormat::Iso8601),
    Some(TimestampFormat::Rfc822),
    Some(TimestampFormat::Unix),
];

impl From<Member> for PackedMember {
    fn from(member: Member) -> Self {
        let (prefix, namespace) = match member.xml_namespace.map(|namespace| *namespace) {
            Some((prefix, namespace)) => (prefix, Some(namespace)),
            None => (None, None),
        };
        let lower = member.location_name.as_deref() == Some(&*lower_first(&member.name));
        let location_name = member.location_name.filter(|_| !lower);
        let booleans = [
            (lower, LOWER_CASE),
            (member.required, REQUIRED),
            (member.idempotency_token, IDEMPOTENCY_TOKEN),
            (member.sensitive, SENSITIVE),
            (member.xml_attribute, XML_ATTRIBUTE),
            (member.flattened, FLATTENED),
            (member.streaming, STREAMING),
            (member.host_label, HOST_LABEL),
            (member.event_payload, EVENT_PAYLOAD),
            (member.event_header, EVENT_HEADER),
            (location_name.is_some(), LOCATION_NAME),
            (member.query_name.is_some(), QUERY_NAME),
            (prefix.is_some(), NAMESPACE_PREFIX),
            (namespace.is_some(), NAMESPACE),
        ];
        let flags = booleans
            .into_iter()
            .filter(|(set, _)| *set)
            .fold(0, |all, (_, bit)| all | bit);
        let [location_name, query_name] =
            [location_name, member.query_name].map(|text| text.map(String::from));
        let texts = [location_name, query_name, prefix, namespace];
        Self {
            name: member.name,
            shape: member.shape,
            flags: flags
                | position(&LOCATIONS, &member.location) << LOCATION
                | position(&TIMESTAMPS, &member.timestamp_format) << TIMESTAMP,
            texts: texts.into_iter().flatten().collect(),
        }
    }
}

fn position<T: PartialEq>(all: &[T], one: &T) -> u32 {
    all.iter()
        .position(|other| other == one)
        .and_then(|n| u32::try_from(n).ok())
        .unwrap_or(0)
}

fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|c| c.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

impl From<PackedMember> for Member {
    fn from(packed: PackedMember) -> Self {
        let has = |bit| packed.flags & bit != 0;
        let mut texts = packed.texts.into_iter();
        let mut text = |bit| {
            if packed.flags & bit != 0 {
                texts.next()
            } else {
                None
            }
        };
        let location_name = if has(LOWER_CASE) {
            Some(lower_first(&packed.name))
        } else {
            text(LOCATION_NAME)
        };
        let location_name = location_name.map(Into::into);
        let query_name = text(QUERY_NAME).map(Into::into);
        let prefix = text(NAMESPACE_PREFIX);
        let namespace = text(NAMESPACE);
        let location = LOCATIONS.get((packed.flags >> LOCATION & 7) as usize);
        let timestamp = TIMESTAMPS.get((packed.flags >> TIMESTAMP & 3) as usize);
        Self {
            name: packed.name,
            shape: packed.shape,
            location_name,
            query_name,
            location: location.copied().unwrap_or(Location::Body),
            required: has(REQUIRED),
            xml_attribute: has(XML_ATTRIBUTE),
            xml_namespace: namespace.map(|namespace| Box::new((prefix, namespace))),
            flattened: has(FLATTENED),
            streaming: has(STREAMING),
            timestamp_format: timestamp.copied().flatten(),
            idempotency_token: has(IDEMPOTENCY_TOKEN),
            sensitive: has(SENSITIVE),
            host_label: has(HOST_LABEL),
            event_payload: has(EVENT_PAYLOAD),
            event_header: has(EVENT_HEADER),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LOCATIONS, PackedMember, TIMESTAMPS};
    use crate::model::{Member, ShapeId};

    /// Sets one thing after the other: bit `n` of `pattern` decides about the `n`th.
    fn member(pattern: u32) -> Member {
        let has = |n: u32| pattern >> n & 1 == 1;
        let text = |n: u32| has(n).then(|| format!("t{n}"));
        Member {
            name: "Name".to_owned(),
            shape: ShapeId(7),
            location_name: text(0).map(Into::into),
            query_name: text(1).map(Into::into),
            location: LOCATIONS[pattern as usize % LOCATIONS.len()],
            required: has(2),
            xml_attribute: has(3),
            xml_namespace: text(4).map(|uri| Box::new((text(5), uri))),
            flattened: has(6),
            streaming: has(7),
            timestamp_format: TIMESTAMPS[pattern as usize % TIMESTAMPS.len()],
            idempotency_token: has(8),
            sensitive: has(9),
            host_label: has(10),
            event_payload: has(11),
            event_header: has(12),
        }
    }

    #[test]
    fn packing_loses_nothing() {
        for pattern in 0..1 << 13 {
            let member = member(pattern);
            assert_eq!(Member::from(PackedMember::from(member.clone())), member);
            let member = Member {
                location_name: Some("name".into()),
                ..member
            };
            assert_eq!(Member::from(PackedMember::from(member.clone())), member);
        }
    }
}
