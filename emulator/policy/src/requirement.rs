//! What a call needs: one action on one resource.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{AccountId, Action, Context};

/// How certain it is that AWS makes this authorization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Provenance {
    /// A rule written by hand, with its source.
    Curated,
    /// In the pinned list of actions under the operation's own name.
    SameName,
    /// A pinned data set names it.
    Documented,
    /// AWS authorizes nothing; a rule says so, with its source.
    NoneNeeded,
    /// Matched by name: of resources only.
    Heuristic,
    /// Anything else: an honest unknown.
    Assumed,
}

/// Which of AWS's ways to combine identity and resource policies applies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AuthorizationModel {
    /// Either side may allow within one account; both must, across accounts.
    #[default]
    Standard,
    /// A KMS key: identity policies count only as far as the key policy lets the account decide.
    KmsKey,
    /// A role's trust policy: always has to allow; enough by itself if it names the caller.
    TrustPolicy,
}

impl AuthorizationModel {
    /// The model of an action on a resource.
    ///
    /// Source: KMS Developer Guide, "Key policies": no principal has any permission on a key unless
    /// the key policy, or an identity policy that the key policy admits, allows it. IAM User Guide,
    /// "Policy evaluation logic": a role's trust policy always has to allow.
    pub fn of(action: &Action, resource: &str) -> Self {
        let is = |prefix: &str| action.prefix().eq_ignore_ascii_case(prefix);
        if is("kms") && resource.contains(":key/") {
            Self::KmsKey
        } else if is("sts") && resource.contains(":role/") && is_about_trust(action.name()) {
            Self::TrustPolicy
        } else {
            Self::Standard
        }
    }
}

fn is_about_trust(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("assumerole")
        || ["tagsession", "setsourceidentity", "setcontext"].contains(&name.as_str())
}

/// One authorization that AWS makes for a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Requirement {
    /// The action.
    pub action: Action,
    /// The resource's ARN, or `*` where the action takes none.
    pub resource: String,
    /// The account that owns the resource; none where nobody does (`*`) or it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_account: Option<AccountId>,
    /// The keys that this authorization has beyond the caller's and the global ones.
    #[serde(default, skip_serializing_if = "Context::is_empty")]
    pub context: Context,
    /// How policies combine.
    #[serde(default, skip_serializing_if = "is_standard")]
    pub model: AuthorizationModel,
    /// How certain the action is.
    pub action_provenance: Provenance,
    /// How certain the resource is.
    pub resource_provenance: Provenance,
    /// Where the curated rule has it from: a page or an observed fact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Arc<str>>,
    /// The service that makes the call with the caller's permissions, such as `s3` for a
    /// `kms:Decrypt`; none if the caller makes it itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
    /// Facts that were asked for and are not known, for a reader.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown_facts: Vec<String>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature that serde asks for"
)]
fn is_standard(model: &AuthorizationModel) -> bool {
    *model == AuthorizationModel::Standard
}
