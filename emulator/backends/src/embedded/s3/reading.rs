//! GetObject, HeadObject, GetObjectAttributes.

use rolecall_protocol::ServiceError;
use serde_json::{Map, Value, json};

use super::{
    conditions,
    object::{Object, whole_seconds},
    range::Wanted,
    service::{S3, said, with_content},
};
use crate::{
    backend::Answer,
    embedded::request::{Outcome, Request, output},
};

/// What a request may ask to be answered instead of the object's own headers.
const OVERRIDES: [(&str, &str); 6] = [
    ("ResponseCacheControl", "CacheControl"),
    ("ResponseContentDisposition", "ContentDisposition"),
    ("ResponseContentEncoding", "ContentEncoding"),
    ("ResponseContentLanguage", "ContentLanguage"),
    ("ResponseContentType", "ContentType"),
    ("ResponseExpires", "Expires"),
];

impl S3 {
    pub(super) fn get(&self, request: &Request<'_>) -> Result<Answer, ServiceError> {
        self.with_version(request, |object, version| {
            let (mut output, wanted) = described(request, object)?;
            output.extend(said(version));
            let content = match &wanted {
                Some(wanted) => object.content.slice(&wanted.bytes),
                None => object.content.clone(),
            };
            Ok(with_content(output, content.into_body()))
        })
    }

    pub(super) fn head(&self, request: &Request<'_>) -> Outcome {
        self.with_object(request, |object| {
            let (mut output, wanted) = described(request, object)?;
            let length =
                wanted.map_or_else(|| object.content.length(), |w| w.bytes.end - w.bytes.start);
            output.insert("ContentLength".to_owned(), length.into());
            Ok(output)
        })
    }

    pub(super) fn object_attributes(&self, request: &Request<'_>) -> Outcome {
        let wanted = request.texts("ObjectAttributes");
        let asked = |name: &str| wanted.contains(&name);
        self.with_object(request, |object| {
            let checksum = asked("Checksum").then(|| object.checksum_members());
            let class = object.headers.get("StorageClass").cloned();
            let parts = asked("ObjectParts") && !object.parts.is_empty();
            let marker = request.text("PartNumberMarker").map(str::parse);
            let marker = marker.map_or_else(|| request.integer("PartNumberMarker"), Result::ok);
            let marker = marker.and_then(|one| u64::try_from(one).ok()).unwrap_or(0);
            let most = request.count("MaxParts", 1000).min(1000);
            Ok(output(json!({
                "LastModified": whole_seconds(object.modified),
                "ETag": asked("ETag").then_some(&object.etag),
                "Checksum": checksum.filter(|checksum| !checksum.is_empty()),
                "ObjectParts": parts.then(|| object_parts(object, marker, most)),
                "StorageClass": asked("StorageClass")
                    .then(|| class.unwrap_or_else(|| "STANDARD".into())),
                "ObjectSize": asked("ObjectSize").then_some(object.content.length()),
            })))
        })
    }
}

/// Source: API reference, GetObjectAttributes, `ObjectParts`: the parts are listed by number; of an
/// object without a checksum only how many there are.
fn object_parts(object: &Object, marker: u64, most: usize) -> Value {
    let total = object.parts.len();
    if object.checksum.is_none() {
        return json!({ "TotalPartsCount": total });
    }
    let all = object.part_checksums.iter().zip(&object.parts);
    let mut rest = all.filter(|((number, _), _)| *number > marker);
    let listed: Vec<(u64, Value)> = rest
        .by_ref()
        .take(most)
        .map(|((number, checksum), size)| {
            let mut part = output(json!({ "PartNumber": number, "Size": size }));
            if let Some(checksum) = checksum {
                let member = checksum.algorithm.member().to_owned();
                part.insert(member, checksum.value.clone().into());
            }
            (*number, part.into())
        })
        .collect();
    let last = listed.last().map_or(marker, |(number, _)| *number);
    let more = rest.next().is_some();
    let listed: Vec<Value> = listed.into_iter().map(|(_, part)| part).collect();
    json!({
        "TotalPartsCount": total,
        "PartNumberMarker": marker.to_string(),
        "NextPartNumberMarker": last.to_string(),
        "MaxParts": most,
        "IsTruncated": more,
        "Parts": listed,
    })
}

/// The members of the answer, and the part of the object that it is about.
fn described(
    request: &Request<'_>,
    object: &Object,
) -> Result<(Map<String, Value>, Option<Wanted>), ServiceError> {
    conditions::for_read(request, object)?;
    let wanted = Wanted::of(request, object)?;
    let mut output = object.described();
    for (parameter, member) in OVERRIDES {
        if let Some(value) = request.parameters.get(parameter) {
            output.insert(member.to_owned(), value.clone());
        }
    }
    if let Some(wanted) = &wanted {
        let range = wanted.content_range(object.content.length());
        output.insert("ContentRange".to_owned(), range.into());
        if let Some(count) = wanted.parts_count {
            output.insert("PartsCount".to_owned(), count.into());
        }
    } else if request.text("ChecksumMode") == Some("ENABLED") {
        // The checksum is the whole object's: with a range a client would refuse the bytes.
        output.extend(object.checksum_members());
    }
    Ok((output, wanted))
}
