//! One case after the other.

use std::sync::{Arc, LazyLock};

use super::{
    answer::{Answer, Failed},
    case::{Case, Id, Settings, Slip},
    documents::{BadDocument, Documents, Place},
    public_access,
    who::{NotAPrincipal, NotTheIssuer, parse_principal, principal_keys},
};
use crate::{
    AccountId, Action, AuthorizationModel, Check, CheckEffect, CheckKind, ConditionKey, Context,
    ContextValue, Decision, DecisionKind, Explanation, Lookup, Policy, PolicyKind, PolicySet,
    Principal, PrincipalKind, RequestContext, decide, evaluate, explain,
};

/// Whether answers say what led to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExplanationMode {
    /// They do.
    Full,
    /// The decision alone.
    Left,
}

#[expect(
    clippy::disallowed_types,
    reason = "only ever looked up: it is asked for every case"
)]
type ByText<T> = std::collections::HashMap<Box<str>, T>;

/// What has to be known of AWS beyond the decision.
pub trait Knowledge {
    /// Says whether AWS is known to have an action.
    fn has_action(&self, action: &Action) -> bool;

    /// Says whether a bucket policy lets the public in; one that is not proven not to is public, as
    /// S3 begins by assuming it.
    fn is_public(&self, policy: &Arc<Policy>) -> bool;
}

/// Decides cases; what repeats in them is parsed once.
pub struct Simulator<'k> {
    mode: ExplanationMode,
    knowledge: &'k dyn Knowledge,
    documents: Documents,
    principals: ByText<Arc<Caller>>,
    actions: ByText<Arc<Known>>,
    owners: ByText<Arc<Context>>,
    public: ByText<bool>,
}

/// A principal with the keys that follow from it.
#[derive(Debug)]
struct Caller {
    principal: Principal,
    keys: Context,
}

impl Caller {
    fn new(principal: Principal) -> Self {
        let keys = principal_keys(&principal);
        Self { principal, keys }
    }
}

/// An action, and whether AWS is known to have it.
#[derive(Debug)]
struct Known {
    action: Action,
    exists: bool,
}

