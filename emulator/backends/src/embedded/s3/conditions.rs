//! Conditional requests.
//!
//! Source: user guide, "Conditional requests"; RFC 9110, section 13.2.2, for the order.

use rolecall_protocol::ServiceError;
use serde_json::Value;

use super::{errors, object::Object};
use crate::embedded::request::Request;

/// For reads: If-Match before If-Unmodified-Since, If-None-Match before If-Modified-Since.
pub(super) fn for_read(request: &Request<'_>, object: &Object) -> Result<(), ServiceError> {
    let names = [
        "IfMatch",
        "IfUnmodifiedSince",
        "IfNoneMatch",
        "IfModifiedSince",
    ];
    let held = Held::of(request, object, names);
    if held.if_match == Some(false) {
        return Err(errors::precondition_failed("If-Match"));
    }
    if held.if_match.is_none() && held.unmodified == Some(false) {
        return Err(errors::precondition_failed("If-Unmodified-Since"));
    }
    let changed = held.none_match.or(held.modified);
    if changed == Some(false) {
        Err(errors::not_modified())
    } else {
        Ok(())
    }
}

/// For the source of a copy: what fails is a failed precondition.
pub(super) fn for_copy(request: &Request<'_>, source: &Object) -> Result<(), ServiceError> {
    let names = [
        "CopySourceIfMatch",
        "CopySourceIfUnmodifiedSince",
        "CopySourceIfNoneMatch",
        "CopySourceIfModifiedSince",
    ];
    let held = Held::of(request, source, names);
    let failed = if held.if_match == Some(false) {
        Some("x-amz-copy-source-If-Match")
    } else if held.if_match.is_none() && held.unmodified == Some(false) {
        Some("x-amz-copy-source-If-Unmodified-Since")
    } else if held.none_match == Some(false) {
        Some("x-amz-copy-source-If-None-Match")
    } else if held.none_match.is_none() && held.modified == Some(false) {
        Some("x-amz-copy-source-If-Modified-Since")
    } else {
        None
    };
    failed.map_or(Ok(()), |condition| {
        Err(errors::precondition_failed(condition))
    })
}

/// For writes: `If-None-Match: *` wants no object, `If-Match` wants this one.
pub(super) fn for_write(
    request: &Request<'_>,
    key: &str,
    existing: Option<&Object>,
) -> Result<(), ServiceError> {
    if request.text("IfNoneMatch") == Some("*") && existing.is_some() {
        return Err(errors::precondition_failed("If-None-Match"));
    }
    let Some(wanted) = request.text("IfMatch") else {
        return Ok(());
    };
    match existing {
        None => Err(errors::no_key(key)),
        Some(object) if same(wanted, object) => Ok(()),
        Some(_) => Err(errors::precondition_failed("If-Match")),
    }
}

/// For an entry of DeleteObjects that names an entity tag. Source: user guide, "How to perform
/// conditional deletes".
pub(super) fn for_delete(
    wanted: &str,
    key: &str,
    existing: Option<&Object>,
) -> Result<(), ServiceError> {
    match existing {
        None => Err(errors::no_key(key)),
        Some(object) if same(wanted, object) => Ok(()),
        Some(_) => Err(errors::precondition_failed("If-Match")),
    }
}

/// Which conditions were made, and whether they hold.
struct Held {
    if_match: Option<bool>,
    unmodified: Option<bool>,
    none_match: Option<bool>,
    modified: Option<bool>,
}

impl Held {
    fn of(request: &Request<'_>, object: &Object, names: [&str; 4]) -> Self {
        let [if_match, unmodified, none_match, modified] = names;
        let time = |name: &str| request.parameters.get(name).and_then(Value::as_f64);
        let changed = seconds(object.modified);
        Self {
            if_match: request.text(if_match).map(|wanted| same(wanted, object)),
            unmodified: time(unmodified).map(|time| changed <= time),
            none_match: request
                .text(none_match)
                .map(|unwanted| !same(unwanted, object)),
            modified: time(modified).map(|time| changed > time),
        }
    }
}

/// HTTP dates have whole seconds.
#[expect(
    clippy::cast_precision_loss,
    reason = "seconds since 1970 fit a double exactly"
)]
fn seconds(millis: u64) -> f64 {
    (millis / 1000) as f64
}

fn same(wanted: &str, object: &Object) -> bool {
    wanted
        .split(',')
        .map(str::trim)
        .any(|one| one == "*" || one.trim_matches('"') == object.etag)
}
