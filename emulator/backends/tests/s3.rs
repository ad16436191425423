//! S3 buckets, objects and multipart uploads.

mod support;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bytes::Bytes;
    use futures_util::stream;
    use rolecall_backends::{Answer, Body, BodyError};
    use rolecall_catalog::{FactKind, FactValue};
    use rolecall_protocol::ServiceError;
    use serde_json::{Value, json};

    use super::support::{ACCOUNT, Fixture, OTHER, START, call, fixture, nothing, read};

    async fn bucket() -> Fixture {
        let fixture = fixture();
        let made = fixture
            .ok("s3", "CreateBucket", json!({ "Bucket": "shop" }))
            .await;
        assert_eq!(made["Location"], "/shop");
        fixture
    }

    fn merged(mut one: Value, other: Value) -> Value {
        one.as_object_mut()
            .unwrap()
            .extend(super::support::members(other));
        one
    }

    async fn put_with(
        fixture: &Fixture,
        key: &str,
        body: Body,
        more: Value,
    ) -> Result<Answer, ServiceError> {
        let parameters = merged(json!({ "Bucket": "shop", "Key": key }), more);
        fixture
            .reply(call("s3", "PutObject", parameters, body))
            .await
    }

    async fn put(fixture: &Fixture, key: &str, text: &str) {
        put_with(fixture, key, text.to_owned().into_bytes_body(), json!({}))
            .await
            .unwrap();
    }

    trait IntoBytesBody {
        fn into_bytes_body(self) -> Body;
    }

    impl IntoBytesBody for String {
        fn into_bytes_body(self) -> Body {
            Body::Bytes(Bytes::from(self))
        }
    }

    async fn get(fixture: &Fixture, key: &str, more: Value) -> Result<Answer, ServiceError> {
        let parameters = merged(json!({ "Bucket": "shop", "Key": key }), more);
        fixture
            .reply(call("s3", "GetObject", parameters, nothing()))
            .await
    }

    async fn text(answer: Answer) -> String {
        String::from_utf8(read(answer.body.unwrap().body).await).unwrap()
    }

    fn pieces(pieces: &[&'static str], end: Option<BodyError>) -> Body {
        let pieces: Vec<Result<Bytes, BodyError>> = pieces
            .iter()
            .map(|p| Ok(Bytes::from_static(p.as_bytes())))
            .collect();
        Body::Stream(Box::pin(stream::iter(
            pieces.into_iter().chain(end.map(Err)),
        )))
    }

    #[tokio::test(start_paused = true)]
    async fn an_object_comes_back_as_it_was_put() {
        let fixture = bucket().await;
        let more = json!({
            "ContentType": "text/plain",
            "ContentEncoding": "aws-chunked",
            "Metadata": { "Colour": "blue" },
            "Tagging": "team=shop&stage=a%20b",
        });
        let stored = put_with(
            &fixture,
            "a b/1",
            pieces(&["hello ", "", "world"], None),
            more,
        )
        .await
        .unwrap();
        // md5 of `hello world`, by `md5sum`.
        assert_eq!(
            stored.output["ETag"],
            "\"5eb63bbbe01eeed093cb22bb8f5acdc3\""
        );
        let got = get(&fixture, "a b/1", json!({})).await.unwrap();
        assert_eq!(got.output["ContentType"], "text/plain");
        assert_eq!(got.output.get("ContentEncoding"), None);
        assert_eq!(got.output["Metadata"], json!({ "colour": "blue" }));
        assert_eq!(got.output["TagCount"], 2);
        assert_eq!(got.output["LastModified"], json!(1_764_000_000.0));
        assert_eq!(got.body.as_ref().unwrap().length, Some(11));
        assert_eq!(text(got).await, "hello world");
        let key = json!({ "Bucket": "shop", "Key": "a b/1" });
        let head = fixture.ok("s3", "HeadObject", key).await;
        assert_eq!(head["ContentLength"], 11);
        let tags = fixture.fact(FactKind::ObjectTags, "arn:aws:s3:::shop/a b/1");
        assert_eq!(
            tags,
            FactValue::Present(json!({ "team": "shop", "stage": "a b" }))
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_breaks_leaves_the_old_object() {
        let fixture = bucket().await;
        put(&fixture, "k", "old").await;
        let forged = ServiceError::new("SignatureDoesNotMatch", "no");
        let cases = [
            (BodyError::NotAuthentic(forged), "SignatureDoesNotMatch"),
            (
                BodyError::Broken("client went away".to_owned()),
                "IncompleteBody",
            ),
        ];
        for (end, code) in cases {
            let body = pieces(&["new ", "content"], Some(end));
            let error = put_with(&fixture, "k", body, json!({})).await.unwrap_err();
            assert_eq!(error.code, code);
            assert_eq!(
                text(get(&fixture, "k", json!({})).await.unwrap()).await,
                "old"
            );
        }
        let body = pieces(&["new"], Some(BodyError::Broken("cut".to_owned())));
        put_with(&fixture, "fresh", body, json!({}))
            .await
            .unwrap_err();
        assert_eq!(
            get(&fixture, "fresh", json!({})).await.unwrap_err().code,
            "NoSuchKey"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn ranges_cut_across_pieces() {
        let fixture = bucket().await;
        put_with(
            &fixture,
            "k",
            pieces(&["0123", "4567", "89"], None),
            json!({}),
        )
        .await
        .unwrap();
        let got = get(&fixture, "k", json!({ "Range": "bytes=2-8" }))
            .await
            .unwrap();
        assert_eq!(got.output["ContentRange"], "bytes 2-8/10");
        assert_eq!(text(got).await, "2345678");
        let error = get(&fixture, "k", json!({ "Range": "bytes=10-" }))
            .await
            .unwrap_err();
        assert_eq!(
            (error.code.as_str(), error.status),
            ("InvalidRange", Some(416))
        );
        assert_eq!(error.members["ActualObjectSize"], "10");
    }

    #[tokio::test(start_paused = true)]
    async fn checksums_are_computed_compared_and_given_back() {
        let fixture = bucket().await;
        let asked = json!({ "ChecksumAlgorithm": "CRC32" });
        let body = || "123456789".to_owned().into_bytes_body();
        let stored = put_with(&fixture, "k", body(), asked).await.unwrap();
        // The check value of CRC-32, cbf43926, in base64.
        assert_eq!(stored.output["ChecksumCRC32"], "y/Q5Jg==");
        let got = get(&fixture, "k", json!({ "ChecksumMode": "ENABLED" }))
            .await
            .unwrap();
        assert_eq!(got.output["ChecksumCRC32"], "y/Q5Jg==");
        let part = json!({ "ChecksumMode": "ENABLED", "Range": "bytes=0-1" });
        assert_eq!(
            get(&fixture, "k", part)
                .await
                .unwrap()
                .output
                .get("ChecksumCRC32"),
            None
        );
        for wrong in [
            json!({ "ChecksumCRC32": "AAAAAA==" }),
            json!({ "ContentMD5": "AAAA" }),
        ] {
            let error = put_with(&fixture, "k", body(), wrong).await.unwrap_err();
            assert_eq!(error.code, "BadDigest");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn conditions_on_reads_and_writes() {
        let fixture = bucket().await;
        tokio::time::advance(Duration::from_secs(100)).await;
        put(&fixture, "k", "hello world").await;
        let tag = "\"5eb63bbbe01eeed093cb22bb8f5acdc3\"";
        let changed = START / 1000 + 100;
        let reads = [
            (json!({ "IfMatch": tag }), None),
            (json!({ "IfMatch": "\"x\"" }), Some("PreconditionFailed")),
            (json!({ "IfNoneMatch": tag }), Some("NotModified")),
            (json!({ "IfModifiedSince": changed }), Some("NotModified")),
            (json!({ "IfModifiedSince": changed - 1 }), None),
            (
                json!({ "IfUnmodifiedSince": changed - 1 }),
                Some("PreconditionFailed"),
            ),
            (
                json!({ "IfMatch": tag, "IfUnmodifiedSince": changed - 1 }),
                None,
            ),
        ];
        for (condition, code) in reads {
            let error = get(&fixture, "k", condition.clone())
                .await
                .err()
                .map(|e| e.code);
            assert_eq!(error.as_deref(), code, "{condition}");
        }
        let writes = [
            (
                "k",
                json!({ "IfNoneMatch": "*" }),
                Some("PreconditionFailed"),
            ),
            ("new", json!({ "IfNoneMatch": "*" }), None),
            (
                "k",
                json!({ "IfMatch": "\"x\"" }),
                Some("PreconditionFailed"),
            ),
            ("gone", json!({ "IfMatch": tag }), Some("NoSuchKey")),
            ("k", json!({ "IfMatch": tag }), None),
        ];
        for (key, condition, code) in writes {
            let error = put_with(&fixture, key, nothing(), condition.clone())
                .await
                .err();
            assert_eq!(error.map(|e| e.code).as_deref(), code, "{key} {condition}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_copy_takes_or_replaces_metadata_and_tags() {
        let fixture = bucket().await;
        let more = json!({ "Metadata": { "a": "1" }, "Tagging": "t=1", "ContentType": "text/css" });
        put_with(&fixture, "a b", "x".to_owned().into_bytes_body(), more)
            .await
            .unwrap();
        let copy = json!({ "Bucket": "shop", "Key": "copied", "CopySource": "shop/a%20b" });
        let copied = fixture.ok("s3", "CopyObject", copy.clone()).await;
        // md5 of `x`, by `md5sum`.
        assert_eq!(
            copied["CopyObjectResult"]["ETag"],
            "\"9dd4e461268c8034f5c8564e155c67a6\""
        );
        let got = get(&fixture, "copied", json!({})).await.unwrap();
        assert_eq!(got.output["Metadata"], json!({ "a": "1" }));
        assert_eq!(got.output["ContentType"], "text/css");
        let tags = || fixture.fact(FactKind::ObjectTags, "arn:aws:s3:::shop/copied");
        assert_eq!(tags(), FactValue::Present(json!({ "t": "1" })));
        let replace = json!({
            "MetadataDirective": "REPLACE", "TaggingDirective": "REPLACE", "Tagging": "t=2",
        });
        fixture.ok("s3", "CopyObject", merged(copy, replace)).await;
        let got = get(&fixture, "copied", json!({})).await.unwrap();
        assert_eq!(got.output.get("Metadata"), None);
        assert_eq!(tags(), FactValue::Present(json!({ "t": "2" })));
        let itself = json!({ "Bucket": "shop", "Key": "copied", "CopySource": "/shop/copied" });
        assert_eq!(
            fixture.err("s3", "CopyObject", itself).await.code,
            "InvalidRequest"
        );
        let gone = json!({ "Bucket": "shop", "Key": "c", "CopySource": "shop/gone" });
        let error = fixture.err("s3", "CopyObject", gone).await;
        assert_eq!(
            (error.code.as_str(), &error.members["Key"]),
            ("NoSuchKey", &json!("gone"))
        );
    }

    fn names(answer: &Value, list: &str, member: &str) -> Vec<String> {
        let items = answer
            .get(list)
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        items
            .iter()
            .map(|item| item[member].as_str().unwrap().to_owned())
            .collect()
    }

    #[tokio::test(start_paused = true)]
    async fn lists_page_through_keys_and_common_prefixes() {
        let fixture = bucket().await;
        for key in ["a/1", "a/2", "b", "c d", "e/f/1", "z"] {
            put(&fixture, key, "").await;
        }
        let query = json!({ "Bucket": "shop", "Delimiter": "/", "MaxKeys": 2 });
        let mut seen = Vec::new();
        let mut token = json!(null);
        for _ in 0..5 {
            let mut request = query.clone();
            if !token.is_null() {
                request["ContinuationToken"] = token.clone();
            }
            let page = fixture.ok("s3", "ListObjectsV2", request).await;
            seen.push((
                names(&page, "Contents", "Key"),
                names(&page, "CommonPrefixes", "Prefix"),
            ));
            token = page
                .get("NextContinuationToken")
                .cloned()
                .unwrap_or_default();
            assert_eq!(page["IsTruncated"], !token.is_null());
            if token.is_null() {
                break;
            }
        }
        let page = |keys: &[&str], prefixes: &[&str]| {
            let owned = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
            (owned(keys), owned(prefixes))
        };
        let expected = [
            page(&["b"], &["a/"]),
            page(&["c d"], &["e/"]),
            page(&["z"], &[]),
        ];
        assert_eq!(seen, expected);
        let encoded = json!({
            "Bucket": "shop", "Prefix": "c", "EncodingType": "url", "StartAfter": "b",
        });
        let encoded = fixture.ok("s3", "ListObjectsV2", encoded).await;
        assert_eq!(names(&encoded, "Contents", "Key"), ["c%20d"]);
        assert_eq!(encoded["KeyCount"], 1);
        let first = json!({ "Bucket": "shop", "Marker": "c d" });
        let rest = fixture.ok("s3", "ListObjects", first).await;
        assert_eq!(names(&rest, "Contents", "Key"), ["e/f/1", "z"]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_multipart_upload() {
        let fixture = bucket().await;
        let begin = json!({
            "Bucket": "shop", "Key": "big", "ContentType": "video/mp4", "ChecksumAlgorithm": "CRC32",
        });
        let id = fixture.ok("s3", "CreateMultipartUpload", begin).await["UploadId"].clone();
        let target = json!({ "Bucket": "shop", "Key": "big", "UploadId": id });
        let first = "x".repeat(5 * 1024 * 1024);
        let mut parts = Vec::new();
        for (number, body) in [(1, first.clone()), (2, "tail".to_owned())] {
            let parameters = merged(target.clone(), json!({ "PartNumber": number }));
            let part = call("s3", "UploadPart", parameters, body.into_bytes_body());
            let part = fixture.reply(part).await.unwrap().output;
            assert!(part.contains_key("ChecksumCRC32"));
            parts.push(json!({ "PartNumber": number, "ETag": part["ETag"] }));
        }
        let listed = fixture.ok("s3", "ListParts", target.clone()).await;
        assert_eq!(listed["Parts"][1]["Size"], 4);
        let complete = |parts: Vec<Value>| {
            merged(
                target.clone(),
                json!({ "MultipartUpload": { "Parts": parts } }),
            )
        };
        let backwards = complete(vec![parts[1].clone(), parts[0].clone()]);
        let error = fixture
            .err("s3", "CompleteMultipartUpload", backwards)
            .await;
        assert_eq!(error.code, "InvalidPartOrder");
        let wrong = complete(vec![json!({ "PartNumber": 1, "ETag": "\"0\"" })]);
        let error = fixture.err("s3", "CompleteMultipartUpload", wrong).await;
        assert_eq!(error.code, "InvalidPart");
        let done = fixture
            .ok("s3", "CompleteMultipartUpload", complete(parts.clone()))
            .await;
        assert!(done["ETag"].as_str().unwrap().ends_with("-2\""), "{done}");
        assert!(
            done["ChecksumCRC32"].as_str().unwrap().ends_with("-2"),
            "{done}"
        );
        let second = get(&fixture, "big", json!({ "PartNumber": 2 }))
            .await
            .unwrap();
        assert_eq!(second.output["PartsCount"], 2);
        assert_eq!(second.output["ContentType"], "video/mp4");
        assert_eq!(text(second).await, "tail");
        let whole = get(&fixture, "big", json!({})).await.unwrap();
        assert_eq!(text(whole).await, first + "tail");
        let again = fixture
            .err("s3", "CompleteMultipartUpload", complete(parts))
            .await;
        assert_eq!(again.code, "NoSuchUpload");
    }

    #[tokio::test(start_paused = true)]
    async fn an_aborted_upload_and_parts_too_small() {
        let fixture = bucket().await;
        let key = json!({ "Bucket": "shop", "Key": "k" });
        let id = fixture.ok("s3", "CreateMultipartUpload", key.clone()).await["UploadId"].clone();
        let target = merged(key.clone(), json!({ "UploadId": id }));
        let mut parts = Vec::new();
        for number in [1, 2] {
            let parameters = merged(target.clone(), json!({ "PartNumber": number }));
            let part = call(
                "s3",
                "UploadPart",
                parameters,
                "small".to_owned().into_bytes_body(),
            );
            let etag = fixture.reply(part).await.unwrap().output["ETag"].clone();
            parts.push(json!({ "PartNumber": number, "ETag": etag }));
        }
        let complete = merged(
            target.clone(),
            json!({ "MultipartUpload": { "Parts": parts } }),
        );
        let error = fixture.err("s3", "CompleteMultipartUpload", complete).await;
        assert_eq!(error.code, "EntityTooSmall");
        fixture
            .ok("s3", "AbortMultipartUpload", target.clone())
            .await;
        assert_eq!(
            fixture.err("s3", "ListParts", target).await.code,
            "NoSuchUpload"
        );
        assert_eq!(fixture.err("s3", "HeadObject", key).await.code, "NoSuchKey");
    }

    #[tokio::test(start_paused = true)]
    async fn names_of_buckets_are_unique_across_accounts() {
        let fixture = bucket().await;
        fixture
            .ok("s3", "CreateBucket", json!({ "Bucket": "shop" }))
            .await;
        let mut other = call("s3", "CreateBucket", json!({ "Bucket": "shop" }), nothing());
        other.owner = OTHER.to_owned();
        std::sync::Arc::get_mut(&mut other.call).unwrap().account =
            OTHER.to_owned().try_into().unwrap();
        let error = fixture.reply(other).await.unwrap_err();
        assert_eq!(
            (error.code.as_str(), error.status),
            ("BucketAlreadyExists", Some(409))
        );
        let owner = |name| fixture.fact(FactKind::BucketOwner, name);
        assert_eq!(owner("shop"), FactValue::Present(ACCOUNT.into()));
        assert_eq!(owner("nothing"), FactValue::Absent);
        let elsewhere = json!({
            "Bucket": "shop2", "CreateBucketConfiguration": { "LocationConstraint": "eu-west-1" },
        });
        fixture.ok("s3", "CreateBucket", elsewhere.clone()).await;
        let error = fixture.err("s3", "CreateBucket", elsewhere).await;
        assert_eq!(error.code, "BucketAlreadyOwnedByYou");
        let where_is = |name| json!({ "Bucket": name });
        let location = fixture
            .ok("s3", "GetBucketLocation", where_is("shop2"))
            .await;
        assert_eq!(location, json!({ "LocationConstraint": "eu-west-1" }));
        let location = fixture
            .ok("s3", "GetBucketLocation", where_is("shop"))
            .await;
        assert_eq!(location, json!({}));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_missing_is_named() {
        let fixture = bucket().await;
        let shop = json!({ "Bucket": "shop" });
        let error = fixture
            .err("s3", "ListObjectsV2", json!({ "Bucket": "gone" }))
            .await;
        assert_eq!(error.code, "NoSuchBucket");
        assert_eq!(error.message, "The specified bucket does not exist");
        assert_eq!(error.members["BucketName"], "gone");
        assert_eq!(
            fixture
                .err("s3", "GetBucketTagging", shop.clone())
                .await
                .code,
            "NoSuchTagSet"
        );
        let error = fixture.err("s3", "GetBucketPolicy", shop.clone()).await;
        assert_eq!(
            (error.code.as_str(), error.status),
            ("NoSuchBucketPolicy", Some(404))
        );
        put(&fixture, "k", "").await;
        let error = fixture.err("s3", "DeleteBucket", shop.clone()).await;
        assert_eq!(error.code, "BucketNotEmpty");
        let delete = json!({ "Bucket": "shop", "Delete": { "Objects": [
            { "Key": "k" }, { "Key": "never" },
        ] } });
        let deleted = fixture.ok("s3", "DeleteObjects", delete).await;
        assert_eq!(names(&deleted, "Deleted", "Key"), ["k", "never"]);
        fixture.ok("s3", "DeleteBucket", shop.clone()).await;
        assert_eq!(
            fixture.err("s3", "HeadBucket", shop).await.code,
            "NoSuchBucket"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn configurations_are_kept_and_encryption_is_used() {
        let fixture = bucket().await;
        let shop = json!({ "Bucket": "shop" });
        let error = fixture.err("s3", "GetBucketCors", shop.clone()).await;
        assert_eq!(error.code, "NoSuchCORSConfiguration");
        let rules =
            json!({ "CORSRules": [{ "AllowedMethods": ["GET"], "AllowedOrigins": ["*"] }] });
        let cors = json!({ "Bucket": "shop", "CORSConfiguration": rules });
        fixture.ok("s3", "PutBucketCors", cors).await;
        assert_eq!(fixture.ok("s3", "GetBucketCors", shop.clone()).await, rules);
        let key = "arn:aws:kms:us-east-1:123456789012:key/k1";
        let rule = json!({ "ApplyServerSideEncryptionByDefault": {
            "SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key,
        } });
        let encryption = json!({ "Rules": [rule] });
        assert_eq!(fixture.fact(FactKind::BucketKey, "shop"), FactValue::Absent);
        let set = json!({ "Bucket": "shop", "ServerSideEncryptionConfiguration": encryption });
        fixture.ok("s3", "PutBucketEncryption", set).await;
        assert_eq!(
            fixture.fact(FactKind::BucketKey, "shop"),
            FactValue::Present(key.into())
        );
        put(&fixture, "k", "secret").await;
        let object = fixture.fact(FactKind::ObjectKey, "arn:aws:s3:::shop/k");
        assert_eq!(object, FactValue::Present(key.into()));
        let other = "arn:aws:kms:us-east-1:123456789012:key/k2";
        for (given, expected) in [
            (json!({}), FactValue::Present(key.into())),
            (
                json!({ "ServerSideEncryption": "aws:kms", "SSEKMSKeyId": other }),
                FactValue::Present(other.into()),
            ),
            (
                json!({ "ServerSideEncryption": "AES256" }),
                FactValue::Absent,
            ),
        ] {
            let mut upload = json!({ "Bucket": "shop", "Key": "big" });
            upload
                .as_object_mut()
                .unwrap()
                .extend(given.as_object().unwrap().clone());
            let made = fixture.ok("s3", "CreateMultipartUpload", upload).await;
            let id = made["UploadId"].as_str().unwrap();
            let subject = format!("arn:aws:s3:::shop/big?uploadId={id}");
            assert_eq!(fixture.fact(FactKind::UploadKey, &subject), expected);
        }
        let own = json!({ "ServerSideEncryption": "AES256" });
        put_with(&fixture, "k", nothing(), own).await.unwrap();
        let object = fixture.fact(FactKind::ObjectKey, "arn:aws:s3:::shop/k");
        assert_eq!(object, FactValue::Absent);
    }

    #[tokio::test(start_paused = true)]
    async fn a_policy_as_member_or_as_body() {
        let fixture = bucket().await;
        let policy = r#"{"Version":"2012-10-17","Statement":[]}"#;
        for (parameters, body) in [
            (json!({ "Bucket": "shop", "Policy": policy }), nothing()),
            (
                json!({ "Bucket": "shop" }),
                policy.to_owned().into_bytes_body(),
            ),
        ] {
            fixture
                .reply(call("s3", "PutBucketPolicy", parameters, body))
                .await
                .unwrap();
            let fact = fixture.fact(FactKind::ResourcePolicy, "arn:aws:s3:::shop");
            assert_eq!(fact, FactValue::Present(policy.into()));
            fixture
                .ok("s3", "DeleteBucketPolicy", json!({ "Bucket": "shop" }))
                .await;
            let fact = fixture.fact(FactKind::ResourcePolicy, "arn:aws:s3:::shop");
            assert_eq!(fact, FactValue::Absent);
        }
        let bad = json!({ "Bucket": "shop", "Policy": "nonsense" });
        assert_eq!(
            fixture.err("s3", "PutBucketPolicy", bad).await.code,
            "MalformedPolicy"
        );
    }
}
