//! The statements of both sides, with their patterns and conditions numbered.

use std::{collections::BTreeMap, sync::Arc};

use rolecall_policy::{
    Action, ActionPattern, Policy, PolicyKind, ResourcePattern, StatementRef,
    document::{Condition, ConditionOperator, Effect, Polarity, Version},
    pattern::{PatternStep, Wildcards, Within, text_steps},
};

/// Which of the two policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Side {
    Old,
    New,
}

/// One statement.
#[derive(Debug)]
pub(crate) struct Statement {
    pub(crate) side: Side,
    pub(crate) effect: Effect,
    pub(crate) policy: usize,
    pub(crate) index: usize,
    pub(crate) actions: (Polarity, Vec<ActionPattern>),
    /// Numbers of patterns; none where every resource is meant.
    pub(crate) resources: Option<(Polarity, Vec<usize>)>,
    /// Numbers of conditions, sorted.
    pub(crate) conditions: Vec<usize>,
}

/// A pattern of resources; equal ones have one number.
#[derive(Debug)]
pub(crate) struct Pattern {
    /// None for a pattern that matches nothing.
    pub(crate) steps: Option<Vec<PatternStep>>,
    /// The keys of its variables, in lower case.
    pub(crate) variables: Vec<String>,
    /// Whether it is neither `*` nor an ARN.
    pub(crate) is_text: bool,
}

/// A condition; equal ones have one number, so that they cancel.
#[derive(Debug)]
pub(crate) struct Atom {
    pub(crate) condition: Condition,
    pub(crate) version: Version,
    /// The key in lower case.
    pub(crate) key: String,
    /// The keys of the variables in its values, in lower case.
    pub(crate) variables: Vec<String>,
}

/// What tells conditions apart.
type AtomName = (ConditionOperator, String, Vec<String>, Version);

/// Everything that is compared.
#[derive(Debug)]
pub(crate) struct Model<'a> {
    pub(crate) old: &'a [Arc<Policy>],
    pub(crate) new: &'a [Arc<Policy>],
    pub(crate) statements: Vec<Statement>,
    pub(crate) patterns: Vec<Pattern>,
    pub(crate) atoms: Vec<Atom>,
}

impl<'a> Model<'a> {
    pub(crate) fn new(old: &'a [Arc<Policy>], new: &'a [Arc<Policy>]) -> Self {
        let mut builder = Builder::default();
        for (side, policies) in [(Side::Old, old), (Side::New, new)] {
            for (number, policy) in policies.iter().enumerate() {
                builder.add(side, number, policy);
            }
        }
        Self {
            old,
            new,
            statements: builder.statements,
            patterns: builder.patterns,
            atoms: builder.atoms,
        }
    }

    pub(crate) fn policy(&self, statement: &Statement) -> Option<&Arc<Policy>> {
        let policies = match statement.side {
            Side::Old => self.old,
            Side::New => self.new,
        };
        policies.get(statement.policy)
    }

    /// An action that the catalog does not have, as far as the statement spells it.
    pub(crate) fn spelled(&self, statement: usize, action: Action) -> Action {
        let written = self.statements.get(statement).and_then(|statement| {
            let policy = self.policy(statement)?;
            policy.document().statements.get(statement.index)
        });
        let patterns = written.iter().flat_map(|one| one.actions.values.iter());
        let heads = patterns.filter_map(|pattern| {
            let head = pattern.split(['*', '?']).next()?;
            let of_action = action.as_str().get(..head.len())?;
            of_action.eq_ignore_ascii_case(head).then_some(head)
        });
        let Some(head) = heads.max_by_key(|head| head.len()) else {
            return action;
        };
        let rest = action.as_str().get(head.len()..).unwrap_or_default();
        Action::parse(&format!("{head}{rest}")).unwrap_or(action)
    }

    /// The statement's name for people.
    pub(crate) fn reference(&self, statement: usize) -> Option<StatementRef> {
        let statement = self.statements.get(statement)?;
        let policy = self.policy(statement)?;
        let sid = policy.document().statements.get(statement.index);
        let sid = sid.and_then(|one| one.sid.as_ref());
        Some(StatementRef {
            policy: policy.name.clone(),
            statement: statement.index,
            sid: sid.map(|sid| sid.value.clone()),
        })
    }
}

#[derive(Default)]
struct Builder {
    statements: Vec<Statement>,
    patterns: Vec<Pattern>,
    pattern_numbers: BTreeMap<Option<Vec<PatternStep>>, usize>,
    atoms: Vec<Atom>,
    atom_numbers: BTreeMap<AtomName, usize>,
}

impl Builder {
    fn add(&mut self, side: Side, number: usize, policy: &Policy) {
        let version = policy.document().effective_version();
        for (index, statement) in policy.document().statements.iter().enumerate() {
            let compile = |text| ActionPattern::new(text);
            let actions = statement.actions.values.iter().map(compile).collect();
            let resources = statement.resources.as_ref().map(|scope| {
                let each = scope.values.iter();
                let numbers = each.map(|text| self.pattern(text, policy.kind, version));
                (scope.polarity, numbers.collect())
            });
            let conditions = statement.conditions.iter();
            let mut conditions: Vec<_> = conditions.map(|c| self.atom(c, version)).collect();
            conditions.sort_unstable();
            conditions.dedup();
            self.statements.push(Statement {
                side,
                effect: statement.effect,
                policy: number,
                index,
                actions: (statement.actions.polarity, actions),
                resources,
                conditions,
            });
        }
    }

    fn pattern(&mut self, text: &str, kind: PolicyKind, version: Version) -> usize {
        let steps = ResourcePattern::compile(text, kind, version).steps();
        if let Some(number) = self.pattern_numbers.get(&steps) {
            return *number;
        }
        let variables = steps.iter().flatten().filter_map(variable);
        let number = self.patterns.len();
        self.patterns.push(Pattern {
            variables: variables.collect(),
            is_text: text != "*" && !text.starts_with("arn:"),
            steps: steps.clone(),
        });
        self.pattern_numbers.insert(steps, number);
        number
    }

    fn atom(&mut self, condition: &Condition, version: Version) -> usize {
        let mut values: Vec<String> = condition.values.iter().map(ToOwned::to_owned).collect();
        values.sort_unstable();
        values.dedup();
        // The version decides what `${` means, and nothing else.
        let version = if values.iter().any(|value| value.contains("${")) {
            version
        } else {
            Version::V2012
        };
        let key = condition.key.value.to_ascii_lowercase();
        let name = (condition.operator, key.clone(), values, version);
        if let Some(number) = self.atom_numbers.get(&name) {
            return *number;
        }
        let number = self.atoms.len();
        self.atom_numbers.insert(name, number);
        let steps = condition
            .values
            .iter()
            .map(|value| variables_of(value, version));
        let variables = steps.flatten().collect();
        self.atoms.push(Atom {
            variables,
            condition: condition.clone(),
            version,
            key,
        });
        number
    }
}

fn variables_of(text: &str, version: Version) -> Vec<String> {
    let steps = text_steps(text, version, Wildcards::Active);
    steps.iter().filter_map(variable).collect()
}

fn variable(step: &PatternStep) -> Option<String> {
    match step {
        PatternStep::Variable { key, .. } => Some(key.clone()),
        _ => None,
    }
}

impl Pattern {
    /// Whether it is `*`.
    pub(crate) fn is_any(&self) -> bool {
        self.steps.as_deref() == Some(&[PatternStep::Run(Within::Whole)])
    }
}
