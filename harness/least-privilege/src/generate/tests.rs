use rolecall_policy::ContextValue;
use rolecall_trace::Participation;
use serde_json::json;

use super::*;
use crate::samples::{
    BUCKET, ORDERS, QUEUE, TABLE, attempt, pairs, recording, requirement, resource_policy,
    take_part,
};

fn one(recording: &Recording) -> GeneratedPolicy {
    let mut policies = generate(recording, None, Blocked::Refused).unwrap();
    assert_eq!(policies.len(), 1);
    policies.remove(0)
}

#[test]
fn actions_with_the_same_resources_share_a_statement() {
    let policy = one(&recording(pairs(&[
        ("dynamodb:UpdateItem", TABLE),
        ("dynamodb:getitem", TABLE),
        ("s3:GetObject", "arn:aws:s3:::documents/b"),
        ("s3:GetObject", "arn:aws:s3:::documents/a"),
        ("s3:ListBucket", BUCKET),
        ("s3:ListAllMyBuckets", "*"),
        ("dynamodb:GetItem", TABLE),
    ])));
    assert_eq!(
        policy.documents[0].document,
        json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": ["dynamodb:GetItem", "dynamodb:UpdateItem"],
             "Resource": TABLE},
            {"Effect": "Allow", "Action": "s3:GetObject",
             "Resource": ["arn:aws:s3:::documents/a", "arn:aws:s3:::documents/b"]},
            {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"},
            {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": BUCKET},
        ]})
    );
    let evidence = &policy.documents[0].evidence[0];
    assert_eq!((evidence.statement, evidence.evidence.attempts), (0, 3));
    assert_eq!(evidence.evidence.operations["dynamodb.UpdateItem"], 1);
    assert_eq!(policy.notes, [""; 0]);
}

/// Source: Secrets Manager User Guide, "Permissions policy examples".
#[test]
fn a_secrets_suffix_is_open() {
    let secret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:";
    let of = |name: &str| {
        let arn = format!("{secret}{name}");
        let policy = one(&recording(pairs(&[(
            "secretsmanager:GetSecretValue",
            &arn,
        )])));
        let resource = policy.documents[0].document["Statement"][0]["Resource"].clone();
        let text = resource.as_str().unwrap().strip_prefix(secret).unwrap();
        text.to_owned()
    };
    assert_eq!(of("prod/db-password-a1B2c3"), "prod/db-password-??????");
    assert_eq!(of("what?-a1B2c3"), "what${?}-??????");
    // Not six of them, or others than letters and digits.
    assert_eq!(of("db-a1B2c"), "db-a1B2c");
    assert_eq!(of("db-a1B2c_"), "db-a1B2c_");
    let policy = one(&recording(pairs(&[(
        "s3:GetObject",
        "arn:aws:s3:::documents/secret:name-a1B2c3",
    )])));
    assert_eq!(
        policy.documents[0].document["Statement"][0]["Resource"],
        "arn:aws:s3:::documents/secret:name-a1B2c3"
    );
}

#[test]
fn no_pair_is_granted_that_was_not_asked_for() {
    let policy = one(&recording(pairs(&[
        ("sqs:SendMessage", QUEUE),
        ("sqs:ReceiveMessage", QUEUE),
        (
            "sqs:SendMessage",
            "arn:aws:sqs:us-east-1:123456789012:other",
        ),
    ])));
    let statements = policy.documents[0].document["Statement"]
        .as_array()
        .unwrap();
    assert_eq!(statements.len(), 2);
    assert_eq!(statements[0]["Action"], "sqs:ReceiveMessage");
    assert_eq!(statements[0]["Resource"], QUEUE);
}

#[test]
fn characters_of_a_key_stand_for_themselves() {
    let key = "arn:aws:s3:::documents/what?/*/${x}";
    let policy = one(&recording(pairs(&[("s3:GetObject", key)])));
    assert_eq!(
        policy.documents[0].document["Statement"][0]["Resource"],
        "arn:aws:s3:::documents/what${?}/${*}/${$}{x}"
    );
}

/// IAM takes no character beyond U+00FF in a document, and S3 has keys of them.
#[test]
fn characters_that_iam_does_not_take_are_escaped() {
    let key = "arn:aws:s3:::documents/日本/α.txt";
    let policy = one(&recording(pairs(&[("s3:GetObject", key)])));
    let document = &policy.documents[0];
    assert_eq!(document.document["Statement"][0]["Resource"], key);
    assert!(document.text.is_ascii(), "{}", document.text);
    assert!(
        document.text.contains(r"documents/\u65e5\u672c/\u03b1.txt"),
        "{}",
        document.text
    );
}

