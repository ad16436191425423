//! What all connections share.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use rolecall_backends::{Backend, Synthesised};
use rolecall_catalog::Catalog;
use rolecall_policy::{Context, Policy, PolicyError, PolicyKind};
use rolecall_sigv4::{SecretAccessKey, SigningKeyCache};
use rolecall_trace::{PolicyRecord, Recorder, Redaction};

use crate::{
    accounts::{AccessKey, Caller, CredentialProblem, Identity, IdentityKind, KeyOwner, World},
    clock::{BASE32, BASE64, Clock, Random, random_text},
    compiled::CompiledPolicies,
    settings::{Settings, Supposed},
    sts::{IssuedCredentials, NewSession, issue, role_session},
};

/// The name of the administrator user that exists from the start.
pub const ADMINISTRATOR: &str = "rolecall-administrator";

/// Everything behind the listener.
pub struct State {
    pub(crate) settings: Settings,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) catalog: &'static Catalog,
    pub(crate) backend: Arc<dyn Backend>,
    /// For what Rolecall keeps itself and does not have yet.
    pub(crate) synthesised: Synthesised,
    pub(crate) recorder: Arc<Recorder>,
    pub(crate) redaction: Redaction,
    pub(crate) signing_keys: SigningKeyCache,
    pub(crate) compiled: CompiledPolicies,
    world: RwLock<World>,
    callers: RwLock<BTreeMap<String, (u64, Arc<ResolvedKey>)>>,
    administrator: LongTermCredentials,
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

/// A caller with the secret that its signature is held against.
#[derive(Debug)]
pub(crate) struct ResolvedKey {
    pub(crate) secret: SecretAccessKey,
    pub(crate) caller: Arc<Caller>,
    /// The context keys that all its requests have: those of the caller, and what is supposed.
    pub(crate) context: Context,
    /// The policies that take part in every decision, other than the identity policies.
    pub(crate) participating: Vec<PolicyRecord>,
    /// Their hashes by check: `permissions-boundary`, `session`.
    pub(crate) policy_hashes: BTreeMap<String, Vec<String>>,
}

impl ResolvedKey {
    pub(crate) fn new(secret: SecretAccessKey, caller: Arc<Caller>, supposed: &Supposed) -> Self {
        let mut context = caller.context.clone();
        supposed.add_to(&mut context);
        let policies = &caller.policies;
        let boundary = policies
            .permissions_boundary
            .iter()
            .map(|p| ("permissions-boundary", p));
        let session = policies.session.iter().flatten().map(|p| ("session", p));
        let mut participating = Vec::new();
        let mut policy_hashes = BTreeMap::<String, Vec<String>>::new();
        for (check, policy) in boundary.chain(session) {
            let record = PolicyRecord::new(policy.kind, &policy.name, &policy.text);
            policy_hashes
                .entry(check.to_owned())
                .or_default()
                .push(record.hash.clone());
            participating.push(record);
        }
        Self {
            secret,
            context: context.shared(),
            caller,
            participating,
            policy_hashes,
        }
    }
}

/// An access key that does not expire.
#[derive(Clone)]
pub struct LongTermCredentials {
    /// `AKIA...`.
    pub access_key_id: String,
    /// The secret.
    pub secret_access_key: String,
}

impl fmt::Debug for LongTermCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LongTermCredentials")
            .field("access_key_id", &self.access_key_id)
            .finish_non_exhaustive()
    }
}

/// What a session for a test is made of.
#[derive(Clone, Debug)]
pub struct RoleSessionRequest {
    /// The account of the role.
    pub account: String,
    /// The role's name.
    pub role: String,
    /// The name of the session.
    pub session: String,
    /// How long it lasts; here, unlike with AssumeRole, any number of seconds.
    pub seconds: u64,
    /// The scenario that its attempts belong to.
    pub scenario: Option<String>,
    /// The function that its attempts belong to.
    pub function: Option<String>,
    /// Where its attempts go besides the server's own recording.
    pub capture: Option<Arc<Recorder>>,
}

impl State {
    pub(crate) fn new(
        settings: Settings,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        backend: Arc<dyn Backend>,
        synthesised: Synthesised,
        recorder: Arc<Recorder>,
    ) -> Self {
        let administrator = LongTermCredentials {
            access_key_id: format!("AKIA{}", random_text(random.as_ref(), BASE32, 16)),
            secret_access_key: random_text(random.as_ref(), BASE64, 40),
        };
        let redaction = Redaction::new(
            settings.redacted.iter().cloned(),
            random.bits().to_le_bytes(),
        );
        let now = clock.now_millis() / 1000;
        let world = first_world(&settings.account, &administrator, random.as_ref(), now);
        Self {
            settings,
            clock,
            random,
            catalog: Catalog::embedded(),
            backend,
            synthesised,
            recorder,
            redaction,
            signing_keys: SigningKeyCache::default(),
            compiled: CompiledPolicies::default(),
            world: RwLock::new(world),
            callers: RwLock::default(),
            administrator,
        }
    }

    /// Milliseconds since the epoch.
    pub fn now_millis(&self) -> u64 {
        self.clock.now_millis()
    }

