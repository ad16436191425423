//! The policy simulator: SimulateCustomPolicy, SimulatePrincipalPolicy, and which context keys they
//! need, by our own evaluator.
//!
//! Source: IAM API reference, SimulateCustomPolicy, SimulatePrincipalPolicy, EvaluationResult,
//! ResourceSpecificResult, GetContextKeysForCustomPolicy, GetContextKeysForPrincipalPolicy. There is
//! no organization here, so that `OrganizationsDecisionDetail` is left out. The texts of the errors
//! are assumed.

mod case;
mod keys;
mod result;
mod sources;

use rolecall_protocol::ServiceError;
use serde_json::{Value, json};

use self::{case::Asked, sources::Sources};
use super::{IamCall, Output, members, page::page};

pub(super) fn custom(call: &mut IamCall<'_>) -> Output {
    let sources = Sources::custom(call)?;
    simulate(call, &sources)
}

pub(super) fn principal(call: &mut IamCall<'_>) -> Output {
    let sources = Sources::of_principal(call)?;
    simulate(call, &sources)
}

fn simulate(call: &IamCall<'_>, sources: &Sources) -> Output {
    let asked = Asked::new(call, sources)?;
    let results = asked
        .actions
        .iter()
        .map(|action| result::of_action(&asked, sources, action));
    let results = results.collect::<Result<Vec<Value>, ServiceError>>()?;
    page(call, "EvaluationResults", results)
}

pub(super) fn custom_keys(call: &mut IamCall<'_>) -> Output {
    key_names(&Sources::custom(call)?)
}

pub(super) fn principal_keys(call: &mut IamCall<'_>) -> Output {
    key_names(&Sources::of_principal(call)?)
}

#[expect(clippy::unnecessary_wraps, reason = "all handlers have this signature")]
fn key_names(sources: &Sources) -> Output {
    let names = keys::named(sources.identity.iter().map(|source| &*source.policy));
    Ok(members(json!({ "ContextKeyNames": names })))
}

fn invalid(message: impl Into<String>) -> ServiceError {
    ServiceError::new("InvalidInput", message)
}
