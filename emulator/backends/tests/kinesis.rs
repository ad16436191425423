//! Kinesis streams and Firehose delivery streams.

mod support;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use base64::{Engine, prelude::BASE64_STANDARD};
    use rolecall_catalog::{FactKind, FactValue};
    use serde_json::{Value, json};

    use super::support::{Fixture, fixture};

    const ARN: &str = "arn:aws:kinesis:us-east-1:123456789012:stream/orders";

    async fn stream(shards: u32) -> Fixture {
        let fixture = fixture();
        let request =
            json!({ "StreamName": "orders", "ShardCount": shards, "Tags": { "team": "shop" } });
        fixture.ok("kinesis", "CreateStream", request).await;
        fixture
    }

    async fn put(fixture: &Fixture, key: &str, data: &str) -> Value {
        let data = BASE64_STANDARD.encode(data);
        let request = json!({ "StreamName": "orders", "PartitionKey": key, "Data": data });
        fixture.ok("kinesis", "PutRecord", request).await
    }

    async fn iterator(fixture: &Fixture, more: Value) -> Value {
        let mut request = json!({ "StreamName": "orders", "ShardId": "shardId-000000000000" });
        request
            .as_object_mut()
            .unwrap()
            .extend(super::support::members(more));
        let answer = fixture.ok("kinesis", "GetShardIterator", request).await;
        answer["ShardIterator"].clone()
    }

    /// The data, and the next iterator.
    async fn read(fixture: &Fixture, iterator: &Value, limit: usize) -> (Vec<String>, Value) {
        let request = json!({ "ShardIterator": iterator, "Limit": limit });
        let answer = fixture.ok("kinesis", "GetRecords", request).await;
        let data = answer["Records"].as_array().unwrap().iter().map(|record| {
            let bytes = BASE64_STANDARD
                .decode(record["Data"].as_str().unwrap())
                .unwrap();
            String::from_utf8(bytes).unwrap()
        });
        (data.collect(), answer["NextShardIterator"].clone())
    }

    #[tokio::test(start_paused = true)]
    async fn every_kind_of_iterator_begins_where_it_says() {
        let fixture = stream(1).await;
        put(&fixture, "k", "one").await;
        tokio::time::advance(Duration::from_secs(10)).await;
        let latest = iterator(&fixture, json!({ "ShardIteratorType": "LATEST" })).await;
        let second = put(&fixture, "k", "two").await["SequenceNumber"].clone();
        put(&fixture, "k", "three").await;
        for (asked, expected) in [
            (
                json!({ "ShardIteratorType": "TRIM_HORIZON" }),
                vec!["one", "two", "three"],
            ),
            (
                json!({ "ShardIteratorType": "AT_SEQUENCE_NUMBER", "StartingSequenceNumber": second }),
                vec!["two", "three"],
            ),
            (
                json!({ "ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "StartingSequenceNumber": second }),
                vec!["three"],
            ),
            (
                json!({ "ShardIteratorType": "AT_TIMESTAMP", "Timestamp": 1_764_000_005.0 }),
                vec!["two", "three"],
            ),
            (json!({ "ShardIteratorType": "LATEST" }), vec![]),
        ] {
            let from = iterator(&fixture, asked.clone()).await;
            assert_eq!(read(&fixture, &from, 100).await.0, expected, "{asked}");
        }
        let (data, next) = read(&fixture, &latest, 1).await;
        assert_eq!(data, ["two"]);
        let (data, next) = read(&fixture, &next, 1).await;
        assert_eq!(data, ["three"]);
        assert_eq!(read(&fixture, &next, 1).await.0, Vec::<String>::new());
        tokio::time::advance(Duration::from_secs(301)).await;
        let error = fixture
            .err("kinesis", "GetRecords", json!({ "ShardIterator": next }))
            .await;
        assert_eq!(error.code, "ExpiredIteratorException");
    }

    #[tokio::test(start_paused = true)]
    async fn the_md5_of_the_key_decides_the_shard() {
        let fixture = stream(2).await;
        // `printf a | md5sum` begins with 0c, `printf b | md5sum` with 92.
        assert_eq!(
            put(&fixture, "a", "x").await["ShardId"],
            "shardId-000000000000"
        );
        assert_eq!(
            put(&fixture, "b", "x").await["ShardId"],
            "shardId-000000000001"
        );
        let explicit = json!({
            "StreamName": "orders", "PartitionKey": "a", "Data": "eA==",
            "ExplicitHashKey": "340282366920938463463374607431768211455",
        });
        let explicit = fixture.ok("kinesis", "PutRecord", explicit).await;
        assert_eq!(explicit["ShardId"], "shardId-000000000001");
        let described = fixture
            .ok("kinesis", "DescribeStream", json!({ "StreamARN": ARN }))
            .await;
        let description = &described["StreamDescription"];
        assert_eq!(description["StreamStatus"], "ACTIVE");
        assert_eq!(
            description["Shards"][0]["HashKeyRange"],
            json!({
                "StartingHashKey": "0",
                "EndingHashKey": "170141183460469231731687303715884105727",
            })
        );
        assert_eq!(
            description["Shards"][1]["HashKeyRange"],
            json!({
                "StartingHashKey": "170141183460469231731687303715884105728",
                "EndingHashKey": "340282366920938463463374607431768211455",
            })
        );
        let tags = fixture.fact(FactKind::ResourceTags, ARN);
        assert_eq!(tags, FactValue::Present(json!({ "team": "shop" })));
    }

    #[tokio::test(start_paused = true)]
    async fn a_split_shard_is_read_to_its_end_and_then_its_children() {
        let fixture = stream(1).await;
        put(&fixture, "a", "before").await;
        let split = json!({
            "StreamName": "orders", "ShardToSplit": "shardId-000000000000",
            "NewStartingHashKey": "170141183460469231731687303715884105728",
        });
        fixture.ok("kinesis", "SplitShard", split).await;
        assert_eq!(
            put(&fixture, "a", "after").await["ShardId"],
            "shardId-000000000001"
        );
        let from = iterator(&fixture, json!({ "ShardIteratorType": "TRIM_HORIZON" })).await;
        let answer = fixture
            .ok("kinesis", "GetRecords", json!({ "ShardIterator": from }))
            .await;
        assert_eq!(answer["Records"].as_array().unwrap().len(), 1);
        assert_eq!(answer.get("NextShardIterator"), None);
        assert_eq!(answer["ChildShards"][1]["ShardId"], "shardId-000000000002");
        let shards = fixture
            .ok("kinesis", "ListShards", json!({ "StreamName": "orders" }))
            .await;
        assert_eq!(shards["Shards"][1]["ParentShardId"], "shardId-000000000000");
        let summary = fixture
            .ok(
                "kinesis",
                "DescribeStreamSummary",
                json!({ "StreamName": "orders" }),
            )
            .await;
        assert_eq!(summary["StreamDescriptionSummary"]["OpenShardCount"], 2);
    }

    #[tokio::test(start_paused = true)]
    async fn limits_and_absent_streams_are_errors() {
        let fixture = stream(1).await;
        let long = json!({
            "StreamName": "orders", "PartitionKey": "k",
            "Data": BASE64_STANDARD.encode(vec![0; 1_048_576]),
        });
        let error = fixture.err("kinesis", "PutRecord", long).await;
        assert_eq!(error.code, "ValidationException");
        let records = vec![json!({ "PartitionKey": "k", "Data": "eA==" }); 501];
        let many = json!({ "StreamName": "orders", "Records": records });
        let error = fixture.err("kinesis", "PutRecords", many).await;
        assert_eq!(error.code, "ValidationException");
        let batch = json!({ "StreamName": "orders", "Records": [
            { "PartitionKey": "k", "Data": "eA==" }, { "PartitionKey": "l", "Data": "eQ==" },
        ] });
        let put = fixture.ok("kinesis", "PutRecords", batch).await;
        assert_eq!(put["FailedRecordCount"], 0);
        assert_eq!(put["Records"].as_array().unwrap().len(), 2);
        let again = json!({ "StreamName": "orders", "ShardCount": 1 });
        let error = fixture.err("kinesis", "CreateStream", again).await;
        assert_eq!(
            error.message,
            "Stream orders under account 123456789012 already exists."
        );
        fixture
            .ok("kinesis", "DeleteStream", json!({ "StreamName": "orders" }))
            .await;
        let error = fixture
            .err(
                "kinesis",
                "DescribeStream",
                json!({ "StreamName": "orders" }),
            )
            .await;
        assert_eq!(error.code, "ResourceNotFoundException");
        assert_eq!(
            error.message,
            "Stream orders under account 123456789012 not found."
        );
    }

    #[tokio::test(start_paused = true)]
    async fn records_are_gone_after_their_retention() {
        let fixture = stream(1).await;
        put(&fixture, "k", "old").await;
        tokio::time::advance(Duration::from_hours(25)).await;
        put(&fixture, "k", "new").await;
        let from = iterator(&fixture, json!({ "ShardIteratorType": "TRIM_HORIZON" })).await;
        assert_eq!(read(&fixture, &from, 10).await.0, ["new"]);
        let consumer = json!({ "StreamARN": ARN, "ConsumerName": "c" });
        let made = fixture
            .ok("kinesis", "RegisterStreamConsumer", consumer)
            .await;
        let arn = made["Consumer"]["ConsumerARN"].clone();
        let described = json!({ "ConsumerARN": arn });
        let described = fixture
            .ok("kinesis", "DescribeStreamConsumer", described)
            .await;
        assert_eq!(described["ConsumerDescription"]["StreamARN"], ARN);
    }

    #[tokio::test(start_paused = true)]
    async fn delivery_streams_are_kept_and_take_records() {
        let fixture = fixture();
        let create = json!({
            "DeliveryStreamName": "d", "Tags": [{ "Key": "team", "Value": "shop" }],
            "ExtendedS3DestinationConfiguration": { "RoleARN": "r", "BucketARN": "arn:aws:s3:::b" },
        });
        let made = fixture.ok("firehose", "CreateDeliveryStream", create).await;
        let arn = "arn:aws:firehose:us-east-1:123456789012:deliverystream/d";
        assert_eq!(made["DeliveryStreamARN"], arn);
        let name = json!({ "DeliveryStreamName": "d" });
        let described = fixture
            .ok("firehose", "DescribeDeliveryStream", name.clone())
            .await;
        let description = &described["DeliveryStreamDescription"];
        assert_eq!(description["DeliveryStreamStatus"], "ACTIVE");
        assert_eq!(
            description["Destinations"][0]["ExtendedS3DestinationDescription"]["BucketARN"],
            "arn:aws:s3:::b"
        );
        let tags = fixture.fact(FactKind::ResourceTags, arn);
        assert_eq!(tags, FactValue::Present(json!({ "team": "shop" })));
        let batch = json!({ "DeliveryStreamName": "d", "Records": [{ "Data": "eA==" }, { "Data": "eQ==" }] });
        let put = fixture.ok("firehose", "PutRecordBatch", batch).await;
        assert_eq!(put["FailedPutCount"], 0);
        assert_ne!(
            put["RequestResponses"][0]["RecordId"],
            put["RequestResponses"][1]["RecordId"]
        );
        let long = BASE64_STANDARD.encode(vec![0; 1_024_001]);
        let long = json!({ "DeliveryStreamName": "d", "Record": { "Data": long } });
        assert_eq!(
            fixture.err("firehose", "PutRecord", long).await.code,
            "ValidationException"
        );
        fixture.ok("firehose", "DeleteDeliveryStream", name).await;
        let gone = json!({ "DeliveryStreamName": "d", "Record": { "Data": "eA==" } });
        let error = fixture.err("firehose", "PutRecord", gone).await;
        assert_eq!(
            error.message,
            "Firehose d under account 123456789012 not found."
        );
    }
}