    /// Reads accounts. A thread that panicked while it wrote left them as they were then.
    pub fn world(&self) -> RwLockReadGuard<'_, World> {
        self.world.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes accounts.
    pub fn world_mut(&self) -> RwLockWriteGuard<'_, World> {
        self.world.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The access key of the administrator user.
    pub fn administrator(&self) -> &LongTermCredentials {
        &self.administrator
    }

    /// The ARN of the administrator user.
    pub fn administrator_arn(&self) -> String {
        format!(
            "arn:aws:iam::{}:user/{ADMINISTRATOR}",
            self.settings.account
        )
    }

    /// Where attempts are written.
    pub fn recorder(&self) -> &Recorder {
        &self.recorder
    }

    /// What the server was told.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The caller behind an access key, from the cache while accounts have not changed.
    pub(crate) fn resolve(&self, id: &str) -> Result<Arc<ResolvedKey>, CredentialProblem> {
        let world = self.world();
        let cached = self.callers.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((version, resolved)) = cached.get(id)
            && *version == world.version
        {
            return Ok(Arc::clone(resolved));
        }
        drop(cached);
        let key = world.keys.get(id).filter(|key| key.active);
        let key = key.ok_or(CredentialProblem::UnknownKey)?;
        let caller = Arc::new(world.caller(key)?);
        let resolved = Arc::new(ResolvedKey::new(
            key.secret.clone(),
            caller,
            &self.settings.supposed,
        ));
        let mut callers = self.callers.write().unwrap_or_else(PoisonError::into_inner);
        // Bounded: a test that makes more sessions than this pays for resolving them again.
        if callers.len() >= 10_000 {
            callers.clear();
        }
        callers.insert(id.to_owned(), (world.version, Arc::clone(&resolved)));
        Ok(resolved)
    }

    /// Makes a role, or replaces the inline policies of the one that exists; the trust policy lets
    /// the account itself, and Lambda, assume it.
    pub fn put_role(
        &self,
        account: &str,
        name: &str,
        policies: &[(String, String)],
    ) -> Result<String, PolicyError> {
        let compiled = policies
            .iter()
            .map(|(name, text)| {
                let policy = Policy::parse(name, PolicyKind::Identity, text)?;
                Ok((name.clone(), Arc::new(policy)))
            })
            .collect::<Result<BTreeMap<_, _>, PolicyError>>()?;
        let trust = Policy::parse(name, PolicyKind::Trust, &own_trust(account))?;
        let now = self.now_millis() / 1000;
        let mut world = self.world_mut();
        world.version += 1;
        let roles = &mut world.account_mut(account).roles;
        let role = roles.entry(name.to_lowercase()).or_insert_with(|| {
            let kind = IdentityKind::Role;
            let id = format!(
                "{}{}",
                kind.id_prefix(),
                random_text(self.random.as_ref(), BASE32, 17)
            );
            let mut role = Identity::new(kind, account, "/", name, id, now);
            role.trust = Some(Arc::new(trust));
            role
        });
        role.inline = compiled;
        Ok(role.arn.clone())
    }

    /// Opens a session of a role that exists, whatever its trust policy says: the harness's own way
    /// to put a program under a role.
    pub fn open_session(&self, request: RoleSessionRequest) -> Option<IssuedCredentials> {
        let now = self.now_millis() / 1000;
        let mut world = self.world_mut();
        let account = world.accounts.get(&request.account)?;
        let role = account.roles.get(&request.role.to_lowercase())?;
        let new = NewSession {
            principal: role_session(&request.account, role, &request.session),
            account: request.account,
            identity: Some(role.name.to_lowercase()),
            identity_id: role.id.clone(),
            policies: None,
            tags: BTreeMap::new(),
            transitive_tag_keys: Vec::new(),
            source_identity: None,
            seconds: request.seconds,
            scenario: request.scenario,
            function: request.function,
            capture: request.capture,
        };
        Some(issue(&mut world, new, now, self.random.as_ref()))
    }
}

fn own_trust(account: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{account}:root","Service":"lambda.amazonaws.com"}},"Action":"sts:AssumeRole"}}]}}"#
    )
}

fn first_world(
    account: &str,
    administrator: &LongTermCredentials,
    random: &dyn Random,
    now: u64,
) -> World {
    let mut world = World::default();
    let id = format!("AIDA{}", random_text(random, BASE32, 17));
    let kind = IdentityKind::User;
    let mut user = Identity::new(kind, account, "/", ADMINISTRATOR, id, now);
    user.attached
        .insert("arn:aws:iam::aws:policy/AdministratorAccess".to_owned());
    world
        .account_mut(account)
        .users
        .insert(ADMINISTRATOR.to_owned(), user);
    let key = |secret: &str, owner| AccessKey {
        secret: SecretAccessKey::new(secret),
        owner,
        active: true,
        created: now,
    };
    // The well-known key of local emulators; here it is the account's root.
    let root = KeyOwner::Root {
        account: account.to_owned(),
    };
    world.keys.insert("test".to_owned(), key("test", root));
    let owner = KeyOwner::User {
        account: account.to_owned(),
        user: ADMINISTRATOR.to_owned(),
    };
    world.keys.insert(
        administrator.access_key_id.clone(),
        key(&administrator.secret_access_key, owner),
    );
    world
}
