//! All backends together.

use std::{collections::BTreeSet, fmt, time::Duration};

use super::{
    choice::{Choice, Place},
    error::ChoiceError,
    services::prefix,
};

/// Who is to answer, as it was asked for.
#[derive(Clone, Debug)]
pub struct Choices {
    /// Each `[SERVICE,...=]URL`, `...process:COMMAND` or `...container:IMAGE`.
    pub backends: Vec<String>,
    /// The services whose calls may go to AWS itself.
    pub allow_real_aws: Vec<String>,
    /// What calls to AWS itself are signed with.
    pub credentials: Option<UpstreamCredentials>,
    /// Files of canned answers, name and text each; they come before any backend.
    pub answers: Vec<(String, String)>,
    /// How long an upstream may take: to be there when it is started, to begin its answer, and
    /// between two pieces of it.
    pub patience: Duration,
}

impl Default for Choices {
    fn default() -> Self {
        Self {
            backends: Vec::new(),
            allow_real_aws: Vec::new(),
            credentials: None,
            answers: Vec::new(),
            patience: Duration::from_mins(1),
        }
    }
}

/// An access key of the account behind an upstream.
#[derive(Clone)]
pub struct UpstreamCredentials {
    /// `AKIA...` or `ASIA...`.
    pub access_key_id: String,
    /// The secret.
    pub secret_access_key: String,
    /// The token of a session's key.
    pub session_token: Option<String>,
}

impl fmt::Debug for UpstreamCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UpstreamCredentials")
            .field("access_key_id", &self.access_key_id)
            .finish_non_exhaustive()
    }
}

impl Choices {
    /// What they mean, once nothing is wrong with them.
    pub(super) fn checked(&self) -> Result<Vec<Choice>, ChoiceError> {
        let choices = self.backends.iter().map(|text| Choice::parse(text));
        let choices = choices.collect::<Result<Vec<_>, _>>()?;
        let real = self.allow_real_aws.iter();
        let real = real
            .map(|name| prefix(name))
            .collect::<Result<BTreeSet<_>, _>>()?;
        let mut taken = BTreeSet::new();
        for choice in &choices {
            self.check_place(choice, &real)?;
            let all = BTreeSet::from([String::new()]);
            for service in choice.services.as_ref().unwrap_or(&all) {
                if !taken.insert(service.clone()) {
                    return Err(ChoiceError::Twice(match service.as_str() {
                        "" => "all services".to_owned(),
                        service => format!("`{service}`"),
                    }));
                }
            }
        }
        Ok(choices)
    }

    fn check_place(&self, choice: &Choice, real: &BTreeSet<String>) -> Result<(), ChoiceError> {
        let Place::Url {
            url,
            is_real_aws: true,
        } = &choice.place
        else {
            return Ok(());
        };
        let url = url.clone();
        let Some(services) = choice.services.as_ref().filter(|_| !real.is_empty()) else {
            return Err(ChoiceError::RealAws { url });
        };
        if let Some(service) = services.difference(real).next() {
            let service = service.clone();
            return Err(ChoiceError::RealAwsFor { url, service });
        }
        if self.credentials.is_none() {
            return Err(ChoiceError::NoCredentials(url));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQS: &str = "sqs=https://sqs.eu-west-1.amazonaws.com";

    fn choices(backends: &[&str], allowed: &[&str], credentials: bool) -> Choices {
        let owned = |texts: &[&str]| texts.iter().map(|t| (*t).to_owned()).collect();
        Choices {
            backends: owned(backends),
            allow_real_aws: owned(allowed),
            credentials: credentials.then(|| UpstreamCredentials {
                access_key_id: "AKIAREAL".to_owned(),
                secret_access_key: "marker-secret".to_owned(),
                session_token: Some("marker-token".to_owned()),
            }),
            ..Choices::default()
        }
    }

    #[test]
    fn aws_itself_needs_a_service_leave_and_a_key() {
        let refused = |backends: &[&str], allowed: &[&str], credentials| {
            choices(backends, allowed, credentials)
                .checked()
                .unwrap_err()
        };
        let url = "https://sqs.eu-west-1.amazonaws.com".to_owned();
        let real = ChoiceError::RealAws { url: url.clone() };
        assert_eq!(refused(&[SQS], &[], true), real);
        assert_eq!(refused(&[&url], &["sqs"], true), real);
        let service = "sqs".to_owned();
        let other = ChoiceError::RealAwsFor {
            url: url.clone(),
            service,
        };
        assert_eq!(refused(&[SQS], &["s3"], true), other);
        assert_eq!(
            refused(&[SQS], &["sqs"], false),
            ChoiceError::NoCredentials(url)
        );
        assert!(choices(&[SQS], &["sqs"], true).checked().is_ok());
    }

    #[test]
    fn a_service_has_one_backend() {
        let twice = |backends: &[&str]| choices(backends, &[], false).checked().unwrap_err();
        assert_eq!(
            twice(&["s3=http://a", "s3,sqs=http://b"]).to_string(),
            "two backends are given for `s3`: each service has one"
        );
        assert_eq!(
            twice(&["http://a", "http://b"]),
            ChoiceError::Twice("all services".to_owned())
        );
        let both = choices(&["s3=http://a", "http://b"], &[], false);
        assert_eq!(both.checked().unwrap().len(), 2);
    }

    #[test]
    fn no_secret_is_printed() {
        let text = format!("{:?}", choices(&[], &[], true));
        assert!(
            text.contains("AKIAREAL") && !text.contains("marker"),
            "{text}"
        );
    }
}
