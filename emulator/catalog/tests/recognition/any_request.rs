//! What holds for every request.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;
use rolecall_catalog::{Catalog, recognise::Head};

/// What SDKs leave alone in a key.
const KEY: AsciiSet = NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

proptest! {
    #[test]
    fn an_object_key_arrives_as_it_was_meant(key in "[^\u{0}]{1,40}") {
        let path = format!("/bucket/{}", utf8_percent_encode(&key, &KEY));
        let head = Head { method: "PUT", path: &path, scope_service: Some("s3"), ..Head::default() };
        let found = Catalog::embedded().recognise(&head).expect("it is PutObject");
        prop_assert_eq!(found.operation().name.as_str(), "PutObject");
        let labels = [("Bucket".to_owned(), "bucket".to_owned()), ("Key".to_owned(), key)];
        prop_assert_eq!(found.labels, labels);
    }

    #[test]
    fn nothing_makes_it_panic(
        method in "GET|PUT|POST|DELETE|HEAD|OPTIONS|X",
        path in "/?[a-z/%{}+.:0-9\u{e9} ]{0,30}",
        query in "[a-z&=%+-]{0,30}",
        host in proptest::option::of("[a-z0-9.:\\[\\]-]{0,40}"),
        target in proptest::option::of("[A-Za-z0-9_.]{0,30}"),
        form in proptest::option::of("(Action=[A-Za-z]{0,5}&)?(Version=[0-9-]{0,10})?"),
        scope in proptest::option::of("s3|s3express|sqs|dynamodb|lambda|sagemaker|nosuch|"),
    ) {
        let target = target.unwrap_or_default();
        let headers: [(&str, &[u8]); 2] =
            [("x-amz-target", target.as_bytes()), ("smithy-protocol", b"rpc-v2-cbor")];
        let head = Head {
            method: &method,
            path: &path,
            query: &query,
            host: host.as_deref(),
            headers: if target.is_empty() { &[] } else { &headers },
            scope_service: scope.as_deref(),
            form: form.as_deref().map(str::as_bytes),
            ..Head::default()
        };
        match Catalog::embedded().recognise(&head) {
            Ok(found) => prop_assert!(found.operation < found.service.operations.len()),
            Err(refusal) => prop_assert!(!refusal.to_string().is_empty()),
        }
    }
}
