//! What an SDK says of an error.

use aws_sdk_s3::error::ProvideErrorMetadata;

/// The code and the message of the error that a call ended with.
pub(crate) fn said<T: std::fmt::Debug, E: ProvideErrorMetadata>(
    result: Result<T, E>,
) -> (String, String) {
    let error = result.expect_err("the call should have failed");
    let text = |part: Option<&str>| part.unwrap_or_default().to_owned();
    (text(error.code()), text(error.message()))
}