#[test]
fn wildcards_of_the_catalog_stay_and_are_noted() {
    let group = "arn:aws:logs:us-east-1:123456789012:log-group:orders:*";
    let policy = one(&recording(pairs(&[("logs:PutLogEvents", group)])));
    assert_eq!(
        policy.documents[0].document["Statement"][0]["Resource"],
        group
    );
    assert_eq!(
        policy.notes,
        [format!(
            "wider than one resource: `logs:PutLogEvents` on `{group}`"
        )]
    );
}

#[test]
fn what_everything_covers_is_not_named_besides() {
    let policy = one(&recording(pairs(&[
        ("s3:GetObject", "*"),
        ("s3:GetObject", BUCKET),
    ])));
    assert_eq!(
        policy.documents[0].document["Statement"][0]["Resource"],
        "*"
    );
}

#[test]
fn the_order_of_attempts_does_not_change_a_byte() {
    let mut attempts = pairs(&[
        ("s3:GetObject", BUCKET),
        ("dynamodb:GetItem", TABLE),
        ("dynamodb:Query", TABLE),
        ("sqs:SendMessage", QUEUE),
    ]);
    let text = one(&recording(attempts.clone())).documents[0].text.clone();
    attempts.reverse();
    assert_eq!(one(&recording(attempts)).documents[0].text, text);
    assert!(text.starts_with("{\n  \"Version\": \"2012-10-17\",\n") && text.ends_with("}\n"));
}

#[test]
fn what_a_resource_policy_allows_by_itself_is_left_out_and_listed() {
    let mut recording = recording(pairs(&[("sqs:SendMessage", QUEUE)]));
    resource_policy(
        &mut recording,
        &json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow",
            "Principal": {"AWS": ORDERS}, "Action": "sqs:SendMessage", "Resource": QUEUE}})
        .to_string(),
    );
    let policy = one(&recording);
    assert!(policy.documents.is_empty());
    assert_eq!(
        policy.notes,
        [format!(
            "left out, since a resource policy allows it: `sqs:SendMessage` on `{QUEUE}` (1 attempt)"
        )]
    );
}

#[test]
fn what_a_boundary_blocks_is_an_error_that_names_it() {
    let mut recording = recording(pairs(&[
        ("sqs:SendMessage", QUEUE),
        ("s3:GetObject", BUCKET),
    ]));
    take_part(
        &mut recording,
        Participation::PermissionsBoundary,
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#,
    );
    assert_eq!(
        generate(&recording, None, Blocked::Refused)
            .unwrap_err()
            .to_string(),
        format!(
            "no policy of {ORDERS} can allow `sqs:SendMessage` on `{QUEUE}` \
             (for sqs.SendMessage, request r-1): no permissions boundary allows it; \
         `--leave-out-blocked` leaves out what is meant to be denied"
        )
    );
}

#[test]
fn what_hangs_on_an_unknown_value_is_granted_and_noted() {
    let mut needed = requirement("s3:GetObject", BUCKET);
    let reason = "the object's tags are not known".to_owned();
    let value = ContextValue::NotComputed { reason };
    needed
        .requirement
        .context
        .insert("s3:ExistingObjectTag/x", value);
    let mut recording = recording(vec![attempt("s3.GetObject", vec![needed])]);
    take_part(
        &mut recording,
        Participation::Session,
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*",
            "Condition":{"StringEquals":{"s3:ExistingObjectTag/x":"1"}}}}"#,
    );
    let policy = one(&recording);
    assert_eq!(
        policy.documents[0].document["Statement"][0]["Action"],
        "s3:GetObject"
    );
    assert_eq!(
        policy.notes,
        [format!(
            "undetermined: `s3:GetObject` on `{BUCKET}`: it hangs on `s3:ExistingObjectTag/x`, \
             whose value is not known"
        )]
    );
}

#[test]
fn each_role_has_its_own_policy_and_root_none() {
    let mut attempts = pairs(&[("s3:GetObject", BUCKET), ("s3:PutObject", BUCKET)]);
    attempts[1].caller.principal = crate::samples::role("billing").into();
    let mut root = attempts[0].clone();
    let principal = std::sync::Arc::make_mut(&mut root.caller.principal);
    principal.kind = rolecall_policy::PrincipalKind::Root;
    principal.arn = "arn:aws:iam::123456789012:root".to_owned();
    attempts.push(root);
    let recording = recording(attempts);
    let policies = generate(&recording, None, Blocked::Refused).unwrap();
    let names: Vec<_> = policies
        .iter()
        .map(|policy| policy.subject.name())
        .collect();
    assert_eq!(names, ["billing", "orders"]);
    assert_eq!(
        policies[0].documents[0].document["Statement"][0]["Action"],
        "s3:PutObject"
    );
    assert_eq!(
        policies[0].notes,
        [
            "1 attempt of `arn:aws:iam::123456789012:root`, root, which nothing limited: \
          in no role's policy"
        ]
    );
    assert_eq!(
        generate(&recording, Some(ORDERS), Blocked::Refused)
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        generate(&recording, Some("order"), Blocked::Refused)
            .unwrap_err()
            .to_string(),
        "the recording has no attempt of `order`; it has those of \
         arn:aws:iam::123456789012:role/billing, arn:aws:iam::123456789012:role/orders"
    );
}

