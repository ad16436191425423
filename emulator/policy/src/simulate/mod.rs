//! Cases as lines of JSON: a request with its policies in, a decision out.
//!
//! A case is an object; of its members `principal`, `action` and `resource` have to be there, and
//! those that are not listed here are ignored, with a warning where the name is near to one that is.
//!
//! | member | meaning |
//! |---|---|
//! | `id` | anything; it comes back as it is |
//! | `principal` | an ARN (user, role, session, account root, identity provider), a service's name, an account id, `anonymous` |
//! | `issuer` | of a session: the ARN, with its path, of the role or user that it was made from; without it, the role of `aws:PrincipalArn` in the context, else one without a path whose name alone is compared |
//! | `action`, `resource` | `service:Name`; an ARN or `*` |
//! | `resourceAccountId` | the owner; else the account of the ARN, else the caller's |
//! | `context` | condition keys: a string is a single-valued key, an array a multivalued one |
//! | `unknownKeys` | keys that the request has and whose values are not known; `aws:ResourceTag/*` is a family |
//! | `identityPolicies`, `resourcePolicy`, `permissionBoundaries`, `sessionPolicy`, `sessionPolicies`, `vpcEndpointPolicies` | documents; of a role `resourcePolicy` is its trust policy, of a key its key policy |
//! | `grants` | on a KMS key, with members as `ListGrants` names them: `{"grantId", "granteePrincipal", "operations": ["Decrypt"], "constraints": {"encryptionContextSubset": {}, "encryptionContextEquals": {}}}` |
//! | `scps`, `rcps` | documents, a list for each level from the root to the account |
//! | `wildcardOnlyAction` | the action takes no resource: only `*` covers it |
//! | `settings.s3.blockPublicAccess` | true for all four settings of S3 Block Public Access, or an object with `restrictPublicBuckets` and the others: a public bucket policy lets no stranger in |
//!
//! `issuer`, `grants`, `sessionPolicies` and the object of `blockPublicAccess` are extensions.
//!
//! `aws:PrincipalArn`, `aws:PrincipalAccount`, `aws:PrincipalType` and `aws:ResourceAccount` are
//! filled in where the context lacks them, and no other key is. A value for a `Binary` operator is base64,
//! or text that is compared by its bytes. The answer has `id`, `decision`,
//! `kind`, `blockedBy`, `explanation` and `warnings`, for an undetermined case `undeterminedKeys`
//! too; what cannot be evaluated has `id`, `kind` (`error`) and `error`.

mod answer;
mod case;
mod documents;
mod public_access;
mod simulator;
mod who;

pub use simulator::{ExplanationMode, Knowledge, Simulator, supposed_owner};
pub use who::{
    NotAPrincipal, NotTheIssuer, further_principal_keys, parse_principal, principal_keys,
};
