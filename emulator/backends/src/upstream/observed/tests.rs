use bytes::Bytes;
use rolecall_catalog::{Call, Catalog, Fact, FactKind, FactValue, Service};
use serde_json::{Value, json};

use super::{Observed, lessons};

const KEY: &str = "arn:aws:kms:us-east-1:123456789012:key/k1";
const ALIAS: &str = "arn:aws:kms:us-east-1:123456789012:alias/a";

fn call(service: &str, operation: &str, input: Value) -> Call {
    let service = Catalog::embedded().load(service).unwrap();
    let is_it = |known: &rolecall_catalog::Operation| known.name == operation;
    let Value::Object(parameters) = input else {
        panic!("no members")
    };
    Call {
        operation: service.operations.iter().position(is_it).unwrap(),
        protocol: service.protocols[0],
        service,
        parameters,
        region: "us-east-1".to_owned(),
        partition: "aws".to_owned(),
        account: "123456789012".to_owned().try_into().unwrap(),
        caller: None,
    }
}

struct Passed(Observed);

impl Passed {
    fn new() -> Self {
        Self(Observed::new())
    }

    fn through(&self, operation: &str, input: Value, output: &Value) -> &Self {
        let (service, operation) = operation.split_once('.').unwrap();
        let text = output
            .as_str()
            .map_or_else(|| output.to_string(), str::to_owned);
        let answer = Bytes::from(text);
        self.0
            .learn(&call(service, operation, input), Some(&answer));
        self
    }

    fn knows(&self, kind: FactKind, subject: &str) -> FactValue {
        let subject = subject.to_owned();
        self.0.fact(&Fact { kind, subject })
    }
}

fn present(value: impl Into<Value>) -> FactValue {
    FactValue::Present(value.into())
}

#[test]
fn every_lesson_is_about_operations_and_members_that_there_are() {
    let mut count = 0;
    for lesson in lessons::read().unwrap() {
        let mut paths: Vec<String> = lesson
            .learn
            .values()
            .filter_map(|how| how.split_once(' '))
            .map(|(_, path)| path.to_owned())
            .collect();
        paths.extend(lesson.when.keys().cloned());
        paths.extend(lesson.each.clone());
        for part in lesson.about.split('{').skip(1) {
            paths.push(part.split(['}', '|']).next().unwrap().to_owned());
        }
        for (service, operation) in lesson.operations() {
            let call = call(service, operation, json!({}));
            for path in &paths {
                assert!(is_there(&call, path), "{service}.{operation}: `{path}`");
                count += 1;
            }
        }
    }
    assert!(count > 200, "{count}");
}

/// Whether the first member of a path is in the input or the output. What is not looked up: an answer in XML, by the name
/// of an element, and the absent list by which tags are known to be none.
fn is_there(call: &Call, path: &str) -> bool {
    let mut steps = path.split('.');
    let (root, member) = (steps.next().unwrap(), steps.next());
    let has = |service: &Service, shape: Option<rolecall_catalog::ShapeId>| {
        let structure = shape.and_then(|id| service.structure(id)).unwrap();
        structure
            .members
            .iter()
            .any(|m| Some(m.name.as_str()) == member)
    };
    let operation = call.operation();
    match root {
        "in" if member == Some("NoTags") => true,
        "in" if path == "in" => true,
        "in" => has(&call.service, operation.input),
        "out" if call.service.name == "s3" => true,
        "out" => has(&call.service, operation.output),
        _ => matches!(root, "it" | "p" | "r" | "a" | "body"),
    }
}

#[test]
fn nothing_seen_is_nothing_known() {
    let passed = Passed::new();
    passed.0.began_empty();
    for (kind, subject) in [
        (FactKind::KeyOfAlias, ALIAS),
        (FactKind::BucketKey, "b"),
        (FactKind::BucketOwner, "b"),
        (FactKind::ResourcePolicy, "arn:aws:s3:::b"),
        (
            FactKind::ResourceKey,
            "arn:aws:sqs:us-east-1:123456789012:q",
        ),
    ] {
        assert_eq!(passed.knows(kind, subject), FactValue::NotKnown, "{kind:?}");
    }
}

