//! Patterns of resources.

use super::{
    glob::{Case, Glob},
    signature::Signature,
    variable::{Pattern, Resolved, Variables, Wildcards},
};
use crate::{
    context::ConditionKey,
    document::{PolicyKind, Version},
    evaluate::Truth,
};

/// A pattern of resources: `*`, or an ARN of which the first five parts match one by one and the
/// rest as one text.
///
/// Partition, service, region and account are compared without regard to case, the rest with it
/// (iam-semantics.md B8 [S]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourcePattern(Class);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Class {
    /// `*`.
    Any,
    /// An ARN whose first five parts have no wildcard: `head` holds them with the last colon.
    Plain { head: Box<str>, tail: Pattern },
    /// An ARN with wildcards in the first five parts.
    Parts { head: [Glob; 5], tail: Pattern },
    /// A short ARN that is not padded.
    Never,
    /// Not an ARN, which some services have in their resource policies.
    Text(Pattern),
}

/// Where a pattern belongs in an index.
#[derive(Debug)]
pub(crate) enum Indexed {
    /// It matches everything.
    Everywhere,
    /// It matches nothing.
    Nowhere,
    /// By what its last part begins with, and the pairs of bytes in it.
    Tail(Vec<u8>, Signature),
    /// It is not an ARN.
    Text,
}

impl ResourcePattern {
    /// Compiles a pattern as it stands in an identity policy of version 2012-10-17.
    pub fn new(pattern: &str) -> Self {
        Self::compile(pattern, PolicyKind::Identity, Version::V2012)
    }

    /// Compiles a pattern as it stands in a policy of this kind and version.
    pub fn compile(pattern: &str, kind: PolicyKind, version: Version) -> Self {
        Self(match pattern {
            "*" => Class::Any,
            _ if pattern.starts_with("arn:") => arn(pattern, kind, version),
            _ => Class::Text(Pattern::parse(pattern, version, Wildcards::Active)),
        })
    }

    /// Says whether an ARN, or `*`, matches; variables have no value here.
    pub fn matches(&self, resource: &str) -> bool {
        self.matches_with(resource, &NoVariables) == Truth::True
    }

    /// Says whether it is `*`.
    pub fn is_any(&self) -> bool {
        matches!(self.0, Class::Any)
    }

    pub(crate) fn matches_with(&self, resource: &str, variables: &impl Variables) -> Truth {
        match &self.0 {
            Class::Any => Truth::True,
            Class::Never => Truth::False,
            Class::Text(pattern) => pattern.matches(resource, Case::Sensitive, variables),
            Class::Plain { head, tail } => match resource.split_at_checked(head.len()) {
                Some((start, rest)) if start.eq_ignore_ascii_case(head) => {
                    tail.matches(rest, Case::Sensitive, variables)
                }
                _ => Truth::False,
            },
            Class::Parts { head, tail } => {
                // The last part first: it tells most patterns apart, the others seldom do.
                let mut parts = resource.splitn(6, ':');
                let first: [&str; 5] = std::array::from_fn(|_| parts.next().unwrap_or(""));
                let Some(rest) = parts.next() else {
                    return Truth::False;
                };
                let matches = tail.matches(rest, Case::Sensitive, variables);
                if matches == Truth::False {
                    return Truth::False;
                }
                let mut pairs = head.iter().zip(first);
                let others = pairs.all(|(glob, part)| glob.matches(part, Case::Folded));
                matches.and(others.into())
            }
        }
    }

    /// Whether it is neither `*` nor an ARN.
    pub(crate) fn is_text(&self) -> bool {
        matches!(self.0, Class::Text(_))
    }

    pub(crate) fn indexed(&self) -> Indexed {
        match &self.0 {
            Class::Any => Indexed::Everywhere,
            Class::Never => Indexed::Nowhere,
            Class::Text(_) => Indexed::Text,
            Class::Plain { tail, .. } | Class::Parts { tail, .. } => {
                Indexed::Tail(tail.literal_prefix(), tail.signature())
            }
        }
    }

    /// Says whether every resource that the other matches is matched by this one.
    ///
    /// A yes is certain; a no may be wrong for patterns that mix `*` and `?`, and is the answer
    /// for different patterns with variables.
    pub fn covers(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Class::Any, _) | (_, Class::Never) => true,
            (Class::Text(wide), Class::Text(narrow)) => tail_covers(wide, narrow),
            _ => match (self.arn_parts(), other.arn_parts()) {
                (Some((wide, wide_tail)), Some((narrow, narrow_tail))) => {
                    let mut heads = wide.iter().zip(&narrow);
                    heads.all(|(wide, narrow)| wide.covers(narrow, Case::Folded))
                        && tail_covers(wide_tail, narrow_tail)
                }
                _ => false,
            },
        }
    }

    pub(crate) fn arn_parts(&self) -> Option<(Vec<Glob>, &Pattern)> {
        match &self.0 {
            Class::Plain { head, tail } => {
                Some((head.splitn(6, ':').take(5).map(Glob::parse).collect(), tail))
            }
            Class::Parts { head, tail } => Some((head.to_vec(), tail)),
            Class::Any | Class::Never | Class::Text(_) => None,
        }
    }

    pub(crate) fn tail(&self) -> Option<&Pattern> {
        match &self.0 {
            Class::Plain { tail, .. } | Class::Parts { tail, .. } => Some(tail),
            Class::Text(pattern) => Some(pattern),
            Class::Any | Class::Never => None,
        }
    }

    /// The keys of its variables.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &ConditionKey> {
        self.tail().into_iter().flat_map(Pattern::keys)
    }

    /// Whether it has variables.
    pub(crate) fn has_variables(&self) -> bool {
        self.keys().next().is_some()
    }

    /// What the part after the fifth colon comes to in this request.
    pub(crate) fn resolved(&self, text: &str, variables: &impl Variables) -> Option<String> {
        let tail = self.tail()?.resolved(variables)?;
        let head: Vec<&str> = text.splitn(6, ':').take(5).collect();
        Some(format!("{}:{tail}", head.join(":")))
    }
}