/// Why a case cannot be evaluated.
#[derive(Debug, thiserror::Error)]
enum BadCase {
    #[error("the line is not a case: {0}")]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    Principal(#[from] NotAPrincipal),
    #[error(transparent)]
    Issuer(#[from] NotTheIssuer),
    #[error(transparent)]
    Action(#[from] crate::action::InvalidAction),
    #[error("`resourceAccountId`: {0}")]
    Account(#[from] crate::account::InvalidAccountId),
    #[error(transparent)]
    Document(#[from] BadDocument),
}

/// A decision before it is written.
struct Decided {
    decision: Decision,
    explanation: Option<Explanation>,
    warnings: Vec<String>,
}

/// How many principals, actions and owners are kept.
const MOST: usize = 1 << 16;

impl std::fmt::Debug for Simulator<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Simulator")
            .field("mode", &self.mode)
            .finish_non_exhaustive()
    }
}

impl<'k> Simulator<'k> {
    /// Makes one that has not seen anything.
    pub fn new(mode: ExplanationMode, knowledge: &'k dyn Knowledge) -> Self {
        Self {
            mode,
            knowledge,
            documents: Documents::default(),
            principals: ByText::default(),
            actions: ByText::default(),
            owners: ByText::default(),
            public: ByText::default(),
        }
    }

    /// Decides the case in a line, and appends the answer with a line feed.
    ///
    /// A case that cannot be evaluated has an answer of the kind `error`; a blank line has none.
    pub fn line(&mut self, line: &[u8], out: &mut Vec<u8>) {
        let line = line.trim_ascii();
        if line.is_empty() {
            return;
        }
        let written = match serde_json::from_slice::<Case<'_>>(line) {
            Ok(case) => match self.decide(&case) {
                Ok(decided) => write_decided(&case, &decided, out),
                Err(error) => write_failed(case.id, &error, out),
            },
            Err(error) => {
                let id = serde_json::from_slice::<Id<'_>>(line).ok();
                write_failed(id.and_then(|id| id.id), &error.into(), out)
            }
        };
        // A vector takes everything, and every value here can be JSON.
        debug_assert!(written.is_ok());
        out.push(b'\n');
    }

    fn decide(&mut self, case: &Case<'_>) -> Result<Decided, BadCase> {
        let caller = self.caller(case)?;
        let known = self.action(&case.action)?;
        let owner = owner(case, &caller.principal)?;
        let model = AuthorizationModel::of(&known.action, &case.resource);
        let policies = self.policies(case, model)?;
        let of_owner = self.owner_keys(owner.as_ref());
        let request = RequestContext {
            principal: &caller.principal,
            action: &known.action,
            resource: if case.wildcard_only_action == Some(true) {
                "*"
            } else {
                &case.resource
            },
            resource_account: owner.as_ref(),
            model,
            context: &[&unknown(case), given(case), &caller.keys, &of_owner],
        };
        let mut decided = match self.mode {
            ExplanationMode::Full => {
                let explanation = explain(&request, &policies);
                Decided {
                    decision: explanation.decision.clone(),
                    explanation: Some(explanation),
                    warnings: Vec::new(),
                }
            }
            ExplanationMode::Left => Decided {
                decision: without_statements(&request, &policies),
                explanation: None,
                warnings: Vec::new(),
            },
        };
        self.beyond_policies(case, &request, &policies, &mut decided);
        decided
            .warnings
            .extend(case.slips.iter().map(Slip::warning));
        if case.grants.is_some() && model != AuthorizationModel::KmsKey {
            let warning = "grants are on KMS keys: these take no part";
            decided.warnings.push(warning.to_owned());
        }
        if *case.resource != *"*" && !case.resource.starts_with("arn:") {
            let warning = format!("the resource `{}` is neither an ARN nor `*`", case.resource);
            decided.warnings.push(warning);
        }
        if !known.exists {
            let warning = format!("AWS is not known to have the action `{}`", known.action);
            decided.warnings.push(warning);
        }
        Ok(decided)
    }

    fn caller(&mut self, case: &Case<'_>) -> Result<Arc<Caller>, BadCase> {
        let known = self.named(&case.principal)?;
        let issuer = case.issuer.as_deref().filter(|issuer| !issuer.is_empty());
        let principal = match (issuer, role_in_context(case, &known.principal)) {
            (Some(issuer), _) => known.principal.clone().issued_by(issuer)?,
            (None, Some(principal)) => principal,
            (None, None) => return Ok(known),
        };
        Ok(Arc::new(Caller::new(principal)))
    }

    fn named(&mut self, text: &str) -> Result<Arc<Caller>, NotAPrincipal> {
        if let Some(caller) = self.principals.get(text) {
            return Ok(Arc::clone(caller));
        }
        let caller = Arc::new(Caller::new(parse_principal(text)?));
        keep(&mut self.principals, text, &caller);
        Ok(caller)
    }

    fn action(&mut self, text: &str) -> Result<Arc<Known>, crate::action::InvalidAction> {
        if let Some(known) = self.actions.get(text) {
            return Ok(Arc::clone(known));
        }
        let action = Action::parse(text)?;
        let exists = self.knowledge.has_action(&action);
        let known = Arc::new(Known { action, exists });
        keep(&mut self.actions, text, &known);
        Ok(known)
    }

    fn owner_keys(&mut self, owner: Option<&AccountId>) -> Arc<Context> {
        let Some(owner) = owner else {
            return Arc::default();
        };
        if let Some(keys) = self.owners.get(owner.as_str()) {
            return Arc::clone(keys);
        }
        let keys = Arc::new(Context::new().with("aws:ResourceAccount", owner.as_str()));
        keep(&mut self.owners, owner.as_str(), &keys);
        keys
    }

    fn policies(
        &mut self,
        case: &Case<'_>,
        model: AuthorizationModel,
    ) -> Result<PolicySet, BadDocument> {
        use PolicyKind as Kind;
        let documents = &mut self.documents;
        let resource_kind = match model {
            AuthorizationModel::TrustPolicy => Kind::Trust,
            AuthorizationModel::Standard | AuthorizationModel::KmsKey => Kind::Resource,
        };
        let resource = case
            .resource_policy
            .map(|raw| documents.policy(Place::Whole(resource_kind, "resourcePolicy"), raw));
        let mut session = documents.list(
            Kind::Session,
            "sessionPolicies",
            case.session_policies.as_deref(),
        )?;
        if let Some(raw) = case.session_policy {
            session.push(documents.policy(Place::Whole(Kind::Session, "sessionPolicy"), raw)?);
        }
        Ok(PolicySet {
            identity: documents.list(
                Kind::Identity,
                "identityPolicies",
                case.identity_policies.as_deref(),
            )?,
            permissions_boundary: Policy::united(documents.list(
                Kind::PermissionsBoundary,
                "permissionBoundaries",
                case.permission_boundaries.as_deref(),
            )?),
            session: (!session.is_empty()).then_some(session),
            resource: resource.transpose()?,
            vpc_endpoint: Policy::united(documents.list(
                Kind::VpcEndpoint,
                "vpcEndpointPolicies",
                case.vpc_endpoint_policies.as_deref(),
            )?),
            service_control: documents.levels(
                Kind::ServiceControl,
                "scps",
                case.scps.as_deref(),
            )?,
            resource_control: documents.levels(
                Kind::ResourceControl,
                "rcps",
                case.rcps.as_deref(),
            )?,
            grants: case.grants.clone().unwrap_or_default(),
        })
    }

    /// What decides besides policies.
    fn beyond_policies(
        &mut self,
        case: &Case<'_>,
        request: &RequestContext<'_>,
        policies: &PolicySet,
        decided: &mut Decided,
    ) {
        self.block_public_access(case, request, policies, decided);
        let assumed_by_root = request.model == AuthorizationModel::TrustPolicy
            && request.principal.kind == PrincipalKind::Root;
        if assumed_by_root && decided.decision.kind != DecisionKind::ExplicitDeny {
            refuse_root(decided);
        }
        if let Some(explanation) = &mut decided.explanation {
            explanation.replace_decision(request, &decided.decision);
        }
    }

    fn block_public_access(
        &mut self,
        case: &Case<'_>,
        request: &RequestContext<'_>,
        policies: &PolicySet,
        decided: &mut Decided,
    ) {
        let Some(settings) = case.settings.as_ref().map(Settings::public_access) else {
            return;
        };
        if !request.action.prefix().eq_ignore_ascii_case("s3") {
            return;
        }
        let puts_policy = ["PutBucketPolicy", "PutAccessPointPolicy"]
            .iter()
            .any(|name| request.action.name().eq_ignore_ascii_case(name));
        if settings.block_public_policy && puts_policy {
            let warning = "Block Public Access refuses a policy that is public; \
                           the case does not say which policy is put";
            decided.warnings.push(warning.to_owned());
        }
        let refused = settings.restrict_public_buckets
            && request.is_by_stranger()
            && decided.decision.kind != DecisionKind::ExplicitDeny
            && policies
                .resource
                .as_ref()
                .is_some_and(|policy| self.is_public(policy));
        if !refused {
            return;
        }
        let before = decided.decision.kind;
        let decision = std::mem::replace(&mut decided.decision, Decision::allowed());
        decided.decision = public_access::restrict(decision);
        if before != decided.decision.kind {
            let warning = "Block Public Access refuses what the public bucket policy grants";
            decided.warnings.push(warning.to_owned());
        }
    }

    fn is_public(&mut self, policy: &Arc<Policy>) -> bool {
        if let Some(known) = self.public.get(policy.text.as_str()) {
            return *known;
        }
        let is_public = self.knowledge.is_public(policy);
        if self.public.len() >= MOST {
            self.public.clear();
        }
        self.public.insert(policy.text.as_str().into(), is_public);
        is_public
    }
}

fn keep<T>(into: &mut ByText<Arc<T>>, text: &str, value: &Arc<T>) {
    if into.len() >= MOST {
        into.clear();
    }
    into.insert(text.into(), Arc::clone(value));
}

/// The account that is given, else that of the ARN.
fn owner(
    case: &Case<'_>,
    principal: &Principal,
) -> Result<Option<AccountId>, crate::account::InvalidAccountId> {
    match &case.resource_account_id {
        Some(given) => AccountId::parse(given).map(Some),
        None => Ok(supposed_owner(&case.resource, principal)),
    }
}

/// The account that a resource is supposed to belong to: that of its ARN, else the caller's.
pub fn supposed_owner(resource: &str, principal: &Principal) -> Option<AccountId> {
    let of_arn = resource.split(':').nth(4).unwrap_or("");
    AccountId::parse(of_arn)
        .ok()
        .or_else(|| principal.account.clone())
}

/// The session's role as the context has it: `aws:PrincipalArn` of a session is its role's ARN, with
/// the path.
///
/// Source: IAM User Guide, "AWS global condition context keys", `aws:PrincipalArn`.
fn role_in_context(case: &Case<'_>, principal: &Principal) -> Option<Principal> {
    static KEY: LazyLock<ConditionKey> = LazyLock::new(|| ConditionKey::new("aws:PrincipalArn"));
    if principal.kind != PrincipalKind::AssumedRole || principal.issuer.is_some() {
        return None;
    }
    match given(case).lookup_key(&KEY) {
        Lookup::Present(ContextValue::One(role)) => principal.clone().issued_by(role).ok(),
        _ => None,
    }
}

/// The decision, without the statements that decided where nobody asks for them.
fn without_statements(request: &RequestContext<'_>, policies: &PolicySet) -> Decision {
    let verdict = decide(request, policies);
    if verdict.kind == DecisionKind::Undetermined {
        return evaluate(request, policies);
    }
    let check = |(kind, effect)| Check {
        kind,
        effect,
        statements: Vec::new(),
    };
    Decision {
        kind: verdict.kind,
        checks: verdict.checks().map(check).collect(),
        blocked_by: verdict.blocked_by().collect(),
        undetermined_keys: Vec::new(),
    }
}

impl Slip {
    fn warning(&self) -> String {
        let Self { written, meant } = self;
        format!("the member `{written}` is ignored: did you mean `{meant}`?")
    }
}

static NOTHING: Context = Context::EMPTY;

fn given<'a>(case: &'a Case<'_>) -> &'a Context {
    case.context.as_ref().map_or(&NOTHING, |keys| &keys.0)
}

fn unknown(case: &Case<'_>) -> Context {
    let keys = case.unknown_keys.iter().flatten();
    let not_computed = |key: &String| {
        let reason = "listed in `unknownKeys`".to_owned();
        (key.clone(), ContextValue::NotComputed { reason })
    };
    keys.map(not_computed).collect()
}

/// STS refuses a role to a root user, whatever the policies say (denied-messages.md, section 4).
fn refuse_root(decided: &mut Decided) {
    let decision = &mut decided.decision;
    decision.kind = DecisionKind::ImplicitDeny;
    decision.undetermined_keys.clear();
    decision
        .checks
        .retain(|check| check.kind != CheckKind::Principal);
    decision.checks.push(Check {
        kind: CheckKind::Principal,
        effect: CheckEffect::ImplicitDeny,
        statements: Vec::new(),
    });
    decision.checks.sort_by_key(|check| check.kind);
    let blocking = decision.checks.iter();
    let blocking = blocking.filter(|check| check.effect == CheckEffect::ImplicitDeny);
    decision.blocked_by = blocking.map(|check| check.kind).collect();
    decided
        .warnings
        .push("roles may not be assumed by root accounts".to_owned());
}

fn write_decided(
    case: &Case<'_>,
    decided: &Decided,
    out: &mut Vec<u8>,
) -> Result<(), serde_json::Error> {
    let answer = Answer {
        id: case.id,
        decision: decided.decision.kind.into(),
        kind: decided.decision.kind,
        blocked_by: &decided.decision.blocked_by,
        undetermined_keys: &decided.decision.undetermined_keys,
        explanation: decided.explanation.as_ref(),
        warnings: &decided.warnings,
    };
    serde_json::to_writer(out, &answer)
}

fn write_failed(
    id: Option<super::case::Raw<'_>>,
    error: &BadCase,
    out: &mut Vec<u8>,
) -> Result<(), serde_json::Error> {
    let error = &error.to_string();
    let failed = Failed {
        id,
        kind: "error",
        error,
    };
    serde_json::to_writer(out, &failed)
}
