//! A second evaluator, the simplest that can be right.
//!
//! Written from `iam-semantics.md` alone, before and without a look at `src/evaluate`: documents
//! stay JSON, every pattern is matched by recursion, nothing is compiled, indexed or shared. The
//! sections that it follows stand beside the functions (B2, B3, ...).

use std::collections::BTreeSet;

use serde_json::Value;

use crate::naive_conditions::{self as conditions, Keys};
use crate::naive_patterns as patterns;

/// What was decided, and by which checks when it is a denial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) kind: &'static str,
    pub(crate) blocked_by: BTreeSet<&'static str>,
}

/// One request with its policies, as `simulate` reads it, and two members more: `issuer` (the
/// role or user of a session) and `model`.
pub(crate) struct Naive<'a> {
    case: &'a Value,
    keys: Keys,
}

/// How closely a resource policy names the caller (the table of B2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Named {
    /// The account: it delegates.
    Account,
    /// The role of a session, or the user of a federated session: boundary and session limit.
    Issuer,
    /// Exactly the caller, or everyone: nothing limits.
    Caller,
}

/// What a policy is, as far as matching differs (B8).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Identity,
    Resource,
    Trust,
    ServiceControl,
    ResourceControl,
}

/// Decides one case.
pub(crate) fn decide(case: &Value) -> Verdict {
    let keys = Keys::read(case);
    Naive { case, keys }.decide()
}

