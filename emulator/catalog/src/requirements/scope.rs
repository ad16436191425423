//! Evaluates expressions, templates and predicates in one call.

use std::{
    borrow::Cow,
    cell::{Cell, RefCell},
    collections::BTreeSet,
    rc::Rc,
};

use serde_json::Value;

use super::FactsLookup;
use crate::{
    Call, Fact, FactKind, FactValue,
    rules::{
        expression::{Expression, Part, Predicate, Property, Step, Template, Test},
        item::{Item, member},
        rule::RuleSet,
    },
};

/// Most ARNs are shorter: none of them grows while it is written.
const USUAL_LENGTH: usize = 96;

/// What came up besides values.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    /// Questions that have no answer yet.
    pub(crate) needs: BTreeSet<Fact>,
    /// Questions that nobody can answer, for a reader.
    pub(crate) unknown: Vec<String>,
    /// For each requirement of a curated rule, the line of its row; only if somebody asks.
    pub(crate) lines: Option<Vec<usize>>,
}

/// A variable, and those around it.
struct Variable<'a> {
    name: &'a str,
    value: Item<'a>,
    around: Option<Rc<Self>>,
}

/// Everything that an expression may refer to.
pub(crate) struct Scope<'a> {
    pub(crate) call: &'a Call,
    pub(crate) rules: &'a RuleSet,
    facts: &'a dyn FactsLookup,
    notes: &'a RefCell<Notes>,
    variables: Option<Rc<Variable<'a>>>,
    resource: Option<&'a str>,
    /// Whether a missing value stands as `*`: in resources it does, elsewhere it makes the whole
    /// template absent.
    star: Cell<bool>,
}

impl<'a> Scope<'a> {
    pub(crate) fn new(
        call: &'a Call,
        rules: &'a RuleSet,
        facts: &'a dyn FactsLookup,
        notes: &'a RefCell<Notes>,
    ) -> Self {
        Self {
            call,
            rules,
            facts,
            notes,
            variables: None,
            resource: None,
            star: Cell::new(false),
        }
    }

