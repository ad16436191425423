//! What SES says of the identities that it has: they are verified as soon as they are made.
//!
//! The answer is a map by the names that were asked for, which no table can say.

use serde_json::{Map, Value, json};

use super::{engine::Records, record::Record};
use crate::embedded::request::{Outcome, Request, output};

impl Records {
    /// GetIdentityVerificationAttributes and GetIdentityDkimAttributes of SES.
    pub(super) fn identities(&self, request: &Request<'_>) -> Option<Outcome> {
        let (member, attributes) = match request.operation {
            "GetIdentityVerificationAttributes" => (
                "VerificationAttributes",
                json!({ "VerificationStatus": "Success" }),
            ),
            "GetIdentityDkimAttributes" => (
                "DkimAttributes",
                json!({ "DkimEnabled": false, "DkimVerificationStatus": "NotStarted" }),
            ),
            _ => return None,
        };
        let asked = request.texts("Identities");
        let known: Map<String, Value> = self.kept.with(request.owner, request.region, |all| {
            let records = all.get("ses").into_iter().flatten();
            records
                .filter_map(|record: &Record| record.text("Identity"))
                .filter(|identity| asked.contains(identity))
                .map(|identity| (identity.to_owned(), attributes.clone()))
                .collect()
        });
        let mut answer = output(json!({}));
        answer.insert(member.to_owned(), known.into());
        Some(Ok(answer))
    }
}
