//! What AWS answers in the conversations, and how an SDK's outcomes are compared with it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

pub(crate) const ACCOUNT: &str = "123456789012";
pub(crate) const CALLER: &str = "arn:aws:sts::123456789012:assumed-role/sdk/client";

/// Outcomes by the name of the call.
pub(crate) type Outcomes = BTreeMap<String, Value>;

/// What every SDK gets for the calls of the conversation.
///
/// Wording and codes as in messages that users of AWS pasted: shared/facts/denied-messages.md.
pub(crate) fn conversation() -> Outcomes {
    let mut outcomes = allowed();
    outcomes.extend(denied());
    outcomes
}

fn allowed() -> Outcomes {
    let outcomes = [
        ("sts allowed", json!(CALLER)),
        (
            "sts assumes",
            json!("arn:aws:sts::123456789012:assumed-role/sdk/next"),
        ),
        ("iam allowed", json!("arn:aws:iam::123456789012:role/sdk")),
        ("sns allowed", json!(true)),
        ("sqs allowed", json!(["a & <b>"])),
        (
            "dynamodb allowed",
            json!({"pk": {"S": "1"}, "text": {"S": "naïve ☃"}}),
        ),
        ("ssm allowed", json!("the open parameter")),
        ("s3 allowed", json!(["content", "text/plain"])),
        ("lambda allowed", json!([])),
        ("xray allowed", json!(null)),
        ("ec2 allowed", json!(null)),
        ("cloudwatch allowed", json!(null)),
    ];
    outcomes
        .into_iter()
        .map(|(name, value)| (name.to_owned(), json!({ "ok": value })))
        .collect()
}

fn denied() -> Outcomes {
    let outcome = |(name, code, status, message): (&str, &str, u16, String)| {
        (
            name.to_owned(),
            json!({"code": code, "status": status, "message": message}),
        )
    };
    denied_by_query_and_xml()
        .into_iter()
        .chain(denied_by_json())
        .map(outcome)
        .collect()
}

/// The call, with code, status and message.
type Denied = Vec<(&'static str, &'static str, u16, String)>;

fn denied_by_query_and_xml() -> Denied {
    let role = format!("arn:aws:iam::{ACCOUNT}:role/closed");
    // AWS prints `user/` for the listing of users, the default of PathPrefix
    // (a message that a user of AWS pasted in ministryofjustice/cloud-platform#531).
    let users = format!("arn:aws:iam::{ACCOUNT}:user/");
    let topic = format!("arn:aws:sns:us-east-1:{ACCOUNT}:closed");
    let object = "\"arn:aws:s3:::sdk-closed/hello.txt\"";
    let instances = not_granted("ec2:DescribeInstances", None);
    let instances = format!("You are not authorized to perform this operation. {instances}");
    vec![
        (
            "sts denied",
            "AccessDenied",
            403,
            forbidden("sts:AssumeRole", &role),
        ),
        (
            "iam denied",
            "AccessDenied",
            403,
            not_granted("iam:ListUsers", Some(&users)),
        ),
        // SNS spells its prefix in capitals and has a code of its own.
        (
            "sns denied",
            "AuthorizationError",
            403,
            forbidden("SNS:Publish", &topic),
        ),
        (
            "s3 denied",
            "AccessDenied",
            403,
            not_granted("s3:GetObject", Some(object)),
        ),
        // A HEAD has no body: the SDK only sees the status.
        ("s3 denied with no body", "403", 403, "Forbidden".to_owned()),
        ("ec2 denied", "UnauthorizedOperation", 403, instances),
    ]
}

fn denied_by_json() -> Denied {
    let exception = "AccessDeniedException";
    let closed = format!("arn:aws:sqs:us-east-1:{ACCOUNT}:closed");
    let open = format!("arn:aws:sqs:us-east-1:{ACCOUNT}:open");
    let table = format!("arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/closed");
    let parameter = format!("arn:aws:ssm:us-east-1:{ACCOUNT}:parameter/closed");
    let function = format!("arn:aws:lambda:us-east-1:{ACCOUNT}:function:closed");
    vec![
        // SQS spells actions in lower case, and SDKs see the code of its older protocol.
        (
            "sqs denied",
            "AccessDenied",
            403,
            forbidden("sqs:sendmessage", &closed),
        ),
        (
            "sqs not granted",
            "AccessDenied",
            403,
            not_granted("sqs:purgequeue", Some(&open)),
        ),
        (
            "dynamodb denied",
            exception,
            400,
            not_granted("dynamodb:PutItem", Some(&table)),
        ),
        (
            "ssm denied",
            exception,
            400,
            not_granted("ssm:GetParameter", Some(&parameter)),
        ),
        (
            "lambda denied",
            exception,
            403,
            not_granted("lambda:GetFunction", Some(&function)),
        ),
        // Actions without resources are printed without one.
        (
            "xray denied",
            exception,
            403,
            not_granted("xray:GetSamplingRules", None),
        ),
        (
            "cloudwatch denied",
            "AccessDenied",
            403,
            dashboard_not_granted(),
        ),
    ]
}

/// CloudWatch's denial, which two protocols carry.
pub(crate) fn dashboard_not_granted() -> String {
    let dashboard = format!("arn:aws:cloudwatch::{ACCOUNT}:dashboard/closed");
    not_granted("cloudwatch:GetDashboard", Some(&dashboard))
}

/// Nothing grants the action.
pub(crate) fn not_granted(action: &str, resource: Option<&str>) -> String {
    let on = resource
        .map(|resource| format!(" on resource: {resource}"))
        .unwrap_or_default();
    let reason = format!("because no identity-based policy allows the {action} action");
    format!("User: {CALLER} is not authorized to perform: {action}{on} {reason}")
}

/// The role's own policy denies it.
pub(crate) fn forbidden(action: &str, resource: &str) -> String {
    let reason = "with an explicit deny in an identity-based policy";
    format!(
        "User: {CALLER} is not authorized to perform: {action} on resource: {resource} {reason}"
    )
}

/// Fails with every outcome that is not as expected.
pub(crate) fn compare(found: &Value, expected: &Outcomes) {
    let found: Outcomes = serde_json::from_value(found.clone()).unwrap();
    let wrong: Vec<String> = expected
        .iter()
        .filter(|(name, value)| found.get(*name) != Some(value))
        .map(|(name, value)| {
            let found = found
                .get(name)
                .map_or_else(|| "nothing".to_owned(), Value::to_string);
            format!("{name}\n  expected {value}\n  found    {found}")
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let names: (Vec<_>, Vec<_>) = (found.keys().collect(), expected.keys().collect());
    assert_eq!(names.0, names.1, "the calls that were made");
}
