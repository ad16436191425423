//! DynamoDB: the database behind the backend, with our ARNs and AWS's errors.

mod support;

#[cfg(test)]
mod tests {
    use rolecall_catalog::{FactKind, FactValue};
    use serde_json::{Value, json};

    use super::support::{Fixture, OTHER, START, call, fixture, nothing};

    async fn table() -> Fixture {
        let fixture = fixture();
        let request = json!({
            "TableName": "orders",
            "AttributeDefinitions": [
                { "AttributeName": "id", "AttributeType": "S" },
                { "AttributeName": "customer", "AttributeType": "S" },
            ],
            "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }],
            "GlobalSecondaryIndexes": [{
                "IndexName": "by-customer",
                "KeySchema": [{ "AttributeName": "customer", "KeyType": "HASH" }],
                "Projection": { "ProjectionType": "ALL" },
            }],
            "BillingMode": "PAY_PER_REQUEST",
            "Tags": [{ "Key": "team", "Value": "shop" }],
        });
        let made = fixture.ok("dynamodb", "CreateTable", request).await;
        assert_eq!(
            made["TableDescription"]["TableArn"],
            "arn:aws:dynamodb:us-east-1:123456789012:table/orders"
        );
        fixture
    }

    async fn put(fixture: &Fixture, id: &str, customer: &str) {
        let item = json!({ "id": { "S": id }, "customer": { "S": customer } });
        let request = json!({ "TableName": "orders", "Item": item });
        assert_eq!(fixture.ok("dynamodb", "PutItem", request).await, json!({}));
    }

    #[tokio::test]
    async fn items_come_back_by_table_name_and_by_table_arn() {
        let fixture = table().await;
        put(&fixture, "1", "ada").await;
        for name in [
            "orders",
            "arn:aws:dynamodb:us-east-1:123456789012:table/orders",
        ] {
            let request = json!({ "TableName": name, "Key": { "id": { "S": "1" } } });
            let got = fixture.ok("dynamodb", "GetItem", request).await;
            assert_eq!(got["Item"]["customer"], json!({ "S": "ada" }), "{name}");
        }
    }

    #[tokio::test]
    async fn an_index_is_queried() {
        let fixture = table().await;
        put(&fixture, "1", "ada").await;
        put(&fixture, "2", "bob").await;
        let request = json!({
            "TableName": "orders",
            "IndexName": "by-customer",
            "KeyConditionExpression": "customer = :c",
            "ExpressionAttributeValues": { ":c": { "S": "bob" } },
        });
        let found = fixture.ok("dynamodb", "Query", request).await;
        assert_eq!(found["Count"], 1);
        assert_eq!(found["Items"][0]["id"], json!({ "S": "2" }));
    }

    #[tokio::test]
    async fn a_cancelled_transaction_says_why_for_each_item() {
        let fixture = table().await;
        put(&fixture, "1", "ada").await;
        let item = |id: &str| json!({ "id": { "S": id } });
        let request = json!({ "TransactItems": [
            { "Put": { "TableName": "orders", "Item": item("2") } },
            { "Put": {
                "TableName": "arn:aws:dynamodb:us-east-1:123456789012:table/orders",
                "Item": item("1"),
                "ConditionExpression": "attribute_not_exists(id)",
            } },
        ] });
        let error = fixture.err("dynamodb", "TransactWriteItems", request).await;
        assert_eq!(error.code, "TransactionCanceledException");
        let codes: Vec<&Value> = error.members["CancellationReasons"]
            .as_array()
            .unwrap()
            .iter()
            .map(|reason| &reason["Code"])
            .collect();
        assert_eq!(codes, ["None", "ConditionalCheckFailed"]);
        let missing = json!({ "TableName": "orders", "Key": item("2") });
        assert_eq!(fixture.ok("dynamodb", "GetItem", missing).await, json!({}));
    }

    #[tokio::test]
    async fn a_failed_condition_carries_the_item_that_was_asked_for() {
        let fixture = table().await;
        put(&fixture, "1", "ada").await;
        let request = json!({
            "TableName": "orders",
            "Item": { "id": { "S": "1" } },
            "ConditionExpression": "attribute_not_exists(id)",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        });
        let error = fixture.err("dynamodb", "PutItem", request).await;
        assert_eq!(error.code, "ConditionalCheckFailedException");
        assert_eq!(error.message, "The conditional request failed");
        assert_eq!(error.members["Item"]["customer"], json!({ "S": "ada" }));
    }

    #[tokio::test]
    async fn a_table_belongs_to_its_account() {
        let fixture = table().await;
        let mut elsewhere = call(
            "dynamodb",
            "DescribeTable",
            json!({ "TableName": "orders" }),
            nothing(),
        );
        elsewhere.owner = OTHER.to_owned();
        let error = fixture.reply(elsewhere).await.unwrap_err();
        assert_eq!(error.code, "ResourceNotFoundException");
        assert_eq!(
            error.message,
            "Requested resource not found: Table: orders not found"
        );
    }

