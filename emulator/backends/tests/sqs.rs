//! SQS queues.

mod support;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rolecall_catalog::{FactKind, FactValue};
    use serde_json::{Value, json};

    use super::support::{Fixture, fixture};

    const URL: &str = "http://127.0.0.1:4566/123456789012/orders";
    const ARN: &str = "arn:aws:sqs:us-east-1:123456789012:orders";

    async fn queue(attributes: Value) -> Fixture {
        let fixture = fixture();
        let request = json!({ "QueueName": "orders", "Attributes": attributes });
        let made = fixture.ok("sqs", "CreateQueue", request).await;
        assert_eq!(made, json!({ "QueueUrl": URL }));
        fixture
    }

    async fn receive(fixture: &Fixture, url: &str, more: Value) -> Vec<Value> {
        let mut request = json!({ "QueueUrl": url, "MaxNumberOfMessages": 10 });
        request
            .as_object_mut()
            .unwrap()
            .extend(super::support::members(more));
        let answer = fixture.ok("sqs", "ReceiveMessage", request).await;
        answer
            .get("Messages")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default()
    }

    async fn send(fixture: &Fixture, body: &str) {
        let request = json!({ "QueueUrl": URL, "MessageBody": body });
        fixture.ok("sqs", "SendMessage", request).await;
    }

    #[tokio::test(start_paused = true)]
    async fn digests_are_the_ones_that_sdks_check() {
        let fixture = queue(json!({})).await;
        let request = json!({
            "QueueUrl": URL,
            "MessageBody": "This is a test message",
            "MessageAttributes": {
                "test_attribute_name_1": {
                    "DataType": "String", "StringValue": "test_attribute_value_1",
                },
            },
        });
        let sent = fixture.ok("sqs", "SendMessage", request).await;
        // md5 of the text, by `md5sum`.
        assert_eq!(sent["MD5OfMessageBody"], "fafb00f5732ab283681e124bf8747ed1");
        let messages = receive(
            &fixture,
            URL,
            json!({ "MessageAttributeNames": ["test_.*"] }),
        )
        .await;
        assert_eq!(messages[0]["MD5OfBody"], sent["MD5OfMessageBody"]);
        assert_eq!(
            messages[0]["MD5OfMessageAttributes"],
            sent["MD5OfMessageAttributes"]
        );
        assert_eq!(messages[0]["MessageId"], sent["MessageId"]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_message_is_hidden_until_its_timeout_and_gone_when_deleted() {
        let fixture = queue(json!({ "VisibilityTimeout": "5" })).await;
        send(&fixture, "one").await;
        let first = receive(&fixture, URL, json!({ "AttributeNames": ["All"] })).await;
        assert_eq!(first[0]["Attributes"]["ApproximateReceiveCount"], "1");
        assert!(receive(&fixture, URL, json!({})).await.is_empty());
        tokio::time::advance(Duration::from_secs(5)).await;
        let second = receive(&fixture, URL, json!({ "AttributeNames": ["All"] })).await;
        assert_eq!(second[0]["Attributes"]["ApproximateReceiveCount"], "2");
        assert_ne!(first[0]["ReceiptHandle"], second[0]["ReceiptHandle"]);
        let handle = second[0]["ReceiptHandle"].clone();
        let delete = json!({ "QueueUrl": URL, "ReceiptHandle": handle });
        fixture.ok("sqs", "DeleteMessage", delete).await;
        tokio::time::advance(Duration::from_secs(10)).await;
        assert!(receive(&fixture, URL, json!({})).await.is_empty());
        let bad = json!({ "QueueUrl": URL, "ReceiptHandle": "nonsense" });
        let error = fixture.err("sqs", "DeleteMessage", bad).await;
        assert_eq!(error.code, "ReceiptHandleIsInvalid");
    }

    #[tokio::test(start_paused = true)]
    async fn visibility_can_be_given_back() {
        let fixture = queue(json!({})).await;
        send(&fixture, "one").await;
        let handle = receive(&fixture, URL, json!({})).await[0]["ReceiptHandle"].clone();
        let back = json!({ "QueueUrl": URL, "ReceiptHandle": handle, "VisibilityTimeout": 0 });
        fixture
            .ok("sqs", "ChangeMessageVisibility", back.clone())
            .await;
        let error = fixture.err("sqs", "ChangeMessageVisibility", back).await;
        assert_eq!(error.code, "MessageNotInflight");
        assert_eq!(receive(&fixture, URL, json!({})).await.len(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_long_poll_ends_when_a_message_arrives() {
        let fixture = queue(json!({})).await;
        let before = tokio::time::Instant::now();
        let late = async {
            tokio::time::sleep(Duration::from_secs(3)).await;
            send(&fixture, "late").await;
        };
        let wait = json!({ "WaitTimeSeconds": 20 });
        let (messages, ()) = tokio::join!(receive(&fixture, URL, wait), late);
        assert_eq!(messages[0]["Body"], "late");
        assert_eq!(before.elapsed().as_secs(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn a_long_poll_ends_empty_and_sees_delayed_messages() {
        let fixture = queue(json!({ "ReceiveMessageWaitTimeSeconds": "10" })).await;
        let before = tokio::time::Instant::now();
        assert!(receive(&fixture, URL, json!({})).await.is_empty());
        assert_eq!(before.elapsed().as_secs(), 10);
        let delayed = json!({ "QueueUrl": URL, "MessageBody": "x", "DelaySeconds": 4 });
        fixture.ok("sqs", "SendMessage", delayed).await;
        let before = tokio::time::Instant::now();
        assert_eq!(receive(&fixture, URL, json!({})).await.len(), 1);
        assert_eq!(before.elapsed().as_secs(), 4);
    }

    #[tokio::test(start_paused = true)]
    async fn a_queue_is_made_once_unless_it_would_differ() {
        let fixture = queue(json!({ "DelaySeconds": "0", "VisibilityTimeout": "5" })).await;
        let same = json!({ "QueueName": "orders", "Attributes": { "VisibilityTimeout": "5" } });
        assert_eq!(
            fixture.ok("sqs", "CreateQueue", same).await["QueueUrl"],
            URL
        );
        let other = json!({ "QueueName": "orders", "Attributes": { "VisibilityTimeout": "6" } });
        assert_eq!(
            fixture.err("sqs", "CreateQueue", other).await.code,
            "QueueNameExists"
        );
        let missing = json!({ "QueueName": "nothing" });
        let error = fixture.err("sqs", "GetQueueUrl", missing).await;
        assert_eq!(error.code, "QueueDoesNotExist");
        assert_eq!(error.message, "The specified queue does not exist.");
        let wrong = json!({ "QueueUrl": URL, "AttributeNames": ["Nonsense"] });
        let error = fixture.err("sqs", "GetQueueAttributes", wrong).await;
        assert_eq!(error.code, "InvalidAttributeName");
    }

    #[tokio::test(start_paused = true)]
    async fn batches_fail_entry_by_entry() {
        let fixture = queue(json!({})).await;
        let entries = json!([
            { "Id": "a", "MessageBody": "1" },
            { "Id": "b", "MessageBody": "" },
        ]);
        let request = json!({ "QueueUrl": URL, "Entries": entries });
        let answer = fixture.ok("sqs", "SendMessageBatch", request).await;
        assert_eq!(answer["Successful"][0]["Id"], "a");
        assert_eq!(answer["Failed"][0]["Id"], "b");
        assert_eq!(answer["Failed"][0]["Code"], "MissingParameter");
        let twice = json!([{ "Id": "a", "MessageBody": "1" }, { "Id": "a", "MessageBody": "2" }]);
        let request = json!({ "QueueUrl": URL, "Entries": twice });
        let error = fixture.err("sqs", "SendMessageBatch", request).await;
        assert_eq!(error.code, "BatchEntryIdsNotDistinct");
        let error = fixture
            .err(
                "sqs",
                "SendMessageBatch",
                json!({ "QueueUrl": URL, "Entries": [] }),
            )
            .await;
        assert_eq!(error.code, "EmptyBatchRequest");
    }

    #[tokio::test(start_paused = true)]
    async fn fifo_keeps_groups_in_order_and_forgets_doubles() {
        let fixture = fixture();
        let made = json!({
            "QueueName": "o.fifo",
            "Attributes": { "FifoQueue": "true", "ContentBasedDeduplication": "true" },
        });
        let url = fixture.ok("sqs", "CreateQueue", made).await["QueueUrl"].clone();
        let url = url.as_str().unwrap();
        let mut sent = Vec::new();
        for (body, group) in [("1", "g"), ("2", "g"), ("1", "g"), ("3", "h")] {
            let request = json!({ "QueueUrl": url, "MessageBody": body, "MessageGroupId": group });
            sent.push(fixture.ok("sqs", "SendMessage", request).await);
        }
        assert_eq!(sent[0]["MessageId"], sent[2]["MessageId"]);
        assert!(sent[0]["SequenceNumber"].as_str() < sent[1]["SequenceNumber"].as_str());
        let bodies = |messages: &[Value]| -> Vec<String> {
            messages
                .iter()
                .map(|m| m["Body"].as_str().unwrap().to_owned())
                .collect()
        };
        let first = receive(&fixture, url, json!({ "MaxNumberOfMessages": 1 })).await;
        assert_eq!(bodies(&first), ["1"]);
        // `2` waits behind `1`, which is in flight; `3` is of another group.
        assert_eq!(bodies(&receive(&fixture, url, json!({})).await), ["3"]);
        let handle = first[0]["ReceiptHandle"].clone();
        let delete = json!({ "QueueUrl": url, "ReceiptHandle": handle });
        fixture.ok("sqs", "DeleteMessage", delete).await;
        assert_eq!(bodies(&receive(&fixture, url, json!({})).await), ["2"]);
        let groupless = json!({ "QueueUrl": url, "MessageBody": "x" });
        let error = fixture.err("sqs", "SendMessage", groupless).await;
        assert_eq!(error.code, "MissingParameter");
    }

    #[tokio::test(start_paused = true)]
    async fn dead_letters_go_where_the_policy_says() {
        let fixture = fixture();
        fixture
            .ok("sqs", "CreateQueue", json!({ "QueueName": "dead" }))
            .await;
        let redrive = json!({
            "deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:dead",
            "maxReceiveCount": 1,
        });
        let made = json!({
            "QueueName": "orders",
            "Attributes": { "RedrivePolicy": redrive.to_string(), "VisibilityTimeout": "1" },
        });
        fixture.ok("sqs", "CreateQueue", made).await;
        send(&fixture, "poison").await;
        assert_eq!(receive(&fixture, URL, json!({})).await.len(), 1);
        tokio::time::advance(Duration::from_secs(2)).await;
        assert!(receive(&fixture, URL, json!({})).await.is_empty());
        let dead = "http://127.0.0.1:4566/123456789012/dead";
        let messages = receive(&fixture, dead, json!({ "AttributeNames": ["All"] })).await;
        assert_eq!(messages[0]["Body"], "poison");
        assert_eq!(messages[0]["Attributes"]["DeadLetterQueueSourceArn"], ARN);
    }

    #[tokio::test(start_paused = true)]
    async fn facts_of_a_queue() {
        let policy = r#"{"Version":"2012-10-17","Statement":[]}"#;
        let fixture = queue(json!({ "Policy": policy, "KmsMasterKeyId": "alias/shop" })).await;
        let fact = |kind| fixture.fact(kind, ARN);
        assert_eq!(
            fact(FactKind::ResourcePolicy),
            FactValue::Present(policy.into())
        );
        assert_eq!(fact(FactKind::ResourceKey), FactValue::NotKnown);
        let set = json!({ "QueueUrl": URL, "Attributes": {
            "Policy": "", "KmsMasterKeyId": "1234abcd-12ab-34cd-56ef-1234567890ab",
        } });
        fixture.ok("sqs", "SetQueueAttributes", set).await;
        assert_eq!(fact(FactKind::ResourcePolicy), FactValue::Absent);
        let key = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
        assert_eq!(fact(FactKind::ResourceKey), FactValue::Present(key.into()));
        let add = json!({
            "QueueUrl": URL, "Label": "l", "AWSAccountIds": ["210987654321"],
            "Actions": ["SendMessage"],
        });
        fixture.ok("sqs", "AddPermission", add).await;
        let FactValue::Present(Value::String(text)) = fact(FactKind::ResourcePolicy) else {
            panic!("no policy")
        };
        let policy: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(policy["Statement"][0]["Action"], json!(["SQS:SendMessage"]));
    }

    const DEAD: &str = "arn:aws:sqs:us-east-1:123456789012:dead";

    /// `orders`, with `dead` for what was received once.
    async fn with_dead_letters() -> Fixture {
        let fixture = queue(json!({ "VisibilityTimeout": "1" })).await;
        fixture
            .ok("sqs", "CreateQueue", json!({ "QueueName": "dead" }))
            .await;
        let policy = json!({ "deadLetterTargetArn": DEAD, "maxReceiveCount": 1 }).to_string();
        let set = json!({ "QueueUrl": URL, "Attributes": { "RedrivePolicy": policy } });
        fixture.ok("sqs", "SetQueueAttributes", set).await;
        fixture
    }

    #[tokio::test(start_paused = true)]
    async fn dead_letters_are_moved_back() {
        let fixture = with_dead_letters().await;
        send(&fixture, "poison").await;
        assert_eq!(receive(&fixture, URL, json!({})).await.len(), 1);
        tokio::time::advance(Duration::from_secs(2)).await;
        assert!(receive(&fixture, URL, json!({})).await.is_empty());
        let task = fixture
            .ok("sqs", "StartMessageMoveTask", json!({ "SourceArn": DEAD }))
            .await;
        assert_eq!(task["TaskHandle"].as_str().unwrap().len(), 36);
        assert_eq!(receive(&fixture, URL, json!({})).await[0]["Body"], "poison");
        let tasks = fixture
            .ok("sqs", "ListMessageMoveTasks", json!({ "SourceArn": DEAD }))
            .await;
        assert_eq!(tasks["Results"][0]["Status"], "COMPLETED");
        assert_eq!(tasks["Results"][0]["ApproximateNumberOfMessagesMoved"], 1);
        let error = fixture
            .err("sqs", "StartMessageMoveTask", json!({ "SourceArn": ARN }))
            .await;
        assert_eq!(
            error.message,
            "Source queue must be configured as a Dead Letter Queue."
        );
        let error = fixture
            .err("sqs", "CancelMessageMoveTask", json!({ "TaskHandle": "x" }))
            .await;
        assert_eq!(error.code, "ResourceNotFoundException");
    }

    #[tokio::test(start_paused = true)]
    async fn a_redrive_policy_needs_a_queue_that_lets_it() {
        let fixture = with_dead_letters().await;
        let set = |policy: Value| json!({ "QueueUrl": URL, "Attributes": { "RedrivePolicy": policy.to_string() } });
        for (policy, reason) in [
            (
                json!({ "deadLetterTargetArn": format!("{DEAD}x"), "maxReceiveCount": 1 }),
                "Dead letter target does not exist.",
            ),
            (
                json!({ "deadLetterTargetArn": DEAD, "maxReceiveCount": 0 }),
                "Invalid value for maxReceiveCount: must be between 1 and 1000.",
            ),
        ] {
            let error = fixture
                .err("sqs", "SetQueueAttributes", set(policy.clone()))
                .await;
            assert_eq!(error.code, "InvalidParameterValue");
            assert!(error.message.ends_with(reason), "{}", error.message);
        }
        let url = "http://127.0.0.1:4566/123456789012/dead";
        let deny = json!({ "redrivePermission": "denyAll" }).to_string();
        let deny = json!({ "QueueUrl": url, "Attributes": { "RedriveAllowPolicy": deny } });
        fixture.ok("sqs", "SetQueueAttributes", deny).await;
        let policy = set(json!({ "deadLetterTargetArn": DEAD, "maxReceiveCount": 2 }));
        assert_eq!(
            fixture.err("sqs", "SetQueueAttributes", policy).await.code,
            "InvalidParameterValue"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn numbers_out_of_bounds_are_refused() {
        let fixture = queue(json!({})).await;
        for (operation, request, parameter) in [
            (
                "SendMessage",
                json!({ "QueueUrl": URL, "MessageBody": "m", "DelaySeconds": 901 }),
                "DelaySeconds",
            ),
            (
                "ReceiveMessage",
                json!({ "QueueUrl": URL, "WaitTimeSeconds": 21 }),
                "WaitTimeSeconds",
            ),
            (
                "ReceiveMessage",
                json!({ "QueueUrl": URL, "VisibilityTimeout": 43_201 }),
                "VisibilityTimeout",
            ),
        ] {
            let error = fixture.err("sqs", operation, request).await;
            assert_eq!(error.code, "InvalidParameterValue", "{operation}");
            assert!(error.message.contains(parameter), "{}", error.message);
        }
        let attribute = json!({ "DataType": "String", "StringValue": "v" });
        let attributes: serde_json::Map<String, Value> = (0..11)
            .map(|n| (format!("a{n}"), attribute.clone()))
            .collect();
        let many = json!({ "QueueUrl": URL, "MessageBody": "m", "MessageAttributes": attributes });
        let error = fixture.err("sqs", "SendMessage", many).await;
        assert_eq!(
            error.message,
            "Number of message attributes [11] exceeds the allowed maximum [10]."
        );
        let entry = json!({ "QueueUrl": URL, "Entries": [{ "Id": "a b", "MessageBody": "m" }] });
        assert_eq!(
            fixture.err("sqs", "SendMessageBatch", entry).await.code,
            "InvalidBatchEntryId"
        );
        fixture
            .ok("sqs", "PurgeQueue", json!({ "QueueUrl": URL }))
            .await;
        let error = fixture
            .err("sqs", "PurgeQueue", json!({ "QueueUrl": URL }))
            .await;
        assert_eq!(error.code, "PurgeQueueInProgress");
    }

    #[tokio::test(start_paused = true)]
    async fn the_scope_of_deduplication_may_be_the_group() {
        let fixture = fixture();
        let url = format!("{URL}.fifo");
        let create = json!({ "QueueName": "orders.fifo", "Attributes": {
            "FifoQueue": "true", "DeduplicationScope": "messageGroup",
        } });
        fixture.ok("sqs", "CreateQueue", create).await;
        for (group, body) in [("a", "one"), ("b", "two"), ("a", "again")] {
            let request = json!({
                "QueueUrl": url, "MessageBody": body, "MessageGroupId": group,
                "MessageDeduplicationId": "same",
            });
            fixture.ok("sqs", "SendMessage", request).await;
        }
        let messages = receive(&fixture, &url, json!({})).await;
        let bodies: Vec<&str> = messages
            .iter()
            .map(|m| m["Body"].as_str().unwrap())
            .collect();
        assert_eq!(bodies, ["one", "two"]);
        let delayed = json!({
            "QueueUrl": url, "MessageBody": "m", "MessageGroupId": "a", "DelaySeconds": 5,
            "MessageDeduplicationId": "other",
        });
        assert_eq!(
            fixture.err("sqs", "SendMessage", delayed).await.code,
            "InvalidParameterValue"
        );
    }
}
