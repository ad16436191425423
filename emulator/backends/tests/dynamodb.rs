//! DynamoDB: the database behind the backend, with our ARNs and AWS's errors.

mod support;

#[cfg(test)]
mod tests {
    use rolecall_catalog::{FactKind, FactValue};
    use serde_json::{Value, json};

    use super::support::{Fixture, OTHER, call, fixture, nothing};

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
}