    #[tokio::test]
    async fn malformed_requests_are_refused_as_dynamodb_refuses_them() {
        let fixture = table().await;
        let cases = [
            (
                "PutItem",
                json!({ "TableName": "orders", "Item": { "id": { "S": "" } } }),
                "ValidationException",
            ),
            (
                "PutItem",
                json!({ "TableName": "orders", "Item": { "id": { "S": 3 } } }),
                "SerializationException",
            ),
            (
                "GetItem",
                json!({ "TableName": "orders" }),
                "ValidationException",
            ),
        ];
        for (operation, request, code) in cases {
            let error = fixture.err("dynamodb", operation, request).await;
            assert_eq!(error.code, code, "{operation}: {}", error.message);
            assert!(!error.message.contains("VALIDATION"), "{}", error.message);
        }
    }

    #[tokio::test]
    async fn streams_have_our_arns() {
        let fixture = table().await;
        let update = json!({
            "TableName": "orders",
            "StreamSpecification": { "StreamEnabled": true, "StreamViewType": "NEW_IMAGE" },
        });
        let updated = fixture.ok("dynamodb", "UpdateTable", update).await;
        let arn = updated["TableDescription"]["LatestStreamArn"]
            .as_str()
            .unwrap()
            .to_owned();
        let start = "arn:aws:dynamodb:us-east-1:123456789012:table/orders/stream/";
        assert!(arn.starts_with(start), "{arn}");
        put(&fixture, "9", "eve").await;
        let stream = json!({ "StreamArn": arn });
        let described = fixture
            .ok("dynamodbstreams", "DescribeStream", stream)
            .await;
        assert_eq!(described["StreamDescription"]["StreamArn"], arn);
        let iterator = json!({
            "StreamArn": arn,
            "ShardId": described["StreamDescription"]["Shards"][0]["ShardId"],
            "ShardIteratorType": "TRIM_HORIZON",
        });
        let iterator = fixture
            .ok("dynamodbstreams", "GetShardIterator", iterator)
            .await;
        let records = fixture.ok("dynamodbstreams", "GetRecords", iterator).await;
        let image = &records["Records"][0]["dynamodb"]["NewImage"];
        assert_eq!(image["customer"], json!({ "S": "eve" }));
    }

    #[tokio::test]
    async fn facts_of_a_table() {
        let fixture = table().await;
        let arn = "arn:aws:dynamodb:us-east-1:123456789012:table/orders";
        let tags = FactValue::Present(json!({ "team": "shop" }));
        assert_eq!(fixture.fact(FactKind::ResourceTags, arn), tags);
        assert_eq!(fixture.fact(FactKind::ResourceKey, arn), FactValue::Absent);
        let key = |subject: &str| fixture.fact(FactKind::PartitionKey, subject);
        assert_eq!(key(arn), FactValue::Present("id".into()));
        assert_eq!(
            key(&format!("{arn}/index/by-customer")),
            FactValue::Present("customer".into())
        );
        assert_eq!(key(&format!("{arn}2")), FactValue::Absent);
    }

