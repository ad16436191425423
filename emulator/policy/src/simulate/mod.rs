//! Cases as lines of JSON: a request with its policies in, a decision out.
//!
//! A case is an object; of its members `principal`, `action` and `resource` have to be there, and
//! those that are not listed here are ignored.
//!
//! | member | meaning |
//! |---|---|
//! | `id` | anything; it comes back as it is |
//! | `principal` | an ARN (user, role, session, account root, identity provider), a service's name, an account id, `anonymous` |
//! | `action`, `resource` | `service:Name`; an ARN or `*` |
//! | `resourceAccountId` | the owner; else the account of the ARN, else the caller's |
//! | `context` | condition keys: a string is a single-valued key, an array a multivalued one |
//! | `unknownKeys` | keys that the request has and whose values are not known; `aws:ResourceTag/*` is a family |
//! | `identityPolicies`, `resourcePolicy`, `permissionBoundaries`, `sessionPolicy`, `sessionPolicies`, `vpcEndpointPolicies` | documents; of a role `resourcePolicy` is its trust policy, of a key its key policy |
//! | `scps`, `rcps` | documents, a list for each level from the root to the account |
//! | `wildcardOnlyAction` | the action takes no resource: only `*` covers it |
//! | `settings.s3.blockPublicAccess` | public bucket policies let no stranger in |
//!
//! `aws:PrincipalArn`, `aws:PrincipalAccount`, `aws:PrincipalType` and `aws:ResourceAccount` are
//! filled in where the context lacks them, and no other key is. The answer has `id`, `decision`,
//! `kind`, `blockedBy`, `explanation` and `warnings`, for an undetermined case `undeterminedKeys`
//! too; what cannot be evaluated has `id`, `kind` (`error`) and `error`.

mod answer;
mod case;
mod documents;
mod public_access;
mod simulator;
mod who;

pub use simulator::{ExplanationMode, Simulator, supposed_owner};
pub use who::{NotAPrincipal, parse_principal, principal_keys};
