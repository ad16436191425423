//! What each kind of policy allows beyond the common grammar.
//!
//! Source: iam-semantics.md B4, B5 and B8, which name AWS's pages.

use std::collections::BTreeSet;

use super::{
    PolicyKind,
    ast::{
        Effect, Polarity, PolicyDocument, PrincipalSet, PrincipalType, Principals, Statement, Text,
        Version,
    },
    error::PolicyError,
    span::Span,
};

/// The differences between the kinds.
pub(crate) struct Rules {
    kind: PolicyKind,
    pub(crate) noun: &'static str,
    /// `Id` may stand in it.
    pub(crate) id: bool,
    /// `Principal` has to stand in each statement.
    pub(crate) needs_principal: bool,
    /// `Resource` has to stand in each statement.
    pub(crate) needs_resource: bool,
    /// Only characters up to U+00FF.
    pub(crate) latin_only: bool,
}

impl Rules {
    pub(crate) fn of(kind: PolicyKind) -> Self {
        use PolicyKind as Kind;
        let noun = match kind {
            Kind::Identity => "an identity policy",
            Kind::Resource => "a resource policy",
            Kind::Trust => "a trust policy",
            Kind::PermissionsBoundary => "a permissions boundary",
            Kind::Session => "a session policy",
            Kind::ServiceControl => "a service control policy",
            Kind::ResourceControl => "a resource control policy",
            Kind::VpcEndpoint => "a VPC endpoint policy",
        };
        let attached_to_identity = matches!(
            kind,
            Kind::Identity | Kind::PermissionsBoundary | Kind::Session
        );
        Self {
            kind,
            noun,
            id: matches!(kind, Kind::Resource | Kind::Trust | Kind::VpcEndpoint),
            needs_principal: matches!(kind, Kind::Resource | Kind::Trust | Kind::ResourceControl),
            // ECR takes repository policies without `Resource`, and KMS takes key policies
            // without it (the statement has no effect then): see `evaluate`.
            needs_resource: !matches!(kind, Kind::Resource | Kind::Trust),
            latin_only: attached_to_identity || kind == Kind::Trust,
        }
    }

    pub(crate) fn check(&self, text: &str, document: &PolicyDocument) -> Result<(), PolicyError> {
        let checker = Checker { text, rules: self };
        checker.version(document)?;
        let mut sids = BTreeSet::new();
        for statement in &document.statements {
            checker.statement(statement)?;
            checker.sid(statement, &mut sids)?;
        }
        Ok(())
    }

    fn is_attached_to_identity(&self) -> bool {
        use PolicyKind as Kind;
        matches!(
            self.kind,
            Kind::Identity | Kind::PermissionsBoundary | Kind::Session | Kind::ServiceControl
        )
    }
}

struct Checker<'a> {
    text: &'a str,
    rules: &'a Rules,
}

type Outcome = Result<(), PolicyError>;

