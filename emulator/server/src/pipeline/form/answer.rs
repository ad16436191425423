//! What a browser is told after an upload.
//!
//! Source: S3 API reference, "POST Object": `success_action_redirect` (303), `redirect` (the older
//! name), `success_action_status` (200, 201 with a document; 204 for all else).

use bytes::Bytes;

use super::{
    multipart::Form,
    target::{Target, encoded},
};
use crate::{listener::WireBody, pipeline::WireReply};

/// What the form wants as an answer.
#[derive(Debug)]
pub(in crate::pipeline) struct After {
    redirect: Option<String>,
    status: u16,
    bucket: String,
    key: String,
    /// Where the object is.
    location: String,
}

impl After {
    /// Reads the fields about it; `origin` is where the form was posted to, such as `http://127.0.0.1:4566`.
    pub(in crate::pipeline) fn of(
        form: &Form,
        bucket: &str,
        target: &Target,
        origin: &str,
    ) -> Self {
        let redirect = form
            .field("success_action_redirect")
            .or_else(|| form.field("redirect"));
        // Source: the same page: what is no URL counts as absent.
        let is_url = |text: &&str| {
            let uri: Result<http::Uri, _> = text.parse();
            uri.is_ok_and(|uri| uri.scheme().is_some() && uri.authority().is_some())
        };
        let status = match form.field("success_action_status") {
            Some("200") => 200,
            Some("201") => 201,
            _ => 204,
        };
        Self {
            redirect: redirect.filter(is_url).map(str::to_owned),
            status,
            bucket: bucket.to_owned(),
            key: target.key.clone(),
            location: format!("{origin}{}", target.path),
        }
    }

    /// Turns the answer of PutObject into the one for the form; an error stays as it is.
    pub(in crate::pipeline) fn turn(&self, mut stored: WireReply) -> WireReply {
        if stored.status != 200 {
            return stored;
        }
        let dropped = ["content-length", "content-type"];
        stored
            .headers
            .retain(|(name, _)| !dropped.contains(&name.as_ref()));
        let etag = stored
            .headers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("etag"));
        let etag = etag.map(|(_, value)| String::from_utf8_lossy(value).into_owned());
        let etag = etag.unwrap_or_default();
        let (status, location, body) = match &self.redirect {
            Some(url) => (303, self.redirected(url, &etag), String::new()),
            None if self.status == 201 => (201, self.location.clone(), self.document(&etag)),
            None => (self.status, self.location.clone(), String::new()),
        };
        stored.status = status;
        stored
            .headers
            .push(("location".into(), location.into_bytes()));
        if !body.is_empty() {
            stored
                .headers
                .push(("content-type".into(), b"application/xml".to_vec()));
        }
        stored.body = WireBody::Bytes(Bytes::from(body));
        stored
    }

    fn redirected(&self, url: &str, etag: &str) -> String {
        let mark = if url.contains('?') { '&' } else { '?' };
        let values =
            [self.bucket.as_str(), self.key.as_str(), etag].map(|value| encoded(value, ""));
        let [bucket, key, etag] = values;
        format!("{url}{mark}bucket={bucket}&key={key}&etag={etag}")
    }

    fn document(&self, etag: &str) -> String {
        let escape = |text: &str| {
            let text = text.replace('&', "&amp;").replace('<', "&lt;");
            text.replace('>', "&gt;").replace('"', "&quot;")
        };
        let [location, bucket, key, etag] = [
            self.location.as_str(),
            self.bucket.as_str(),
            self.key.as_str(),
            etag,
        ]
        .map(escape);
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<PostResponse><Location>{location}\
             </Location><Bucket>{bucket}</Bucket><Key>{key}</Key><ETag>{etag}</ETag></PostResponse>"
        )
    }
}
