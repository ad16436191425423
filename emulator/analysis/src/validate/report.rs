//! What the checks write to, and what they read.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
    sync::Arc,
};

use rolecall_catalog::{Catalog, IamAction, IamService};
use rolecall_policy::document::{
    Span, Version,
    json::{Member, Node, Value},
    nearest,
};

use super::{
    arn::Formats,
    check::Check,
    finding::{Edit, Finding, Fix, Step},
    keys::{self, KeyFacts},
    overlap::{self, Unit},
    place::Places,
    policy_type::PolicyType,
    view::{Statement, member},
};

/// Comparisons of one pattern with another that one document may cost. A list that uses them up is
/// longer than any quota of AWS allows.
const COMPARISONS: u32 = 1_000_000;
/// Searches for what was meant; each compares with all names of a service.
const SUGGESTIONS: u32 = 100;

/// A service with the names of its actions, in lower case, ready to be compared with patterns.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) service: Arc<IamService>,
    names: Vec<Vec<Unit>>,
}

/// A document, read as far as it goes.
pub(super) struct Input<'a> {
    pub(super) text: &'a str,
    pub(super) root: &'a Node,
    pub(super) members: &'a [Member],
    pub(super) kind: &'a PolicyType,
    pub(super) catalog: &'a Catalog,
    pub(super) version: Version,
    pub(super) statements: Vec<Statement<'a>>,
    pub(super) formats: Formats,
    services: RefCell<BTreeMap<String, Option<Rc<Named>>>>,
    keys: RefCell<BTreeMap<String, Option<KeyFacts>>>,
    comparisons: Cell<u32>,
    suggestions: Cell<u32>,
}

impl<'a> Input<'a> {
    pub(super) fn new(
        text: &'a str,
        root: &'a Node,
        kind: &'a PolicyType,
        catalog: &'a Catalog,
    ) -> Self {
        let members = match &root.value {
            Value::Object(members) => members.as_slice(),
            _ => &[],
        };
        let is_new =
            |m: &Member| matches!(&m.node.value, Value::Text(text) if text == "2012-10-17");
        let version = match member(members, "Version") {
            Some(version) if is_new(version) => Version::V2012,
            _ => Version::V2008,
        };
        let statements = match member(members, "Statement").map(|m| &m.node) {
            None => Vec::new(),
            Some(node) => match &node.value {
                Value::List(nodes) => nodes.iter().filter_map(Statement::read).collect(),
                _ => Statement::read(node).into_iter().collect(),
            },
        };
        Self {
            text,
            root,
            members,
            kind,
            catalog,
            version,
            statements,
            formats: Formats::default(),
            services: RefCell::default(),
            keys: RefCell::default(),
            comparisons: Cell::new(COMPARISONS),
            suggestions: Cell::new(SUGGESTIONS),
        }
    }

    /// Whether one more comparison is within the bound.
    pub(super) fn may_compare(&self) -> bool {
        spend(&self.comparisons)
    }

    /// What is known of a condition key; none for one that nobody has.
    pub(super) fn key_facts(&self, key: &str) -> Option<KeyFacts> {
        if let Some(known) = self.keys.borrow().get(key) {
            return *known;
        }
        let facts = keys::find_facts(self.catalog, key);
        self.keys.borrow_mut().insert(key.to_owned(), facts);
        facts
    }

    /// A service by its prefix, in any case.
    pub(super) fn service(&self, prefix: &str) -> Option<Rc<Named>> {
        let prefix = prefix.to_ascii_lowercase();
        if let Some(known) = self.services.borrow().get(&prefix) {
            return known.clone();
        }
        let named = self.catalog.iam(&prefix).map(|service| {
            let lower = |name: &str| overlap::of_policy(&name.to_ascii_lowercase());
            let names = service.actions.iter().map(|a| lower(&a.name)).collect();
            Rc::new(Named { service, names })
        });
        self.services.borrow_mut().insert(prefix, named.clone());
        named
    }

    /// Whether some action that a name or a pattern stands for has a property; none where the bound
    /// on comparisons was spent before one was found.
    pub(super) fn any_action(
        &self,
        named: &Named,
        name: &str,
        has: impl Fn(&IamAction) -> bool,
    ) -> Option<bool> {
        if !name.contains(['*', '?']) {
            return Some(named.service.action(name).is_some_and(has));
        }
        let wanted = overlap::of_policy(&name.to_ascii_lowercase());
        for (action, name) in named.service.actions.iter().zip(&named.names) {
            if !self.may_compare() {
                return None;
            }
            if overlap::intersects(&wanted, name) && has(action) {
                return Some(true);
            }
        }
        Some(false)
    }

