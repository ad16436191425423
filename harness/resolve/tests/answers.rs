//! Questions as JSON Lines, and their answers.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test says what is wrong by failing"
)]

use rolecall_resolve::{Tally, explain, lines};
use serde_json::{Value, json};

/// Answers several lines.
fn answers(input: &str) -> (Vec<Value>, Tally) {
    let mut output = Vec::new();
    let tally = lines(input.as_bytes(), &mut output).unwrap();
    let text = String::from_utf8(output).unwrap();
    let values = text.lines().map(|line| serde_json::from_str(line).unwrap());
    (values.collect(), tally)
}

fn answer(question: &Value) -> Value {
    let (mut answers, _) = answers(&question.to_string());
    assert_eq!(answers.len(), 1);
    answers.remove(0)
}

/// Action, resource and when of each requirement.
fn rows(answer: &Value) -> Vec<[&str; 3]> {
    let found = answer["requirements"]
        .as_array()
        .unwrap_or_else(|| panic!("{answer}"));
    found
        .iter()
        .map(|r| ["action", "resource", "when"].map(|name| r[name].as_str().unwrap_or_default()))
        .collect()
}

#[test]
fn a_copy_has_its_source_its_target_and_the_keys_of_both() {
    let key = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    let answer = answer(&json!({
        "id": "copy",
        "service": "s3",
        "operation": "CopyObject",
        "parameters": {"Bucket": "target", "Key": "a b", "CopySource": {"Bucket": "source", "Key": "k ü"}},
        "region": "us-east-1",
        "account": "123456789012",
        "caller": "arn:aws:iam::123456789012:role/team/app",
        "resources": {
            "arn:aws:s3:::source": {"account": "210987654321", "kmsKeyArn": key, "objectTags": null},
            "arn:aws:s3:::target": {"account": "123456789012", "kmsKeyArn": null, "tags": {}},
        },
    }));
    assert_eq!(answer["id"], "copy");
    let rows = rows(&answer);
    let read = rows
        .iter()
        .position(|r| r[..2] == ["s3:GetObject", "arn:aws:s3:::source/k ü"]);
    let read = read.unwrap_or_else(|| panic!("{rows:?}"));
    assert!(
        rows.iter()
            .any(|r| r[..2] == ["s3:PutObject", "arn:aws:s3:::target/a b"]),
        "{rows:?}"
    );
    let decrypt = rows.iter().position(|r| r[..2] == ["kms:Decrypt", key]);
    let decrypt = &answer["requirements"][decrypt.unwrap_or_else(|| panic!("{rows:?}"))];
    assert_eq!(decrypt["onBehalfOf"], "s3");
    assert_eq!(
        decrypt["context"]["kms:ViaService"],
        "s3.us-east-1.amazonaws.com"
    );
    assert_eq!(decrypt["context"]["aws:ViaAWSService"], "true");
    assert!(
        decrypt["when"]
            .as_str()
            .unwrap()
            .contains("fact('object-key')"),
        "{decrypt}"
    );
    let first = &answer["requirements"][read];
    assert_eq!(first["resourceAccount"], "210987654321");
    assert_eq!(
        first["provenance"],
        json!({"action": "curated", "resource": "curated"})
    );
    assert_eq!(first["context"]["aws:ResourceAccount"], "210987654321");
    assert_eq!(
        first["context"]["aws:PrincipalArn"],
        "arn:aws:iam::123456789012:role/team/app"
    );
    assert_eq!(first["context"]["aws:SecureTransport"], "true");
    assert_eq!(
        first["notComputed"]["aws:CurrentTime"],
        "it depends on the time of the request"
    );
    // Known not to have any.
    assert!(rows.iter().all(|r| !r[0].contains("Tagging")), "{rows:?}");
    assert_eq!(answer["warnings"], json!([]));
}

#[test]
fn the_predicate_that_brought_a_row_in_is_named() {
    let question = |version: Value| {
        json!({"service": "s3", "operation": "GetObject",
            "parameters": {"Bucket": "b", "Key": "k", "VersionId": version},
            "resources": {"arn:aws:s3:::b": {"account": "123456789012", "kmsKeyArn": null}}})
    };
    let with = answer(&question(json!("v")));
    assert_eq!(
        rows(&with),
        [[
            "s3:GetObjectVersion",
            "arn:aws:s3:::b/k",
            "VersionId present"
        ]]
    );
    assert_eq!(with["requirements"][0]["context"]["s3:versionid"], "v");
    let without = answer(&question(Value::Null));
    assert_eq!(
        rows(&without),
        [["s3:GetObject", "arn:aws:s3:::b/k", "VersionId absent"]]
    );
}

