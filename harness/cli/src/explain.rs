//! `rolecall explain`.

use std::{fs, path::Path, path::PathBuf, process::ExitCode, sync::Arc};

use clap::Args;
use rolecall::{
    least_privilege::explain_attempt,
    policy::{
        AccountId, Action, AuthorizationModel, Context, ContextValue, Policy, PolicyKind,
        PolicySet, RequestContext, explain,
        simulate::{further_principal_keys, parse_principal, principal_keys, supposed_owner},
    },
    trace::{self, Attempt, Recording},
};
use serde_json::json;

use crate::{
    arguments::Format,
    failure::{Failure, print, say},
    named,
};

const USAGE: &str = "rolecall explain <RECORDING> --attempt <N|REQUEST_ID> [--policy <FILE>]...
       rolecall explain --principal <ARN> --action <SERVICE:ACTION> --resource <ARN> [OPTIONS]";

/// What need not be given.
const FILLED_IN: &str = "\
Of a request that is made up, these keys follow from the principal and the resource unless --context or
--unknown-key names them:
  aws:PrincipalArn, aws:PrincipalAccount, aws:PrincipalType, aws:PrincipalIsAWSService
  aws:username               of a user
  aws:userid                 of the root user and of a federated user
  aws:PrincipalServiceName   of a service
  aws:ResourceAccount        the resource's owner";

#[derive(Debug, Args)]
#[command(override_usage = USAGE, after_help = FILLED_IN)]
pub(crate) struct Explain {
    /// A recording, of which one attempt is explained
    #[arg(value_name = "RECORDING", help_heading = "An attempt of a recording")]
    recording: Option<PathBuf>,
    /// Which attempt: its number from 1, or its request id
    #[arg(
        long,
        value_name = "N|REQUEST_ID",
        help_heading = "An attempt of a recording"
    )]
    attempt: Option<String>,
    /// An identity policy of the caller; may be given several times. With a recording, in the place of
    /// those that it has
    #[arg(long, value_name = "FILE", help_heading = "Either way")]
    policy: Vec<PathBuf>,
    /// How to print it
    #[arg(long, value_enum, default_value = "text", help_heading = "Either way")]
    format: Format,
    #[command(flatten)]
    request: Request,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "A request that is made up")]
struct Request {
    /// Who asks: an ARN, a service's name, or `anonymous`
    #[arg(long, value_name = "ARN")]
    principal: Option<String>,
    /// For what
    #[arg(long, value_name = "SERVICE:ACTION")]
    action: Option<String>,
    /// On what
    #[arg(long, value_name = "ARN")]
    resource: Option<String>,
    /// The owner of the resource, if not the account of its ARN or the caller's
    #[arg(long, value_name = "ID")]
    resource_account: Option<String>,
    /// A condition key of the request; a key that is given several times is multivalued
    #[arg(long, value_name = "KEY=VALUE")]
    context: Vec<String>,
    /// A condition key that the request has and whose value is not known
    #[arg(long, value_name = "KEY")]
    unknown_key: Vec<String>,
    /// The policy of the resource: of a role (for `sts:AssumeRole`) its trust policy, of a key its key
    /// policy
    #[arg(long, value_name = "FILE")]
    resource_policy: Option<PathBuf>,
    /// The permissions boundary of the caller
    #[arg(long, value_name = "FILE")]
    boundary: Option<PathBuf>,
    /// A session policy; may be given several times
    #[arg(long, value_name = "FILE")]
    session_policy: Vec<PathBuf>,
    /// A service control policy, a level of its own from the root down; may be given several times
    #[arg(long, value_name = "FILE")]
    scp: Vec<PathBuf>,
    /// A resource control policy, a level of its own from the root down; may be given several times
    #[arg(long, value_name = "FILE")]
    rcp: Vec<PathBuf>,
    /// The policy of the VPC endpoint that the request comes through
    #[arg(long, value_name = "FILE")]
    endpoint_policy: Option<PathBuf>,
}

impl Request {
    /// The options that are given.
    fn given(&self) -> Vec<&'static str> {
        let options = [
            ("--principal", self.principal.is_some()),
            ("--action", self.action.is_some()),
            ("--resource", self.resource.is_some()),
            ("--resource-account", self.resource_account.is_some()),
            ("--context", !self.context.is_empty()),
            ("--unknown-key", !self.unknown_key.is_empty()),
            ("--resource-policy", self.resource_policy.is_some()),
            ("--boundary", self.boundary.is_some()),
            ("--session-policy", !self.session_policy.is_empty()),
            ("--scp", !self.scp.is_empty()),
            ("--rcp", !self.rcp.is_empty()),
            ("--endpoint-policy", self.endpoint_policy.is_some()),
        ];
        let given = options.into_iter().filter(|(_, given)| *given);
        given.map(|(option, _)| option).collect()
    }
}

