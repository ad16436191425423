//! CloudWatch Logs.

mod support;

#[cfg(test)]
mod tests {
    use rolecall_catalog::{FactKind, FactValue};
    use serde_json::{Value, json};

    use super::support::{Fixture, START, fixture};

    const ARN: &str = "arn:aws:logs:us-east-1:123456789012:log-group:/shop/orders";

    /// A group with two streams.
    async fn group() -> Fixture {
        let fixture = fixture();
        let request = json!({ "logGroupName": "/shop/orders", "tags": { "team": "shop" } });
        fixture.ok("logs", "CreateLogGroup", request).await;
        for stream in ["a", "b"] {
            let request = json!({ "logGroupName": "/shop/orders", "logStreamName": stream });
            fixture.ok("logs", "CreateLogStream", request).await;
        }
        fixture
    }

    async fn put(fixture: &Fixture, stream: &str, events: &[(u64, &str)]) -> Value {
        let events: Vec<Value> = events
            .iter()
            .map(|(time, message)| json!({ "timestamp": time, "message": message }))
            .collect();
        let request = json!({
            "logGroupName": "/shop/orders", "logStreamName": stream, "logEvents": events,
        });
        fixture.ok("logs", "PutLogEvents", request).await
    }

    async fn filtered(fixture: &Fixture, pattern: &str) -> Vec<String> {
        let request = json!({ "logGroupName": "/shop/orders", "filterPattern": pattern });
        let answer = fixture.ok("logs", "FilterLogEvents", request).await;
        let events = answer["events"].as_array().unwrap().iter();
        events
            .map(|event| event["message"].as_str().unwrap().to_owned())
            .collect()
    }

    #[tokio::test(start_paused = true)]
    async fn groups_are_described_kept_and_deleted() {
        let fixture = group().await;
        let days = json!({ "logGroupName": "/shop/orders", "retentionInDays": 14 });
        fixture.ok("logs", "PutRetentionPolicy", days).await;
        let prefix = json!({ "logGroupNamePrefix": "/shop" });
        let described = fixture
            .ok("logs", "DescribeLogGroups", prefix.clone())
            .await;
        assert_eq!(
            described["logGroups"],
            json!([{
                "logGroupName": "/shop/orders", "creationTime": START, "retentionInDays": 14,
                "metricFilterCount": 0, "arn": format!("{ARN}:*"), "logGroupArn": ARN,
                "storedBytes": 0, "logGroupClass": "STANDARD",
            }])
        );
        let tags = FactValue::Present(json!({ "team": "shop" }));
        for arn in [ARN.to_owned(), format!("{ARN}:*")] {
            assert_eq!(fixture.fact(FactKind::ResourceTags, &arn), tags);
        }
        let again = json!({ "logGroupName": "/shop/orders" });
        let error = fixture.err("logs", "CreateLogGroup", again.clone()).await;
        assert_eq!(error.code, "ResourceAlreadyExistsException");
        assert_eq!(error.message, "The specified log group already exists");
        let bad = json!({ "logGroupName": "/shop/orders", "retentionInDays": 15 });
        let error = fixture.err("logs", "PutRetentionPolicy", bad).await;
        assert_eq!(error.code, "InvalidParameterException");
        fixture.ok("logs", "DeleteLogGroup", again.clone()).await;
        let error = fixture.err("logs", "DeleteLogGroup", again).await;
        assert_eq!(error.message, "The specified log group does not exist.");
    }

