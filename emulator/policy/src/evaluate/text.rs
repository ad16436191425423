//! An explanation for people.

use std::fmt::{self, Write as _};

use super::{
    Explanation, Truth,
    explain::{PolicyExplanation, StatementExplanation},
};
use crate::{AuthorizationModel, CheckEffect, CheckKind, DecisionKind};

impl CheckKind {
    /// Its name, as AWS writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::ResourceControlPolicy => "RESOURCE_CONTROL_POLICY",
            Self::ServiceControlPolicy => "SERVICE_CONTROL_POLICY",
            Self::VpcEndpoint => "VPC_ENDPOINT",
            Self::Resource => "RESOURCE",
            Self::Principal => "PRINCIPAL",
            Self::PermissionsBoundary => "PERMISSIONS_BOUNDARY",
            Self::Session => "SESSION",
        }
    }
}

impl Explanation {
    /// The explanation as text: decision, checks, statements, and what would have to change.
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        // A string takes everything.
        let written = self.write(&mut out);
        debug_assert!(written.is_ok());
        out
    }

    fn write(&self, out: &mut String) -> fmt::Result {
        writeln!(out, "{}", verdict(self.decision.kind))?;
        for check in &self.decision.checks {
            let name = check.kind.name();
            writeln!(out, "  {name:<24} {}", effect(check.effect))?;
        }
        let of_resource = match self.model {
            AuthorizationModel::TrustPolicy => " (the trust policy of the role)",
            AuthorizationModel::KmsKey => " (the key policy)",
            AuthorizationModel::Standard => "",
        };
        for policy in &self.policies {
            write_policy(out, policy, of_resource)?;
        }
        if !of_resource.is_empty() && !self.has_resource_policy() {
            writeln!(out, "\nRESOURCE{of_resource}: none is given")?;
        }
        if !self.remedies.is_empty() {
            writeln!(out, "\nfor an allow:")?;
        }
        for remedy in &self.remedies {
            writeln!(out, "  {remedy}")?;
        }
        Ok(())
    }
}

impl Explanation {
    fn has_resource_policy(&self) -> bool {
        let mut policies = self.policies.iter();
        policies.any(|policy| policy.check == CheckKind::Resource)
    }
}

fn verdict(kind: DecisionKind) -> &'static str {
    match kind {
        DecisionKind::Allow => "allowed",
        DecisionKind::ImplicitDeny => "denied implicitly",
        DecisionKind::ExplicitDeny => "denied explicitly",
        DecisionKind::Undetermined => "undetermined",
    }
}

fn effect(effect: CheckEffect) -> &'static str {
    match effect {
        CheckEffect::Allow => "ALLOW",
        CheckEffect::NoImpact => "NO_IMPACT (nothing matched, and nothing had to)",
        CheckEffect::ImplicitDeny => "IMPLICIT_DENY",
        CheckEffect::ExplicitDeny => "EXPLICIT_DENY",
    }
}

fn write_policy(out: &mut String, policy: &PolicyExplanation, of_resource: &str) -> fmt::Result {
    write!(out, "\n{} {}", policy.check.name(), policy.policy)?;
    if policy.check == CheckKind::Resource {
        write!(out, "{of_resource}")?;
    }
    if let Some(level) = policy.level {
        write!(out, ", level {level}")?;
    }
    if !policy.takes_part {
        let why = policy.note.as_deref().map(|note| format!(" ({note})"));
        return writeln!(out, ": takes no part{}", why.unwrap_or_default());
    }
    writeln!(out)?;
    policy
        .statements
        .iter()
        .try_for_each(|statement| write_statement(out, statement))
}

fn write_statement(out: &mut String, one: &StatementExplanation) -> fmt::Result {
    let number = one.statement.statement + 1;
    write!(out, "  {} {number}", one.effect.as_str())?;
    if let Some(sid) = &one.statement.sid {
        write!(out, " `{sid}`")?;
    }
    let matches = match one.matches {
        Truth::True => "matches",
        Truth::False => "does not match",
        Truth::Unknown => "hangs on a value that is not known",
    };
    writeln!(out, ": {matches}")?;
    let yes_or_no = |matches: bool| if matches { "yes" } else { "no" };
    let known = |truth: Truth| match truth {
        Truth::True => "yes",
        Truth::False => "no",
        Truth::Unknown => "not known",
    };
    let conditions = Truth::all(one.conditions.iter().map(|condition| condition.holds));
    writeln!(
        out,
        "    principal {}, action {}, resource {}, conditions {}",
        yes_or_no(one.principal),
        yes_or_no(one.action),
        // A trust policy has no `Resource`: it is about its role.
        if one.resources.is_empty() {
            "none"
        } else {
            known(one.resource)
        },
        if one.conditions.is_empty() {
            "none"
        } else {
            known(conditions)
        },
    )?;
    for reason in &one.why_not {
        writeln!(out, "    {reason}")?;
    }
    let resolved = one
        .resources
        .iter()
        .filter_map(|one| Some((one, one.resolved.as_ref()?)));
    for (resource, resolved) in resolved {
        writeln!(out, "    `{}` is `{resolved}` here", resource.pattern)?;
    }
    Ok(())
}
