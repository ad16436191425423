//! The credential: who signed, and for which day, region and service.

use crate::claim::Algorithm;
use crate::text;

/// Names the day, region and service that a signature is good for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialScope {
    /// The day, `YYYYMMDD` where the client did it right.
    pub date: String,
    /// The region; `None` for `SigV4a`, whose scope names none.
    pub region: Option<String>,
    /// The signing name of the service.
    pub service: String,
    /// `aws4_request` where the client did it right.
    pub terminator: String,
}

impl CredentialScope {
    /// Splits a credential into access key and scope; `None` when the number of parts is wrong.
    ///
    /// Five parts for `SigV4`, four for `SigV4a` (iam-semantics.md C2, C3.11).
    pub(crate) fn split(credential: &str, algorithm: Algorithm) -> Option<(&str, Self)> {
        let mut parts = text::parts(credential, b'/');
        let (key, date) = (parts.next()?, parts.next()?);
        let region = match algorithm {
            Algorithm::V4a => None,
            Algorithm::V4 | Algorithm::V2Query => Some(parts.next()?.to_owned()),
        };
        let (service, terminator) = (parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let scope = Self {
            date: date.to_owned(),
            region,
            service: service.to_owned(),
            terminator: terminator.to_owned(),
        };
        Some((key, scope))
    }

    /// Appends `date/region/service/terminator`.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.date.as_bytes());
        if let Some(region) = &self.region {
            out.push(b'/');
            out.extend_from_slice(region.as_bytes());
        }
        for part in [&self.service, &self.terminator] {
            out.push(b'/');
            out.extend_from_slice(part.as_bytes());
        }
    }
}