#[test]
fn the_fact_that_brought_a_row_in_is_named_through_forms() {
    let key = "arn:aws:kms:us-east-1:123456789012:key/k";
    let answer = answer(&json!({"service": "s3", "operation": "PutObject",
        "parameters": {"Bucket": "b", "Key": "k"},
        "resources": {"arn:aws:s3:::b": {"account": "123456789012", "kmsKeyArn": key}}}));
    let rows = rows(&answer);
    let used = rows
        .iter()
        .find(|row| row[..2] == ["kms:GenerateDataKey", key]);
    let when = used.map_or("", |row| row[2]);
    assert!(when.contains("bucket-key"), "{rows:?}");
}

#[test]
fn what_is_missing_stands_as_a_star_and_is_named() {
    let get =
        answer(&json!({"service": "s3", "operation": "GetObject", "parameters": {"Bucket": "b"}}));
    assert_eq!(rows(&get)[0][1], "arn:aws:s3:::b/*");
    assert_eq!(
        get["warnings"][0],
        "`Key` is required and not given: it stands as `*`"
    );
    // Without the number it would be another operation.
    let part =
        answer(&json!({"service": "s3", "operation": "UploadPart", "parameters": {"Key": "k"}}));
    assert_eq!(rows(&part)[0][..2], ["s3:PutObject", "arn:aws:s3:::*/k"]);
    let named: Vec<&str> = part["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert!(
        named[..3]
            .iter()
            .zip(["Bucket", "PartNumber", "UploadId"])
            .all(|(w, p)| w.starts_with(&format!("`{p}` is required"))),
        "{named:?}"
    );
    let sns = answer(&json!({"service": "sqs", "operation": "SendMessage", "parameters": {}}));
    assert_eq!(
        rows(&sns)[0][..2],
        ["sqs:SendMessage", "arn:aws:sqs:us-east-1:123456789012:*"]
    );
}

#[test]
fn keys_that_nobody_computes_are_not_absent() {
    let answer = answer(&json!({"service": "dynamodb", "operation": "GetItem",
        "parameters": {"TableName": "Orders", "Key": {"id": {"S": "1"}}}}));
    let requirement = &answer["requirements"][0];
    assert_eq!(
        requirement["resource"],
        "arn:aws:dynamodb:us-east-1:123456789012:table/Orders"
    );
    assert_eq!(requirement["context"]["dynamodb:LeadingKeys"], json!(["1"]));
    assert_eq!(requirement["context"]["dynamodb:Attributes"], json!(["id"]));
    let reason = requirement["notComputed"]["aws:ResourceTag/*"]
        .as_str()
        .unwrap();
    assert!(
        reason.starts_with("not known: resource-tags of"),
        "{reason}"
    );
    for key in [
        "aws:PrincipalArn",
        "aws:userid",
        "aws:PrincipalTag/*",
        "aws:SourceIp",
        "aws:EpochTime",
    ] {
        assert!(requirement["notComputed"][key].is_string(), "{key}");
    }
}

