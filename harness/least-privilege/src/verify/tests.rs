use rolecall_policy::{ContextValue, Provenance};
use rolecall_trace::{Loss, LossReason, Participation};

use super::*;
use crate::{
    generate,
    report::{ExitStatus, FindingKind, exit_status},
    samples::{BUCKET, ORDERS, QUEUE, TABLE, attempt, pairs, recording, requirement, take_part},
};

const READ: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Table",
      "Effect": "Allow",
      "Action": ["dynamodb:GetItem", "dynamodb:Query"],
      "Resource": "arn:aws:dynamodb:us-east-1:123456789012:table/orders"
    }
  ]
}
"#;

fn file(text: &str) -> PolicyFile {
    PolicyFile::parse("policy.json", text).unwrap()
}

fn report(recording: &Recording, text: &str) -> Report {
    verify(recording, &[file(text)], &VerifyOptions::default()).unwrap()
}

fn allow(actions: &str, resources: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":{actions},"Resource":{resources}}}}}"#
    )
}

fn messages(report: &Report) -> Vec<String> {
    let findings = report.findings.iter();
    findings
        .map(|one| format!("{}: {}", one.kind.as_str(), one.message))
        .collect()
}

fn notes(report: &Report) -> Vec<&str> {
    report
        .notes
        .iter()
        .map(|note| note.message.as_str())
        .collect()
}

/// The six characters are Secrets Manager's: a policy that leaves them open grants that secret alone.
#[test]
fn a_secret_with_an_open_suffix_is_exact() {
    let secret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:db";
    let recording = recording(pairs(&[(
        "secretsmanager:GetSecretValue",
        &format!("{secret}-a1B2c3"),
    )]));
    let options = VerifyOptions {
        exactness: Exactness::Exact,
        ..VerifyOptions::default()
    };
    let found = |actions: &str, suffix: &str| {
        let text = allow(actions, &format!("\"{secret}{suffix}\""));
        messages(&verify(&recording, &[file(&text)], &options).unwrap())
    };
    let get = r#""secretsmanager:GetSecretValue""#;
    assert_eq!(found(get, "-??????"), [""; 0]);
    assert_eq!(found(get, "-a1B2c3"), [""; 0]);
    let wider = format!(
        "unused: `{secret}-*` is wider than the 1 resource that was recorded: `{secret}-a1B2c3`"
    );
    assert_eq!(found(get, "-*"), [wider]);
    let spare = found(
        r#"["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"]"#,
        "-??????",
    );
    assert_eq!(spare.len(), 1, "{spare:?}");
    assert!(spare[0].contains("PutSecretValue"), "{spare:?}");
}

#[test]
fn a_file_with_the_policies_of_several_roles_is_read_in_place() {
    let text = "{\n  \"arn:aws:iam::123456789012:role/a\": {\n    \"Version\": \"2012-10-17\",\n    \
                \"Statement\": []\n  },\n  \"arn:aws:iam::123456789012:role/b\": [READ, READ]\n}";
    let empty = text
        .replace("[READ, READ]", "[]")
        .replace(": []\n", ": 1\n");
    let error = RolePolicies::parse("policies.json", &empty).unwrap_err();
    let VerifyError::Policy { rendered, .. } = error else {
        panic!("{error}")
    };
    assert!(rendered.contains("policies.json:4:"), "{rendered}");
    let text = text
        .replace("[READ, READ]", &format!("[{READ}, {READ}]"))
        .replace(
            "\"Statement\": []",
            "\"Statement\": {\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}",
        );
    let files = RolePolicies::parse("policies.json", &text)
        .unwrap()
        .unwrap();
    let roles: Vec<_> = files
        .iter()
        .map(|one| (one.role.as_str(), one.policies.len()))
        .collect();
    let expected = [
        ("arn:aws:iam::123456789012:role/a", 1),
        ("arn:aws:iam::123456789012:role/b", 2),
    ];
    assert_eq!(roles, expected);
    let span = files[1].policies[0].statements()[0].span;
    let place = files[1].policies[0].place(0, span);
    assert_eq!((place.line, place.file.as_str()), (9, "policies.json"));
    // One document is no file of several, and neither is what is no JSON.
    assert!(RolePolicies::parse("policy.json", READ).unwrap().is_none());
    assert!(RolePolicies::parse("policy.json", "{").unwrap().is_none());
    assert!(RolePolicies::parse("policy.json", "{}").unwrap().is_none());
}

