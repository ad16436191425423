//! The PutObject that a form stands for: what is decided, recorded and stored.

use std::fmt::Write;

use rolecall_protocol::ServiceError;

use super::multipart::Form;

/// The head of that PutObject.
#[derive(Debug)]
pub(in crate::pipeline) struct Target {
    /// The object's key.
    pub(in crate::pipeline) key: String,
    /// In path style.
    pub(in crate::pipeline) path: String,
    /// Names in lower case.
    pub(in crate::pipeline) headers: Vec<(String, Vec<u8>)>,
}

// Source: S3 API reference, "POST Object", "Form fields".
const HEADERS: [&str; 5] = [
    "cache-control",
    "content-type",
    "content-disposition",
    "content-encoding",
    "expires",
];
const OF_THE_SIGNATURE: [&str; 5] = [
    "x-amz-signature",
    "x-amz-credential",
    "x-amz-algorithm",
    "x-amz-date",
    "x-amz-security-token",
];

impl Target {
    /// Of a form that is posted to a bucket.
    pub(in crate::pipeline) fn of(form: &Form, bucket: &str) -> Result<Self, ServiceError> {
        let key = form.field("key").filter(|key| !key.is_empty());
        let key = key.ok_or_else(|| missing("key"))?;
        let mut headers: Vec<(String, Vec<u8>)> = Vec::new();
        for (name, value) in form.fields() {
            let header = match name {
                "acl" => "x-amz-acl",
                name if HEADERS.contains(&name) => name,
                name if name.starts_with("x-amz-") && !OF_THE_SIGNATURE.contains(&name) => name,
                _ => continue,
            };
            headers.push((header.to_owned(), value.as_bytes().to_vec()));
        }
        if let Some(document) = form.field("tagging") {
            headers.push(("x-amz-tagging".to_owned(), tags(document).into_bytes()));
        }
        let length = form.file.len().to_string();
        headers.push(("content-length".to_owned(), length.into_bytes()));
        Ok(Self {
            key: key.to_owned(),
            path: format!("/{bucket}/{}", encoded(key, "/")),
            headers,
        })
    }
}

/// A field that has to be there. Source: the texts of users, such as carrierwave_direct#209.
pub(in crate::pipeline) fn missing(name: &str) -> ServiceError {
    let message = format!(
        "Bucket POST must contain a field named '{name}'.  If it is specified, please check the \
         order of the fields."
    );
    ServiceError::new("InvalidArgument", message)
        .with_status(400)
        .with_member("ArgumentName", name)
        .with_member("ArgumentValue", "")
}

/// Percent-encoded, but for letters, digits, `-._~` and what is kept.
pub(super) fn encoded(text: &str, kept: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        let letter = char::from(byte);
        if letter.is_ascii_alphanumeric() || "-._~".contains(letter) || kept.contains(letter) {
            out.push(letter);
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// The document of the field `tagging`, as the header of PutObject has it.
fn tags(document: &str) -> String {
    let mut pairs = Vec::new();
    for tag in document.split("<Tag>").skip(1) {
        let text = |name: &str| {
            let (_, rest) = tag.split_once(&format!("<{name}>"))?;
            let (text, _) = rest.split_once(&format!("</{name}>"))?;
            Some(encoded(&plain(text), ""))
        };
        if let Some(key) = text("Key") {
            pairs.push(format!("{key}={}", text("Value").unwrap_or_default()));
        }
    }
    pairs.join("&")
}

fn plain(text: &str) -> String {
    let named = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&apos;", "'"),
    ];
    let text = named.iter().fold(text.to_owned(), |text, (name, letter)| {
        text.replace(name, letter)
    });
    text.replace("&amp;", "&")
}
