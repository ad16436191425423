//! The configuration of aws-sdk-rust clients.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::time::TimeSource;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_types::{SdkConfig, region::Region};
use rolecall_emulator::State;

use crate::Credentials;

/// The emulator's clock: what it takes for a request of this moment is signed at this moment.
#[derive(Debug)]
struct EmulatorTime(Arc<State>);

impl TimeSource for EmulatorTime {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(self.0.now_millis())
    }
}

/// Built without a look at the environment or at files: a profile or an `AWS_ENDPOINT_URL_S3` of the
/// machine must not lead a test elsewhere.
pub(crate) fn sdk_config(
    state: &Arc<State>,
    endpoint: &str,
    credentials: Credentials,
) -> SdkConfig {
    let credentials = aws_credential_types::Credentials::new(
        credentials.access_key_id,
        credentials.secret_access_key,
        credentials.session_token,
        None,
        "rolecall",
    );
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .region(Region::new(state.settings().region.clone()))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .endpoint_url(endpoint)
        .time_source(EmulatorTime(Arc::clone(state)))
        .build()
}
