//! What is answered.

use std::collections::BTreeMap;

use rolecall_catalog::{Call, Explained, explained};
use rolecall_policy::{ContextValue, Provenance};
use serde::Serialize;
use serde_json::Value;

use crate::{
    Question, ResolveError,
    context::{self, Caller},
    generated, names,
    resources::Table,
    wire,
};

/// What AWS authorizes for a call.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    /// As in the question.
    pub id: Value,
    /// Every authorization, in the order of the rules.
    pub requirements: Vec<Authorization>,
    /// What a reader should know: parameters that are missing, facts that are not known, an operation
    /// that cannot be told from another.
    pub warnings: Vec<String>,
}

/// One authorization.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Authorization {
    /// The action, such as `s3:GetObject`.
    pub action: String,
    /// The resource's ARN, or `*`.
    pub resource: String,
    /// The account that owns the resource, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_account: Option<String>,
    /// Every key that AWS would send and whose value is known: a text, or a list of texts.
    pub context: BTreeMap<String, Value>,
    /// The keys that AWS may send and whose value is not known, each with the reason.
    pub not_computed: BTreeMap<String, String>,
    /// How certain action and resource are.
    pub provenance: Certainty,
    /// The predicate or fact that brought it in.
    pub when: String,
    /// The service that makes the call with the caller's permissions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
    /// Where the curated rule has it from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// How certain action and resource are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Certainty {
    /// Of the action.
    pub action: Provenance,
    /// Of the resource.
    pub resource: Provenance,
}

/// Says what AWS authorizes for a call.
pub fn resolve(question: &Question) -> Result<Answer, ResolveError> {
    let (service, operation) = names::operation(&question.service, &question.operation)?;
    let caller = Caller::read(question.caller.as_deref(), question.account.as_deref())?;
    let is_part = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if question.region.is_empty() || !question.region.bytes().all(is_part) {
        return Err(ResolveError::Region(question.region.clone()));
    }
    let table = Table::new(&question.resources)?;
    let mut sent = wire::send(
        &service,
        operation,
        &question.parameters,
        &question.region,
        &caller.account,
    )?;
    sent.call.caller = caller.user_arn();
    let found = explained(&sent.call, &table);
    let mut warnings: Vec<String> = sent
        .missing
        .iter()
        .map(|path| format!("`{path}` is required and not given: it stands as `*`"))
        .collect();
    let asked = format!("{}.{}", service.name, question.operation);
    let recognised = format!("{}.{}", sent.call.service.name, sent.call.operation().name);
    if asked != recognised {
        warnings.push(format!(
            "nothing in the request tells `{asked}` from `{recognised}`, which it is taken for"
        ));
    }
    warnings.extend(account_warning(&caller));
    warnings.extend(table.idle());
    for requirement in found.iter().map(|found| &found.requirement) {
        for fact in &requirement.unknown_facts {
            let warning = format!("not known: {fact}");
            if !warnings.contains(&warning) {
                warnings.push(warning);
            }
        }
    }
    let caller = if service
        .operations
        .get(operation)
        .is_some_and(|o| o.unsigned)
    {
        caller.unsigned()
    } else {
        caller
    };
    let requirements = found
        .into_iter()
        .map(|found| authorization(&owned(found, &table), &caller, &sent.call))
        .collect();
    Ok(Answer {
        id: question.id.clone(),
        requirements,
        warnings,
    })
}

fn account_warning(caller: &Caller) -> Option<String> {
    let own = caller.principal.as_ref()?.account.as_ref()?;
    (*own != caller.account).then(|| {
        format!(
            "the caller is of the account {own}, and not of {}",
            caller.account
        )
    })
}

/// An ARN may name no account, and the question may.
fn owned(mut found: Explained, table: &Table<'_>) -> Explained {
    let named = found.requirement.resource.split(':').nth(4);
    if named == Some("")
        && let Some(owner) = table.owner(&found.requirement.resource)
    {
        found.requirement.resource_account = Some(owner);
    }
    found
}

fn authorization(found: &Explained, caller: &Caller, call: &Call) -> Authorization {
    let requirement = &found.requirement;
    let mut known = BTreeMap::new();
    let mut not_computed = BTreeMap::new();
    for (key, value) in context::full(requirement, caller, &call.region).iter() {
        match value {
            ContextValue::One(text) => {
                known.insert(key.to_owned(), text.as_str().into());
            }
            ContextValue::Many(texts) => {
                known.insert(key.to_owned(), texts.as_slice().into());
            }
            ContextValue::Redacted(_) => {
                not_computed.insert(key.to_owned(), "redacted".to_owned());
            }
            ContextValue::NotComputed { reason } => {
                not_computed.insert(key.to_owned(), reason.clone());
            }
        }
    }
    Authorization {
        action: requirement.action.to_string(),
        resource: requirement.resource.clone(),
        resource_account: requirement
            .resource_account
            .as_ref()
            .map(ToString::to_string),
        context: known,
        not_computed,
        provenance: Certainty {
            action: requirement.action_provenance,
            resource: requirement.resource_provenance,
        },
        when: match &found.row {
            Some(row) => row.condition(),
            None => generated::condition(requirement, &call.parameters),
        },
        on_behalf_of: requirement.on_behalf_of.clone(),
        source: requirement.source.as_deref().map(str::to_owned),
    }
}