#[test]
fn the_generated_policy_has_no_finding() {
    let recording = recording(pairs(&[
        ("dynamodb:GetItem", TABLE),
        ("s3:GetObject", "arn:aws:s3:::documents/a?b"),
        ("s3:ListAllMyBuckets", "*"),
    ]));
    let policy = generate(&recording, None, crate::Blocked::Refused)
        .unwrap()
        .remove(0)
        .documents
        .remove(0);
    let options = VerifyOptions {
        exactness: Exactness::Exact,
        ..VerifyOptions::default()
    };
    let outcome = verify(&recording, &[file(&policy.text)], &options);
    assert_eq!(exit_status(&outcome), ExitStatus::NoFinding);
    let report = outcome.unwrap();
    assert_eq!((messages(&report), notes(&report)), (vec![], vec![]));
    assert_eq!(
        report.to_text(),
        format!("{ORDERS}: 3 requirements, 0 notes; no finding\n")
    );
}

#[test]
fn what_is_missing_has_the_reason_and_the_evidence() {
    let mut attempts = pairs(&[("dynamodb:GetItem", TABLE), ("sqs:SendMessage", QUEUE)]);
    attempts.push(attempts[1].clone());
    let report = report(&recording(attempts), READ);
    insta::assert_snapshot!(report.to_text(), @r"
    missing: `sqs:SendMessage` on `arn:aws:sqs:us-east-1:123456789012:orders`: no identity-based policy allows it
      evidence: 2 attempts (sqs.SendMessage 2), the first at 2026-11-23T08:00:00.000Z (request r-1)

    unused: the action `dynamodb:Query` was not needed here
      --> policy.json:7:38, statement 1 (`Table`)

    arn:aws:iam::123456789012:role/orders: 3 requirements, 0 notes; 2 findings: 1 missing, 1 unused
    ");
}

#[test]
fn the_json_has_the_same_findings() {
    let report = report(&recording(pairs(&[("dynamodb:GetItem", TABLE)])), READ);
    assert_eq!(
        report.to_json(),
        serde_json::json!({
            "role": ORDERS,
            "policies": ["policy.json"],
            "requirements": 1,
            "counts": {"missing": 0, "unused": 1, "forbidden": 0, "unknown": 0},
            "findings": [{
                "kind": "unused",
                "message": "the action `dynamodb:Query` was not needed here",
                "place": {
                    "file": "policy.json", "line": 7, "column": 38, "statement": 1, "sid": "Table"
                },
                "action": "dynamodb:Query",
            }],
            "notes": [],
        })
    );
}

#[test]
fn a_deny_in_the_way_is_named_with_its_place() {
    let text = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::documents"},
        {"Sid":"No","Effect":"Deny","Action":"s3:*","Resource":"*"}]}"#;
    let report = report(&recording(pairs(&[("s3:GetObject", BUCKET)])), text);
    let finding = &report.findings[0];
    assert_eq!(
        finding.message,
        "`s3:GetObject` on `arn:aws:s3:::documents`: an identity-based policy denies it: \
         statement 2 (`No`) of `policy.json`"
    );
    assert_eq!(finding.place.as_ref().unwrap().line, 3);
}