struct NoVariables;

impl Variables for NoVariables {
    fn resolve(&self, _key: &ConditionKey) -> Resolved<'_> {
        Resolved::Unusable
    }
}

fn tail_covers(wide: &Pattern, narrow: &Pattern) -> bool {
    match (wide.fixed(), narrow.fixed()) {
        (Some(Glob::Any), _) => true,
        (Some(wide), Some(narrow)) => wide.covers(narrow, Case::Sensitive),
        _ => false,
    }
}

fn arn(pattern: &str, kind: PolicyKind, version: Version) -> Class {
    // Variables count after the fifth colon only, so the parts before are split as they stand.
    let mut parts: Vec<&str> = pattern.splitn(6, ':').collect();
    if parts.len() < 6 {
        if !is_padded(pattern, kind) {
            return Class::Never;
        }
        parts.resize(6, "*");
    }
    let [arn, partition, service, region, account, rest] = parts.as_slice() else {
        return Class::Never;
    };
    let tail = Pattern::parse(rest, version, Wildcards::Active);
    let head = [arn, partition, service, region, account];
    if head.iter().any(|part| part.contains(['*', '?'])) {
        return Class::Parts {
            head: head.map(|part| Glob::parse(part)),
            tail,
        };
    }
    let head = format!("{arn}:{partition}:{service}:{region}:{account}:");
    Class::Plain {
        head: head.into(),
        tail,
    }
}

/// Whether an ARN with fewer than six parts is filled up with `*` (iam-semantics.md B8 [S]).
fn is_padded(pattern: &str, kind: PolicyKind) -> bool {
    match kind {
        PolicyKind::Identity | PolicyKind::Session | PolicyKind::PermissionsBoundary => true,
        PolicyKind::Resource | PolicyKind::VpcEndpoint | PolicyKind::Trust => pattern.contains('*'),
        PolicyKind::ServiceControl => pattern.ends_with('*'),
        PolicyKind::ResourceControl => false,
    }
}

#[cfg(test)]
mod tests {
    use super::ResourcePattern;
    use crate::document::{PolicyKind, Version};

    #[test]
    fn matches_by_part() {
        for (pattern, resource, expected) in [
            ("*", "*", true),
            ("*", "arn:aws:s3:::b", true),
            ("arn:aws:s3:::b", "*", false),
            ("arn:aws:s3:::b/*", "arn:aws:s3:::b/k", true),
            ("arn:aws:s3:::b/*", "arn:aws:s3:::b", false),
            ("arn:AWS:s3:::b", "arn:aws:S3:::b", true),
            ("arn:aws:s3:::B", "arn:aws:s3:::b", false),
            (
                "arn:aws:sqs:*:123456789012:q",
                "arn:aws:sqs:eu-west-1:123456789012:q",
                true,
            ),
            ("arn:aws:*:q", "arn:aws:sqs:eu-west-1:123456789012:q", false),
            (
                "arn:aws:sqs:*",
                "arn:aws:sqs:eu-west-1:123456789012:q",
                true,
            ),
            (
                "arn:aws:logs:*:*:log-group:*:x",
                "arn:aws:logs:r:1:log-group:a:b:x",
                true,
            ),
            ("arn:aws:s3:::b?", "arn:aws:s3:::b1", true),
            ("arn:aws:iam::1:role/*", "arn:aws:iam::1:role/*", true),
            ("arn:aws:s3:::${aws:username}", "arn:aws:s3:::x", false),
        ] {
            assert_eq!(
                ResourcePattern::new(pattern).matches(resource),
                expected,
                "{pattern} {resource}"
            );
        }
    }

    #[test]
    fn pads_short_arns_by_kind() {
        let queue = "arn:aws:sqs:eu-west-1:123456789012:q";
        for (pattern, kind, expected) in [
            ("arn:aws:sqs", PolicyKind::Identity, true),
            ("arn:aws:sqs", PolicyKind::Session, true),
            ("arn:aws:sqs", PolicyKind::PermissionsBoundary, true),
            ("arn:aws:sqs", PolicyKind::Resource, false),
            ("arn:aws:sqs:*", PolicyKind::Resource, true),
            ("arn:aws:sqs", PolicyKind::ServiceControl, false),
            ("arn:*:sqs", PolicyKind::ServiceControl, false),
            ("arn:aws:sqs*", PolicyKind::ServiceControl, true),
        ] {
            let compiled = ResourcePattern::compile(pattern, kind, Version::V2012);
            assert_eq!(compiled.matches(queue), expected, "{pattern} {kind:?}");
        }
    }

    #[test]
    fn covers() {
        for (wide, narrow, expected) in [
            ("*", "arn:aws:s3:::b", true),
            ("arn:aws:s3:::b", "*", false),
            ("arn:aws:s3:::*", "arn:aws:s3:::b/*", true),
            ("arn:aws:s3:::b/*", "arn:aws:s3:::*", false),
            ("arn:aws:sqs:*:1:*", "arn:aws:sqs:r:1:q", true),
            ("arn:aws:sqs:r:1:q", "arn:aws:sqs:*:1:q", false),
            ("arn:aws:s3:::*", "arn:aws:s3:::${aws:username}", true),
        ] {
            let covers = ResourcePattern::new(wide).covers(&ResourcePattern::new(narrow));
            assert_eq!(covers, expected, "{wide} {narrow}");
        }
    }
}