impl Checker<'_> {
    fn fail(&self, span: Span, code: &'static str, message: impl Into<String>) -> PolicyError {
        PolicyError::at(self.text, span, code, message.into())
    }

    fn forbidden(&self, span: Span, element: &str) -> PolicyError {
        let message = format!("`{element}` may not stand in {}", self.rules.noun);
        self.fail(span, "policy::forbidden_element", message)
    }

    fn version(&self, document: &PolicyDocument) -> Outcome {
        let organizations = matches!(
            self.rules.kind,
            PolicyKind::ServiceControl | PolicyKind::ResourceControl
        );
        if organizations && document.version != Some(Version::V2012) {
            let message = format!("{} needs `\"Version\": \"2012-10-17\"`", self.rules.noun);
            return Err(self.fail(Span::new(0, 1), "policy::version", message));
        }
        Ok(())
    }

    fn sid<'s>(&self, statement: &'s Statement, sids: &mut BTreeSet<&'s str>) -> Outcome {
        let Some(sid) = &statement.sid else {
            return Ok(());
        };
        // KMS, SQS, SNS and S3 are looser than IAM; so are endpoint policies (assumed).
        if matches!(
            self.rules.kind,
            PolicyKind::Resource | PolicyKind::VpcEndpoint
        ) {
            return Ok(());
        }
        if !sid.value.bytes().all(|b| b.is_ascii_alphanumeric()) {
            let message = format!("the `Sid` `{}` has more than letters and digits", sid.value);
            return Err(self.fail(sid.span, "policy::sid", message));
        }
        if !sid.value.is_empty() && !sids.insert(&sid.value) {
            let message = format!("the `Sid` `{}` is there twice", sid.value);
            let error = self.fail(sid.span, "policy::duplicate_sid", message);
            return Err(error.with_help("a `Sid` is unique in its policy"));
        }
        Ok(())
    }

    fn statement(&self, statement: &Statement) -> Outcome {
        self.principals(statement)?;
        for action in &statement.actions.values.items {
            self.action(action)?;
        }
        if let Some(resources) = &statement.resources {
            if self.rules.kind == PolicyKind::Trust {
                let error = self.forbidden(resources.values.span, "Resource");
                return Err(error.with_help("a trust policy is about its own role"));
            }
            for resource in &resources.values.items {
                self.resource(resource)?;
            }
        }
        match self.rules.kind {
            PolicyKind::ResourceControl => self.resource_control(statement),
            _ => Ok(()),
        }
    }

    fn principals(&self, statement: &Statement) -> Outcome {
        let Some(principals) = &statement.principals else {
            return Ok(());
        };
        let element = match principals.polarity {
            Polarity::Listed => "Principal",
            Polarity::AllBut => "NotPrincipal",
        };
        if self.rules.is_attached_to_identity() {
            let help =
                "it applies to whom it is attached to; only resource policies name principals";
            return Err(self.forbidden(principals.span, element).with_help(help));
        }
        let needs_plain = matches!(
            self.rules.kind,
            PolicyKind::Trust | PolicyKind::ResourceControl
        );
        if needs_plain && principals.polarity == Polarity::AllBut {
            return Err(self.forbidden(principals.span, element));
        }
        self.names(principals)
    }

    fn names(&self, principals: &Principals) -> Outcome {
        let PrincipalSet::ByType(types) = &principals.set else {
            return Ok(());
        };
        for (kind, values) in types {
            for value in &values.items {
                self.name(*kind, value)?;
            }
        }
        Ok(())
    }

    /// No part of a principal's name may be a wildcard, and AWS principals have a form.
    fn name(&self, kind: PrincipalType, name: &Text) -> Outcome {
        let value = name.value.as_str();
        if value == "*" {
            return Ok(());
        }
        let (message, help) = if value.contains(['*', '?']) {
            let help = "use `*` with a condition on `aws:PrincipalArn`";
            (
                format!("the principal `{value}` has a wildcard in it"),
                help,
            )
        } else if kind == PrincipalType::Aws && is_group(value) {
            let help = "name its users or a role";
            (
                format!("the principal `{value}` is a group, and groups are never principals"),
                help,
            )
        } else if kind == PrincipalType::Aws && !is_aws_principal(value) {
            let help = "write an account id, or the ARN of an account, user, role or session";
            (format!("`{value}` is not an AWS principal"), help)
        } else {
            return Ok(());
        };
        Err(self
            .fail(name.span, "policy::principal", message)
            .with_help(help))
    }

    fn action(&self, action: &Text) -> Outcome {
        // IAM: "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
        if action.value == "*" || action.value.contains(':') {
            return Ok(());
        }
        let message = format!("the action `{}` has no service before it", action.value);
        let help = "an action is `service:Name`, such as `s3:GetObject`, or `*`";
        Err(self
            .fail(action.span, "policy::action", message)
            .with_help(help))
    }

    fn resource(&self, resource: &Text) -> Outcome {
        let value = resource.value.as_str();
        let parts = value.splitn(6, ':').count();
        if self.rules.kind == PolicyKind::ResourceControl && value != "*" && parts < 6 {
            let message = format!("`{value}` is not a whole ARN");
            return Err(self.fail(resource.span, "policy::resource", message));
        }
        // API Gateway's policies, for one, name `execute-api:/stage/GET/path`.
        let loose = self.rules.kind == PolicyKind::Resource;
        if loose || value == "*" || value.starts_with("arn:") {
            return Ok(());
        }
        // IAM: "Resource ... must be in ARN format or \"*\"."
        let message = format!("the resource `{value}` is neither an ARN nor `*`");
        let help = "an ARN is `arn:partition:service:region:account:resource`";
        Err(self
            .fail(resource.span, "policy::resource", message)
            .with_help(help))
    }

    /// Customers' RCPs deny everybody something; AWS's own allows everything.
    fn resource_control(&self, statement: &Statement) -> Outcome {
        if statement.actions.polarity == Polarity::AllBut {
            return Err(self.forbidden(statement.actions.values.span, "NotAction"));
        }
        let everyone = |set: &PrincipalSet| match set {
            PrincipalSet::Everyone => true,
            PrincipalSet::ByType(_) => false,
        };
        let principals = statement.principals.as_ref();
        if let Some(named) = principals.filter(|principals| !everyone(&principals.set)) {
            let message = "a resource control policy is about everybody: `\"Principal\": \"*\"`";
            return Err(self.fail(named.span, "policy::principal", message));
        }
        if statement.effect == Effect::Allow && !allows_everything(statement) {
            let message = "a resource control policy may only deny";
            let help = "AWS's own `RCPFullAWSAccess` is always attached";
            let span = Span::new(statement.span.start, statement.span.start + 1);
            return Err(self.fail(span, "policy::effect", message).with_help(help));
        }
        Ok(())
    }
}

/// Says whether a statement is the one of `RCPFullAWSAccess`.
fn allows_everything(statement: &Statement) -> bool {
    let all = |values: &super::ast::Values| values.iter().eq(["*"]);
    let resources = statement.resources.as_ref();
    all(&statement.actions.values)
        && resources.is_some_and(|r| r.polarity == Polarity::Listed && all(&r.values))
        && statement.conditions.is_empty()
}

fn is_group(value: &str) -> bool {
    value
        .splitn(6, ':')
        .nth(5)
        .is_some_and(|resource| resource.starts_with("group/"))
}

/// An account, an ARN, or the unique id that a saved policy shows (`AIDA...`, `AROA...`).
fn is_aws_principal(value: &str) -> bool {
    let unique_id = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    value.starts_with("arn:") || (value.len() >= 10 && value.bytes().all(unique_id))
}