    #[tokio::test(start_paused = true)]
    async fn events_are_read_in_the_order_of_their_times_page_by_page() {
        let fixture = group().await;
        put(&fixture, "a", &[(START - 3, "one"), (START - 1, "three")]).await;
        put(&fixture, "a", &[(START - 2, "two")]).await;
        let mut request = json!({
            "logGroupName": "/shop/orders", "logStreamName": "a", "limit": 2, "startFromHead": true,
        });
        let mut pages = Vec::new();
        loop {
            let answer = fixture.ok("logs", "GetLogEvents", request.clone()).await;
            let texts: Vec<Value> = answer["events"]
                .as_array()
                .unwrap()
                .iter()
                .map(|e| e["message"].clone())
                .collect();
            pages.push(texts);
            if answer["nextForwardToken"] == request["nextToken"] {
                break;
            }
            request["nextToken"] = answer["nextForwardToken"].clone();
        }
        assert_eq!(json!(pages), json!([["one", "two"], ["three"], []]));
        let last = json!({ "logGroupName": "/shop/orders", "logStreamName": "a", "limit": 1 });
        let last = fixture.ok("logs", "GetLogEvents", last).await;
        assert_eq!(
            last["events"],
            json!([{ "timestamp": START - 1, "message": "three", "ingestionTime": START }])
        );
        let within = json!({
            "logGroupName": "/shop/orders", "logStreamName": "a", "startTime": START - 2,
            "endTime": START - 1,
        });
        let within = fixture.ok("logs", "GetLogEvents", within).await;
        assert_eq!(within["events"].as_array().unwrap().len(), 1);
        let streams = json!({ "logGroupName": "/shop/orders", "orderBy": "LastEventTime", "descending": true });
        let streams = fixture.ok("logs", "DescribeLogStreams", streams).await;
        assert_eq!(streams["logStreams"][0]["logStreamName"], "a");
        assert_eq!(streams["logStreams"][0]["firstEventTimestamp"], START - 3);
        assert_eq!(streams["logStreams"][0]["lastEventTimestamp"], START - 1);
        assert_eq!(streams["logStreams"][1].get("lastEventTimestamp"), None);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_too_old_new_long_or_out_of_order_is_refused() {
        let fixture = group().await;
        let (hour, day) = (3_600_000, 86_400_000);
        let old = put(
            &fixture,
            "a",
            &[(START - 15 * day, "old"), (START - 15 * day + 1, "old")],
        )
        .await;
        assert_eq!(
            old["rejectedLogEventsInfo"],
            json!({ "tooOldLogEventEndIndex": 2 })
        );
        let new = put(&fixture, "a", &[(START, "now"), (START + 3 * hour, "new")]).await;
        assert_eq!(
            new["rejectedLogEventsInfo"],
            json!({ "tooNewLogEventStartIndex": 1 })
        );
        assert_eq!(filtered(&fixture, "").await, ["now"]);
        let whole = |events: Value| json!({ "logGroupName": "/shop/orders", "logStreamName": "a", "logEvents": events });
        for (events, message) in [
            (
                json!([{ "timestamp": START, "message": "b" }, { "timestamp": START - 1, "message": "a" }]),
                "Log events in a single PutLogEvents request must be in chronological order.",
            ),
            (
                json!([{ "timestamp": START - 25 * hour, "message": "a" }, { "timestamp": START, "message": "b" }]),
                "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
            ),
            (
                json!([{ "timestamp": START, "message": "x".repeat(1_048_551) }]),
                "Upload too large: 1048577 bytes exceeds limit of 1048576",
            ),
        ] {
            let error = fixture.err("logs", "PutLogEvents", whole(events)).await;
            assert_eq!(error.code, "InvalidParameterException");
            assert_eq!(error.message, message);
        }
        let nowhere = json!({
            "logGroupName": "/shop/orders", "logStreamName": "c",
            "logEvents": [{ "timestamp": START, "message": "m" }],
        });
        let error = fixture.err("logs", "PutLogEvents", nowhere).await;
        assert_eq!(error.message, "The specified log stream does not exist.");
    }

    #[tokio::test(start_paused = true)]
    async fn patterns_find_words_and_members() {
        let fixture = group().await;
        put(
            &fixture,
            "a",
            &[(START, "ERROR disk full"), (START + 1, "WARN disk slow")],
        )
        .await;
        let json =
            r#"{"level":"error","code":500,"user":{"name":"ann"},"tags":["x","y"],"ok":false}"#;
        put(&fixture, "b", &[(START + 2, json)]).await;
        for (pattern, expected) in [
            ("ERROR", vec!["ERROR disk full"]),
            ("disk full", vec!["ERROR disk full"]),
            ("\"disk slow\"", vec!["WARN disk slow"]),
            ("disk -ERROR", vec!["WARN disk slow"]),
            ("?full ?slow", vec!["ERROR disk full", "WARN disk slow"]),
            ("{ $.level = \"error\" }", vec![json]),
            ("{ $.level = \"err*\" && $.code >= 500 }", vec![json]),
            ("{ ($.code = 404) || ($.user.name = ann) }", vec![json]),
            ("{ $.tags[1] = \"y\" }", vec![json]),
            ("{ $.ok IS FALSE }", vec![json]),
            ("{ $.missing NOT EXISTS }", vec![json]),
            ("{ $.code != 500 }", vec![]),
            ("{ $.level = \"warn\" }", vec![]),
        ] {
            assert_eq!(filtered(&fixture, pattern).await, expected, "{pattern}");
        }
        let one = json!({
            "logGroupName": "/shop/orders", "logStreamNames": ["a"], "filterPattern": "disk", "limit": 1,
        });
        let one = fixture.ok("logs", "FilterLogEvents", one).await;
        assert_eq!(one["events"][0]["logStreamName"], "a");
        assert_eq!(one["nextToken"], "1");
        for bad in ["{ $.a = }", "[a, b = ]", "%re%"] {
            let request = json!({ "logGroupName": "/shop/orders", "filterPattern": bad });
            let error = fixture.err("logs", "FilterLogEvents", request).await;
            assert_eq!(error.code, "InvalidParameterException", "{bad}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn filters_and_policies_are_kept() {
        let fixture = group().await;
        let filter = json!({
            "logGroupName": "/shop/orders", "filterName": "f", "filterPattern": "ERROR",
            "destinationArn": "arn:aws:lambda:us-east-1:123456789012:function:f",
        });
        fixture
            .ok("logs", "PutSubscriptionFilter", filter.clone())
            .await;
        let named = json!({ "logGroupName": "/shop/orders" });
        let listed = fixture
            .ok("logs", "DescribeSubscriptionFilters", named.clone())
            .await;
        assert_eq!(
            listed["subscriptionFilters"][0]["destinationArn"],
            filter["destinationArn"]
        );
        assert_eq!(listed["subscriptionFilters"][0]["creationTime"], START);
        let metric = fixture.ok("logs", "DescribeMetricFilters", named).await;
        assert_eq!(metric["metricFilters"], json!([]));
        let name = json!({ "logGroupName": "/shop/orders", "filterName": "f" });
        fixture
            .ok("logs", "DeleteSubscriptionFilter", name.clone())
            .await;
        let error = fixture.err("logs", "DeleteSubscriptionFilter", name).await;
        assert_eq!(
            error.message,
            "The specified subscription filter does not exist."
        );
        assert_eq!(
            fixture.fact(FactKind::ResourcePolicy, ARN),
            FactValue::Absent
        );
        let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow"}]}"#;
        let request = json!({ "policyName": "p", "policyDocument": policy });
        fixture.ok("logs", "PutResourcePolicy", request).await;
        assert_eq!(
            fixture.fact(FactKind::ResourcePolicy, ARN),
            FactValue::Present(policy.into())
        );
    }
}
