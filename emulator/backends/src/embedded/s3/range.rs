//! Ranges of bytes.

use std::ops::Range;

use rolecall_protocol::ServiceError;

use super::{errors, object::Object};
use crate::embedded::request::Request;

/// The part of an object that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) bytes: Range<u64>,
    /// The number of parts, where one was asked for by its number.
    pub(super) parts_count: Option<usize>,
}

impl Wanted {
    /// What `PartNumber` or `Range` ask for; none: all of it.
    pub(super) fn of(request: &Request<'_>, object: &Object) -> Result<Option<Self>, ServiceError> {
        if let Some(number) = request
            .integer("PartNumber")
            .and_then(|n| u64::try_from(n).ok())
        {
            return part(number, object).map(Some);
        }
        let Some(text) = request.text("Range") else {
            return Ok(None);
        };
        match parse(text, object.content.length()) {
            Parsed::Ignored => Ok(None),
            Parsed::Satisfiable(bytes) => Ok(Some(Self {
                bytes,
                parts_count: None,
            })),
            Parsed::Unsatisfiable => Err(errors::invalid_range(text, object.content.length())),
        }
    }

    /// `bytes 0-9/100`.
    pub(super) fn content_range(&self, size: u64) -> String {
        format!(
            "bytes {}-{}/{size}",
            self.bytes.start,
            self.bytes.end.saturating_sub(1)
        )
    }
}

fn part(number: u64, object: &Object) -> Result<Wanted, ServiceError> {
    let whole = [object.content.length()];
    let sizes = if object.parts.is_empty() {
        &whole[..]
    } else {
        &object.parts
    };
    let unsatisfiable = || errors::invalid_part_number(number, sizes.len());
    let index = usize::try_from(number).ok().and_then(|n| n.checked_sub(1));
    let index = index.ok_or_else(unsatisfiable)?;
    let size = sizes.get(index).ok_or_else(unsatisfiable)?;
    let start = sizes.iter().take(index).sum();
    let parts_count = (!object.parts.is_empty()).then_some(sizes.len());
    Ok(Wanted {
        bytes: start..start + size,
        parts_count,
    })
}

/// What a `Range` header means for an object of some size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Parsed {
    /// Not understood, or several ranges: S3 gives the whole object.
    Ignored,
    Satisfiable(Range<u64>),
    Unsatisfiable,
}

/// Source: RFC 9110, section 14.1.2.
pub(super) fn parse(text: &str, size: u64) -> Parsed {
    let Some(spec) = text.trim().strip_prefix("bytes=") else {
        return Parsed::Ignored;
    };
    let Some((first, last)) = spec.split_once('-') else {
        return Parsed::Ignored;
    };
    let range = match (first.trim().parse::<u64>(), last.trim().parse::<u64>()) {
        (Ok(first), Ok(last)) if first <= last => first..last.saturating_add(1).min(size),
        (Ok(first), Err(_)) if last.trim().is_empty() => first..size,
        (Err(_), Ok(count)) if first.trim().is_empty() => size.saturating_sub(count)..size,
        _ => return Parsed::Ignored,
    };
    if range.start < range.end {
        Parsed::Satisfiable(range)
    } else {
        Parsed::Unsatisfiable
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        let cases = [
            ("bytes=0-4", Parsed::Satisfiable(0..5)),
            ("bytes=5-", Parsed::Satisfiable(5..10)),
            ("bytes=-3", Parsed::Satisfiable(7..10)),
            ("bytes=-30", Parsed::Satisfiable(0..10)),
            ("bytes=2-100", Parsed::Satisfiable(2..10)),
            ("bytes=10-", Parsed::Unsatisfiable),
            ("bytes=-0", Parsed::Unsatisfiable),
            ("bytes=5-2", Parsed::Ignored),
            ("bytes=0-1,3-4", Parsed::Ignored),
            ("lines=1-2", Parsed::Ignored),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text, 10), expected, "{text}");
        }
    }
}
