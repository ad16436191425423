//! ListObjects, ListObjectsV2.

use base64::{Engine, prelude::BASE64_STANDARD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rolecall_protocol::ServiceError;
use serde_json::{Map, Value, json};

use super::{bucket::Bucket, errors, object::Object, service::S3};
use crate::embedded::request::{Outcome, Request, output};

/// What `encoding-type=url` leaves as it is. Source: API reference, ListObjectsV2, `EncodingType`.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'*')
    .remove(b'/');

/// What a list is asked for.
pub(super) struct Query<'a> {
    pub(super) prefix: &'a str,
    delimiter: Option<&'a str>,
    pub(super) most: usize,
    pub(super) after: String,
    encode: bool,
}

/// A page of a list.
#[derive(Default)]
struct Page<'b> {
    objects: Vec<(&'b str, &'b Object)>,
    prefixes: Vec<String>,
    /// The last key or common prefix of a page that more follows.
    next: Option<String>,
}

impl<'a> Query<'a> {
    pub(super) fn of(request: &Request<'a>, after: String) -> Result<Self, ServiceError> {
        let most = request.integer("MaxKeys").unwrap_or(1000);
        let Ok(most) = usize::try_from(most) else {
            let message = "Argument maxKeys must be an integer between 0 and 2147483647";
            return Err(errors::invalid_argument(
                message,
                "maxKeys",
                &most.to_string(),
            ));
        };
        Ok(Self {
            prefix: request.text("Prefix").unwrap_or_default(),
            delimiter: request
                .text("Delimiter")
                .filter(|delimiter| !delimiter.is_empty()),
            most: most.min(1000),
            after,
            encode: request.text("EncodingType") == Some("url"),
        })
    }

    pub(super) fn encoded(&self, text: &str) -> String {
        if self.encode {
            utf8_percent_encode(text, KEPT).to_string()
        } else {
            text.to_owned()
        }
    }

    /// The common prefix that a key falls under.
    pub(super) fn common_prefix<'k>(&self, key: &'k str) -> Option<&'k str> {
        let rest = key.strip_prefix(self.prefix)?;
        let delimiter = self.delimiter?;
        let end = self.prefix.len() + rest.find(delimiter)? + delimiter.len();
        key.get(..end)
    }

    /// Whether a key was on an earlier page: also where a common prefix stood for it.
    pub(super) fn passed(&self, key: &str) -> bool {
        key <= self.after.as_str() || self.common_prefix(key) == Some(self.after.as_str())
    }

    fn page<'b>(&self, bucket: &'b Bucket) -> Page<'b> {
        let mut page = Page::default();
        let mut last = None;
        let current = bucket.objects.iter();
        for (key, object) in current.filter_map(|(key, all)| Some((key, all.current()?))) {
            let shown = self.common_prefix(key).unwrap_or(key);
            if self.passed(key) || !key.starts_with(self.prefix) {
                continue;
            }
            if self.delimiter.is_some() && page.prefixes.last().is_some_and(|p| p == shown) {
                continue;
            }
            if page.objects.len() + page.prefixes.len() == self.most {
                page.next = last;
                return page;
            }
            match self.common_prefix(key) {
                Some(prefix) => page.prefixes.push(prefix.to_owned()),
                None => page.objects.push((key, object)),
            }
            last = Some(shown.to_owned());
        }
        page
    }

    pub(super) fn answer(
        &self,
        request: &Request<'_>,
        prefixes: &[String],
        truncated: bool,
    ) -> Map<String, Value> {
        let prefixes: Vec<Value> = prefixes
            .iter()
            .map(|prefix| json!({ "Prefix": self.encoded(prefix) }))
            .collect();
        output(json!({
            "IsTruncated": truncated,
            "Name": request.text("Bucket"),
            "Prefix": self.encoded(self.prefix),
            "Delimiter": self.delimiter.map(|delimiter| self.encoded(delimiter)),
            "MaxKeys": self.most,
            "CommonPrefixes": (!prefixes.is_empty()).then_some(prefixes),
            "EncodingType": self.encode.then_some("url"),
        }))
    }

    fn contents(&self, page: &Page<'_>, owner: Option<&Value>) -> Value {
        let listed = page.objects.iter().map(|(key, object)| {
            let mut entry = object.listed(&self.encoded(key));
            if let Some(owner) = owner {
                entry.insert("Owner".to_owned(), owner.clone());
            }
            Value::Object(entry)
        });
        listed.collect()
    }
}

impl S3 {
    pub(super) fn list_v1(&self, request: &Request<'_>) -> Outcome {
        let query = Query::of(
            request,
            request.text("Marker").unwrap_or_default().to_owned(),
        )?;
        self.with_bucket(request, |bucket| {
            let page = query.page(bucket);
            let owner = json!({ "ID": bucket.owner_id() });
            let mut answer = query.answer(request, &page.prefixes, page.next.is_some());
            answer.insert("Marker".to_owned(), query.encoded(&query.after).into());
            answer.insert("Contents".to_owned(), query.contents(&page, Some(&owner)));
            // Without a delimiter the last key is the marker. Source: API reference, ListObjects.
            if let Some(next) = page.next.filter(|_| query.delimiter.is_some()) {
                answer.insert("NextMarker".to_owned(), query.encoded(&next).into());
            }
            Ok(answer)
        })
    }

    pub(super) fn list_v2(&self, request: &Request<'_>) -> Outcome {
        let token = request.text("ContinuationToken");
        let after = match token {
            Some(token) => untoken(token)?,
            None => request.text("StartAfter").unwrap_or_default().to_owned(),
        };
        let query = Query::of(request, after)?;
        self.with_bucket(request, |bucket| {
            let page = query.page(bucket);
            let owner = request
                .flag("FetchOwner")
                .then(|| json!({ "ID": bucket.owner_id() }));
            let mut answer = query.answer(request, &page.prefixes, page.next.is_some());
            answer.extend(output(json!({
                "Contents": query.contents(&page, owner.as_ref()),
                "KeyCount": page.objects.len() + page.prefixes.len(),
                "ContinuationToken": token,
                "NextContinuationToken": page.next.as_deref().map(continuation),
                "StartAfter": request.text("StartAfter").map(|after| query.encoded(after)),
            })));
            Ok(answer)
        })
    }
}

/// Continuation tokens are opaque to clients.
fn continuation(last: &str) -> String {
    BASE64_STANDARD.encode(last)
}

fn untoken(token: &str) -> Result<String, ServiceError> {
    let bytes = BASE64_STANDARD.decode(token).ok();
    bytes
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| {
            let message = "The continuation token provided is incorrect";
            errors::invalid_argument(message, "continuation-token", token)
        })
}
