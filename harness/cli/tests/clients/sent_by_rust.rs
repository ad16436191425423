//! What the Rust SDK sends for a sample of operations, held against what it was given.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::capture::Capture;
use crate::rust_sdk::client;
use crate::sent::{Given, compare};
use crate::server::Keys;

const TEXT: &str = "a & <b> \"c\" naïve ☃ +%2F/?=";
const KEY: &str = "a b/k+1 ü&=%2F.txt";
const TABLE: &str = "arn:aws:dynamodb:us-east-1:123456789012:table/t";

/// An operation that the Rust SDK is given as typed values: the same under the API's names.
fn described(service: &str, operation: &str, added: &[&str], parameters: Value) -> Given {
    let Value::Object(parameters) = parameters else {
        panic!("{parameters}")
    };
    Given {
        service: service.to_owned(),
        operation: operation.to_owned(),
        parameters,
        added: added.iter().map(|name| (*name).to_owned()).collect(),
    }
}

fn compared(capture: &Capture, given: &[Given], protocol: &str) {
    let protocols = compare(&capture.requests(), given, &Keys::root());
    let expected = [(protocol.to_owned(), given.len())];
    assert_eq!(protocols, BTreeMap::from(expected));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_rust_sdk_sends_in_query_comes_out_as_it_was_given() {
    use aws_sdk_sts::types::{PolicyDescriptorType, Tag};
    let capture = Capture::start();
    let sts = client!(aws_sdk_sts, capture, &Keys::root());
    let role = "arn:aws:iam::123456789012:role/r";
    let tag = Tag::builder().key("team").value(TEXT).build().unwrap();
    let policy = PolicyDescriptorType::builder().arn("arn:aws:iam::aws:policy/ReadOnlyAccess");
    let _ = sts
        .assume_role()
        .role_arn(role)
        .role_session_name("s")
        .duration_seconds(900)
        .policy_arns(policy.clone().build())
        .tags(tag.clone())
        .transitive_tag_keys("team")
        .send()
        .await;
    let _ = sts
        .get_federation_token()
        .name("n")
        .policy_arns(policy.build())
        .tags(tag)
        .send()
        .await;
    let _ = sts
        .assume_role_with_web_identity()
        .role_arn(role)
        .role_session_name("s")
        .web_identity_token("a.b.c")
        .send()
        .await;
    let _ = sts.get_caller_identity().send().await;
    let tags = json!([{"Key": "team", "Value": TEXT}]);
    let policies = json!([{"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}]);
    let given = [
        described(
            "sts",
            "AssumeRole",
            &[],
            json!({
                "RoleArn": role, "RoleSessionName": "s", "DurationSeconds": 900,
                "PolicyArns": policies, "Tags": tags, "TransitiveTagKeys": ["team"],
            }),
        ),
        described(
            "sts",
            "GetFederationToken",
            &[],
            json!({"Name": "n", "PolicyArns": policies, "Tags": tags}),
        ),
        described(
            "sts",
            "AssumeRoleWithWebIdentity",
            &[],
            json!({"RoleArn": role, "RoleSessionName": "s", "WebIdentityToken": "a.b.c"}),
        ),
        described("sts", "GetCallerIdentity", &[], json!({})),
    ];
    compared(&capture, &given, "Query");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_rust_sdk_sends_in_json_comes_out_as_it_was_given() {
    use aws_sdk_dynamodb::primitives::{Blob, DateTime};
    use aws_sdk_dynamodb::types::{
        AttributeValue, DeleteRequest, ExportFormat, PutRequest, TransactWriteItem, Update,
        WriteRequest,
    };
    let capture = Capture::start();
    let dynamodb = client!(aws_sdk_dynamodb, capture, &Keys::root());
    let pk = || AttributeValue::S(TEXT.to_owned());
    let inner = [("n".to_owned(), AttributeValue::N("-1.5".to_owned()))];
    let _ = dynamodb
        .put_item()
        .table_name("t")
        .item("pk", pk())
        .item("blob", AttributeValue::B(Blob::new([0, 255])))
        .item("blobs", AttributeValue::Bs(vec![Blob::new([1])]))
        .item(
            "list",
            AttributeValue::L(vec![
                AttributeValue::Null(true),
                AttributeValue::M(inner.into()),
            ]),
        )
        .send()
        .await;
    let _ = dynamodb
        .query()
        .table_name("t")
        .key_condition_expression("pk = :v")
        .expression_attribute_values(":v", pk())
        .limit(5)
        .scan_index_forward(false)
        .send()
        .await;
    let put = PutRequest::builder().item("pk", pk()).build().unwrap();
    let delete = DeleteRequest::builder().key("pk", pk()).build().unwrap();
    let writes = vec![
        WriteRequest::builder().put_request(put).build(),
        WriteRequest::builder().delete_request(delete).build(),
    ];
    let _ = dynamodb
        .batch_write_item()
        .request_items("t", writes)
        .send()
        .await;
    let update = Update::builder()
        .table_name("t")
        .key("pk", pk())
        .update_expression("REMOVE x");
    let update = TransactWriteItem::builder().update(update.build().unwrap());
    let _ = dynamodb
        .transact_write_items()
        .transact_items(update.build())
        .send()
        .await;
    let _ = dynamodb
        .export_table_to_point_in_time()
        .table_arn(TABLE)
        .client_token("token")
        .s3_bucket("b")
        .export_time(DateTime::from_secs_and_nanos(1_767_323_045, 250_000_000))
        .export_format(ExportFormat::Ion)
        .send()
        .await;
    let given = given_to_dynamodb();
    compared(&capture, &given, "Json10");
}

/// What the test above gives to DynamoDB's client.
fn given_to_dynamodb() -> Vec<Given> {
    let pk = json!({"pk": {"S": TEXT}});
    vec![
        described(
            "dynamodb",
            "PutItem",
            &[],
            json!({"TableName": "t", "Item": {
                "pk": {"S": TEXT}, "blob": {"B": "AP8="}, "blobs": {"BS": ["AQ=="]},
                "list": {"L": [{"NULL": true}, {"M": {"n": {"N": "-1.5"}}}]},
            }}),
        ),
        described(
            "dynamodb",
            "Query",
            &[],
            json!({
                "TableName": "t", "KeyConditionExpression": "pk = :v", "Limit": 5,
                "ExpressionAttributeValues": {":v": {"S": TEXT}}, "ScanIndexForward": false,
            }),
        ),
        described(
            "dynamodb",
            "BatchWriteItem",
            &[],
            json!({"RequestItems": {
                "t": [{"PutRequest": {"Item": pk}}, {"DeleteRequest": {"Key": pk}}],
            }}),
        ),
        described(
            "dynamodb",
            "TransactWriteItems",
            &["ClientRequestToken"],
            json!({"TransactItems": [
                {"Update": {"TableName": "t", "Key": pk, "UpdateExpression": "REMOVE x"}},
            ]}),
        ),
        described(
            "dynamodb",
            "ExportTableToPointInTime",
            &[],
            json!({
                "TableArn": TABLE, "ClientToken": "token", "S3Bucket": "b",
                "ExportTime": 1_767_323_045.25, "ExportFormat": "ION",
            }),
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_rust_sdk_sends_in_rest_xml_comes_out_as_it_was_given() {
    use aws_sdk_s3::primitives::{ByteStream, DateTime};
    use aws_sdk_s3::types::{
        CompletedMultipartUpload, CompletedPart, Delete, ObjectIdentifier, ServerSideEncryption,
        Tag, Tagging,
    };
    let capture = Capture::start();
    let s3 = client!(aws_sdk_s3, capture, &Keys::root());
    let time = DateTime::from_secs(1_767_323_045);
    let _ = s3
        .put_object()
        .bucket("b")
        .key(KEY)
        .body(ByteStream::from_static(b"content"))
        .content_type("text/plain")
        .metadata("two-three", "x y")
        .server_side_encryption(ServerSideEncryption::AwsKms)
        .ssekms_key_id("alias/k")
        .object_lock_retain_until_date(time)
        .tagging("team=a&x=y")
        .send()
        .await;
    let _ = s3
        .get_object()
        .bucket("b")
        .key(KEY)
        .range("bytes=0-9")
        .version_id("v")
        .if_modified_since(time)
        .response_content_type("a/b; c=d")
        .send()
        .await;
    let _ = s3
        .list_objects_v2()
        .bucket("b")
        .prefix("a b/")
        .delimiter("/")
        .max_keys(3)
        .send()
        .await;
    let object = ObjectIdentifier::builder().key(KEY).version_id("v").build();
    let delete = Delete::builder().objects(object.unwrap()).quiet(true);
    let _ = s3
        .delete_objects()
        .bucket("b")
        .delete(delete.build().unwrap())
        .send()
        .await;
    let part = CompletedPart::builder().part_number(1).e_tag("\"a\"");
    let parts = CompletedMultipartUpload::builder().parts(part.build());
    let _ = s3
        .complete_multipart_upload()
        .bucket("b")
        .key("k")
        .upload_id("u")
        .multipart_upload(parts.build())
        .send()
        .await;
    let tag = Tag::builder().key("team").value(TEXT).build().unwrap();
    let tagging = Tagging::builder().tag_set(tag).build().unwrap();
    let _ = s3
        .put_object_tagging()
        .bucket("b")
        .key("k")
        .tagging(tagging)
        .send()
        .await;
    let given = given_to_s3();
    compared(&capture, &given, "RestXml");
}

/// What the test above gives to S3's client.
fn given_to_s3() -> Vec<Given> {
    vec![
        described(
            "s3",
            "PutObject",
            &["ChecksumAlgorithm", "ChecksumCRC32", "ContentLength"],
            json!({
                "Bucket": "b", "Key": KEY, "ContentType": "text/plain", "Tagging": "team=a&x=y",
                "Metadata": {"two-three": "x y"}, "ServerSideEncryption": "aws:kms",
                "SSEKMSKeyId": "alias/k", "ObjectLockRetainUntilDate": 1_767_323_045,
            }),
        ),
        described(
            "s3",
            "GetObject",
            &["ChecksumMode"],
            json!({
                "Bucket": "b", "Key": KEY, "Range": "bytes=0-9", "VersionId": "v",
                "IfModifiedSince": 1_767_323_045, "ResponseContentType": "a/b; c=d",
            }),
        ),
        described(
            "s3",
            "ListObjectsV2",
            &[],
            json!({"Bucket": "b", "Prefix": "a b/", "Delimiter": "/", "MaxKeys": 3}),
        ),
        described(
            "s3",
            "DeleteObjects",
            &["ChecksumAlgorithm"],
            json!({
                "Bucket": "b",
                "Delete": {"Quiet": true, "Objects": [{"Key": KEY, "VersionId": "v"}]},
            }),
        ),
        described(
            "s3",
            "CompleteMultipartUpload",
            &[],
            json!({
                "Bucket": "b", "Key": "k", "UploadId": "u",
                "MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": "\"a\""}]},
            }),
        ),
        described(
            "s3",
            "PutObjectTagging",
            &["ChecksumAlgorithm"],
            json!({
                "Bucket": "b", "Key": "k",
                "Tagging": {"TagSet": [{"Key": "team", "Value": TEXT}]},
            }),
        ),
    ]
}
