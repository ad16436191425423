//! S3's versions, delete markers and Object Lock.

mod support;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bytes::Bytes;
    use rolecall_backends::Body;
    use serde_json::{Value, json};

    use super::support::{Fixture, START, call, fixture, members, read};

    async fn bucket(more: Value) -> Fixture {
        let fixture = fixture();
        let mut parameters = json!({ "Bucket": "shop" });
        parameters.as_object_mut().unwrap().extend(members(more));
        fixture.ok("s3", "CreateBucket", parameters).await;
        fixture
    }

    async fn set(fixture: &Fixture, status: &str) {
        let configuration = json!({ "Status": status });
        let parameters = json!({ "Bucket": "shop", "VersioningConfiguration": configuration });
        fixture.ok("s3", "PutBucketVersioning", parameters).await;
    }

    /// The id of the new version; null where none is said.
    async fn put(fixture: &Fixture, key: &str, text: &'static str) -> Value {
        let parameters = json!({ "Bucket": "shop", "Key": key });
        let body = Body::Bytes(Bytes::from_static(text.as_bytes()));
        let answer = fixture
            .reply(call("s3", "PutObject", parameters, body))
            .await;
        answer
            .unwrap()
            .output
            .get("VersionId")
            .cloned()
            .unwrap_or_default()
    }

    fn named(key: &str, version: &Value) -> Value {
        match version {
            Value::Null => json!({ "Bucket": "shop", "Key": key }),
            id => json!({ "Bucket": "shop", "Key": key, "VersionId": id }),
        }
    }

    /// The content and the version's id, or the code and the status.
    async fn get(fixture: &Fixture, key: &str, version: &Value) -> Value {
        let body = Body::Bytes(Bytes::new());
        match fixture
            .reply(call("s3", "GetObject", named(key, version), body))
            .await
        {
            Ok(answer) => {
                let said = answer.output.get("VersionId").cloned();
                let content = read(answer.body.unwrap().body).await;
                json!([String::from_utf8(content).unwrap(), said])
            }
            Err(error) => json!([error.code, error.status]),
        }
    }

    async fn delete(fixture: &Fixture, key: &str, version: &Value) -> Value {
        fixture.ok("s3", "DeleteObject", named(key, version)).await
    }

    #[tokio::test(start_paused = true)]
    async fn versions_stay_under_their_ids_and_a_delete_marks() {
        let fixture = bucket(json!({})).await;
        assert_eq!(put(&fixture, "k", "before").await, Value::Null);
        assert_eq!(
            get(&fixture, "k", &Value::Null).await,
            json!(["before", null])
        );
        set(&fixture, "Enabled").await;
        let (one, two) = (
            put(&fixture, "k", "one").await,
            put(&fixture, "k", "two").await,
        );
        assert_ne!(one, two);
        assert_eq!(one.as_str().unwrap().len(), 32);
        assert_eq!(get(&fixture, "k", &Value::Null).await, json!(["two", two]));
        assert_eq!(get(&fixture, "k", &one).await, json!(["one", one]));
        assert_eq!(
            get(&fixture, "k", &json!("null")).await,
            json!(["before", "null"])
        );
        let marker = delete(&fixture, "k", &Value::Null).await;
        assert_eq!(marker["DeleteMarker"], true);
        assert_eq!(
            get(&fixture, "k", &Value::Null).await,
            json!(["NoSuchKey", 404])
        );
        let on_marker = get(&fixture, "k", &marker["VersionId"]).await;
        assert_eq!(on_marker, json!(["MethodNotAllowed", 405]));
        assert_eq!(get(&fixture, "k", &two).await, json!(["two", two]));
        let listed = json!({ "Bucket": "shop" });
        let empty = fixture.ok("s3", "ListObjectsV2", listed.clone()).await;
        assert_eq!(empty["KeyCount"], 0);
        let error = fixture.err("s3", "DeleteBucket", listed).await;
        assert_eq!(error.code, "BucketNotEmpty");
        assert!(error.message.contains("delete all versions"), "{error}");
        // Without the marker the newest version is current again.
        let removed = delete(&fixture, "k", &marker["VersionId"]).await;
        assert_eq!(removed["DeleteMarker"], true);
        assert_eq!(get(&fixture, "k", &Value::Null).await, json!(["two", two]));
        assert_eq!(
            delete(&fixture, "k", &two).await,
            json!({ "VersionId": two })
        );
        assert_eq!(get(&fixture, "k", &Value::Null).await, json!(["one", one]));
        assert_eq!(
            get(&fixture, "k", &two).await,
            json!(["NoSuchVersion", 404])
        );
        assert_eq!(
            get(&fixture, "k", &json!("x")).await,
            json!(["InvalidArgument", 400])
        );
    }

    #[tokio::test(start_paused = true)]
    async fn while_suspended_the_null_version_is_overwritten_and_marked() {
        let fixture = bucket(json!({})).await;
        set(&fixture, "Enabled").await;
        let kept = put(&fixture, "k", "kept").await;
        set(&fixture, "Suspended").await;
        assert_eq!(put(&fixture, "k", "first").await, "null");
        assert_eq!(put(&fixture, "k", "second").await, "null");
        assert_eq!(
            get(&fixture, "k", &Value::Null).await,
            json!(["second", "null"])
        );
        let marker = delete(&fixture, "k", &Value::Null).await;
        assert_eq!(marker, json!({ "DeleteMarker": true, "VersionId": "null" }));
        let versions = fixture
            .ok("s3", "ListObjectVersions", json!({ "Bucket": "shop" }))
            .await;
        assert_eq!(versions["Versions"].as_array().unwrap().len(), 1);
        assert_eq!(versions["Versions"][0]["VersionId"], kept);
        assert_eq!(versions["DeleteMarkers"][0]["VersionId"], "null");
        assert_eq!(versions["DeleteMarkers"][0]["IsLatest"], true);
    }

    #[tokio::test(start_paused = true)]
    async fn lists_page_through_versions_and_prefixes() {
        let fixture = bucket(json!({})).await;
        set(&fixture, "Enabled").await;
        let mut ids = Vec::new();
        for key in ["a", "a", "a", "b/1", "b/2", "c"] {
            ids.push(put(&fixture, key, "x").await);
        }
        delete(&fixture, "c", &Value::Null).await;
        let mut seen = Vec::new();
        let mut query = json!({ "Bucket": "shop", "MaxKeys": 2, "Delimiter": "/" });
        for _ in 0..6 {
            let page = fixture.ok("s3", "ListObjectVersions", query.clone()).await;
            for kind in ["Versions", "DeleteMarkers"] {
                for one in page[kind].as_array().unwrap() {
                    let latest = one["IsLatest"].as_bool().unwrap();
                    seen.push(format!("{kind} {} {latest}", one["Key"].as_str().unwrap()));
                }
            }
            for one in page
                .get("CommonPrefixes")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                seen.push(format!("prefix {}", one["Prefix"].as_str().unwrap()));
            }
            if page["IsTruncated"] == false {
                assert_eq!(page.get("NextKeyMarker"), None);
                break;
            }
            query["KeyMarker"] = page["NextKeyMarker"].clone();
            query["VersionIdMarker"] = page.get("NextVersionIdMarker").cloned().unwrap_or_default();
        }
        let expected = [
            "Versions a true",
            "Versions a false",
            "Versions a false",
            "prefix b/",
            "Versions c false",
            "DeleteMarkers c true",
        ];
        assert_eq!(seen, expected);
    }

    #[tokio::test(start_paused = true)]
    async fn copies_tags_and_batches_name_versions() {
        let fixture = bucket(json!({})).await;
        set(&fixture, "Enabled").await;
        let (one, two) = (
            put(&fixture, "k", "one").await,
            put(&fixture, "k", "two").await,
        );
        let source = format!("shop/k?versionId={}", one.as_str().unwrap());
        let copy = json!({ "Bucket": "shop", "Key": "k", "CopySource": source });
        let copied = fixture.ok("s3", "CopyObject", copy).await;
        assert_eq!(copied["CopySourceVersionId"], one);
        let current = get(&fixture, "k", &Value::Null).await;
        assert_eq!(current, json!(["one", copied["VersionId"]]));
        let mut tag = named("k", &one);
        tag["Tagging"] = json!({ "TagSet": [{ "Key": "a", "Value": "1" }] });
        assert_eq!(
            fixture.ok("s3", "PutObjectTagging", tag).await["VersionId"],
            one
        );
        let tags = fixture.ok("s3", "GetObjectTagging", named("k", &one)).await;
        assert_eq!(tags["TagSet"][0]["Value"], "1");
        let tags = fixture.ok("s3", "GetObjectTagging", named("k", &two)).await;
        assert_eq!(tags["TagSet"], json!([]));
        let objects = json!([
            { "Key": "k", "VersionId": two },
            { "Key": "k", "VersionId": "abc" },
            { "Key": "fresh" },
        ]);
        let delete = json!({ "Bucket": "shop", "Delete": { "Objects": objects } });
        let answer = fixture.ok("s3", "DeleteObjects", delete).await;
        assert_eq!(
            answer["Deleted"][0],
            json!({ "Key": "k", "VersionId": two })
        );
        assert_eq!(answer["Deleted"][1]["DeleteMarker"], true);
        let made = &answer["Deleted"][1]["DeleteMarkerVersionId"];
        assert_eq!(
            get(&fixture, "fresh", made).await,
            json!(["MethodNotAllowed", 405])
        );
        assert_eq!(answer["Errors"][0]["Code"], "NoSuchVersion");
    }

    #[tokio::test(start_paused = true)]
    async fn object_lock_holds_what_is_retained_or_held() {
        let fixture = bucket(json!({ "ObjectLockEnabledForBucket": true })).await;
        let id = put(&fixture, "k", "x").await;
        let with = |more: Value| {
            let mut parameters = named("k", &id);
            parameters.as_object_mut().unwrap().extend(members(more));
            parameters
        };
        let error = fixture
            .err("s3", "GetObjectRetention", with(json!({})))
            .await;
        assert_eq!(error.code, "NoSuchObjectLockConfiguration");
        let until = START / 1000 + 100;
        let retention = json!({ "Mode": "GOVERNANCE", "RetainUntilDate": until });
        let retain = with(json!({ "Retention": retention }));
        fixture.ok("s3", "PutObjectRetention", retain).await;
        let denied = fixture.err("s3", "DeleteObject", with(json!({}))).await;
        assert_eq!(
            (denied.code.as_str(), denied.status),
            ("AccessDenied", Some(403))
        );
        let shorter = json!({ "Mode": "GOVERNANCE", "RetainUntilDate": until - 50 });
        let shorter = with(json!({ "Retention": shorter }));
        let denied = fixture
            .err("s3", "PutObjectRetention", shorter.clone())
            .await;
        assert_eq!(denied.code, "AccessDenied");
        let mut bypass = shorter;
        bypass["BypassGovernanceRetention"] = json!(true);
        fixture.ok("s3", "PutObjectRetention", bypass).await;
        let hold = |status: &str| with(json!({ "LegalHold": { "Status": status } }));
        fixture.ok("s3", "PutObjectLegalHold", hold("ON")).await;
        let bypass = with(json!({ "BypassGovernanceRetention": true }));
        assert_eq!(
            fixture.err("s3", "DeleteObject", bypass).await.code,
            "AccessDenied"
        );
        // A delete marker is no removal.
        assert_eq!(
            delete(&fixture, "k", &Value::Null).await["DeleteMarker"],
            true
        );
        fixture.ok("s3", "PutObjectLegalHold", hold("OFF")).await;
        tokio::time::advance(Duration::from_secs(51)).await;
        fixture.ok("s3", "DeleteObject", with(json!({}))).await;
        let suspend =
            json!({ "Bucket": "shop", "VersioningConfiguration": { "Status": "Suspended" } });
        let error = fixture.err("s3", "PutBucketVersioning", suspend).await;
        assert_eq!(error.code, "InvalidBucketState");
    }

    #[tokio::test(start_paused = true)]
    async fn a_bucket_gives_new_objects_its_default_retention() {
        let fixture = bucket(json!({ "ObjectLockEnabledForBucket": true })).await;
        let rule = json!({ "DefaultRetention": { "Mode": "COMPLIANCE", "Days": 1 } });
        let configuration = json!({ "ObjectLockEnabled": "Enabled", "Rule": rule });
        let parameters = json!({ "Bucket": "shop", "ObjectLockConfiguration": configuration });
        fixture
            .ok("s3", "PutObjectLockConfiguration", parameters)
            .await;
        let id = put(&fixture, "k", "x").await;
        let kept = fixture
            .ok("s3", "GetObjectRetention", named("k", &id))
            .await;
        assert_eq!(kept["Retention"]["Mode"], "COMPLIANCE");
        #[expect(clippy::cast_precision_loss, reason = "seconds fit a double")]
        let until = (START / 1000 + 86_400) as f64;
        assert_eq!(kept["Retention"]["RetainUntilDate"], until);
        let mut bypass = named("k", &id);
        bypass["BypassGovernanceRetention"] = json!(true);
        assert_eq!(
            fixture.err("s3", "DeleteObject", bypass).await.code,
            "AccessDenied"
        );
        // Elsewhere a lock cannot be asked for, nor bypassed.
        fixture
            .ok("s3", "CreateBucket", json!({ "Bucket": "plain" }))
            .await;
        let bypass = json!({ "Bucket": "plain", "Key": "k", "BypassGovernanceRetention": true });
        let error = fixture.err("s3", "DeleteObject", bypass).await;
        assert_eq!(
            error.members["ArgumentName"],
            "x-amz-bypass-governance-retention"
        );
    }
}
