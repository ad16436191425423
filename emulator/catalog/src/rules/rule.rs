//! What a rule file says, compiled.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use rolecall_policy::{Action, Requirement};

use super::{
    expression::{Expression, Predicate, Template},
    parse::Names,
    sections::Section,
    written::Written,
};
use crate::requirements::plan::Plan;

/// The rules of one service.
#[derive(Debug, Default)]
pub(crate) struct RuleSet {
    /// The file's name without its extension.
    pub(crate) file: String,
    pub(crate) text: &'static str,
    /// The IAM prefix of its actions.
    pub(crate) prefix: String,
    /// Where it is documented what has no source of its own.
    pub(crate) source: Option<Arc<str>>,
    pub(crate) forms: Vec<Arc<Form>>,
    /// How many of the forms, the first ones, come from the file `global`.
    pub(crate) prelude: usize,
    /// What expressions may name.
    pub(crate) names: Names,
    pub(crate) keys: Vec<KeyRule>,
    /// Key patterns which the server, and no rule, adds; in the file `global` only.
    pub(crate) server_keys: Vec<String>,
    pub(crate) groups: BTreeMap<&'static str, Section>,
    pub(crate) operations: BTreeMap<&'static str, Written>,
}

/// A way to turn a value into a text.
#[derive(Debug)]
pub(crate) struct Form {
    pub(crate) cases: Vec<Case>,
    pub(crate) text: FormText,
}

/// A form as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormText {
    /// Its name.
    pub name: String,
    /// Predicate and template of each case; the first that holds counts.
    pub cases: Vec<(Option<String>, String)>,
}

impl FormText {
    /// Every predicate and template.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        let cases = self.cases.iter();
        cases.flat_map(|(when, is)| when.as_deref().into_iter().chain([is.as_str()]))
    }
}

/// One case of a form; the first that holds counts.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) when: Option<Predicate>,
    pub(crate) is: Template,
}

/// How a condition key is computed.
#[derive(Debug)]
pub(crate) struct KeyRule {
    /// As in the authorization data; `*` at its end stands for a family.
    pub(crate) name: &'static str,
    pub(crate) when: Option<Predicate>,
    pub(crate) value: KeyValue,
    /// Where the value is not in the request, AWS sends one all the same: why it cannot be told.
    pub(crate) otherwise: Option<String>,
    pub(crate) line: usize,
}

/// The value of a condition key.
#[derive(Debug)]
pub(crate) enum KeyValue {
    One(Template),
    Many(Vec<Template>),
    /// AWS does not send it.
    Absent,
    /// AWS sends it, and what it holds cannot be told: why.
    Unknown(String),
}

/// What one operation needs.
#[derive(Debug)]
pub(crate) struct OperationRules {
    pub(crate) line: usize,
    /// AWS authorizes nothing.
    pub(crate) none_needed: bool,
    /// The record of such a call, made once.
    pub(crate) nothing: OnceLock<Option<Box<Requirement>>>,
    /// Unlike the rules', of the operation itself.
    pub(crate) source: Option<Arc<str>>,
    pub(crate) rules: Vec<Rule>,
    /// Other rules, for calls of some kind; the first whose condition holds beats these.
    pub(crate) variants: Vec<(Predicate, OperationRules)>,
}

/// One row: an action on a resource, perhaps under a condition, perhaps for each item of a list.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) line: usize,
    pub(crate) action: Action,
    pub(crate) resource: Template,
    pub(crate) loops: Vec<(String, Expression)>,
    /// What of its condition is the same in every round of the loops: decided first, so that no
    /// fact is asked for a row that does not apply anyway.
    pub(crate) before: Vec<Predicate>,
    /// The rest of its condition.
    pub(crate) when: Vec<Predicate>,
    /// Key rules of this requirement alone; they beat the service's.
    pub(crate) context: Vec<KeyRule>,
    pub(crate) on_behalf_of: Option<String>,
    pub(crate) source: Option<Arc<str>>,
    /// What is believed, and not documented.
    pub(crate) assumed: Option<Belief>,
    /// A listed action whose keys it has: of an action that is newer than the authorization data.
    pub(crate) keys_of: Option<Action>,
    /// What the row says of when it applies, for a reader.
    pub(crate) text: RowText,
    /// Which keys its action has; made from the authorization data at the first call.
    pub(crate) plan: OnceLock<Box<Plan>>,
}

/// A row as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RowText {
    pub(crate) resource: Box<str>,
    pub(crate) loops: Box<[Box<str>]>,
    pub(crate) when: Option<Box<str>>,
}

/// What of a row no source says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Belief {
    /// That AWS authorizes this action at all.
    Action,
    /// On which resource it does.
    Resource,
}
