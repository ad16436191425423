//! Holds the rules against the catalog: every name in them has to exist.

use super::{
    error::RuleError,
    expression::{Paths, Step},
    nearest::with_nearest,
    registry,
    rule::{Belief, KeyRule, KeyValue, OperationRules, Rule, RuleSet},
};
use crate::{
    Catalog,
    iam::IamService,
    model::{Service, ShapeId, ShapeKind},
    requirements::plan::{covers, family},
};

/// Every mistake in the rule files of this crate: syntax, and names that the catalog does not have.
pub fn check_all() -> Vec<RuleError> {
    registry::all()
        .flat_map(|file| match file {
            Ok(rules) => check(rules),
            Err(error) => vec![error.clone()],
        })
        .collect()
}

pub(super) fn check(rules: &RuleSet) -> Vec<RuleError> {
    let catalog = Catalog::embedded();
    let Some(service) = catalog.service(&rules.file) else {
        return Vec::new();
    };
    let mut checker = Checker {
        catalog,
        rules,
        service: &service,
        errors: Vec::new(),
    };
    checker.keys();
    for (name, operation) in rules.every_operation() {
        match operation {
            Ok(operation) => checker.operation(name, operation),
            Err(refused) => checker.errors.push(refused.clone()),
        }
    }
    checker.errors
}

struct Checker<'a> {
    catalog: &'a Catalog,
    rules: &'a RuleSet,
    service: &'a Service,
    errors: Vec<RuleError>,
}

impl Checker<'_> {
    fn error(&mut self, line: usize, message: String) {
        self.errors.push(RuleError {
            file: self.rules.file.clone(),
            line,
            message,
        });
    }

    fn operation(&mut self, name: &str, operation: &OperationRules) {
        let Some(index) = self.service.operation_index(name) else {
            let complaint = format!("`{}` has no operation `{name}`", self.service.name);
            let known = self.service.operations.iter().map(|o| o.name.as_str());
            let message = with_nearest(complaint, name, known);
            return self.error(operation.line, message);
        };
        let input = self.service.operations.get(index).and_then(|o| o.input);
        for (condition, variant) in &operation.variants {
            let mut wrong = Vec::new();
            condition.paths(&mut |path| wrong.extend(unknown_step(self.service, input, path)));
            for message in wrong {
                self.error(variant.line, format!("`{name}`: {message}"));
            }
            self.operation(name, variant);
        }
        for rule in &operation.rules {
            self.rule(name, input, rule);
        }
    }

    fn rule(&mut self, operation: &str, input: Option<ShapeId>, rule: &Rule) {
        let mut wrong = Vec::new();
        let mut visit = |path: &[Step]| {
            wrong.extend(unknown_step(self.service, input, path));
        };
        rule.resource.paths(&mut visit);
        rule.loops.iter().for_each(|(_, of)| of.paths(&mut visit));
        let conditions = rule.before.iter().chain(&rule.when);
        conditions.for_each(|when| when.paths(&mut visit));
        rule.context
            .iter()
            .for_each(|key| key_paths(key, &mut visit));
        for message in wrong {
            self.error(rule.line, format!("`{operation}`: {message}"));
        }
        self.action(rule);
    }

    fn action(&mut self, rule: &Rule) {
        let action = &rule.action;
        let Some(iam) = self.catalog.iam(action.prefix()) else {
            return self.error(
                rule.line,
                format!("there is no action prefix in `{action}`"),
            );
        };
        let newer = rule.keys_of.is_some() || rule.assumed == Some(Belief::Action);
        match (iam.action(action.name()), &rule.keys_of) {
            (None, _) if !newer => {
                let known = iam.actions.iter().map(|a| a.name.as_str());
                let complaint = format!("there is no action `{action}`");
                return self.error(rule.line, with_nearest(complaint, action.name(), known));
            }
            (Some(_), Some(_)) => {
                let complaint = format!("`{action}` is listed: it has keys of its own");
                return self.error(rule.line, complaint);
            }
            (_, Some(like)) if iam.action(like.name()).is_none() => {
                return self.error(rule.line, format!("there is no action `{like}`"));
            }
            _ => {}
        }
        for key in &rule.context {
            self.key(&iam, key);
        }
    }

    /// Forms and keys serve several operations: some operation has to have each parameter.
    fn shared_parameters(&mut self) {
        let mut wrong = Vec::new();
        let mut visit = |path: &[Step]| {
            if let Some(Step::Member(name)) = path.first() {
                let operations = self.service.operations.iter().filter_map(|o| o.input);
                let mut inputs = operations.filter_map(|id| self.service.structure(id));
                if !inputs.any(|input| input.members.iter().any(|m| m.name == *name)) {
                    wrong.push(format!("no operation has the parameter `{name}`"));
                }
            }
        };
        self.rules
            .keys
            .iter()
            .for_each(|key| key_paths(key, &mut visit));
        for case in self
            .rules
            .forms
            .iter()
            .skip(self.rules.prelude)
            .flat_map(|f| &f.cases)
        {
            case.when.iter().for_each(|when| when.paths(&mut visit));
            case.is.paths(&mut visit);
        }
        for message in wrong {
            self.error(1, message);
        }
    }

    fn keys(&mut self) {
        self.shared_parameters();
        if let Some(iam) = self.catalog.iam(&self.rules.prefix) {
            for key in &self.rules.keys {
                self.key(&iam, key);
            }
        }
    }

    /// A key of the service's own is in its list, and has one value or many as the list says.
    fn key(&mut self, iam: &IamService, key: &KeyRule) {
        let Some(known) = iam
            .condition_keys
            .iter()
            .find(|known| names_it(&known.name, key.name))
        else {
            let known = iam.condition_keys.iter().map(|k| k.name.as_str());
            let complaint = format!("`{}` has no condition key `{}`", iam.prefix, key.name);
            return self.error(key.line, with_nearest(complaint, key.name, known));
        };
        let (many, one) = (
            matches!(key.value, KeyValue::Many(_)),
            matches!(key.value, KeyValue::One(_)),
        );
        let said = if known.many {
            "a list of values"
        } else {
            "one value"
        };
        if (many && !known.many) || (one && known.many) {
            self.error(key.line, format!("`{}` has {said}", key.name));
        }
    }
}