#[test]
fn a_policy_that_was_lost_makes_the_requirement_undecidable() {
    let mut recording = recording(pairs(&[("s3:GetObject", BUCKET)]));
    take_part(&mut recording, Participation::Session, "{}");
    recording.policies.clear();
    let error = generate(&recording, None, Blocked::Refused)
        .unwrap_err()
        .to_string();
    assert!(error.contains("is not in the recording"), "{error}");
}

#[test]
fn a_large_policy_is_split_before_it_is_widened() {
    let keys: Vec<_> = (0..400)
        .map(|n| format!("arn:aws:s3:::documents/receipts/{n:04}"))
        .collect();
    let needed: Vec<_> = keys
        .iter()
        .map(|key| ("s3:GetObject", key.as_str()))
        .collect();
    let policy = one(&recording(pairs(&needed)));
    assert_eq!(policy.documents.len(), 3);
    assert!(policy.documents.iter().all(|one| one.characters <= 6144));
    let note = "the policy has 15694 characters and is split over 3 managed policies";
    assert_eq!(policy.notes, [note]);
}

#[test]
fn an_owner_that_was_not_heard_is_supposed_to_let_the_account_decide() {
    let mut needed = requirement("s3:GetObject", BUCKET);
    needed.requirement.resource_account =
        Some(rolecall_policy::AccountId::parse("210987654321").unwrap());
    let mut trust = requirement("sts:AssumeRole", "arn:aws:iam::123456789012:role/other");
    trust.requirement.model = rolecall_policy::AuthorizationModel::TrustPolicy;
    let attempts = vec![
        attempt("s3.GetObject", vec![needed]),
        attempt("sts.AssumeRole", vec![trust]),
    ];
    let policy = one(&recording(attempts));
    assert_eq!(policy.documents[0].evidence.len(), 2);
    assert_eq!(policy.notes.len(), 2);
    assert!(policy.notes[0].starts_with("supposed: that the resource's own policy"));
}

#[test]
fn an_owner_that_refuses_is_an_error() {
    let mut needed = requirement("s3:GetObject", BUCKET);
    needed.requirement.resource_account =
        Some(rolecall_policy::AccountId::parse("210987654321").unwrap());
    let mut recording = recording(vec![attempt("s3.GetObject", vec![needed])]);
    resource_policy(
        &mut recording,
        &json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow",
            "Principal": {"AWS": "111122223333"}, "Action": "s3:*", "Resource": "*"}})
        .to_string(),
    );
    let error = generate(&recording, None, Blocked::Refused)
        .unwrap_err()
        .to_string();
    assert!(
        error.ends_with(
            ": no resource-based policy allows it; `--leave-out-blocked` leaves out what is meant to \
             be denied"
        ),
        "{error}"
    );
    let policies = generate(&recording, None, Blocked::LeftOut).unwrap();
    assert!(policies[0].documents.is_empty());
    let left_out = "left out, since no policy of the role can allow it: ";
    let notes = &policies[0].notes;
    let note = notes.iter().find(|note| note.starts_with(left_out));
    assert!(note.unwrap().contains("s3:GetObject"), "{notes:?}");
}

#[test]
fn what_a_guard_names_is_left_out_and_said() {
    let mut recording = recording(pairs(&[
        ("s3:GetObject", "arn:aws:s3:::documents/a"),
        ("s3:GetObject", "arn:aws:s3:::secrets/a"),
        ("s3:GetObject", "arn:aws:s3:::secrets/a"),
        ("s3:PutObject", "arn:aws:s3:::secrets/b"),
        ("sqs:SendMessage", QUEUE),
    ]));
    let guards = ["s3:Get*@arn:aws:s3:::secrets/*", "sqs:*@*", "sns:*@*"];
    let guards = guards.map(|text| crate::Guard::parse(text).unwrap());
    let left_out = leave_out(&mut recording, &guards);
    let said = left_out.iter().map(|one| one.requirements.clone());
    assert_eq!(
        said.collect::<Vec<_>>(),
        [
            vec!["s3:GetObject on arn:aws:s3:::secrets/a".to_owned()],
            vec![format!("sqs:SendMessage on {QUEUE}")],
            Vec::new(),
        ]
    );
    assert_eq!(
        one(&recording).documents[0].document["Statement"],
        json!([
            {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::documents/a"},
            {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::secrets/b"},
        ])
    );
}