#[test]
fn the_rest_goes_on_after_what_cannot_be_resolved() {
    let good = r#"{"id":1,"service":"sts","operation":"GetCallerIdentity"}"#;
    let bad = [
        ("{\"id\":2,", "no question: EOF while parsing"),
        (
            r#"{"id":3,"service":"s33","operation":"GetObject"}"#,
            "there is no service `s33`; `s3` is the nearest",
        ),
        (
            r#"{"id":4,"service":"s3","operation":"GetObjekt"}"#,
            "`s3` has no operation `GetObjekt`; `GetObject` is the nearest",
        ),
        (
            r#"{"id":5,"service":"s3","operation":"GetObject","parameters":{"Bukket":"b"}}"#,
            "`Bukket` is no parameter of `GetObject`; `Bucket` is the nearest",
        ),
        (
            r#"{"id":6,"service":"s3","operation":"GetObject","resources":{"arn:aws:s3:::b":{"owner":"1"}}}"#,
            "no question: unknown field `owner`",
        ),
        (
            r#"{"id":7,"service":"s3","operation":"GetObject","resources":{"b":{}}}"#,
            "in `resources`: `b` is not an ARN",
        ),
        (
            r#"{"id":8,"service":"s3","operation":"GetObject","resources":{"arn:aws:s3:::b":{"tags":["a"]}}}"#,
            "`tags` of the resource `arn:aws:s3:::b` is not a map of texts",
        ),
        (
            r#"{"id":9,"service":"s3","operation":"GetObject","caller":"me"}"#,
            "the caller `me` is no ARN",
        ),
        (
            r#"{"id":10,"service":"s3","operation":"GetObject","account":"1"}"#,
            "`1` is",
        ),
        (
            r#"{"id":13,"service":"s3","operation":"GetObject","region":"US East"}"#,
            "`US East` is no region",
        ),
        (
            r#"{"id":11,"service":"s3","operation":"GetObject","params":{}}"#,
            "no question: unknown field `params`",
        ),
        (r"[1]", "no question: a JSON object is needed"),
        (
            r#"{"id":12,"service":"s3","operation":"GetObject","resources":{"arn:aws:s3:::b":["1"]}}"#,
            "no question: a JSON object is needed",
        ),
    ];
    let mut input: Vec<&str> = vec![good, ""];
    input.extend(bad.iter().map(|(line, _)| *line));
    input.push(good);
    let (answers, tally) = answers(&input.join("\n"));
    assert_eq!(
        tally,
        Tally {
            questions: bad.len() + 2,
            refused: bad.len()
        }
    );
    for (found, (line, expected)) in answers[1..].iter().zip(bad) {
        let error = found["error"]
            .as_str()
            .unwrap_or_else(|| panic!("{line}: {found}"));
        assert!(error.starts_with(expected), "{line}: {error}");
        assert!(found.get("requirements").is_none(), "{found}");
    }
    assert_eq!(answers[2]["id"], 3);
    assert_eq!(answers[1]["id"], Value::Null);
    assert_eq!(
        answers.last().unwrap()["requirements"][0]["provenance"]["action"],
        "none-needed"
    );
}

#[test]
fn what_the_wire_cannot_tell_apart_is_said() {
    let answer = answer(&json!({"service": "docdb", "operation": "DeleteDBCluster",
        "parameters": {"DBClusterIdentifier": "c", "SkipFinalSnapshot": true}}));
    assert_eq!(rows(&answer)[0][0], "rds:DeleteDBCluster");
    assert_eq!(
        answer["warnings"][0],
        "nothing in the request tells `docdb.DeleteDBCluster` from `rds.DeleteDBCluster`, which it is taken for"
    );
}

#[test]
fn facts_come_from_the_resources() {
    let table = "arn:aws:dynamodb:us-east-1:123456789012:table/Orders";
    let tagged = answer(&json!({"service": "dynamodb", "operation": "DeleteTable",
        "parameters": {"TableName": "Orders"}, "resources": {table: {"tags": {"team": "a"}}}}));
    assert_eq!(
        tagged["requirements"][0]["context"]["aws:ResourceTag/team"],
        "a"
    );
    let secret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:app-AbCdEf";
    let named = answer(
        &json!({"service": "secretsmanager", "operation": "GetSecretValue",
        "parameters": {"SecretId": "app"}, "resources": {secret: {}}}),
    );
    assert_eq!(rows(&named)[0][1], secret);
    let key = "arn:aws:kms:us-east-1:123456789012:key/k";
    let alias = answer(&json!({"service": "kms", "operation": "Encrypt",
        "parameters": {"KeyId": "alias/app", "Plaintext": "text"},
        "resources": {"arn:aws:kms:us-east-1:123456789012:alias/app": {"aliasOf": key}}}));
    assert_eq!(rows(&alias)[0][..2], ["kms:Encrypt", key]);
}