#[test]
fn an_alias_is_known_by_whatever_named_it_and_forgotten_with_it() {
    let made = Passed::new();
    made.through(
        "kms.CreateAlias",
        json!({"AliasName": "alias/a", "TargetKeyId": "k1"}),
        &json!(""),
    );
    assert_eq!(made.knows(FactKind::KeyOfAlias, ALIAS), present(KEY));
    made.through(
        "kms.UpdateAlias",
        json!({"AliasName": "alias/a", "TargetKeyId": "k2"}),
        &json!(""),
    );
    assert_eq!(
        made.knows(FactKind::KeyOfAlias, ALIAS),
        present(KEY.replace("k1", "k2"))
    );
    made.through(
        "kms.DeleteAlias",
        json!({"AliasName": "alias/a"}),
        &json!(""),
    );
    assert_eq!(made.knows(FactKind::KeyOfAlias, ALIAS), FactValue::Absent);
    for (operation, output) in [
        ("kms.DescribeKey", json!({"KeyMetadata": {"Arn": KEY}})),
        (
            "kms.Encrypt",
            json!({"KeyId": KEY, "CiphertextBlob": "AQ=="}),
        ),
    ] {
        let seen = Passed::new();
        seen.through(operation, json!({"KeyId": "alias/a"}), &output);
        assert_eq!(
            seen.knows(FactKind::KeyOfAlias, ALIAS),
            present(KEY),
            "{operation}"
        );
    }
    let listed = Passed::new();
    let aliases = json!({"Aliases": [{"AliasArn": ALIAS, "TargetKeyId": "k1"}, {"AliasArn": "arn:aws:kms:us-east-1:123456789012:alias/aws/s3"}]});
    listed.through("kms.ListAliases", json!({}), &aliases);
    assert_eq!(listed.knows(FactKind::KeyOfAlias, ALIAS), present(KEY));
}

#[test]
fn a_ciphertext_belongs_to_the_key_that_made_it() {
    let passed = Passed::new();
    let output = json!({"KeyId": KEY, "CiphertextBlob": "AQ=="});
    passed.through("kms.GenerateDataKey", json!({"KeyId": "k1"}), &output);
    let blob = "arn:aws:kms:us-east-1:123456789012:ciphertext/AQ==";
    assert_eq!(passed.knows(FactKind::KeyOfCiphertext, blob), present(KEY));
}

#[test]
fn grants_of_a_key_are_known_if_it_was_seen_when_it_was_made() {
    let passed = Passed::new();
    let grant = json!({"KeyId": "k1", "GranteePrincipal": "arn:aws:iam::123456789012:role/r", "Operations": ["Decrypt"], "Constraints": {"EncryptionContextSubset": {"a": "b"}}});
    passed.through("kms.CreateGrant", grant.clone(), &json!({"GrantId": "g"}));
    assert_eq!(passed.knows(FactKind::KeyGrants, KEY), FactValue::NotKnown);
    passed.through(
        "kms.CreateKey",
        json!({}),
        &json!({"KeyMetadata": {"Arn": KEY}}),
    );
    assert_eq!(passed.knows(FactKind::KeyGrants, KEY), present(json!([])));
    let FactValue::Present(policy) = passed.knows(FactKind::ResourcePolicy, KEY) else {
        panic!("a key has a policy from the start")
    };
    let text = policy.as_str().unwrap();
    assert!(text.contains("arn:aws:iam::123456789012:root"), "{text}");
    passed.through("kms.CreateGrant", grant, &json!({"GrantId": "g"}));
    let expected = json!([{"grantId": "g", "granteePrincipal": "arn:aws:iam::123456789012:role/r", "operations": ["Decrypt"], "constraints": {"encryptionContextSubset": {"a": "b"}}}]);
    assert_eq!(passed.knows(FactKind::KeyGrants, KEY), present(expected));
    passed.through(
        "kms.RevokeGrant",
        json!({"KeyId": KEY, "GrantId": "g"}),
        &json!(""),
    );
    assert_eq!(passed.knows(FactKind::KeyGrants, KEY), present(json!([])));
}