impl<'a> Naive<'a> {
    fn text(&self, member: &str) -> &'a str {
        self.case[member].as_str().unwrap_or("")
    }

    fn list(&self, member: &str) -> Vec<&'a Value> {
        self.case[member].as_array().into_iter().flatten().collect()
    }

    fn levels(&self, member: &str) -> Vec<Vec<&'a Value>> {
        let level = |level: &'a Value| level.as_array().into_iter().flatten().collect();
        self.list(member).into_iter().map(level).collect()
    }

    fn principal(&self) -> &'a str {
        self.text("principal")
    }

    fn principal_part(&self, index: usize) -> &'a str {
        self.principal().splitn(6, ':').nth(index).unwrap_or("")
    }

    /// Services and outside identities have no account and no policies of their own.
    fn has_account(&self) -> bool {
        self.principal().starts_with("arn:") && !self.is_provider()
    }

    fn is_provider(&self) -> bool {
        self.principal_part(5).starts_with("oidc-provider/")
    }

    fn is_root(&self) -> bool {
        self.has_account() && self.principal_part(5) == "root"
    }

    fn is_federated_user(&self) -> bool {
        self.principal_part(5).starts_with("federated-user/")
    }

    fn is_service_linked(&self) -> bool {
        self.text("issuer").contains(":role/aws-service-role/")
    }

    /// B1, item 3 of the issue: what is given, else the account of the ARN, else the caller's.
    fn owner(&self) -> &'a str {
        let of_arn = self.text("resource").split(':').nth(4).unwrap_or("");
        [self.text("resourceAccountId"), of_arn]
            .into_iter()
            .find(|account| !account.is_empty())
            .unwrap_or_else(|| self.principal_part(4))
    }

    /// B2 and B3.
    fn decide(&self) -> Verdict {
        let denies = self.explicit_denies();
        if !denies.is_empty() {
            return Verdict {
                kind: "explicitDeny",
                blocked_by: denies,
            };
        }
        let mut missing = self.limits();
        missing.extend(if !self.has_account() {
            self.without_account()
        } else if self.owner() == self.principal_part(4) && !self.is_other_partition() {
            self.same_account()
        } else {
            self.cross_account()
        });
        let kind = if missing.is_empty() {
            "allow"
        } else {
            "implicitDeny"
        };
        Verdict {
            kind,
            blocked_by: missing,
        }
    }

    /// B2, 1: a deny in any policy that applies.
    fn explicit_denies(&self) -> BTreeSet<&'static str> {
        let mut out = BTreeSet::new();
        let mut add = |check, found: bool| {
            if found {
                out.insert(check);
            }
        };
        let denied = |documents: &[&Value], kind| {
            documents
                .iter()
                .any(|document| self.says(document, kind, "Deny"))
        };
        if self.rcps_apply() {
            let all: Vec<&Value> = self.levels("rcps").concat();
            add(
                "RESOURCE_CONTROL_POLICY",
                denied(&all, Kind::ResourceControl),
            );
        }
        if self.scps_apply() {
            let all: Vec<&Value> = self.levels("scps").concat();
            add("SERVICE_CONTROL_POLICY", denied(&all, Kind::ServiceControl));
        }
        add(
            "VPC_ENDPOINT",
            denied(&self.list("vpcEndpointPolicies"), Kind::Resource),
        );
        if let Some(document) = self.resource_policy() {
            add("RESOURCE", denied(&[document], self.resource_kind()));
        }
        if self.has_account() && !self.is_root() {
            add(
                "PRINCIPAL",
                denied(&self.list("identityPolicies"), Kind::Identity),
            );
            add(
                "PERMISSIONS_BOUNDARY",
                denied(&self.list("permissionBoundaries"), Kind::Identity),
            );
            add(
                "SESSION",
                denied(&self.list("sessionPolicies"), Kind::Identity),
            );
        }
        out
    }

    /// B4: principals of accounts, but not service-linked roles.
    fn scps_apply(&self) -> bool {
        self.has_account() && !self.is_service_linked()
    }

    /// B4: everyone but service-linked roles, of the services that support RCPs (of those that the
    /// cases have), but for `kms:RetireGrant`.
    fn rcps_apply(&self) -> bool {
        let action = self.text("action").to_lowercase();
        let service = action.split(':').next().unwrap_or("");
        let supports = matches!(service, "s3" | "sqs" | "kms");
        supports && action != "kms:retiregrant" && !self.is_service_linked()
    }

    /// B2, 2 to 4: what no allow of another policy makes up for.
    fn limits(&self) -> BTreeSet<&'static str> {
        let mut missing = BTreeSet::new();
        let every_level = |levels: Vec<Vec<&Value>>, kind| {
            let allows = |level: &Vec<&Value>| level.iter().any(|d| self.says(d, kind, "Allow"));
            levels.iter().all(allows)
        };
        // RCPFullAWSAccess stands at every level and cannot be detached: only denies matter.
        if self.scps_apply() && !every_level(self.levels("scps"), Kind::ServiceControl) {
            missing.insert("SERVICE_CONTROL_POLICY");
        }
        let endpoint = self.list("vpcEndpointPolicies");
        if !endpoint
            .iter()
            .all(|d| self.says(d, Kind::Resource, "Allow"))
        {
            missing.insert("VPC_ENDPOINT");
        }
        missing
    }

    /// B3: an anonymous caller, a service or an outside identity has the resource policy alone.
    fn without_account(&self) -> BTreeSet<&'static str> {
        let in_reach = !self.principal().starts_with("arn:") || !self.is_other_partition();
        if in_reach && self.named() == Some(Named::Caller) {
            BTreeSet::new()
        } else {
            BTreeSet::from(["RESOURCE"])
        }
    }

    /// B2, 5 to 7 and B9.
    fn same_account(&self) -> BTreeSet<&'static str> {
        let named = self.named();
        let explicit = self.text("model") != "standard";
        let mut missing = BTreeSet::new();
        // B9: identity policies count only if the key's or the role's policy allows the account.
        let moot = explicit && named.is_none();
        if moot {
            missing.insert("RESOURCE");
        }
        if self.is_root() || named == Some(Named::Caller) {
            return missing;
        }
        if named != Some(Named::Issuer) && !moot && !self.identity_allows() {
            missing.insert("PRINCIPAL");
        }
        missing.extend(self.own_limits());
        missing
    }

    /// B3: both sides.
    fn cross_account(&self) -> BTreeSet<&'static str> {
        let mut missing = BTreeSet::new();
        if self.is_other_partition() || self.named().is_none() {
            missing.insert("RESOURCE");
        }
        if !self.is_root() {
            if !self.identity_allows() {
                missing.insert("PRINCIPAL");
            }
            missing.extend(self.own_limits());
        }
        missing
    }

    /// B3: nothing is delegated between partitions, which have no account in common.
    fn is_other_partition(&self) -> bool {
        let partition = self.text("resource").split(':').nth(1).unwrap_or("");
        !partition.is_empty() && partition != self.principal_part(1)
    }

    /// Boundary and session policies (B2, 6).
    fn own_limits(&self) -> BTreeSet<&'static str> {
        let mut missing = BTreeSet::new();
        let boundary = self.list("permissionBoundaries");
        if !boundary
            .iter()
            .all(|d| self.says(d, Kind::Identity, "Allow"))
        {
            missing.insert("PERMISSIONS_BOUNDARY");
        }
        let session = match self.list("sessionPolicies").as_slice() {
            [] => !self.is_federated_user(),
            several => several
                .iter()
                .any(|d| self.says(d, Kind::Identity, "Allow")),
        };
        if !session {
            missing.insert("SESSION");
        }
        missing
    }

    fn identity_allows(&self) -> bool {
        let policies = self.list("identityPolicies");
        policies
            .iter()
            .any(|d| self.says(d, Kind::Identity, "Allow"))
    }

    fn resource_policy(&self) -> Option<&'a Value> {
        Some(&self.case["resourcePolicy"]).filter(|document| document.is_object())
    }

    fn resource_kind(&self) -> Kind {
        if self.text("model") == "trust-policy" {
            Kind::Trust
        } else {
            Kind::Resource
        }
    }

    /// How closely the allows of the resource policy name the caller, at best.
    fn named(&self) -> Option<Named> {
        let document = self.resource_policy()?;
        let kind = self.resource_kind();
        statements(document)
            .into_iter()
            .filter(|s| s["Effect"] == "Allow" && self.matches(document, s, kind))
            .filter_map(|s| self.principal_matches(s))
            .max()
    }

    /// Whether a document has a statement of the effect that matches.
    fn says(&self, document: &Value, kind: Kind, effect: &str) -> bool {
        let with_principal = matches!(kind, Kind::Resource | Kind::Trust | Kind::ResourceControl);
        statements(document).into_iter().any(|statement| {
            statement["Effect"] == effect
                && self.matches(document, statement, kind)
                && (!with_principal || self.principal_matches(statement).is_some())
        })
    }

    /// Action, resource and conditions of a statement.
    fn matches(&self, document: &Value, statement: &Value, kind: Kind) -> bool {
        let variables = document["Version"] == "2012-10-17";
        self.action_matches(statement)
            && self.resource_matches(statement, kind, variables)
            && self.conditions_hold(statement, variables)
    }

    fn action_matches(&self, statement: &Value) -> bool {
        let one_of = |element: &str| {
            let patterns = strings(&statement[element]);
            let action = self.text("action");
            patterns
                .iter()
                .any(|pattern| patterns::action(pattern, action))
        };
        match statement.get("NotAction") {
            Some(_) => !one_of("NotAction"),
            None => one_of("Action"),
        }
    }

    fn resource_matches(&self, statement: &Value, kind: Kind, variables: bool) -> bool {
        let padding = match kind {
            Kind::Identity => patterns::Padding::Always,
            Kind::Resource => patterns::Padding::WithStar,
            Kind::ServiceControl => patterns::Padding::AfterTrailingStar,
            Kind::ResourceControl => patterns::Padding::Never,
            // Trust policies have no resource.
            Kind::Trust => return true,
        };
        let one_of = |element: &str| {
            let keys = variables.then_some(&self.keys);
            strings(&statement[element])
                .iter()
                .any(|pattern| patterns::resource(pattern, self.text("resource"), padding, keys))
        };
        match (statement.get("Resource"), statement.get("NotResource")) {
            (_, Some(_)) => !one_of("NotResource"),
            (Some(_), None) => one_of("Resource"),
            // B9: a statement of a key policy without a resource has no effect.
            (None, None) => false,
        }
    }

    fn conditions_hold(&self, statement: &Value, variables: bool) -> bool {
        let Some(operators) = statement["Condition"].as_object() else {
            return true;
        };
        operators.iter().all(|(operator, keys)| {
            let keys = keys.as_object().into_iter().flatten();
            keys.into_iter().all(|(key, values)| {
                conditions::holds(operator, key, &strings(values), &self.keys, variables)
            })
        })
    }

    /// B5: whether `Principal` or `NotPrincipal` takes the caller in, and as what.
    fn principal_matches(&self, statement: &Value) -> Option<Named> {
        if let Some(principal) = statement.get("Principal") {
            return self.listed(principal);
        }
        let but = statement.get("NotPrincipal")?;
        let hit = if statement["Effect"] == "Deny" {
            self.hit_by_not_principal(but)
        } else {
            self.listed(but).is_none()
        };
        hit.then_some(Named::Caller)
    }

    /// Deny with NotPrincipal spares a caller of whom every part is listed, and nobody that has
    /// a permissions boundary.
    fn hit_by_not_principal(&self, but: &Value) -> bool {
        let attached = self.has_account() && !self.is_root();
        if attached && !self.list("permissionBoundaries").is_empty() {
            return true;
        }
        if *but == "*" || Self::is_listed(but, "*") {
            return false;
        }
        if !self.has_account() {
            return self.listed(but).is_none();
        }
        let mut parts = vec![
            self.named_account(but),
            Self::is_listed(but, self.principal()),
        ];
        if !self.text("issuer").is_empty() {
            parts.push(Self::is_listed(but, self.text("issuer")));
        }
        if self.is_root() {
            parts.truncate(1);
        }
        !parts.into_iter().all(|part| part)
    }

    fn is_listed(principal: &Value, arn: &str) -> bool {
        strings(&principal["AWS"]).iter().any(|one| one == arn)
    }

    fn named_account(&self, principal: &Value) -> bool {
        let account = self.principal_part(4);
        let root = format!("arn:{}:iam::{account}:root", self.principal_part(1));
        Self::is_listed(principal, account) || Self::is_listed(principal, &root)
    }

    fn listed(&self, principal: &Value) -> Option<Named> {
        let stars = *principal == "*" || Self::is_listed(principal, "*");
        if stars {
            return Some(Named::Caller);
        }
        if !self.has_account() {
            let element = if self.principal().ends_with(".amazonaws.com") && !self.is_provider() {
                "Service"
            } else {
                "Federated"
            };
            let found = strings(&principal[element])
                .iter()
                .any(|one| one == self.principal());
            return found.then_some(Named::Caller);
        }
        if !self.is_root() && Self::is_listed(principal, self.principal()) {
            Some(Named::Caller)
        } else if !self.text("issuer").is_empty() && Self::is_listed(principal, self.text("issuer"))
        {
            Some(Named::Issuer)
        } else {
            self.named_account(principal).then_some(Named::Account)
        }
    }
}

fn statements(document: &Value) -> Vec<&Value> {
    match &document["Statement"] {
        Value::Array(several) => several.iter().collect(),
        one => vec![one],
    }
}

/// A text, number or boolean, or several, as texts.
fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(several) => several.iter().flat_map(strings).collect(),
        Value::String(text) => vec![text.clone()],
        other => vec![other.to_string()],
    }
}
