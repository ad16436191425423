//! A file with the policies of several roles, as `generate` writes it.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::{PolicyFile, VerifyError};

/// The policies of one role, out of a file that has those of several.
#[derive(Clone, Debug)]
pub struct RolePolicies {
    /// The ARN of the role or user.
    pub role: String,
    /// Its documents; places in them are those in the file.
    pub policies: Vec<PolicyFile>,
}

impl RolePolicies {
    /// Parses a file that has a document, or a list of documents, under the ARN of each role; none if
    /// the file is something else.
    pub fn parse(file: &str, text: &str) -> Result<Option<Vec<Self>>, VerifyError> {
        let Ok(members) = serde_json::from_str::<BTreeMap<String, &RawValue>>(text) else {
            return Ok(None);
        };
        if members.is_empty() || !members.keys().all(|key| key.starts_with("arn:")) {
            return Ok(None);
        }
        let of_role = |(role, value): (String, &RawValue)| {
            let documents = serde_json::from_str::<Vec<&RawValue>>(value.get());
            let documents = documents.unwrap_or_else(|_| vec![value]);
            let parsed = documents
                .into_iter()
                .map(|document| PolicyFile::parse(file, &in_place(text, document.get())));
            Ok(Self {
                policies: parsed.collect::<Result<_, _>>()?,
                role,
            })
        };
        members
            .into_iter()
            .map(of_role)
            .collect::<Result<_, _>>()
            .map(Some)
    }
}

/// The document with blanks for everything before it, so that its places are those in the file.
fn in_place(text: &str, document: &str) -> String {
    let start = (document.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    let before = text.get(..start).unwrap_or_default();
    let blank = |letter| if letter == '\n' { '\n' } else { ' ' };
    before.chars().map(blank).chain(document.chars()).collect()
}