    #[tokio::test]
    async fn tags_by_arn() {
        let fixture = table().await;
        let arn = "arn:aws:dynamodb:us-east-1:123456789012:table/orders";
        let tag = json!({ "ResourceArn": arn, "Tags": [{ "Key": "stage", "Value": "test" }] });
        fixture.ok("dynamodb", "TagResource", tag).await;
        let tags = fixture
            .ok(
                "dynamodb",
                "ListTagsOfResource",
                json!({ "ResourceArn": arn }),
            )
            .await;
        assert_eq!(tags["Tags"].as_array().unwrap().len(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn items_expire_by_the_clock_of_the_host() {
        let fixture = fixture();
        let table = json!({
            "TableName": "sessions",
            "AttributeDefinitions": [{ "AttributeName": "id", "AttributeType": "S" }],
            "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }],
            "BillingMode": "PAY_PER_REQUEST",
            "StreamSpecification": { "StreamEnabled": true, "StreamViewType": "OLD_IMAGE" },
        });
        fixture.ok("dynamodb", "CreateTable", table).await;
        let on = json!({ "Enabled": true, "AttributeName": "ends" });
        let on = json!({ "TableName": "sessions", "TimeToLiveSpecification": on });
        fixture.ok("dynamodb", "UpdateTimeToLive", on.clone()).await;
        let again = fixture.err("dynamodb", "UpdateTimeToLive", on).await;
        assert_eq!(again.message, "TimeToLive is already enabled");
        for (id, after) in [("short", 100), ("long", 1000)] {
            let ends = (START / 1000 + after).to_string();
            let item = json!({ "id": { "S": id }, "ends": { "N": ends } });
            let put = json!({ "TableName": "sessions", "Item": item });
            fixture.ok("dynamodb", "PutItem", put).await;
        }
        let count = async || {
            let scan = json!({ "TableName": "sessions" });
            fixture.ok("dynamodb", "Scan", scan).await["Count"].clone()
        };
        assert_eq!(count().await, 2);
        tokio::time::advance(std::time::Duration::from_secs(161)).await;
        assert_eq!(count().await, 1);
        let streams = json!({ "TableName": "sessions" });
        let streams = fixture.ok("dynamodbstreams", "ListStreams", streams).await;
        let arn = &streams["Streams"][0]["StreamArn"];
        let described = json!({ "StreamArn": arn });
        let described = fixture
            .ok("dynamodbstreams", "DescribeStream", described)
            .await;
        let shard = &described["StreamDescription"]["Shards"][0];
        let id = shard["ShardId"].as_str().unwrap();
        assert!((28..=65).contains(&id.len()), "{id}");
        // The shard is open.
        assert_eq!(
            shard["SequenceNumberRange"].get("EndingSequenceNumber"),
            None
        );
        let from = json!({
            "StreamArn": arn, "ShardId": id, "ShardIteratorType": "TRIM_HORIZON",
        });
        let from = fixture
            .ok("dynamodbstreams", "GetShardIterator", from)
            .await;
        // By what stands before the bar, reading is authorized.
        let iterator = |value: &Value| value.as_str().unwrap().split('|').next() == arn.as_str();
        assert!(iterator(&from["ShardIterator"]), "{from:?}");
        let records = json!({ "ShardIterator": from["ShardIterator"] });
        let records = fixture.ok("dynamodbstreams", "GetRecords", records).await;
        assert!(iterator(&records["NextShardIterator"]), "{records:?}");
        let last = records["Records"].as_array().unwrap().last().unwrap();
        assert_eq!(last["eventName"], "REMOVE");
        assert_eq!(last["awsRegion"], "us-east-1");
        let service = json!({ "Type": "Service", "PrincipalId": "dynamodb.amazonaws.com" });
        assert_eq!(last["userIdentity"], service);
    }

    #[tokio::test]
    async fn a_resource_policy_is_a_fact_until_the_table_is_deleted() {
        let fixture = table().await;
        let arn = "arn:aws:dynamodb:us-east-1:123456789012:table/orders";
        let policy = r#"{"Version":"2012-10-17","Statement":[]}"#;
        let fact = || fixture.fact(FactKind::ResourcePolicy, arn);
        assert_eq!(fact(), FactValue::Absent);
        let put = json!({ "ResourceArn": arn, "Policy": policy });
        let made = fixture
            .ok("dynamodb", "PutResourcePolicy", put.clone())
            .await;
        assert_eq!(fact(), FactValue::Present(policy.into()));
        let got = json!({ "ResourceArn": arn });
        let got = fixture.ok("dynamodb", "GetResourcePolicy", got).await;
        assert_eq!(got["RevisionId"], made["RevisionId"]);
        let mut stale = put;
        stale["ExpectedRevisionId"] = json!("NO_POLICY");
        let error = fixture.err("dynamodb", "PutResourcePolicy", stale).await;
        assert_eq!(error.code, "PolicyNotFoundException");
        fixture
            .ok("dynamodb", "DeleteTable", json!({ "TableName": "orders" }))
            .await;
        assert_eq!(fact(), FactValue::Absent);
    }

    #[tokio::test]
    async fn recovery_to_a_point_in_time_is_kept() {
        let fixture = table().await;
        let name = json!({ "TableName": "orders" });
        let status = |answer: &Value| {
            let described = &answer["ContinuousBackupsDescription"];
            described["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"].clone()
        };
        let before = fixture
            .ok("dynamodb", "DescribeContinuousBackups", name.clone())
            .await;
        assert_eq!(status(&before), "DISABLED");
        let on = json!({ "PointInTimeRecoveryEnabled": true });
        let on = json!({ "TableName": "orders", "PointInTimeRecoverySpecification": on });
        fixture.ok("dynamodb", "UpdateContinuousBackups", on).await;
        let after = fixture
            .ok("dynamodb", "DescribeContinuousBackups", name)
            .await;
        assert_eq!(status(&after), "ENABLED");
        let missing = json!({ "TableName": "missing" });
        let error = fixture
            .err("dynamodb", "DescribeContinuousBackups", missing)
            .await;
        assert_eq!(error.code, "TableNotFoundException");
    }
}
