//! SNS topics and what reaches SQS.

mod support;

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use rolecall_catalog::{FactKind, FactValue};
    use serde_json::{Value, json};

    use super::support::{Fixture, fixture};

    const TOPIC: &str = "arn:aws:sns:us-east-1:123456789012:orders";
    const QUEUE: &str = "arn:aws:sqs:us-east-1:123456789012:inbox";
    const URL: &str = "http://127.0.0.1:4566/123456789012/inbox";

    async fn subscribed(attributes: Value) -> Fixture {
        let fixture = fixture();
        let queue = json!({ "QueueName": "inbox", "Attributes": { "Policy": "{\"a\":1}" } });
        fixture.ok("sqs", "CreateQueue", queue).await;
        let made = fixture
            .ok("sns", "CreateTopic", json!({ "Name": "orders" }))
            .await;
        assert_eq!(made, json!({ "TopicArn": TOPIC }));
        let subscribe = json!({
            "TopicArn": TOPIC, "Protocol": "sqs", "Endpoint": QUEUE, "Attributes": attributes,
        });
        let arn = fixture.ok("sns", "Subscribe", subscribe).await["SubscriptionArn"].clone();
        let arn = arn.as_str().unwrap();
        assert!(arn.starts_with(&format!("{TOPIC}:")), "{arn}");
        let topic = fixture.fact(FactKind::TopicOfSubscription, arn);
        assert_eq!(topic, FactValue::Present(TOPIC.into()));
        fixture
    }

    async fn received(fixture: &Fixture) -> Vec<Value> {
        let request = json!({
            "QueueUrl": URL, "MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"],
        });
        let answer = fixture.ok("sqs", "ReceiveMessage", request).await;
        answer
            .get("Messages")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default()
    }

    fn publication(message: &str) -> Value {
        json!({
            "TopicArn": TOPIC, "Message": message, "Subject": "s",
            "MessageAttributes": { "kind": { "DataType": "String", "StringValue": "new" } },
        })
    }

    #[tokio::test(start_paused = true)]
    async fn a_message_arrives_in_its_envelope() {
        let fixture = subscribed(json!({})).await;
        let sent = fixture.ok("sns", "Publish", publication("hello")).await;
        let messages = received(&fixture).await;
        let envelope: Value = serde_json::from_str(messages[0]["Body"].as_str().unwrap()).unwrap();
        assert_eq!(envelope["Type"], "Notification");
        assert_eq!(envelope["MessageId"], sent["MessageId"]);
        assert_eq!(envelope["TopicArn"], TOPIC);
        assert_eq!(envelope["Subject"], "s");
        assert_eq!(envelope["Message"], "hello");
        // The fixture's clock stands at 1,764,000,000 seconds; by `date -u -d @1764000000`.
        assert_eq!(envelope["Timestamp"], "2025-11-24T16:00:00.000Z");
        let attribute = json!({ "Type": "String", "Value": "new" });
        assert_eq!(envelope["MessageAttributes"]["kind"], attribute);
    }

    #[tokio::test(start_paused = true)]
    async fn a_delivery_is_decided_with_source_and_policy() {
        let fixture = subscribed(json!({})).await;
        fixture.host.lets.store(false, Ordering::Relaxed);
        fixture.ok("sns", "Publish", publication("refused")).await;
        assert!(received(&fixture).await.is_empty());
        let asked = fixture.host.asked.lock().unwrap().clone();
        assert_eq!(asked.len(), 1);
        assert_eq!(asked[0].service_principal, "sns.amazonaws.com");
        assert_eq!(asked[0].action, "sqs:SendMessage");
        assert_eq!(asked[0].resource, QUEUE);
        assert_eq!(asked[0].source_arn, TOPIC);
        assert_eq!(asked[0].source_account, "123456789012");
        assert_eq!(asked[0].resource_account, "123456789012");
        assert_eq!(asked[0].resource_policy.as_deref(), Some("{\"a\":1}"));
    }

    #[tokio::test(start_paused = true)]
    async fn raw_delivery_keeps_text_and_attributes() {
        let fixture = subscribed(json!({ "RawMessageDelivery": "true" })).await;
        let entries = json!([
            { "Id": "1", "Message": "a" },
            { "Id": "2", "Message": "b", "MessageAttributes": {
                "kind": { "DataType": "String", "StringValue": "new" },
            } },
            { "Id": "3", "Message": "" },
        ]);
        let batch = json!({ "TopicArn": TOPIC, "PublishBatchRequestEntries": entries });
        let answer = fixture.ok("sns", "PublishBatch", batch).await;
        assert_eq!(answer["Successful"].as_array().unwrap().len(), 2);
        assert_eq!(answer["Failed"][0]["Id"], "3");
        assert_eq!(answer["Failed"][0]["Code"], "InvalidParameter");
        let messages = received(&fixture).await;
        assert_eq!(messages[0]["Body"], "a");
        assert_eq!(messages[1]["Body"], "b");
        assert_eq!(
            messages[1]["MessageAttributes"]["kind"]["StringValue"],
            "new"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn filters_by_attributes() {
        let cases = [
            (json!({ "kind": ["new"] }), true),
            (json!({ "kind": ["old"] }), false),
            (json!({ "kind": [{ "prefix": "n" }] }), true),
            (json!({ "kind": [{ "anything-but": ["new"] }] }), false),
            (json!({ "kind": [{ "exists": false }] }), false),
            (json!({ "other": [{ "exists": false }] }), true),
            (json!({ "kind": ["new"], "other": ["x"] }), false),
        ];
        for (policy, passes) in cases {
            let fixture = subscribed(json!({ "FilterPolicy": policy.to_string() })).await;
            fixture.ok("sns", "Publish", publication("m")).await;
            assert_eq!(
                received(&fixture).await.len(),
                usize::from(passes),
                "{policy}"
            );
        }
    }

    #[tokio::test(start_paused = true)]
    async fn filters_by_body() {
        let policy = json!({ "order": { "total": [{ "numeric": [">", 10, "<=", 20] }] } });
        let scope = "MessageBody";
        let attributes = json!({ "FilterPolicy": policy.to_string(), "FilterPolicyScope": scope });
        let fixture = subscribed(attributes).await;
        for total in [10, 11, 20, 21] {
            let message = json!({ "order": { "total": total } }).to_string();
            fixture.ok("sns", "Publish", publication(&message)).await;
        }
        assert_eq!(received(&fixture).await.len(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn errors_and_endings() {
        let fixture = subscribed(json!({})).await;
        let gone = json!({ "TopicArn": format!("{TOPIC}x"), "Message": "m" });
        let error = fixture.err("sns", "Publish", gone).await;
        assert_eq!(
            (error.code.as_str(), error.message.as_str()),
            ("NotFound", "Topic does not exist")
        );
        let by_topic = json!({ "TopicArn": TOPIC });
        let listed = fixture
            .ok("sns", "ListSubscriptionsByTopic", by_topic.clone())
            .await;
        let arn = listed["Subscriptions"][0]["SubscriptionArn"].clone();
        fixture
            .ok("sns", "Unsubscribe", json!({ "SubscriptionArn": arn }))
            .await;
        fixture
            .ok("sns", "Publish", publication("nobody listens"))
            .await;
        assert!(received(&fixture).await.is_empty());
        let attributes = fixture
            .ok("sns", "GetTopicAttributes", by_topic.clone())
            .await;
        assert_eq!(attributes["Attributes"]["SubscriptionsDeleted"], "1");
        let FactValue::Present(Value::String(policy)) =
            fixture.fact(FactKind::ResourcePolicy, TOPIC)
        else {
            panic!("a topic always has a policy")
        };
        assert!(policy.contains("__default_statement_ID"), "{policy}");
        fixture.ok("sns", "DeleteTopic", by_topic.clone()).await;
        assert_eq!(
            fixture
                .err("sns", "GetTopicAttributes", by_topic)
                .await
                .code,
            "NotFound"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_fifo_topic_takes_a_message_once_in_five_minutes() {
        let fixture = fixture();
        let topic = format!("{TOPIC}.fifo");
        let name = topic.rsplit(':').next().unwrap();
        let create = json!({ "Name": name, "Attributes": { "FifoTopic": "true" } });
        fixture.ok("sns", "CreateTopic", create).await;
        let publish = json!({
            "TopicArn": topic, "Message": "m", "MessageGroupId": "g", "MessageDeduplicationId": "d",
        });
        let first = fixture.ok("sns", "Publish", publish.clone()).await;
        assert_eq!(fixture.ok("sns", "Publish", publish.clone()).await, first);
        tokio::time::advance(std::time::Duration::from_secs(301)).await;
        assert_ne!(
            fixture.ok("sns", "Publish", publish).await["MessageId"],
            first["MessageId"]
        );
    }

    #[tokio::test(start_paused = true)]
    async fn either_of_several_filters_and_bad_ones() {
        let policy = json!({ "$or": [{ "kind": ["x"] }, { "size": [{ "numeric": [">", 5] }] }] });
        let fixture = subscribed(json!({ "FilterPolicy": policy.to_string() })).await;
        for size in ["5", "6"] {
            let publish = json!({
                "TopicArn": TOPIC, "Message": size,
                "MessageAttributes": { "size": { "DataType": "Number", "StringValue": size } },
            });
            fixture.ok("sns", "Publish", publish).await;
        }
        assert_eq!(received(&fixture).await.len(), 1);
        let listed = fixture.ok("sns", "ListSubscriptions", json!({})).await;
        let arn = listed["Subscriptions"][0]["SubscriptionArn"].clone();
        for (name, value) in [
            ("FilterPolicy", r#"{"a": [{"wildcard": "*"}]}"#),
            ("FilterPolicy", r#"{"a": "b"}"#),
            ("Colour", "red"),
        ] {
            let request = json!({
                "SubscriptionArn": arn, "AttributeName": name, "AttributeValue": value,
            });
            let error = fixture
                .err("sns", "SetSubscriptionAttributes", request)
                .await;
            assert_eq!(error.code, "InvalidParameter", "{value}");
        }
        let large = "x".repeat(140_000);
        let entries = json!([{ "Id": "a", "Message": large }, { "Id": "b", "Message": large }]);
        let batch = json!({ "TopicArn": TOPIC, "PublishBatchRequestEntries": entries });
        assert_eq!(
            fixture.err("sns", "PublishBatch", batch).await.code,
            "BatchRequestTooLong"
        );
    }
}