#[test]
fn a_secret_is_known_by_its_name_until_it_is_gone_for_good() {
    let (plain, arn) = (
        "arn:aws:secretsmanager:us-east-1:123456789012:secret:s",
        "arn:aws:secretsmanager:us-east-1:123456789012:secret:s-AbCdEf",
    );
    let passed = Passed::new();
    passed.through(
        "secretsmanager.GetSecretValue",
        json!({"SecretId": "s"}),
        &json!({"Name": "s", "ARN": arn}),
    );
    assert_eq!(passed.knows(FactKind::SecretArn, plain), present(arn));
    assert_eq!(
        passed.knows(FactKind::ResourceKey, arn),
        FactValue::NotKnown
    );
    passed.through("secretsmanager.DescribeSecret", json!({"SecretId": "s"}), &json!({"Name": "s", "ARN": arn, "KmsKeyId": "alias/a", "Tags": [{"Key": "k", "Value": "v"}]}));
    assert_eq!(
        passed.knows(FactKind::ResourceTags, arn),
        present(json!({"k": "v"}))
    );
    assert_eq!(
        passed.knows(FactKind::ResourceKey, plain),
        FactValue::NotKnown,
        "of the alias nothing is known"
    );
    passed.through(
        "kms.CreateAlias",
        json!({"AliasName": "alias/a", "TargetKeyId": KEY}),
        &json!(""),
    );
    assert_eq!(passed.knows(FactKind::ResourceKey, plain), present(KEY));
    passed.through(
        "secretsmanager.TagResource",
        json!({"SecretId": "s", "Tags": [{"Key": "l", "Value": "w"}]}),
        &json!(""),
    );
    passed.through(
        "secretsmanager.UntagResource",
        json!({"SecretId": arn, "TagKeys": ["k"]}),
        &json!(""),
    );
    assert_eq!(
        passed.knows(FactKind::ResourceTags, arn),
        present(json!({"l": "w"}))
    );
    let gone = json!({"Name": "s", "ARN": arn});
    passed.through(
        "secretsmanager.DeleteSecret",
        json!({"SecretId": "s"}),
        &gone,
    );
    assert_eq!(passed.knows(FactKind::SecretArn, plain), present(arn));
    passed.through(
        "secretsmanager.DeleteSecret",
        json!({"SecretId": "s", "ForceDeleteWithoutRecovery": true}),
        &gone,
    );
    assert_eq!(
        passed.knows(FactKind::SecretArn, plain),
        FactValue::NotKnown
    );
    assert_eq!(
        passed.knows(FactKind::ResourceKey, arn),
        FactValue::NotKnown
    );
}

