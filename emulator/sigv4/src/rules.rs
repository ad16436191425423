//! What the service at hand expects of a signature.

use crate::head::ServiceForm;

/// Tells how a path is written into the canonical request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathForm {
    /// S3: as it came, encoded once by the client; `//` and dot segments stay.
    AsSent,
    /// Every other service: dot segments and double slashes removed, then encoded a second time.
    Normalised,
    /// Encoded a second time, not normalised: a setting of the signing test suite.
    EncodedAgain,
}

/// Tells how long a presigned request stays good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PresignedWindow {
    /// For `X-Amz-Expires` seconds.
    Expires,
    /// As long as any other request: STS takes a presigned URL for 15 minutes, whatever it says
    /// (documented by aws-iam-authenticator, whose tokens are such URLs with `X-Amz-Expires=60`).
    ClockSkew,
}

/// Holds what [`crate::check_scope_and_time`] and [`crate::verify`] compare with.
#[derive(Clone, Copy, Debug)]
pub struct VerifyRules<'a> {
    /// How the service reads requests.
    pub form: ServiceForm,
    /// How the path is canonicalised.
    pub path: PathForm,
    /// How far the clock of the client may be off, in seconds, either way.
    pub max_skew_seconds: u32,
    /// How long a presigned request stays good.
    pub presigned: PresignedWindow,
    /// The signing names that this endpoint answers to; empty accepts any.
    pub services: &'a [&'a str],
    /// The region of this endpoint; `None` accepts any.
    pub region: Option<&'a str>,
    /// The bucket that the host name stands for (virtual-hosted style): part of what `SigV2` signs.
    pub host_bucket: Option<&'a str>,
}

/// 15 minutes: S3 (documented), and what STS and IAM name in their message (iam-semantics.md C3).
const QUARTER_HOUR: u32 = 900;

impl<'a> VerifyRules<'a> {
    /// Returns the rules of S3 and its relatives.
    pub fn s3() -> Self {
        Self {
            form: ServiceForm::S3,
            path: PathForm::AsSent,
            presigned: PresignedWindow::Expires,
            ..Self::generic()
        }
    }

    /// Returns the rules of the other services; those with a JSON protocol use
    /// [`Self::with_max_skew`] of 300 (iam-semantics.md C3).
    pub fn generic() -> Self {
        Self {
            form: ServiceForm::Generic,
            path: PathForm::Normalised,
            max_skew_seconds: QUARTER_HOUR,
            presigned: PresignedWindow::Expires,
            services: &[],
            region: None,
            host_bucket: None,
        }
    }

    /// Returns the rules for a signing name.
    pub fn for_signing_name(name: &str) -> Self {
        match (ServiceForm::of_signing_name(name), name) {
            (ServiceForm::S3, _) => Self::s3(),
            (ServiceForm::Generic, "sts") => Self {
                presigned: PresignedWindow::ClockSkew,
                ..Self::generic()
            },
            (ServiceForm::Generic, _) => Self::generic(),
        }
    }

    /// Expects one of these signing names.
    #[must_use]
    pub fn with_services(self, services: &'a [&'a str]) -> Self {
        Self { services, ..self }
    }

    /// Expects this region.
    #[must_use]
    pub fn with_region(self, region: &'a str) -> Self {
        Self {
            region: Some(region),
            ..self
        }
    }

    /// Allows this many seconds between the clocks.
    #[must_use]
    pub fn with_max_skew(self, seconds: u32) -> Self {
        Self {
            max_skew_seconds: seconds,
            ..self
        }
    }

    /// Names the bucket of a virtual-hosted request.
    #[must_use]
    pub fn with_host_bucket(self, bucket: &'a str) -> Self {
        Self {
            host_bucket: Some(bucket),
            ..self
        }
    }
}
