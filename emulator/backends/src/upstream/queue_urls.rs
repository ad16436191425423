//! URLs of queues in answers: they name our endpoint, so that no client goes past it.

use bytes::Bytes;
use rolecall_catalog::Call;

/// The operations of SQS whose answer is URLs of queues and nothing else with an address in it.
///
/// Source: API reference of SQS.
const ANSWERS: [&str; 4] = [
    "CreateQueue",
    "GetQueueUrl",
    "ListQueues",
    "ListDeadLetterSourceQueues",
];

/// Whether the answer to a call has URLs of queues.
pub(super) fn are_in(call: &Call) -> bool {
    call.service.name == "sqs" && ANSWERS.contains(&call.operation().name.as_str())
}

/// The document with `endpoint` in place of every origin. Some SDKs send to the URL of the queue,
/// whatever their endpoint is; there, nobody would ask whether they may.
pub(super) fn replaced(document: &Bytes, endpoint: &str) -> Bytes {
    let Ok(text) = std::str::from_utf8(document) else {
        return document.clone();
    };
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((at, scheme)) = origin(rest) {
        let (before, found) = rest.split_at(at);
        out.push_str(before);
        out.push_str(endpoint);
        let authority = found.get(scheme..).unwrap_or_default();
        let end = authority.find(['/', '"', '<', '\\']);
        rest = end.and_then(|end| authority.get(end..)).unwrap_or_default();
    }
    out.push_str(rest);
    Bytes::from(out)
}

/// Where the next URL begins, and how long its scheme is.
fn origin(text: &str) -> Option<(usize, usize)> {
    let schemes = ["http://", "https://"].into_iter();
    let found = schemes.filter_map(|scheme| Some((text.find(scheme)?, scheme.len())));
    found.min()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn here(text: &str) -> String {
        let document = Bytes::copy_from_slice(text.as_bytes());
        let replaced = replaced(&document, "http://127.0.0.1:4566");
        String::from_utf8(replaced.to_vec()).unwrap()
    }

    #[test]
    fn every_origin_is_ours() {
        assert_eq!(
            here(r#"{"QueueUrls":["http://localhost:5000/1/a","https://sqs.x:1/1/b"]}"#),
            r#"{"QueueUrls":["http://127.0.0.1:4566/1/a","http://127.0.0.1:4566/1/b"]}"#
        );
        assert_eq!(
            here("<QueueUrl>http://localhost/1/a</QueueUrl>"),
            "<QueueUrl>http://127.0.0.1:4566/1/a</QueueUrl>"
        );
        assert_eq!(here("{}"), "{}");
    }
}