#[test]
fn a_boundary_of_the_recording_takes_part() {
    let mut recording = recording(pairs(&[("s3:GetObject", BUCKET)]));
    take_part(
        &mut recording,
        Participation::PermissionsBoundary,
        &allow(r#""sqs:*""#, r#""*""#),
    );
    let report = report(
        &recording,
        &allow(r#""s3:GetObject""#, r#""arn:aws:s3:::documents""#),
    );
    assert_eq!(report.findings[0].kind, FindingKind::Missing);
    assert!(
        report.findings[0]
            .message
            .ends_with(": no permissions boundary allows it")
    );
    assert!(
        report.findings[0]
            .help
            .as_ref()
            .unwrap()
            .contains("another policy")
    );
}

#[test]
fn a_pattern_of_actions_says_what_was_needed_of_it() {
    let report = report(
        &recording(pairs(&[("sqs:SendMessage", QUEUE)])),
        &allow(r#""sqs:Send*""#, &format!("\"{QUEUE}\"")),
    );
    assert_eq!(
        messages(&report),
        [""; 0],
        "the catalog has one action `sqs:Send*`"
    );
    let report = tests::report(
        &recording(pairs(&[("sqs:GetQueueUrl", QUEUE)])),
        &allow(r#""sqs:GetQueue*""#, &format!("\"{QUEUE}\"")),
    );
    assert_eq!(
        messages(&report),
        ["unused: `sqs:GetQueue*` stands for 2 actions, of which 1 was needed here"]
    );
    let help = report.findings[0].help.as_deref();
    assert_eq!(help, Some("name what is needed: `sqs:GetQueueUrl`"));
}

#[test]
fn of_two_statements_that_do_the_same_the_wide_one_goes() {
    let text = format!(
        r#"{{"Version":"2012-10-17","Statement":[
        {{"Effect":"Allow","Action":"dynamodb:*","Resource":"*"}},
        {{"Effect":"Allow","Action":"dynamodb:GetItem","Resource":"{TABLE}"}}]}}"#
    );
    let report = report(&recording(pairs(&[("dynamodb:GetItem", TABLE)])), &text);
    assert_eq!(
        messages(&report),
        ["unused: the whole statement: nothing that was recorded needs it"]
    );
    assert_eq!(report.findings[0].place.as_ref().unwrap().statement, 1);
}

#[test]
fn resources_and_condition_values_can_be_unused_and_denies_cannot() {
    let mut needed = requirement("s3:GetObject", BUCKET);
    needed
        .requirement
        .context
        .insert_one("aws:ResourceTag/env", "dev");
    let text = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":"s3:GetObject",
         "Resource":["arn:aws:s3:::other","arn:aws:s3:::documents"],
         "Condition":{"StringEquals":{"aws:ResourceTag/env":["dev","prod"]},
                      "StringNotEquals":{"aws:ResourceTag/env":["a","b"]}}},
        {"Effect":"Deny","Action":"s3:Delete*","Resource":"*"}]}"#;
    let report = report(
        &recording(vec![attempt("s3.GetObject", vec![needed])]),
        text,
    );
    assert_eq!(
        messages(&report),
        [
            "unused: the resource `arn:aws:s3:::other` was not needed here",
            "unused: the value `prod` of `aws:ResourceTag/env` was not needed here",
        ]
    );
    let lines: Vec<_> = report
        .findings
        .iter()
        .map(|one| one.place.as_ref().unwrap().line)
        .collect();
    assert_eq!(lines, [3, 4]);
}

