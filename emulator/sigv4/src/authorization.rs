//! The `Authorization` header.

use crate::claim::{Algorithm, Place, SignedClaim, session_token};
use crate::error::{AuthenticationError, Echo, Parameter};
use crate::head::{RequestHead, ServiceForm};
use crate::payload::PayloadForm;
use crate::text;
use crate::timestamp::Timestamp;

/// Reads a request that is signed in the header: checks 6 to 8.
pub(crate) fn read(
    head: &RequestHead<'_>,
    header: &str,
    form: ServiceForm,
) -> Result<SignedClaim, AuthenticationError> {
    let (name, rest) = header.split_once(' ').unwrap_or((header, ""));
    let algorithm = parse_algorithm(name, header)?;
    let payload = PayloadForm::of_header(head, form)?;
    let date = Date::of(head);
    if form == ServiceForm::S3 {
        // S3 looks at the date before it looks into the header (observed on S3 2026-09-29).
        date.parse()?;
    }
    let parameters = Parameters::parse(rest, header)?;
    let (credential, signature, signed_headers) = parameters.required(&date, header)?;
    let mut claim = SignedClaim::begin(
        (algorithm, Place::Header),
        credential,
        signed_headers,
        signature,
        payload,
    );
    let host = claim.signs("host") || claim.signs(":authority");
    if form == ServiceForm::Generic && !host {
        return Err(AuthenticationError::HostNotSigned);
    }
    claim.timestamp = Some(date.parse()?);
    claim.session_token = session_token(head);
    claim.region_set = head.text("x-amz-region-set").map(str::to_owned);
    Ok(claim.complete(head, form))
}

fn parse_algorithm(name: &str, header: &str) -> Result<Algorithm, AuthenticationError> {
    Algorithm::parse(name).ok_or_else(|| match name {
        "AWS" => AuthenticationError::SigV2Header,
        _ => AuthenticationError::UnsupportedAlgorithm {
            place: Place::Header,
            algorithm: name.to_owned(),
            authorization: Echo::new(header),
        },
    })
}

/// Is the date of a request as sent: `X-Amz-Date` before `Date`.
struct Date<'a>(Option<&'a str>);

impl<'a> Date<'a> {
    fn of(head: &RequestHead<'a>) -> Self {
        Self(head.text("x-amz-date").or_else(|| head.text("date")))
    }

    fn parse(&self) -> Result<Timestamp, AuthenticationError> {
        let text = self.0.unwrap_or_default();
        Timestamp::parse_iso_basic(text)
            .or_else(|| Timestamp::parse_http_date(text))
            .ok_or_else(|| AuthenticationError::InvalidDate {
                place: Place::Header,
                value: text.to_owned(),
            })
    }
}

/// Holds the parameters of the header; of two with one name the last wins (iam-semantics.md C3.6).
#[derive(Default)]
struct Parameters<'a> {
    credential: Option<&'a str>,
    signature: Option<&'a str>,
    signed_headers: Option<&'a str>,
}

impl<'a> Parameters<'a> {
    /// Parses `name=value` parts, between which stand commas or blanks: a blank inside a value ends
    /// it (seen in STS's answers).
    fn parse(rest: &'a str, header: &str) -> Result<Self, AuthenticationError> {
        let mut found = Self::default();
        for part in text::parameters(rest).filter(|part| !part.is_empty()) {
            let Some((name, value)) = part.split_once('=') else {
                return Err(AuthenticationError::NotKeyValue {
                    part: Echo::new(part),
                    authorization: Echo::new(header),
                });
            };
            match name {
                "Credential" => found.credential = Some(value),
                "Signature" => found.signature = Some(value),
                "SignedHeaders" => found.signed_headers = Some(value),
                _ => {}
            }
        }
        Ok(found)
    }

    /// Returns credential, signature and signed headers; says what is missing, in AWS's order.
    fn required(
        &self,
        date: &Date<'_>,
        header: &str,
    ) -> Result<(&'a str, &'a str, &'a str), AuthenticationError> {
        let filled = |value: Option<&'a str>| value.filter(|text| !text.is_empty());
        let (credential, signature) = (filled(self.credential), filled(self.signature));
        if let (Some(credential), Some(signature), Some(signed_headers), Some(_)) =
            (credential, signature, self.signed_headers, date.0)
        {
            return Ok((credential, signature, signed_headers));
        }
        let missing = [
            (credential.is_none(), Parameter::Credential),
            (signature.is_none(), Parameter::Signature),
            (self.signed_headers.is_none(), Parameter::SignedHeaders),
            (date.0.is_none(), Parameter::Date),
        ];
        Err(AuthenticationError::MissingParameters {
            place: Place::Header,
            missing: missing
                .into_iter()
                .filter_map(|(is_missing, parameter)| is_missing.then_some(parameter))
                .collect(),
            authorization: Echo::new(header),
        })
    }
}