#[test]
fn objects_have_the_key_of_the_request_or_of_the_bucket() {
    let passed = Passed::new();
    let put = |input: Value| passed.through("s3.PutObject", input, &json!(""));
    let object = "arn:aws:s3:::b/o";
    put(json!({"Bucket": "b", "Key": "o"}));
    assert_eq!(
        passed.knows(FactKind::ObjectKey, object),
        FactValue::NotKnown
    );
    let rule = |rule: Value| json!({"Bucket": "b", "ServerSideEncryptionConfiguration": {"Rules": [{"ApplyServerSideEncryptionByDefault": rule}]}});
    passed.through(
        "s3.PutBucketEncryption",
        rule(json!({"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "k1"})),
        &json!(""),
    );
    assert_eq!(passed.knows(FactKind::BucketKey, "b"), present(KEY));
    put(json!({"Bucket": "b", "Key": "o", "Tagging": "a=b%20c&d=+"}));
    assert_eq!(passed.knows(FactKind::ObjectKey, object), present(KEY));
    assert_eq!(
        passed.knows(FactKind::ObjectTags, object),
        present(json!({"a": "b c", "d": " "}))
    );
    put(json!({"Bucket": "b", "Key": "o", "ServerSideEncryption": "AES256"}));
    assert_eq!(passed.knows(FactKind::ObjectKey, object), FactValue::Absent);
    passed.through(
        "s3.PutBucketEncryption",
        rule(json!({"SSEAlgorithm": "aws:kms"})),
        &json!(""),
    );
    assert_eq!(
        passed.knows(FactKind::BucketKey, "b"),
        FactValue::Absent,
        "AWS's own key"
    );
    let described = "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>k1</KMSMasterKeyID>";
    passed.through(
        "s3.GetBucketEncryption",
        json!({"Bucket": "b"}),
        &json!(described),
    );
    assert_eq!(passed.knows(FactKind::BucketKey, "b"), present(KEY));
    let begun =
        "<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>";
    passed.through(
        "s3.CreateMultipartUpload",
        json!({"Bucket": "b", "Key": "o"}),
        &json!(begun),
    );
    assert_eq!(
        passed.knows(FactKind::UploadKey, "arn:aws:s3:::b/o?uploadId=u1"),
        present(KEY)
    );
    passed.through(
        "s3.DeleteObject",
        json!({"Bucket": "b", "Key": "o"}),
        &json!(""),
    );
    assert_eq!(
        passed.knows(FactKind::ObjectTags, object),
        FactValue::NotKnown
    );
}

#[test]
fn what_may_have_been_there_is_empty_only_where_all_began_empty() {
    let queue = "arn:aws:sqs:us-east-1:123456789012:q";
    let url = "http://localhost/123456789012/q";
    let found = Passed::new();
    let create = |passed: &Passed| {
        passed.through(
            "sqs.CreateQueue",
            json!({"QueueName": "q"}),
            &json!({"QueueUrl": url}),
        );
    };
    create(&found);
    assert_eq!(
        found.knows(FactKind::ResourceKey, queue),
        FactValue::NotKnown
    );
    let all = json!({"QueueUrl": url, "AttributeNames": ["All"]});
    found.through(
        "sqs.GetQueueAttributes",
        all,
        &json!({"Attributes": {"QueueArn": queue, "Policy": "{}"}}),
    );
    assert_eq!(found.knows(FactKind::ResourceKey, queue), FactValue::Absent);
    assert_eq!(found.knows(FactKind::ResourcePolicy, queue), present("{}"));
    let made = Passed::new();
    made.0.began_empty();
    create(&made);
    assert_eq!(made.knows(FactKind::ResourceKey, queue), FactValue::Absent);
    let set = json!({"QueueUrl": url, "Attributes": {"KmsMasterKeyId": KEY}});
    made.through("sqs.SetQueueAttributes", set, &json!(""));
    create(&made);
    assert_eq!(
        made.knows(FactKind::ResourceKey, queue),
        present(KEY),
        "found again"
    );
}

#[test]
fn tables_topics_parameters_and_log_groups() {
    let passed = Passed::new();
    passed.0.began_empty();
    let table = json!({"TableName": "t", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}], "GlobalSecondaryIndexes": [{"IndexName": "i", "KeySchema": [{"AttributeName": "ik", "KeyType": "HASH"}]}], "SSESpecification": {"Enabled": true, "KMSMasterKeyId": KEY}});
    passed.through("dynamodb.CreateTable", table, &json!({}));
    let arn = "arn:aws:dynamodb:us-east-1:123456789012:table/t";
    assert_eq!(passed.knows(FactKind::PartitionKey, arn), present("pk"));
    assert_eq!(
        passed.knows(FactKind::PartitionKey, &format!("{arn}/index/i")),
        present("ik")
    );
    assert_eq!(passed.knows(FactKind::ResourceKey, arn), present(KEY));
    assert_eq!(
        passed.knows(FactKind::ResourcePolicy, arn),
        FactValue::Absent
    );
    passed.through(
        "dynamodb.DeleteTable",
        json!({"TableName": "t"}),
        &json!({}),
    );
    assert_eq!(
        passed.knows(FactKind::PartitionKey, &format!("{arn}/index/i")),
        FactValue::NotKnown
    );
    passed.through(
        "sns.CreateTopic",
        json!({"Name": "t", "Attributes": {"KmsMasterKeyId": "alias/aws/sns"}}),
        &json!("<a/>"),
    );
    let topic = "arn:aws:sns:us-east-1:123456789012:t";
    assert_eq!(
        passed.knows(FactKind::ResourceKey, topic),
        FactValue::Absent
    );
    let FactValue::Present(policy) = passed.knows(FactKind::ResourcePolicy, topic) else {
        panic!("a topic has a policy from the start")
    };
    assert!(policy.as_str().unwrap().contains("AWS:SourceOwner"));
    passed.through(
        "ssm.PutParameter",
        json!({"Name": "/a/b", "Type": "SecureString", "KeyId": KEY, "Value": "v"}),
        &json!({}),
    );
    let parameter = "arn:aws:ssm:us-east-1:123456789012:parameter/a/b";
    assert_eq!(
        passed.knows(FactKind::ParameterType, parameter),
        present("SecureString")
    );
    assert_eq!(passed.knows(FactKind::ResourceKey, parameter), present(KEY));
    passed.through(
        "ssm.DeleteParameters",
        json!({"Names": ["/a/b"]}),
        &json!({"DeletedParameters": ["/a/b"]}),
    );
    assert_eq!(
        passed.knows(FactKind::ResourceKey, parameter),
        FactValue::NotKnown
    );
    let stream = "arn:aws:logs:us-east-1:123456789012:log-group:/g:log-stream:s";
    assert_eq!(
        passed.knows(FactKind::ResourcePolicy, stream),
        FactValue::NotKnown
    );
    passed.through(
        "logs.CreateLogGroup",
        json!({"logGroupName": "/g"}),
        &json!(""),
    );
    assert_eq!(
        passed.knows(FactKind::ResourcePolicy, stream),
        FactValue::Absent
    );
}

#[test]
fn memory_is_bounded_and_the_oldest_goes_first() {
    let mut known = super::Known::default();
    for i in 0..200_000 {
        known.set(
            FactKind::ObjectTags,
            &format!("arn:aws:s3:::bucket/object-{i}"),
            FactValue::Absent,
        );
    }
    assert_eq!(
        known.get(FactKind::ObjectTags, "arn:aws:s3:::bucket/object-0"),
        None
    );
    assert!(
        known
            .get(FactKind::ObjectTags, "arn:aws:s3:::bucket/object-199999")
            .is_some()
    );
}
