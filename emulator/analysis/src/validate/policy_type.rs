//! What a policy is used as.

use std::fmt;

use rolecall_policy::PolicyKind;

/// What a policy is used as: grammar, checks and size limits differ.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PolicyType {
    /// Of a user, a group or a role.
    Identity,
    /// A permissions boundary.
    PermissionsBoundary,
    /// Passed when a session is made.
    Session,
    /// A role's trust policy.
    Trust,
    /// Of a resource; with the prefix of its service, such as `s3`, the service's rules count too.
    Resource {
        /// The IAM prefix, in lower case.
        service: Option<String>,
    },
    /// Of a VPC endpoint.
    VpcEndpoint,
    /// A service control policy.
    ServiceControl,
    /// A resource control policy.
    ResourceControl,
}

impl PolicyType {
    /// The names that [`Self::parse`] takes; `resource` may have a service behind it.
    pub const NAMES: [&'static str; 9] = [
        "identity",
        "boundary",
        "session",
        "trust",
        "resource",
        "resource:SERVICE",
        "endpoint",
        "scp",
        "rcp",
    ];

    /// Parses a name such as `identity` or `resource:s3`; none for others.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "identity" => Self::Identity,
            "boundary" => Self::PermissionsBoundary,
            "session" => Self::Session,
            "trust" => Self::Trust,
            "resource" => Self::Resource { service: None },
            "endpoint" => Self::VpcEndpoint,
            "scp" => Self::ServiceControl,
            "rcp" => Self::ResourceControl,
            _ => {
                let service = text.strip_prefix("resource:").filter(|s| !s.is_empty())?;
                Self::Resource {
                    service: Some(service.to_ascii_lowercase()),
                }
            }
        })
    }

    /// With its article, for a message.
    pub fn noun(&self) -> &'static str {
        match self {
            Self::Identity => "an identity policy",
            Self::PermissionsBoundary => "a permissions boundary",
            Self::Session => "a session policy",
            Self::Trust => "a trust policy",
            Self::Resource { .. } => "a resource policy",
            Self::VpcEndpoint => "a VPC endpoint policy",
            Self::ServiceControl => "a service control policy",
            Self::ResourceControl => "a resource control policy",
        }
    }

    /// The kind that the grammar knows.
    pub fn kind(&self) -> PolicyKind {
        match self {
            Self::Identity => PolicyKind::Identity,
            Self::PermissionsBoundary => PolicyKind::PermissionsBoundary,
            Self::Session => PolicyKind::Session,
            Self::Trust => PolicyKind::Trust,
            Self::Resource { .. } => PolicyKind::Resource,
            Self::VpcEndpoint => PolicyKind::VpcEndpoint,
            Self::ServiceControl => PolicyKind::ServiceControl,
            Self::ResourceControl => PolicyKind::ResourceControl,
        }
    }

    /// The service whose resource policy it is.
    pub(super) fn service(&self) -> Option<&str> {
        match self {
            Self::Resource { service } => service.as_deref(),
            _ => None,
        }
    }

    /// Whether it grants to, or bounds, whom it is attached to.
    pub(super) fn is_attached_to_identity(&self) -> bool {
        matches!(
            self,
            Self::Identity | Self::PermissionsBoundary | Self::Session
        )
    }

    /// Whether it is about one resource, which its statements grant to principals.
    pub(super) fn is_resource(&self) -> bool {
        matches!(self, Self::Resource { .. })
    }
}

impl fmt::Display for PolicyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Identity => "identity",
            Self::PermissionsBoundary => "boundary",
            Self::Session => "session",
            Self::Trust => "trust",
            Self::Resource { service: None } => "resource",
            Self::Resource {
                service: Some(service),
            } => return write!(f, "resource:{service}"),
            Self::VpcEndpoint => "endpoint",
            Self::ServiceControl => "scp",
            Self::ResourceControl => "rcp",
        })
    }
}