    /// A help for a name that is not known.
    pub(super) fn did_you_mean<'n>(
        &self,
        name: &str,
        known: impl IntoIterator<Item = &'n str>,
        otherwise: &str,
    ) -> String {
        let meant = if spend(&self.suggestions) {
            nearest(name, known)
        } else {
            None
        };
        meant.map_or_else(
            || otherwise.to_owned(),
            |meant| format!("did you mean `{meant}`?"),
        )
    }
}

fn spend(budget: &Cell<u32>) -> bool {
    let left = budget.get();
    budget.set(left.saturating_sub(1));
    left > 0
}

/// The findings of one document.
pub(super) struct Report<'a> {
    root: Option<&'a Node>,
    places: Places,
    findings: Vec<Finding>,
}

impl<'a> Report<'a> {
    pub(super) fn new(text: &str, root: Option<&'a Node>) -> Self {
        Self {
            root,
            places: Places::new(text),
            findings: Vec::new(),
        }
    }

    pub(super) fn add(
        &mut self,
        check: Check,
        span: Span,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.push(check, span, message.into(), remedy.into(), None);
    }

    pub(super) fn add_fixable(
        &mut self,
        check: Check,
        span: Span,
        message: impl Into<String>,
        remedy: impl Into<String>,
        edits: Vec<Edit>,
    ) {
        let fix = Some(Fix { edits }).filter(|fix| !fix.edits.is_empty());
        self.push(check, span, message.into(), remedy.into(), fix);
    }

    fn push(
        &mut self,
        check: Check,
        span: Span,
        message: String,
        remedy: String,
        fix: Option<Fix>,
    ) {
        let mut path = Vec::new();
        if let Some(root) = self.root {
            walk(root, span, &mut path);
        }
        self.findings.push(Finding {
            check,
            message,
            remedy,
            span: span.range(),
            start: self.places.of(span.start),
            end: self.places.of(span.end),
            path,
            fix,
        });
    }

    pub(super) fn has_error(&self) -> bool {
        let error = |finding: &Finding| finding.kind() == super::check::FindingKind::Error;
        self.findings.iter().any(error)
    }

    /// The findings in the order of the document.
    pub(super) fn finish(mut self) -> Vec<Finding> {
        self.findings
            .sort_by_key(|finding| (finding.span.start, finding.check));
        self.findings
    }
}

/// The way to the smallest node around a place.
fn walk(node: &Node, span: Span, path: &mut Vec<Step>) {
    match &node.value {
        Value::Object(members) => {
            let at = members.partition_point(|m| m.node.span.end <= span.start);
            let Some(member) = members.get(at) else {
                return;
            };
            if contains(member.key_span, span) {
                path.push(Step::Key(member.key.clone()));
            } else if contains(member.node.span, span) {
                path.push(Step::Value(member.key.clone()));
                walk(&member.node, span, path);
            }
        }
        Value::List(nodes) => {
            let at = nodes.partition_point(|node| node.span.end <= span.start);
            if let Some(node) = nodes.get(at).filter(|node| contains(node.span, span)) {
                path.push(Step::Index(at));
                walk(node, span, path);
            }
        }
        _ => {}
    }
}

fn contains(outer: Span, inner: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// Input in backticks, cut where it is long.
pub(super) fn quoted(text: &str) -> String {
    const MOST: usize = 120;
    match text.char_indices().nth(MOST) {
        None => format!("`{text}`"),
        Some((at, _)) => format!("`{}…`", text.get(..at).unwrap_or("")),
    }
}

/// The edit that puts a string in the place of a value.
pub(super) fn replace(span: Span, text: &str) -> Vec<Edit> {
    vec![Edit {
        span: span.range(),
        text: rolecall_policy::document::compact(&text.into()),
    }]
}

/// The edit that takes one of several neighbours out, with the comma.
pub(super) fn remove(neighbours: &[Span], index: usize) -> Vec<Edit> {
    let Some(own) = neighbours.get(index) else {
        return Vec::new();
    };
    let next = neighbours.get(index + 1);
    let before = index.checked_sub(1).and_then(|at| neighbours.get(at));
    let span = match (next, before) {
        (Some(next), _) => own.start..next.start,
        (None, Some(before)) => before.end..own.end,
        (None, None) => own.range(),
    };
    vec![Edit {
        span,
        text: String::new(),
    }]
}
