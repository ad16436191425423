//! Resource policies that are no policies, or that name users or roles that do not exist, are refused
//! when they are stored.

use rolecall_catalog::Call;
use rolecall_policy::{Policy, PolicyKind};
use rolecall_protocol::ServiceError;
use serde_json::Value;

use crate::state::State;

/// How a service refuses a policy with a principal that does not exist.
struct Refusal {
    code: &'static str,
    message: &'static str,
}

/// The error for a call that stores such a policy; none for every other call.
pub(super) fn refusal(state: &State, call: &Call) -> Option<ServiceError> {
    malformed(call).or_else(|| missing_principal(state, call))
}

/// The error for a document that is no resource policy: the evaluator could not read it.
///
/// The codes are those that the models declare for it. Assumed, where nothing else is said: the words.
fn malformed(call: &Call) -> Option<ServiceError> {
    let operation = call.operation().name.as_str();
    let (code, message, document) = match (call.service.name.as_str(), operation) {
        // What is no JSON the backend refuses in S3's words for that.
        ("s3", "PutBucketPolicy") => {
            let document = text(call, "Policy")?;
            serde_json::from_str::<Value>(document).ok()?.as_object()?;
            let message = "Invalid policy syntax.";
            ("MalformedPolicy", message, document)
        }
        // Source: aws/aws-cdk#15602.
        ("sqs", "SetQueueAttributes" | "CreateQueue") => (
            "InvalidAttributeValue",
            "Invalid value for the parameter Policy.",
            attribute(call).filter(|text| !text.is_empty())?,
        ),
        // Assumed: no page was opened for the words.
        ("sns", "SetTopicAttributes" | "CreateTopic") => (
            "InvalidParameter",
            "Invalid parameter: Policy Error: null",
            attribute(call).filter(|text| !text.is_empty())?,
        ),
        ("kms", "PutKeyPolicy" | "CreateKey") => (
            "MalformedPolicyDocumentException",
            "The policy is not a valid policy document.",
            text(call, "Policy").filter(|text| text.chars().count() <= 32_768)?,
        ),
        ("secretsmanager", "PutResourcePolicy") => (
            "MalformedPolicyDocumentException",
            "This resource policy contains a syntax error.",
            text(call, "ResourcePolicy")?,
        ),
        // Assumed: no page was opened for the words.
        ("ecr", "SetRepositoryPolicy") => (
            "InvalidParameterException",
            "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository \
             policy provided'",
            text(call, "policyText")?,
        ),
        ("kinesis", "PutResourcePolicy") => (
            "InvalidArgumentException",
            "The policy is not a valid policy document.",
            text(call, "Policy")?,
        ),
        ("dynamodb", "PutResourcePolicy") => (
            "ValidationException",
            "Invalid policy document",
            text(call, "Policy")?,
        ),
        ("logs", "PutResourcePolicy") => (
            "InvalidParameterException",
            "Invalid policy document",
            text(call, "policyDocument")?,
        ),
        _ => return None,
    };
    let error = Policy::parse("stored", PolicyKind::Resource, document).err()?;
    let mut refused = ServiceError::new(code, message);
    refused.detail = Some(error.to_string());
    Some(refused)
}

fn missing_principal(state: &State, call: &Call) -> Option<ServiceError> {
    let operation = call.operation().name.as_str();
    let (refusal, missing) = match (call.service.name.as_str(), operation) {
        // Source: AWS re:Post, "s3-invalid-principal-in-policy-error"; the code and the words:
        // cloud-custodian/cloud-custodian#4948.
        ("s3", "PutBucketPolicy") => (
            refused("MalformedPolicy", "Invalid principal in policy"),
            has_missing(state, text(call, "Policy")?),
        ),
        // Source: the handler of AWS::SNS::TopicPolicy in aws-cloudformation, which waits for this text.
        ("sns", "SetTopicAttributes" | "CreateTopic") => (
            refused(
                "InvalidParameter",
                "Invalid parameter: Policy Error: PrincipalNotFound",
            ),
            has_missing(state, attribute(call)?),
        ),
        // Source: aws/aws-cdk#13530 for the code; the words: aws/aws-cdk#15602.
        ("sqs", "SetQueueAttributes" | "CreateQueue") => (
            refused(
                "InvalidAttributeValue",
                "Invalid value for the parameter Policy.",
            ),
            has_missing(state, attribute(call)?),
        ),
        // Source: AWS re:Post, "kms-policy-error-invalid-principals".
        ("kms", "PutKeyPolicy" | "CreateKey") => (
            refused(
                "MalformedPolicyDocumentException",
                "Policy contains a statement with one or more invalid principals.",
            ),
            has_missing(state, text(call, "Policy")?),
        ),
        // Source: API reference of Secrets Manager, ValidateResourcePolicy, "Invalid Principal Policy
        // JSON"; PutResourcePolicy has the same words (terraform-provider-aws, secret_policy.go).
        ("secretsmanager", "PutResourcePolicy") => (
            refused(
                "MalformedPolicyDocumentException",
                "This resource policy contains an unsupported principal.",
            ),
            has_missing(state, text(call, "ResourcePolicy")?),
        ),
        // Observed with a user that does not exist; API reference of AddPermission for the code.
        ("lambda", "AddPermission" | "AddLayerVersionPermission") => (
            refused(
                "InvalidParameterValueException",
                "The provided principal was invalid. Please check the principal and try again.",
            ),
            !state.world().has_principal(text(call, "Principal")?),
        ),
        _ => return None,
    };
    missing.then(|| ServiceError::new(refusal.code, refusal.message))
}

fn refused(code: &'static str, message: &'static str) -> Refusal {
    Refusal { code, message }
}

fn text<'a>(call: &'a Call, member: &str) -> Option<&'a str> {
    call.parameters.get(member).and_then(Value::as_str)
}

/// The attribute `Policy`, from a map of attributes or by name and value.
fn attribute(call: &Call) -> Option<&str> {
    match call.parameters.get("Attributes") {
        Some(attributes) => attributes.get("Policy").and_then(Value::as_str),
        None if text(call, "AttributeName") == Some("Policy") => text(call, "AttributeValue"),
        None => None,
    }
}

/// What is no policy at all is for the service to refuse.
fn has_missing(state: &State, document: &str) -> bool {
    Policy::parse("stored", PolicyKind::Resource, document)
        .is_ok_and(|policy| state.world().missing_principal(policy.document()).is_some())
}