#[test]
fn who_calls_an_operation_that_is_not_signed_is_not_known() {
    let answer = answer(
        &json!({"service": "sts", "operation": "AssumeRoleWithWebIdentity",
        "caller": "arn:aws:iam::123456789012:role/app",
        "parameters": {"RoleArn": "arn:aws:iam::123456789012:role/r", "RoleSessionName": "s", "WebIdentityToken": "t"}}),
    );
    let requirement = &answer["requirements"][0];
    assert_eq!(requirement["action"], "sts:AssumeRoleWithWebIdentity");
    assert!(requirement["context"].get("aws:PrincipalArn").is_none());
    for key in ["aws:PrincipalArn", "aws:PrincipalAccount"] {
        let reason = requirement["notComputed"][key].as_str().unwrap();
        assert!(
            reason.starts_with("the operation is not signed"),
            "{reason}"
        );
    }
}

#[test]
fn the_owner_of_what_names_no_account_can_be_said() {
    let image = "arn:aws:ec2:us-east-1::image/ami-1";
    let answer = answer(&json!({"service": "ec2", "operation": "DeregisterImage",
        "parameters": {"ImageId": "ami-1"}, "resources": {image: {"account": "210987654321"}}}));
    assert_eq!(answer["requirements"][0]["resource"], image);
    assert_eq!(
        answer["requirements"][0]["context"]["aws:ResourceAccount"],
        "210987654321"
    );
}

#[test]
fn a_role_that_is_passed_is_named_by_its_parameter() {
    let role = "arn:aws:iam::123456789012:role/r";
    let answer = answer(
        &json!({"service": "scheduler", "operation": "CreateSchedule",
        "parameters": {"Name": "s", "ScheduleExpression": "rate(1 day)", "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {"Arn": "arn:aws:sqs:us-east-1:123456789012:q", "RoleArn": role}}}),
    );
    let pass = rows(&answer)
        .into_iter()
        .find(|row| row[..2] == ["iam:PassRole", role]);
    assert!(pass.is_some_and(|row| !row[2].is_empty()), "{answer}");
}

#[test]
fn services_of_one_region_are_signed_for_it() {
    let answer = answer(&json!({"service": "iam", "operation": "GetRole",
        "parameters": {"RoleName": "r"}, "region": "eu-west-1"}));
    assert_eq!(
        answer["requirements"][0]["context"]["aws:RequestedRegion"],
        "us-east-1"
    );
}

#[test]
fn a_rule_is_explained_with_its_rows_keys_and_sources() {
    let text = explain("s3", "GetObject").unwrap();
    for part in [
        "s3 GetObject",
        "a curated rule: s3.toml:",
        "s3:GetObjectVersion",
        "when       VersionId present",
        "for each key in object|fact('object-key')",
        "on behalf  s3 makes the call",
        "source     https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html",
        "type       object: arn:${Partition}:s3:::${BucketName}/${ObjectName}",
        "\nwhere\n  own-multi-region is `arn:{partition}:s3::{account}:",
        "  bucket-arn is `{it}`, when it starts with 'arn:'\n",
        "  objects-of is `{it}/object/`, when it starts with 'arn:'\n",
        "  object is `{parameters.Bucket|objects-of}{parameters.Key}`\n",
        "key        s3:ExistingObjectTag/* (s3.toml:",
    ] {
        assert!(text.contains(part), "no `{part}` in\n{text}");
    }
    let generated = explain("accessanalyzer", "GetAnalyzer").unwrap();
    for part in [
        "no curated rule",
        "access-analyzer:GetAnalyzer",
        "provenance same-name (action), heuristic (resource)",
    ] {
        assert!(generated.contains(part), "no `{part}` in\n{generated}");
    }
    assert!(explain("s3", "GetObjekt").is_err());
}

#[test]
fn a_user_who_names_nobody_is_meant() {
    let asked = |caller: Value| {
        answer(&json!({ "service": "iam", "operation": "ListAccessKeys", "caller": caller }))
    };
    let ana = "arn:aws:iam::123456789012:user/dev/ana";
    let own = asked(json!(ana));
    assert_eq!(rows(&own)[0][..2], ["iam:ListAccessKeys", ana]);
    let anyone = "arn:aws:iam::123456789012:user/*";
    for caller in [
        json!("arn:aws:sts::123456789012:assumed-role/app/s"),
        Value::Null,
    ] {
        let found = asked(caller);
        assert_eq!(rows(&found)[0][..2], ["iam:ListAccessKeys", anyone]);
    }
}
