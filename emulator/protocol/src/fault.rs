//! What the parsers answer when a request cannot be read, in the words of its protocol.

use crate::{ServiceError, scalar::Mismatch};

/// How deep documents, forms and elements may nest.
///
/// Real requests stay below 30 (nested DynamoDB values may reach 32 by its own limit, each two
/// levels of JSON); deeper ones are refused before they can exhaust the stack.
pub(crate) const MAX_DEPTH: usize = 100;

/// How many elements one XML document may have.
///
/// The largest real one is `CompleteMultipartUpload` with 10,000 parts of seven elements.
pub(crate) const MAX_ELEMENTS: usize = 250_000;

fn with_detail(code: &str, message: impl Into<String>, detail: impl Into<String>) -> ServiceError {
    ServiceError {
        detail: Some(detail.into()),
        ..ServiceError::new(code, message)
    }
}

/// A JSON or CBOR body that cannot be read, or has a value of the wrong type.
///
/// Source of the code: the common errors of the AWS JSON protocol (Smithy, awsJson1.1, "operation
/// error serialization"); DynamoDB answers it with status 400.
pub(crate) fn serialization(message: impl Into<String>, detail: impl Into<String>) -> ServiceError {
    with_detail("SerializationException", message, detail)
}

/// A text of the wrong type in the path, the query or a header of a rest-json request.
pub(crate) fn rest_json_mismatch(mismatch: &Mismatch) -> ServiceError {
    serialization(cannot_be_converted(mismatch), describe(mismatch))
}

/// An XML body that S3 cannot read; source: S3 API reference, "List of error codes", `MalformedXML`.
pub(crate) fn s3_malformed_xml(detail: impl Into<String>) -> ServiceError {
    let message = "The XML you provided was not well-formed or did not validate against our \
                   published schema";
    with_detail("MalformedXML", message, detail)
}

/// An XML body that another service cannot read.
///
/// Source of the code: Route 53 and `CloudFront` answer `MalformedInput`; the message is assumed.
pub(crate) fn malformed_input(detail: impl Into<String>) -> ServiceError {
    let detail = detail.into();
    let message = format!("Could not parse XML: {detail}");
    with_detail("MalformedInput", message, detail)
}

/// A text of the wrong type in the path, the query or a header of an S3 request.
///
/// Source: S3 answers `max-keys=abc` with `InvalidArgument`, the argument's name and its value.
pub(crate) fn s3_mismatch(mismatch: &Mismatch) -> ServiceError {
    let message = match mismatch.expected {
        "Integer" | "Long" => "Provided argument not an integer or within integer range",
        _ => "Invalid Argument",
    };
    with_detail("InvalidArgument", message, describe(mismatch))
        .with_member("ArgumentName", mismatch.member.as_str())
        .with_member("ArgumentValue", mismatch.found.as_str())
}

/// The same for other services with XML bodies; the code is Route 53's for bad input.
pub(crate) fn rest_xml_mismatch(mismatch: &Mismatch) -> ServiceError {
    with_detail(
        "InvalidInput",
        cannot_be_converted(mismatch),
        describe(mismatch),
    )
}

/// A form that cannot be read.
///
/// Source of the code: IAM user guide, "Common errors", `MalformedQueryString`.
pub(crate) fn malformed_query_string(detail: impl Into<String>) -> ServiceError {
    with_detail(
        "MalformedQueryString",
        "The query string contains a syntax error.",
        detail,
    )
}

/// A text of the wrong type in a form; the code is what query services answer, the message assumed.
pub(crate) fn query_mismatch(mismatch: &Mismatch) -> ServiceError {
    with_detail(
        "MalformedInput",
        cannot_be_converted(mismatch),
        describe(mismatch),
    )
}

/// A text of the wrong type in an EC2 form.
///
/// Source of the code: EC2 API reference, "Error codes", `InvalidParameterValue`; message assumed.
pub(crate) fn ec2_mismatch(mismatch: &Mismatch) -> ServiceError {
    let message = format!(
        "Invalid value '{}' for {}. Value must be of type {}.",
        mismatch.found, mismatch.member, mismatch.expected
    );
    with_detail("InvalidParameterValue", message, describe(mismatch))
}

fn cannot_be_converted(mismatch: &Mismatch) -> String {
    format!(
        "STRING_VALUE can not be converted to {}",
        article(mismatch.expected)
    )
}

fn article(noun: &str) -> String {
    let article = if noun.starts_with(['A', 'E', 'I', 'O', 'U', 'a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {noun}")
}

/// A mismatch for the log.
pub(crate) fn describe(mismatch: &Mismatch) -> String {
    format!(
        "member `{}`: `{}` is not {}",
        mismatch.member,
        mismatch.found,
        article(&mismatch.expected.to_lowercase())
    )
}
