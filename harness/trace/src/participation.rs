//! The keys of [`Attempt::policies`](crate::Attempt::policies): as what a policy took part.

use std::fmt;

/// As what a policy took part in all decisions of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Participation {
    /// `permissions-boundary`.
    PermissionsBoundary,
    /// `session`; a session that was made without policies has no such key.
    Session,
    /// `vpc-endpoint`.
    VpcEndpoint,
    /// `service-control/LEVEL`: the root is level 0.
    ServiceControl(usize),
    /// `resource-control/LEVEL`: the root is level 0.
    ResourceControl(usize),
}

impl Participation {
    /// Parses a key; none if this version does not know it.
    pub fn parse(key: &str) -> Option<Self> {
        match key.split_once('/') {
            None if key == "permissions-boundary" => Some(Self::PermissionsBoundary),
            None if key == "session" => Some(Self::Session),
            None if key == "vpc-endpoint" => Some(Self::VpcEndpoint),
            Some(("service-control", level)) => level.parse().ok().map(Self::ServiceControl),
            Some(("resource-control", level)) => level.parse().ok().map(Self::ResourceControl),
            _ => None,
        }
    }
}

impl fmt::Display for Participation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PermissionsBoundary => f.write_str("permissions-boundary"),
            Self::Session => f.write_str("session"),
            Self::VpcEndpoint => f.write_str("vpc-endpoint"),
            Self::ServiceControl(level) => write!(f, "service-control/{level}"),
            Self::ResourceControl(level) => write!(f, "resource-control/{level}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Participation;

    #[test]
    fn keys_are_read_as_they_are_written() {
        for key in [
            Participation::PermissionsBoundary,
            Participation::Session,
            Participation::VpcEndpoint,
            Participation::ServiceControl(2),
            Participation::ResourceControl(0),
        ] {
            assert_eq!(Participation::parse(&key.to_string()), Some(key));
        }
        assert_eq!(Participation::parse("service-control"), None);
        assert_eq!(Participation::parse("session/1"), None);
    }
}