    /// The same scope with a variable more.
    pub(crate) fn with(&self, name: &'a str, value: Item<'a>) -> Scope<'a> {
        let around = self.variables.clone();
        let variable = Variable {
            name,
            value,
            around,
        };
        Scope {
            variables: Some(Rc::new(variable)),
            star: self.star.clone(),
            ..*self
        }
    }

    /// The same scope for the condition keys of a resource, with the forms of other rules.
    pub(crate) fn for_keys<'k>(&self, rules: &'k RuleSet, resource: &'k str) -> Scope<'k>
    where
        'a: 'k,
    {
        Scope {
            rules,
            variables: self.variables.clone(),
            resource: Some(resource),
            star: Cell::new(false),
            ..*self
        }
    }

    /// Takes the questions that came up since the last time and that nobody can answer.
    pub(crate) fn take_unknown(&self) -> Vec<String> {
        std::mem::take(&mut self.notes.borrow_mut().unknown)
    }

    /// Notes the row of the requirement that was found.
    pub(crate) fn found_by(&self, line: usize) {
        if let Some(lines) = &mut self.notes.borrow_mut().lines {
            lines.push(line);
        }
    }

    /// How many questions have come up so far that nobody can answer.
    pub(crate) fn unknown_so_far(&self) -> usize {
        self.notes.borrow().unknown.len()
    }

    /// Takes those that came up after so many.
    pub(crate) fn take_unknown_from(&self, before: usize) -> Vec<String> {
        let unknown = &mut self.notes.borrow_mut().unknown;
        unknown.split_off(before.min(unknown.len()))
    }

    /// What a template says of a resource; each list in it multiplies.
    pub(crate) fn resources(&self, template: &Template) -> Vec<String> {
        self.star.set(true);
        let texts = self.texts(template);
        self.star.set(false);
        texts
    }

    /// The texts of a template; none if a part has none.
    pub(crate) fn texts(&self, template: &Template) -> Vec<String> {
        if let Some(expression) = template.single() {
            return match self.value(expression).into_scalar() {
                Ok(text) => vec![text.into_owned()],
                Err(value) => {
                    let texts = self.or_star(value.texts());
                    texts.into_iter().map(Cow::into_owned).collect()
                }
            };
        }
        let mut texts = vec![String::with_capacity(USUAL_LENGTH)];
        for part in &template.parts {
            match part {
                Part::Text(text) => push(&mut texts, text),
                Part::Expression(expression) => {
                    let value = self.value(expression);
                    match value.scalar() {
                        Some(text) => push(&mut texts, &text),
                        None => texts = multiply(texts, &self.or_star(value.texts())),
                    }
                }
            }
        }
        texts
    }

    /// The first text of a template.
    pub(crate) fn first_text(&self, template: &Template) -> Option<String> {
        let Some(expression) = template.single() else {
            return self.texts(template).into_iter().next();
        };
        match self.value(expression).into_scalar() {
            Ok(text) => Some(text.into_owned()),
            Err(value) => {
                let texts = self.or_star(value.texts());
                texts.into_iter().next().map(Cow::into_owned)
            }
        }
    }

    fn or_star<'t>(&self, texts: Vec<Cow<'t, str>>) -> Vec<Cow<'t, str>> {
        if texts.is_empty() && self.star.get() {
            vec![Cow::Borrowed("*")]
        } else {
            texts
        }
    }

    /// The value of an expression.
    pub(crate) fn value(&self, expression: &'a Expression) -> Item<'a> {
        match expression {
            Expression::Parameter(path) => self.parameter(path),
            Expression::Variable { name, path } => self.variable(name).follow(path),
            Expression::Property(property) => self.property(*property),
            Expression::Literal(text) => Item::Text(Cow::Borrowed(text)),
            Expression::Form { form, it } => self.form(
                *form,
                it.as_ref().map(|it| self.value(it)).unwrap_or_default(),
            ),
            Expression::Apply {
                to,
                function,
                arguments,
            } => {
                let arguments: Vec<_> = arguments.iter().map(|a| self.value(a)).collect();
                function.apply(self.value(to), &arguments)
            }
            Expression::Fact { kind, of } => {
                let subjects = self.value(of).texts();
                let found = subjects
                    .into_iter()
                    .map(|s| self.fact(*kind, s.into_owned()));
                let mut found: Vec<_> = found.filter(|i| !i.is_absent()).collect();
                match found.pop() {
                    None => Item::Absent,
                    Some(only) if found.is_empty() => only,
                    Some(last) => {
                        found.push(last);
                        Item::List(found)
                    }
                }
            }
        }
    }

    fn parameter(&self, path: &'a [Step]) -> Item<'a> {
        match path.split_first() {
            Some((Step::Member(name), rest)) => {
                let value = member(&self.call.parameters, name).map_or(Item::Absent, Item::json);
                value.follow(rest)
            }
            Some((Step::Items, _)) => Item::Absent,
            None => Item::Parameters(&self.call.parameters),
        }
    }

    fn variable(&self, name: &str) -> Item<'a> {
        let mut variables = std::iter::successors(self.variables.as_deref(), |variable| {
            variable.around.as_deref()
        });
        let found = variables.find(|variable| variable.name == name);
        found
            .map(|variable| variable.value.clone())
            .unwrap_or_default()
    }

    fn property(&self, property: Property) -> Item<'a> {
        let text = match property {
            Property::Partition => &self.call.partition,
            Property::Region => &self.call.region,
            Property::Account => self.call.account.as_str(),
            Property::Caller => match &self.call.caller {
                Some(caller) => caller,
                None => return Item::Absent,
            },
            Property::Operation => &self.call.operation().name,
            Property::Resource => {
                return self.resource.map_or(Item::Absent, |r| Item::Text(r.into()));
            }
        };
        Item::Text(Cow::Borrowed(text))
    }

    /// The first case that holds; each item of a list has its own.
    fn form(&self, form: usize, it: Item<'a>) -> Item<'a> {
        let list = matches!(&it, Item::List(_) | Item::Json(Value::Array(_)));
        if list && !it.is_absent() {
            let items = it.items().into_iter().map(|item| self.form(form, item));
            return Item::List(items.filter(|i| !i.is_absent()).collect());
        }
        let Some(form) = self.rules.forms.get(form) else {
            return Item::Absent;
        };
        let scope = self.with("it", it);
        let holds = |when: &'a Option<Predicate>| when.as_ref().is_none_or(|w| scope.holds(w));
        let Some(case) = form.cases.iter().find(|case| holds(&case.when)) else {
            return Item::Absent;
        };
        if let Some(expression) = case.is.single() {
            return scope.value(expression);
        }
        let mut texts = scope.texts(&case.is);
        match texts.pop() {
            Some(only) if texts.is_empty() => Item::text(only),
            last => Item::List(texts.into_iter().chain(last).map(Item::text).collect()),
        }
    }

    fn fact(&self, kind: FactKind, subject: String) -> Item<'a> {
        let fact = Fact { kind, subject };
        match self.facts.lookup(&fact) {
            Some(FactValue::Present(value)) => Item::owned(value),
            Some(FactValue::Absent) => Item::Absent,
            Some(FactValue::NotKnown) => {
                self.notes.borrow_mut().unknown.push(describe(&fact));
                Item::Absent
            }
            None => {
                self.notes.borrow_mut().needs.insert(fact);
                Item::Absent
            }
        }
    }

    /// Asks for a fact that no expression names.
    pub(crate) fn fact_text(&self, kind: FactKind, subject: &str) -> Option<String> {
        self.fact(kind, subject.to_owned())
            .as_text()
            .map(Cow::into_owned)
    }

    /// Says whether a predicate holds.
    pub(crate) fn holds(&self, predicate: &'a Predicate) -> bool {
        match predicate {
            Predicate::All(several) => several.iter().all(|p| self.holds(p)),
            Predicate::Any(several) => several.iter().any(|p| self.holds(p)),
            Predicate::Not(one) => !self.holds(one),
            Predicate::Test { operand, test } => {
                // `*` for what is missing is for the resource, not for the question about it.
                let star = self.star.replace(false);
                let value = self.value(operand);
                self.star.set(star);
                passes(test, &value)
            }
        }
    }
}

