//! Who is told that an object is not there.
//!
//! Source: S3 API reference, GetObject and HeadObject, "Permissions": with `s3:ListBucket` a missing
//! object is 404, without it 403. That the words of the 403 name `s3:ListBucket` and the bucket, and
//! that the source of a copy is no different: observed, aws/aws-sdk-js-v3#6523.

use std::sync::Arc;

use rolecall_catalog::Call;
use rolecall_policy::{Context, ContextValue};
use rolecall_protocol::ServiceError;
use serde_json::{Map, Value};

use super::{
    authorize::{Decided, decide, requirements},
    denial::denial,
};
use crate::{accounts::Caller, state::State};

const SOURCE: &str = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html";

/// The keys that a request to list has; what they are when S3 asks by itself nobody says.
const OF_A_LISTING: [&str; 3] = ["s3:prefix", "s3:delimiter", "s3:max-keys"];

/// What was decided about listing the bucket, and the denial in place of "there is none".
#[derive(Debug)]
pub(super) struct Disclosure {
    pub(super) decided: Decided,
    /// None for who may list.
    pub(super) denial: Option<ServiceError>,
}

/// Asks whether the caller of `call`, which named what is not there, may list the bucket.
pub(super) fn disclosure(
    state: &State,
    caller: &Caller,
    common: &Context,
    call: &Call,
    bucket: &str,
) -> Option<Disclosure> {
    let listing = listing(call, bucket)?;
    let mut requirement = requirements(state, &listing).into_iter().next()?;
    requirement.source = Some(SOURCE.into());
    for key in OF_A_LISTING {
        let reason = "S3 asks by itself: which of these keys it has then is not documented";
        let reason = reason.to_owned();
        requirement
            .context
            .insert(key, ContextValue::NotComputed { reason });
    }
    let Caller {
        principal,
        policies,
        ..
    } = caller;
    let decided = decide(state, principal, policies, common, requirement);
    let denial =
        (!decided.decision.is_allowed()).then(|| denial(&listing, principal, common, &decided));
    Some(Disclosure { decided, denial })
}

/// The call that would have shown what is in the bucket: the catalog knows what it needs.
fn listing(call: &Call, bucket: &str) -> Option<Call> {
    let mut operations = call.service.operations.iter();
    Some(Call {
        service: Arc::clone(&call.service),
        operation: operations.position(|one| one.name == "ListObjectsV2")?,
        protocol: call.protocol,
        parameters: Map::from_iter([("Bucket".to_owned(), Value::from(bucket))]),
        region: call.region.clone(),
        partition: call.partition.clone(),
        account: call.account.clone(),
        caller: call.caller.clone(),
    })
}
