//! EventBridge buses, rules and deliveries.

mod support;

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use rolecall_catalog::{FactKind, FactValue};
    use serde_json::{Value, json};

    use super::support::{ACCOUNT, Fixture, fixture};

    const QUEUE: &str = "arn:aws:sqs:us-east-1:123456789012:orders";
    const URL: &str = "http://127.0.0.1:4566/123456789012/orders";
    const RULE: &str = "arn:aws:events:us-east-1:123456789012:rule/orders";

    /// Whether an event matches a pattern, asked of TestEventPattern.
    async fn is_match(fixture: &Fixture, pattern: &Value, detail: &Value) -> bool {
        let event = json!({
            "id": "1", "account": ACCOUNT, "source": "shop", "time": "2026-11-23T08:00:00Z",
            "region": "us-east-1", "resources": [], "detail-type": "order", "detail": detail,
        });
        let request = json!({ "EventPattern": pattern.to_string(), "Event": event.to_string() });
        let answer = fixture.ok("events", "TestEventPattern", request).await;
        answer["Result"].as_bool().unwrap()
    }

    /// Each with a value that matches and one that does not. Source of each: EventBridge user
    /// guide, "Comparison operators for use in event patterns".
    #[tokio::test]
    async fn every_operator_tells_values_apart() {
        let fixture = fixture();
        for (condition, yes, no) in [
            (json!("a"), json!("a"), json!("A")),
            (json!(""), json!(""), json!("a")),
            (json!(null), json!(null), json!("")),
            (json!(true), json!(true), json!("true")),
            (json!(300), json!(300), json!("300")),
            (
                json!({ "prefix": "us-" }),
                json!("us-east-1"),
                json!("eu-us-1"),
            ),
            (
                json!({ "prefix": { "equals-ignore-case": "US-" } }),
                json!("us-east-1"),
                json!("eu"),
            ),
            (
                json!({ "suffix": ".png" }),
                json!("a.png"),
                json!("a.png.txt"),
            ),
            (
                json!({ "suffix": { "equals-ignore-case": ".PNG" } }),
                json!("a.png"),
                json!("a.jpg"),
            ),
            (
                json!({ "equals-ignore-case": "Alice" }),
                json!("aLICE"),
                json!("alice2"),
            ),
            (json!({ "anything-but": "a" }), json!("b"), json!("a")),
            (
                json!({ "anything-but": ["a", "b"] }),
                json!("c"),
                json!("b"),
            ),
            (json!({ "anything-but": [1, 2] }), json!(3), json!(2)),
            (
                json!({ "anything-but": { "prefix": "in" } }),
                json!("out"),
                json!("init"),
            ),
            (
                json!({ "anything-but": { "prefix": ["in", "x"] } }),
                json!("out"),
                json!("xy"),
            ),
            (
                json!({ "anything-but": { "suffix": ".txt" } }),
                json!("a.png"),
                json!("a.txt"),
            ),
            (
                json!({ "anything-but": { "equals-ignore-case": "A" } }),
                json!("b"),
                json!("a"),
            ),
            (
                json!({ "anything-but": { "wildcard": "*/lib/*" } }),
                json!("/a"),
                json!("/lib/b"),
            ),
            (
                json!({ "numeric": ["=", 3.018e2] }),
                json!(301.8),
                json!(301.9),
            ),
            (json!({ "numeric": [">", 0, "<=", 5] }), json!(5), json!(0)),
            (json!({ "numeric": ["<", 10] }), json!(-4), json!("9")),
            (
                json!({ "cidr": "10.0.0.0/24" }),
                json!("10.0.0.255"),
                json!("10.0.1.0"),
            ),
            (
                json!({ "cidr": "10.0.0.5/32" }),
                json!("10.0.0.5"),
                json!("10.0.0.4"),
            ),
            (
                json!({ "cidr": "2001:db8::/32" }),
                json!("2001:db8:1::1"),
                json!("2001:db9::1"),
            ),
            (
                json!({ "wildcard": "*.txt" }),
                json!("a/b.txt"),
                json!("a.txt.gz"),
            ),
            (
                json!({ "wildcard": "a*b*c" }),
                json!("a1b2c"),
                json!("a1c2b"),
            ),
            (json!({ "wildcard": "1\\*2" }), json!("1*2"), json!("1x2")),
        ] {
            let pattern = json!({ "detail": { "v": [condition] } });
            assert!(
                is_match(&fixture, &pattern, &json!({ "v": yes })).await,
                "{condition} {yes}"
            );
            assert!(
                !is_match(&fixture, &pattern, &json!({ "v": no })).await,
                "{condition} {no}"
            );
            // Of an array any element may be the one.
            let among = json!({ "v": [no, yes] });
            assert!(
                is_match(&fixture, &pattern, &among).await,
                "{condition} {among}"
            );
            assert!(
                !is_match(&fixture, &pattern, &json!({ "w": yes })).await,
                "{condition} absent"
            );
        }
    }

    #[tokio::test]
    async fn patterns_nest_and_choose() {
        let fixture = fixture();
        let exists = |wanted: bool| json!({ "detail": { "a": { "b": [{ "exists": wanted }] } } });
        for (detail, there) in [
            (json!({ "a": { "b": 1 } }), true),
            (json!({ "a": { "c": 1 } }), false),
            (json!({}), false),
            (json!({ "a": { "b": [] } }), false),
        ] {
            assert_eq!(
                is_match(&fixture, &exists(true), &detail).await,
                there,
                "{detail}"
            );
            assert_eq!(
                is_match(&fixture, &exists(false), &detail).await,
                !there,
                "{detail}"
            );
        }
        let either = json!({
            "source": ["shop"],
            "detail": { "$or": [{ "n": [{ "numeric": [">", 5] }] }, { "s": ["x", "y"] }], "on": [true] },
        });
        for (detail, matches) in [
            (json!({ "n": 6, "on": true }), true),
            (json!({ "n": 1, "s": "y", "on": true }), true),
            (json!({ "n": 1, "s": "z", "on": true }), false),
            (json!({ "n": 6, "on": false }), false),
        ] {
            assert_eq!(
                is_match(&fixture, &either, &detail).await,
                matches,
                "{detail}"
            );
        }
        // Both fields have to be those of one element.
        let pair = json!({ "detail": { "items": { "k": ["a"], "v": [1] } } });
        let together = json!({ "items": [{ "k": "a", "v": 1 }, { "k": "b", "v": 2 }] });
        let apart = json!({ "items": [{ "k": "a", "v": 2 }, { "k": "b", "v": 1 }] });
        assert!(is_match(&fixture, &pair, &together).await);
        assert!(!is_match(&fixture, &pair, &apart).await);
        let other = json!({ "source": ["else"] });
        assert!(!is_match(&fixture, &other, &json!({})).await);
    }

    #[tokio::test]
    async fn what_is_no_pattern_is_refused_with_the_reason() {
        let fixture = fixture();
        for (pattern, reason) in [
            ("[]", "Filter is not an object"),
            (
                r#"{"source": "shop"}"#,
                "\"source\" must be an object or an array",
            ),
            (r#"{"source": []}"#, "Empty arrays are not allowed"),
            (
                r#"{"source": [{"like": "x"}]}"#,
                "Unrecognized match type like",
            ),
            (
                r#"{"source": [{"prefix": 1}]}"#,
                "prefix match pattern must be a string",
            ),
            (
                r#"{"source": [["a"]]}"#,
                "Match value must be String, number, true, false, or null",
            ),
            (
                r#"{"source": [{"exists": "yes"}]}"#,
                "exists match pattern must be either true or false.",
            ),
        ] {
            let request = json!({ "Name": "r", "EventPattern": pattern });
            let error = fixture.err("events", "PutRule", request).await;
            assert_eq!(error.code, "InvalidEventPatternException", "{pattern}");
            let message = format!("Event pattern is not valid. Reason: {reason}");
            assert_eq!(error.message, message, "{pattern}");
        }
    }

    /// A queue, a rule for orders, and the queue as its target.
    async fn delivering(target: Value) -> Fixture {
        let fixture = fixture();
        fixture
            .ok("sqs", "CreateQueue", json!({ "QueueName": "orders" }))
            .await;
        let rule = json!({ "Name": "orders", "EventPattern": r#"{"source": ["shop"]}"# });
        let made = fixture.ok("events", "PutRule", rule).await;
        assert_eq!(made, json!({ "RuleArn": RULE }));
        let mut whole = json!({ "Id": "q", "Arn": QUEUE });
        whole
            .as_object_mut()
            .unwrap()
            .extend(super::support::members(target));
        let targets = json!({ "Rule": "orders", "Targets": [whole] });
        let put = fixture.ok("events", "PutTargets", targets).await;
        assert_eq!(put, json!({ "FailedEntryCount": 0, "FailedEntries": [] }));
        fixture
    }

    async fn put(fixture: &Fixture, source: &str, detail: Value) -> Value {
        let entry = json!({
            "Source": source, "DetailType": "placed", "Detail": detail.to_string(),
            "Resources": ["arn:aws:s3:::shop"],
        });
        let answer = fixture
            .ok("events", "PutEvents", json!({ "Entries": [entry] }))
            .await;
        assert_eq!(answer["FailedEntryCount"], 0);
        answer["Entries"][0]["EventId"].clone()
    }

    async fn received(fixture: &Fixture, url: &str) -> Vec<Value> {
        let request = json!({
            "QueueUrl": url, "MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"],
        });
        let answer = fixture.ok("sqs", "ReceiveMessage", request).await;
        answer
            .get("Messages")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default()
    }

    #[tokio::test(start_paused = true)]
    async fn a_matching_event_comes_to_the_queue_as_the_rule() {
        let fixture = delivering(json!({})).await;
        put(&fixture, "else", json!({ "n": 1 })).await;
        let id = put(&fixture, "shop", json!({ "n": 2 })).await;
        let messages = received(&fixture, URL).await;
        assert_eq!(messages.len(), 1);
        let body: Value = serde_json::from_str(messages[0]["Body"].as_str().unwrap()).unwrap();
        assert_eq!(
            body,
            json!({
                "version": "0", "id": id, "detail-type": "placed", "source": "shop",
                "account": ACCOUNT, "time": "2025-11-24T16:00:00Z", "region": "us-east-1",
                "resources": ["arn:aws:s3:::shop"], "detail": { "n": 2 },
            })
        );
        let asked = fixture.host.asked.lock().unwrap().clone();
        assert_eq!(asked.len(), 1);
        assert_eq!(asked[0].service_principal, "events.amazonaws.com");
        assert_eq!(asked[0].action, "sqs:SendMessage");
        assert_eq!(
            (asked[0].source_arn.as_str(), asked[0].resource.as_str()),
            (RULE, QUEUE)
        );
        assert_eq!(asked[0].source_account, ACCOUNT);
    }

    #[tokio::test(start_paused = true)]
    async fn inputs_are_cut_and_made_anew() {
        for (target, body) in [
            (json!({ "Input": r#"{"fixed":1}"# }), r#"{"fixed":1}"#),
            (json!({ "InputPath": "$.detail.items[1]" }), r#"{"id":"b"}"#),
            (
                json!({ "InputPath": "$.detail.items[*].id" }),
                r#"["a","b"]"#,
            ),
            (
                json!({ "InputTransformer": {
                    "InputPathsMap": { "who": "$.detail.who", "n": "$.detail.n", "items": "$.detail.items" },
                    "InputTemplate": r#"{"text": "<who> has <n>", "who": <who>, "n": <n>, "first": <items>, "rule": <aws.events.rule-name>, "none": <unknown>}"#,
                } }),
                r#"{"text": "Ann \"A\" has 2", "who": "Ann \"A\"", "n": 2, "first": [{"id":"a"},{"id":"b"}], "rule": "orders", "none": <unknown>}"#,
            ),
            (
                json!({ "InputTransformer": {
                    "InputPathsMap": { "n": "$.detail.n" }, "InputTemplate": r#""there are <n>""#,
                } }),
                r#""there are 2""#,
            ),
        ] {
            let fixture = delivering(target.clone()).await;
            let detail =
                json!({ "who": "Ann \"A\"", "n": 2, "items": [{ "id": "a" }, { "id": "b" }] });
            put(&fixture, "shop", detail).await;
            assert_eq!(received(&fixture, URL).await[0]["Body"], body, "{target}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_the_policy_refuses_goes_to_the_dead_letter_queue_if_that_lets_it() {
        let dead = "arn:aws:sqs:us-east-1:123456789012:dead";
        let fixture = delivering(json!({ "DeadLetterConfig": { "Arn": dead } })).await;
        fixture
            .ok("sqs", "CreateQueue", json!({ "QueueName": "dead" }))
            .await;
        fixture.host.lets.store(false, Ordering::Relaxed);
        put(&fixture, "shop", json!({})).await;
        assert!(received(&fixture, URL).await.is_empty());
        let asked: Vec<String> = fixture
            .host
            .asked
            .lock()
            .unwrap()
            .iter()
            .map(|d| d.resource.clone())
            .collect();
        assert_eq!(asked, [QUEUE, dead]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_topic_is_a_target_and_a_disabled_rule_has_none() {
        let fixture = delivering(json!({})).await;
        let topic = fixture
            .ok("sns", "CreateTopic", json!({ "Name": "t" }))
            .await["TopicArn"]
            .clone();
        fixture
            .ok("sqs", "CreateQueue", json!({ "QueueName": "second" }))
            .await;
        let subscribe = json!({
            "TopicArn": topic, "Protocol": "sqs", "Attributes": { "RawMessageDelivery": "true" },
            "Endpoint": "arn:aws:sqs:us-east-1:123456789012:second",
        });
        fixture.ok("sns", "Subscribe", subscribe).await;
        let target = json!({ "Id": "t", "Arn": topic, "InputPath": "$.detail" });
        fixture
            .ok(
                "events",
                "PutTargets",
                json!({ "Rule": "orders", "Targets": [target] }),
            )
            .await;
        put(&fixture, "shop", json!({ "n": 1 })).await;
        let second = "http://127.0.0.1:4566/123456789012/second";
        assert_eq!(received(&fixture, second).await[0]["Body"], r#"{"n":1}"#);
        let actions: Vec<String> = fixture
            .host
            .asked
            .lock()
            .unwrap()
            .iter()
            .map(|d| d.action.clone())
            .collect();
        assert_eq!(
            actions,
            ["sqs:SendMessage", "sns:Publish", "sqs:SendMessage"]
        );
        fixture
            .ok("events", "DisableRule", json!({ "Name": "orders" }))
            .await;
        put(&fixture, "shop", json!({ "n": 2 })).await;
        assert_eq!(received(&fixture, URL).await.len(), 1);
        assert_eq!(fixture.host.asked.lock().unwrap().len(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn each_entry_fails_by_itself() {
        let fixture = fixture();
        let entries = json!({ "Entries": [
            { "Source": "shop", "DetailType": "t", "Detail": "{}" },
            { "DetailType": "t", "Detail": "{}" },
            { "Source": "shop", "DetailType": "t", "Detail": "no json" },
            { "Source": "aws.s3", "DetailType": "t", "Detail": "{}" },
        ] });
        let answer = fixture.ok("events", "PutEvents", entries).await;
        assert_eq!(answer["FailedEntryCount"], 3);
        let codes: Vec<&str> = answer["Entries"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| entry["ErrorCode"].as_str().unwrap_or("none"))
            .collect();
        let expected = [
            "none",
            "InvalidArgument",
            "MalformedDetail",
            "NotAuthorizedForSourceException",
        ];
        assert_eq!(codes, expected);
        assert_eq!(
            answer["Entries"][1]["ErrorMessage"],
            "Parameter Source is not valid. Reason: Source is a required argument."
        );
        let eleven = vec![json!({ "Source": "s", "DetailType": "t", "Detail": "{}" }); 11];
        let error = fixture
            .err("events", "PutEvents", json!({ "Entries": eleven }))
            .await;
        assert_eq!(error.code, "ValidationException");
        let long = json!({ "Source": "s", "DetailType": "t", "Detail": "x".repeat(262_144) });
        let error = fixture
            .err("events", "PutEvents", json!({ "Entries": [long] }))
            .await;
        assert_eq!(
            error.message,
            "Total size of the entries in the request is over the limit."
        );
    }

    #[tokio::test(start_paused = true)]
    async fn buses_and_rules_are_kept_listed_tagged_and_deleted() {
        let fixture = fixture();
        let bus = "arn:aws:events:us-east-1:123456789012:event-bus/shop";
        let create = json!({ "Name": "shop", "Tags": [{ "Key": "team", "Value": "a" }] });
        let made = fixture.ok("events", "CreateEventBus", create.clone()).await;
        assert_eq!(made, json!({ "EventBusArn": bus }));
        let again = fixture.err("events", "CreateEventBus", create).await;
        assert_eq!(again.code, "ResourceAlreadyExistsException");
        assert_eq!(again.message, "Event bus shop already exists.");
        let listed = fixture.ok("events", "ListEventBuses", json!({})).await;
        assert_eq!(listed["EventBuses"][0]["Name"], "default");
        assert_eq!(listed["EventBuses"][1]["Arn"], bus);
        assert_eq!(
            fixture.fact(FactKind::ResourceTags, bus),
            FactValue::Present(json!({ "team": "a" }))
        );
        let rule =
            json!({ "Name": "r", "EventBusName": "shop", "EventPattern": r#"{"source":["a"]}"# });
        let rule = fixture.ok("events", "PutRule", rule).await["RuleArn"].clone();
        assert_eq!(rule, "arn:aws:events:us-east-1:123456789012:rule/shop/r");
        let described = json!({ "Name": "r", "EventBusName": bus });
        let described = fixture.ok("events", "DescribeRule", described).await;
        assert_eq!(described["State"], "ENABLED");
        assert_eq!(described["EventPattern"], r#"{"source":["a"]}"#);
        assert_eq!(described["EventBusName"], "shop");
        let full = fixture
            .err("events", "DeleteEventBus", json!({ "Name": "shop" }))
            .await;
        assert_eq!(full.code, "ValidationException");
        let missing = fixture
            .err("events", "DescribeRule", json!({ "Name": "r" }))
            .await;
        assert_eq!(missing.code, "ResourceNotFoundException");
        assert_eq!(
            missing.message,
            "Rule r does not exist on EventBus default."
        );
        fixture
            .ok(
                "events",
                "DeleteRule",
                json!({ "Name": "r", "EventBusName": "shop" }),
            )
            .await;
        fixture
            .ok("events", "DeleteEventBus", json!({ "Name": "shop" }))
            .await;
        let gone = fixture
            .err("events", "DescribeEventBus", json!({ "Name": "shop" }))
            .await;
        assert_eq!(gone.message, "Event bus shop does not exist.");
    }

    #[tokio::test(start_paused = true)]
    async fn schedules_are_kept_and_permissions_are_a_policy() {
        let fixture = fixture();
        let rule = json!({ "Name": "hourly", "ScheduleExpression": "rate(1 hour)" });
        fixture.ok("events", "PutRule", rule).await;
        let described = fixture
            .ok("events", "DescribeRule", json!({ "Name": "hourly" }))
            .await;
        assert_eq!(described["ScheduleExpression"], "rate(1 hour)");
        for bad in ["rate(1 hours)", "rate(0 minutes)", "cron(1 2 3)", "now"] {
            let request = json!({ "Name": "hourly", "ScheduleExpression": bad });
            let error = fixture.err("events", "PutRule", request).await;
            assert_eq!(
                error.message, "Parameter ScheduleExpression is not valid.",
                "{bad}"
            );
        }
        let permit = json!({
            "Action": "events:PutEvents", "Principal": "210987654321", "StatementId": "other",
        });
        fixture.ok("events", "PutPermission", permit).await;
        let bus = "arn:aws:events:us-east-1:123456789012:event-bus/default";
        let FactValue::Present(policy) = fixture.fact(FactKind::ResourcePolicy, bus) else {
            panic!("no policy");
        };
        let policy: Value = serde_json::from_str(policy.as_str().unwrap()).unwrap();
        assert_eq!(
            policy["Statement"],
            json!([{
                "Sid": "other", "Effect": "Allow", "Action": "events:PutEvents", "Resource": bus,
                "Principal": { "AWS": "arn:aws:iam::210987654321:root" },
            }])
        );
        fixture
            .ok(
                "events",
                "RemovePermission",
                json!({ "StatementId": "other" }),
            )
            .await;
        assert_eq!(
            fixture.fact(FactKind::ResourcePolicy, bus),
            FactValue::Absent
        );
    }
}