#[test]
fn a_wide_resource_is_a_note_and_a_finding_where_it_must_be_exact() {
    let recording = recording(pairs(&[("s3:GetObject", "arn:aws:s3:::documents/a")]));
    let text = allow(r#""s3:GetObject""#, r#""arn:aws:s3:::documents/*""#);
    let message = "`arn:aws:s3:::documents/*` is wider than the 1 resource that was recorded: \
         `arn:aws:s3:::documents/a`";
    let noted = report(&recording, &text);
    assert_eq!((messages(&noted), notes(&noted)), (vec![], vec![message]));
    let options = VerifyOptions {
        exactness: Exactness::Exact,
        ..VerifyOptions::default()
    };
    let exact = verify(&recording, &[file(&text)], &options).unwrap();
    assert_eq!(messages(&exact), [format!("unused: {message}")]);
}

#[test]
fn pairs_that_nobody_asked_for_are_noted_if_they_can_exist() {
    let object = "arn:aws:s3:::documents/a";
    let recording = recording(pairs(&[
        ("s3:ListBucket", BUCKET),
        ("s3:GetObject", object),
        ("s3:PutObject", "arn:aws:s3:::documents/b"),
    ]));
    let text = allow(
        r#"["s3:ListBucket","s3:GetObject","s3:PutObject"]"#,
        r#"["arn:aws:s3:::documents","arn:aws:s3:::documents/a","arn:aws:s3:::documents/b"]"#,
    );
    assert_eq!(
        notes(&report(&recording, &text)),
        [
            "`s3:PutObject` on `arn:aws:s3:::documents/a` was never asked for",
            "`s3:GetObject` on `arn:aws:s3:::documents/b` was never asked for",
        ]
    );
}

fn forbidden(text: &str, guard: &str) -> Vec<String> {
    let options = VerifyOptions {
        forbid: vec![Guard::parse(guard).unwrap()],
        ..VerifyOptions::default()
    };
    let recording = recording(pairs(&[("s3:GetObject", "arn:aws:s3:::documents/a")]));
    let report = verify(&recording, &[file(text)], &options).unwrap();
    let findings = report
        .findings
        .iter()
        .filter(|one| one.kind == FindingKind::Forbidden);
    findings.map(|one| one.message.clone()).collect()
}

#[test]
fn a_guard_holds_or_is_broken_with_an_example() {
    let text = allow(r#""s3:*""#, r#""arn:aws:s3:::documents/*""#);
    assert_eq!(
        forbidden(&text, "s3:DeleteObject@arn:aws:s3:::documents/keep/*"),
        [
            "the guard `s3:DeleteObject@arn:aws:s3:::documents/keep/*` does not hold: \
          `s3:DeleteObject` on `arn:aws:s3:::documents/keep/` can be allowed"
        ]
    );
    assert_eq!(
        forbidden(&text, "s3:DeleteObject@arn:aws:s3:::other/*"),
        [""; 0]
    );
    assert_eq!(forbidden(&text, "sqs:*@*"), [""; 0]);
    assert_eq!(forbidden(&text, "*@arn:aws:s3:::documents/a").len(), 1);
}

#[test]
fn a_deny_makes_a_guard_hold_unless_it_has_a_condition_or_is_narrower() {
    let with = |deny: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[
            {{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{{"Bool":{{"aws:MultiFactorAuthPresent":"true"}}}}}},
            {{"Effect":"Deny","Action":"s3:Delete*",{deny}}}]}}"#
        )
    };
    let guard = "s3:DeleteObject@arn:aws:s3:::documents/*";
    assert_eq!(forbidden(&with(r#""Resource":"*""#), guard), [""; 0]);
    assert_eq!(
        forbidden(&with(r#""Resource":"arn:aws:s3:::documents/a*""#), guard).len(),
        1
    );
    let condition = r#""Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}"#;
    assert_eq!(forbidden(&with(condition), guard).len(), 1);
}

#[test]
fn a_variable_can_be_anything_for_a_guard() {
    let text = allow(
        r#""s3:GetObject""#,
        r#""arn:aws:s3:::${aws:PrincipalTag/team}/*""#,
    );
    assert_eq!(
        forbidden(&text, "s3:GetObject@arn:aws:s3:::secrets/*").len(),
        1
    );
}

#[test]
fn a_malformed_guard_is_bad_input() {
    for (text, reason) in [
        ("s3:GetObject", "it has no `@`"),
        (
            "GetObject@*",
            "its action is not `service:Name` or a pattern of it",
        ),
        (
            "s3:GetObject@bucket",
            "its resource is not an ARN of six parts, nor `*`",
        ),
    ] {
        let error = Guard::parse(text).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with(&format!("`{text}` is not a guard: {reason}"))
        );
        assert_eq!(exit_status(&Err(error)), ExitStatus::BadInput);
    }
}

#[test]
fn a_guard_that_stands_for_nothing_is_unknown() {
    let options = VerifyOptions {
        forbid: vec![Guard::parse("s3:Obliterate*@*").unwrap()],
        ..VerifyOptions::default()
    };
    let report = verify(
        &recording(pairs(&[("dynamodb:GetItem", TABLE)])),
        &[file(READ)],
        &options,
    )
    .unwrap();
    let message =
        "unknown: the guard `s3:Obliterate*@*` stands for no action that the catalog knows";
    assert!(messages(&report).contains(&message.to_owned()));
}

#[test]
fn what_is_assumed_or_undetermined_is_unknown_until_it_is_waived() {
    let mut assumed = requirement("dynamodb:GetItem", TABLE);
    assumed.requirement.action_provenance = Provenance::Assumed;
    let mut tagged = requirement("dynamodb:Query", TABLE);
    let reason = "the table's tags are not known".to_owned();
    let value = ContextValue::NotComputed { reason };
    tagged
        .requirement
        .context
        .insert("aws:ResourceTag/env", value);
    let recording = recording(vec![attempt("dynamodb.Query", vec![assumed, tagged])]);
    let text = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":"dynamodb:GetItem","Resource":"*"},
        {"Effect":"Allow","Action":"dynamodb:Query","Resource":"*",
         "Condition":{"StringEquals":{"aws:ResourceTag/env":"dev"}}}]}"#;
    let unknown: Vec<_> = messages(&report(&recording, text))
        .into_iter()
        .filter(|m| m.starts_with("unknown"))
        .collect();
    assert_eq!(
        unknown,
        [
            "unknown: that dynamodb.Query needs `dynamodb:GetItem` is assumed: no source says so"
                .to_owned(),
            format!(
                "unknown: `dynamodb:Query` on `{TABLE}`: it hangs on `aws:ResourceTag/env`, \
                 whose value is not known"
            ),
        ]
    );
    let waive = ["dynamodb:getitem", "dynamodb:Query", "s3:GetObject"];
    let waive = waive
        .iter()
        .map(|text| Waiver::parse(text).unwrap())
        .collect();
    let options = VerifyOptions {
        waive,
        ..VerifyOptions::default()
    };
    let report = verify(&recording, &[file(text)], &options).unwrap();
    assert_eq!(report.count(FindingKind::Unknown), 0);
    assert!(notes(&report).contains(&"the waiver `s3:GetObject` waives nothing"));
    assert!(
        notes(&report)
            .iter()
            .any(|note| note.starts_with("waived: that dynamodb.Query"))
    );
}

#[test]
fn lost_lines_are_unknown_until_they_are_waived() {
    let mut recording = recording(pairs(&[("dynamodb:GetItem", TABLE)]));
    let reason = LossReason::NotKept;
    recording.losses.push(Loss {
        file: "a.jsonl".to_owned(),
        line: 9,
        lost: 3,
        reason,
    });
    let text = allow(r#""dynamodb:GetItem""#, &format!("\"{TABLE}\""));
    assert_eq!(
        messages(&report(&recording, &text)),
        ["unknown: 3 lines of the recording lost"]
    );
    let options = VerifyOptions {
        waive: vec![Waiver::Lost],
        ..VerifyOptions::default()
    };
    let report = verify(&recording, &[file(&text)], &options).unwrap();
    assert_eq!(
        notes(&report),
        [
            "waived: 3 lines of the recording lost",
            "lost: a.jsonl:9: 3 attempts were lost when it was recorded",
        ]
    );
}

#[test]
fn a_recording_that_was_cut_off_between_two_lines_is_unknown() {
    let mut recording = recording(pairs(&[("dynamodb:GetItem", TABLE)]));
    recording.losses.push(Loss {
        file: "a.jsonl".to_owned(),
        line: 9,
        lost: 0,
        reason: LossReason::CutOff,
    });
    let text = allow(r#""dynamodb:GetItem""#, &format!("\"{TABLE}\""));
    assert_eq!(
        messages(&report(&recording, &text)),
        ["unknown: a recording has no end: it was cut off, or is going on"]
    );
}

#[test]
fn a_recording_without_an_attempt_proves_nothing() {
    let outcome = verify(
        &recording(Vec::new()),
        &[file(READ)],
        &VerifyOptions::default(),
    );
    assert_eq!(outcome, Err(VerifyError::NothingRecorded));
    assert_eq!(exit_status(&outcome), ExitStatus::BadInput);
}

#[test]
fn a_policy_that_is_not_in_the_recording_makes_its_requirements_unknown() {
    let mut recording = recording(pairs(&[("dynamodb:GetItem", TABLE)]));
    take_part(&mut recording, Participation::Session, "{}");
    recording.policies.clear();
    let report = report(&recording, READ);
    assert_eq!(report.count(FindingKind::Unknown), 1);
    assert_eq!(report.requirements, 1);
}

#[test]
fn a_malformed_policy_is_bad_input_with_its_place() {
    let error = PolicyFile::parse("p.json", "{\n  \"Version\": \"2012-10-18\"\n}").unwrap_err();
    let VerifyError::Policy {
        rendered,
        error: inner,
        ..
    } = &error
    else {
        panic!("{error}")
    };
    assert_eq!(inner.line, 2);
    assert!(rendered.contains("p.json:2:"), "{rendered}");
    assert_eq!(exit_status(&Err(error)).code(), 2);
}

#[test]
fn several_roles_have_to_be_told_apart() {
    let mut attempts = pairs(&[("s3:GetObject", BUCKET), ("s3:GetObject", BUCKET)]);
    attempts[1].caller.principal = crate::samples::role("billing").into();
    let recording = recording(attempts);
    let error = verify(&recording, &[file(READ)], &VerifyOptions::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the recording has several roles: name one of arn:aws:iam::123456789012:role/billing, \
         arn:aws:iam::123456789012:role/orders with `--role`"
    );
    let options = VerifyOptions {
        role: Some("nobody".to_owned()),
        ..VerifyOptions::default()
    };
    let error = verify(&recording, &[file(READ)], &options).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("the recording has no attempt of `nobody`; it has")
    );
    let options = VerifyOptions {
        role: Some("billing".to_owned()),
        ..VerifyOptions::default()
    };
    let report = verify(&recording, &[file(READ)], &options).unwrap();
    assert_eq!(report.requirements, 1);
    let others = "1 attempt of `arn:aws:iam::123456789012:role/orders`: not looked at";
    assert!(report.notes.iter().any(|note| note.message == others));
}
