//! The abstract syntax of templates, expressions and predicates.

use super::function::Function;
use crate::FactKind;

/// A text with expressions in braces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Template {
    pub(crate) parts: Vec<Part>,
}

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Text(String),
    Expression(Expression),
}

/// Something that has a value in a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expression {
    /// A path into the parameters.
    Parameter(Vec<Step>),
    /// A loop variable, or `it`, and a path into it.
    Variable { name: String, path: Vec<Step> },
    /// A property of the call.
    Property(Property),
    /// A form, by index, with the value that it has as `it`.
    Form {
        form: usize,
        it: Option<Box<Expression>>,
    },
    /// A literal.
    Literal(String),
    /// A function of a value.
    Apply {
        to: Box<Expression>,
        function: Function,
        arguments: Vec<Expression>,
    },
    /// What is known about a value.
    Fact { kind: FactKind, of: Box<Expression> },
}

/// A step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Member(String),
    /// `[]`: every item of a list, or every value of a map.
    Items,
}

/// A property of the call, or of the requirement that a condition key is computed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Property {
    Partition,
    Region,
    Account,
    /// The user that calls; absent for another caller, and where it is not known.
    Caller,
    Operation,
    /// The requirement's resource; in condition keys only.
    Resource,
}

/// Something that is true or false of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Predicate {
    All(Vec<Predicate>),
    Any(Vec<Predicate>),
    Not(Box<Predicate>),
    Test { operand: Expression, test: Test },
}

/// What a predicate asks of an operand; of a list: whether it is so of any item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Test {
    Present,
    Absent,
    Is(Vec<String>),
    IsNot(Vec<String>),
    StartsWith(String),
    EndsWith(String),
    Contains(String),
}

impl Template {
    /// The expression that is the whole template.
    pub(crate) fn single(&self) -> Option<&Expression> {
        match self.parts.as_slice() {
            [Part::Expression(expression)] => Some(expression),
            _ => None,
        }
    }
}

impl Expression {
    fn has_variable(&self) -> bool {
        match self {
            Self::Variable { .. } => true,
            Self::Apply { to, arguments, .. } => {
                to.has_variable() || arguments.iter().any(Self::has_variable)
            }
            Self::Fact { of, .. } => of.has_variable(),
            Self::Form { it, .. } => it.as_ref().is_some_and(|it| it.has_variable()),
            Self::Parameter(_) | Self::Property(_) | Self::Literal(_) => false,
        }
    }
}

impl Predicate {
    /// Says whether it depends on a loop variable.
    pub(crate) fn has_variable(&self) -> bool {
        match self {
            Self::All(several) | Self::Any(several) => several.iter().any(Self::has_variable),
            Self::Not(one) => one.has_variable(),
            Self::Test { operand, .. } => operand.has_variable(),
        }
    }

    /// What has to hold together for it to hold.
    pub(crate) fn conjuncts(self) -> Vec<Self> {
        match self {
            Self::All(several) => several.into_iter().flat_map(Self::conjuncts).collect(),
            one => vec![one],
        }
    }
}

/// Calls a visitor on every parameter path.
pub(crate) trait Paths {
    /// Visits each path into the parameters.
    fn paths<'a>(&'a self, visit: &mut dyn FnMut(&'a [Step]));
}

impl Paths for Expression {
    fn paths<'a>(&'a self, visit: &mut dyn FnMut(&'a [Step])) {
        match self {
            Self::Parameter(path) => visit(path),
            Self::Apply { to, arguments, .. } => {
                to.paths(visit);
                for argument in arguments {
                    argument.paths(visit);
                }
            }
            Self::Fact { of, .. } => of.paths(visit),
            Self::Form { it: Some(it), .. } => it.paths(visit),
            Self::Form { it: None, .. }
            | Self::Variable { .. }
            | Self::Property(_)
            | Self::Literal(_) => {}
        }
    }
}

impl Paths for Template {
    fn paths<'a>(&'a self, visit: &mut dyn FnMut(&'a [Step])) {
        for part in &self.parts {
            if let Part::Expression(expression) = part {
                expression.paths(visit);
            }
        }
    }
}

impl Paths for Predicate {
    fn paths<'a>(&'a self, visit: &mut dyn FnMut(&'a [Step])) {
        match self {
            Self::All(several) | Self::Any(several) => {
                for predicate in several {
                    predicate.paths(visit);
                }
            }
            Self::Not(one) => one.paths(visit),
            Self::Test { operand, .. } => operand.paths(visit),
        }
    }
}
