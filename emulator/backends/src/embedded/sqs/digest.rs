//! The MD5 digests that SDKs check.

use base64::{Engine, prelude::BASE64_STANDARD};
use md5::{Digest, Md5};
use serde_json::{Map, Value};

/// The digest of a body.
pub(super) fn of_body(body: &str) -> String {
    hex::encode(Md5::digest(body))
}

/// The digest of message attributes; none where there are none.
///
/// Sorted by name; each as name, data type, kind of transport and value, with their lengths in
/// four bytes. Source: developer guide, "Calculating the MD5 message digest for message
/// attributes".
pub(super) fn of_attributes(attributes: &Map<String, Value>) -> Option<String> {
    let mut names: Vec<&String> = attributes.keys().collect();
    names.sort();
    let mut digest = Md5::new();
    for name in &names {
        let attribute = attributes.get(name.as_str())?;
        let kind = attribute.get("DataType")?.as_str()?;
        update(&mut digest, name.as_bytes());
        update(&mut digest, kind.as_bytes());
        if kind.starts_with("Binary") {
            digest.update([2]);
            let value = attribute
                .get("BinaryValue")
                .and_then(Value::as_str)
                .unwrap_or_default();
            update(
                &mut digest,
                &BASE64_STANDARD.decode(value).unwrap_or_default(),
            );
        } else {
            digest.update([1]);
            let value = attribute
                .get("StringValue")
                .and_then(Value::as_str)
                .unwrap_or_default();
            update(&mut digest, value.as_bytes());
        }
    }
    (!names.is_empty()).then(|| hex::encode(digest.finalize()))
}

fn update(digest: &mut Md5, bytes: &[u8]) {
    digest.update(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
    digest.update(bytes);
}