pub(crate) fn run(arguments: &Explain) -> Result<ExitCode, Failure> {
    let text = match (&arguments.recording, &arguments.attempt) {
        (Some(path), _) if !arguments.request.given().is_empty() => {
            return Err(Failure::rendered(format!(
                "`{}` is a recording, and {} are for a request that is made up: give one or the \
                 other\n\nUsage: {USAGE}",
                path.display(),
                arguments.request.given().join(", ")
            )));
        }
        (Some(path), Some(which)) => of_attempt(path, which, arguments)?,
        (Some(path), None) => return Err(which_attempt(path)),
        (None, Some(_)) => {
            return Err(Failure::rendered(format!(
                "--attempt is one of a recording: name the recording\n\nUsage: {USAGE}"
            )));
        }
        (None, None) => of_request(arguments)?,
    };
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn which_attempt(path: &Path) -> Failure {
    match trace::read(&[path]) {
        Err(error) => Failure::input(&error),
        Ok(recording) => Failure::rendered(format!(
            "`{}` has {} attempts: say which with --attempt, by number from 1 or by request id",
            path.display(),
            recording.attempts.len()
        )),
    }
}

fn of_attempt(path: &Path, which: &str, arguments: &Explain) -> Result<String, Failure> {
    let recording = trace::read(&[path]).map_err(|error| Failure::input(&error))?;
    let attempt = find(&recording, which)?;
    let identity = policies(PolicyKind::Identity, &arguments.policy)?;
    let given = (!identity.is_empty()).then_some(identity.as_slice());
    let explained = explain_attempt(&recording, attempt, given);
    let head = format!(
        "{} {} by {}\n",
        attempt.service, attempt.operation, attempt.caller.principal.arn
    );
    Ok(match arguments.format {
        Format::Text => {
            let each = explained.iter().map(|one| format!("\n{}", one.to_text()));
            std::iter::once(head).chain(each).collect()
        }
        Format::Json => format!(
            "{:#}\n",
            json!({
                "requestId": attempt.request_id,
                "service": attempt.service,
                "operation": attempt.operation,
                "caller": attempt.caller,
                "requirements": explained,
            })
        ),
    })
}

fn find<'a>(recording: &'a Recording, which: &str) -> Result<&'a Attempt, Failure> {
    let by_id = || {
        recording
            .attempts
            .iter()
            .find(|attempt| attempt.request_id == which)
    };
    let number = which
        .parse::<usize>()
        .ok()
        .and_then(|number| number.checked_sub(1));
    let found = number
        .and_then(|index| recording.attempts.get(index))
        .or_else(by_id);
    let count = recording.attempts.len();
    found.ok_or_else(|| {
        Failure::rendered(format!(
            "the recording has {count} attempts, and none is number `{which}` or has that request id"
        ))
    })
}

fn of_request(arguments: &Explain) -> Result<String, Failure> {
    let asked = &arguments.request;
    let (Some(principal), Some(action), Some(resource)) =
        (&asked.principal, &asked.action, &asked.resource)
    else {
        let required = ["--principal", "--action", "--resource"];
        let given = asked.given();
        let missing: Vec<&str> = required
            .into_iter()
            .filter(|option| !given.contains(option))
            .collect();
        let message = if given.is_empty() {
            "an attempt of a recording is needed, or a request".to_owned()
        } else {
            format!("the request lacks {}", missing.join(", "))
        };
        return Err(Failure::rendered(format!("{message}\n\nUsage: {USAGE}")));
    };
    let principal = parse_principal(principal).map_err(|error| Failure::input(&error))?;
    let action = Action::parse(action).map_err(|error| Failure::input(&error))?;
    let owner = match &asked.resource_account {
        Some(id) => Some(AccountId::parse(id).map_err(|error| Failure::input(&error))?),
        None => supposed_owner(resource, &principal),
    };
    let model = AuthorizationModel::of(&action, resource);
    if let Some(unknown) = named::unknown_action(&action) {
        say(&format!("rolecall: warning: {unknown}"));
    }
    let further = further_principal_keys(&principal);
    let mut follows = principal_keys(&principal);
    if let Some(owner) = &owner {
        follows.insert_one("aws:ResourceAccount", owner.as_str());
    }
    let request = RequestContext {
        principal: &principal,
        action: &action,
        resource,
        resource_account: owner.as_ref(),
        model,
        context: &[&context(asked)?, &follows, &further],
    };
    let policies = policy_set(arguments, model)?;
    let explanation = explain(&request, &policies);
    Ok(match arguments.format {
        Format::Text => format!("{action} on {resource}: {}", explanation.to_text()),
        Format::Json => format!("{:#}\n", json!(explanation)),
    })
}