/// Says whether a key of the data is the key, or of the family, that a rule names.
fn names_it(known: &str, rule: &str) -> bool {
    let known = family(known);
    covers(rule, &known) || covers(&known, rule)
}

fn key_paths<'a>(key: &'a KeyRule, visit: &mut dyn FnMut(&'a [Step])) {
    key.when.iter().for_each(|when| when.paths(visit));
    match &key.value {
        KeyValue::One(template) => template.paths(visit),
        KeyValue::Many(templates) => templates.iter().for_each(|t| t.paths(visit)),
        KeyValue::Absent | KeyValue::Unknown(_) => {}
    }
}

/// The first step of a path that the input shape does not have.
fn unknown_step(service: &Service, input: Option<ShapeId>, path: &[Step]) -> Option<String> {
    let mut shape = input;
    for step in path {
        let Some(id) = shape else {
            return Some("the operation has no parameters".to_owned());
        };
        shape = match (step, &service.shape(id).kind) {
            (Step::Member(name), ShapeKind::Structure(structure)) => {
                let member = structure.members.iter().find(|m| m.name == *name);
                let Some(member) = member else {
                    let known = structure.members.iter().map(|m| m.name.as_str());
                    let complaint = format!("there is no parameter `{name}`");
                    return Some(with_nearest(complaint, name, known));
                };
                Some(member.shape)
            }
            (Step::Items, ShapeKind::List { member, .. }) => Some(member.shape),
            (Step::Items | Step::Member(_), ShapeKind::Map { value, .. }) => Some(value.shape),
            (_, ShapeKind::Document) => return None,
            (Step::Items, _) => return Some("`[]` stands behind what is no list".to_owned()),
            (Step::Member(name), _) => {
                return Some(format!("`{name}` is no member of a list or text"));
            }
        };
    }
    None
}