fn passes(test: &Test, value: &Item<'_>) -> bool {
    let any = |check: &dyn Fn(&str) -> bool| match value.scalar() {
        Some(text) => check(&text),
        None => value.texts().iter().any(|text| check(text)),
    };
    match test {
        Test::Present => !value.is_absent(),
        Test::Absent => value.is_absent(),
        Test::Is(wanted) => any(&|text| wanted.iter().any(|w| w == text)),
        Test::IsNot(wanted) => !any(&|text| wanted.iter().any(|w| w == text)),
        Test::StartsWith(start) => any(&|text| text.starts_with(start)),
        Test::EndsWith(end) => any(&|text| text.ends_with(end)),
        Test::Contains(part) => any(&|text| text.contains(part.as_str())),
    }
}

fn push(texts: &mut [String], text: &str) {
    for each in texts {
        each.push_str(text);
    }
}

fn multiply(texts: Vec<String>, by: &[Cow<'_, str>]) -> Vec<String> {
    if let [only] = by {
        return texts.into_iter().map(|t| t + only).collect();
    }
    texts
        .iter()
        .flat_map(|text| by.iter().map(move |part| format!("{text}{part}")))
        .collect()
}

/// `bucket-owner of photos`.
fn describe(fact: &Fact) -> String {
    let kind = serde_json::to_value(fact.kind).unwrap_or_default();
    // A recording has no content, sealed or not.
    if fact.kind == FactKind::KeyOfCiphertext {
        return kind.as_str().unwrap_or_default().to_owned();
    }
    format!("{} of {}", kind.as_str().unwrap_or_default(), fact.subject)
}