fn context(asked: &Request) -> Result<Context, Failure> {
    let mut context = Context::new();
    for pair in &asked.context {
        let Some((key, value)) = pair.split_once('=') else {
            let message = format!("`{pair}` is not a key with a value: KEY=VALUE is needed");
            return Err(Failure::rendered(message));
        };
        let value = match context.remove(key) {
            None => ContextValue::One(value.to_owned()),
            Some(ContextValue::One(first)) => ContextValue::Many(vec![first, value.to_owned()]),
            Some(ContextValue::Many(mut several)) => {
                several.push(value.to_owned());
                ContextValue::Many(several)
            }
            Some(unknown @ (ContextValue::NotComputed { .. } | ContextValue::Redacted(_))) => {
                unknown
            }
        };
        context.insert(key.to_owned(), value);
    }
    for key in &asked.unknown_key {
        let reason = "--unknown-key".to_owned();
        context.insert(key.clone(), ContextValue::NotComputed { reason });
    }
    Ok(context)
}

fn policy_set(arguments: &Explain, model: AuthorizationModel) -> Result<PolicySet, Failure> {
    let asked = &arguments.request;
    let one =
        |kind, path: &Option<PathBuf>| path.as_deref().map(|path| policy(kind, path)).transpose();
    let levels = |kind, paths: &[PathBuf]| {
        let each = paths.iter().map(|path| Ok(vec![policy(kind, path)?]));
        each.collect::<Result<Vec<_>, Failure>>()
    };
    let session = policies(PolicyKind::Session, &asked.session_policy)?;
    let resource_kind = match model {
        AuthorizationModel::TrustPolicy => PolicyKind::Trust,
        AuthorizationModel::Standard | AuthorizationModel::KmsKey => PolicyKind::Resource,
    };
    Ok(PolicySet {
        identity: policies(PolicyKind::Identity, &arguments.policy)?,
        permissions_boundary: one(PolicyKind::PermissionsBoundary, &asked.boundary)?,
        session: (!session.is_empty()).then_some(session),
        resource: one(resource_kind, &asked.resource_policy)?,
        grants: Vec::new(),
        vpc_endpoint: one(PolicyKind::VpcEndpoint, &asked.endpoint_policy)?,
        service_control: levels(PolicyKind::ServiceControl, &asked.scp)?,
        resource_control: levels(PolicyKind::ResourceControl, &asked.rcp)?,
    })
}

fn policies(kind: PolicyKind, paths: &[PathBuf]) -> Result<Vec<Arc<Policy>>, Failure> {
    paths.iter().map(|path| policy(kind, path)).collect()
}

fn policy(kind: PolicyKind, path: &Path) -> Result<Arc<Policy>, Failure> {
    let name = path.display().to_string();
    let text = fs::read_to_string(path)
        .map_err(|error| Failure::rendered(format!("`{name}` cannot be read: {error}")))?;
    let parsed = Policy::parse(&name, kind, &text);
    parsed.map(Arc::new).map_err(|error| {
        let rendered = error.render(&name, &text);
        Failure::rendered(format!("{rendered}{}", other_kind(&name, kind, &text)))
    })
}

/// What a document of another kind is good for, if it is one.
fn other_kind(name: &str, kind: PolicyKind, text: &str) -> String {
    let is = |kind| Policy::parse(name, kind, text).is_ok();
    let help = match kind {
        PolicyKind::Resource | PolicyKind::Trust if is(PolicyKind::Identity) => {
            "this is an identity policy: --policy takes it"
        }
        PolicyKind::Resource if is(PolicyKind::Trust) => {
            "this is a trust policy: it is looked at for `sts:AssumeRole` and its like, on a role"
        }
        PolicyKind::Trust if is(PolicyKind::Resource) => {
            "this is a resource policy, and a role has a trust policy: one without `Resource`"
        }
        PolicyKind::Identity if is(PolicyKind::Trust) => {
            "this is a trust policy: --resource-policy takes it"
        }
        PolicyKind::Identity if is(PolicyKind::Resource) => {
            "this is a resource policy: --resource-policy takes it"
        }
        _ => return String::new(),
    };
    format!("\nhelp: {help}")
}
