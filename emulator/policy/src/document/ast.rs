//! A document as it was written: what to walk, change and print.

use super::{operator::ConditionOperator, span::Span};

/// A policy document.
#[derive(Clone, Debug)]
pub struct PolicyDocument {
    /// `Version`, if it is there.
    pub version: Option<Version>,
    /// `Id`, if it is there.
    pub id: Option<String>,
    /// The statements, in their order.
    pub statements: Vec<Statement>,
    /// Whether `Statement` is a list or one object.
    pub form: Form,
}

/// The version of the policy language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// `2008-10-17`, without variables; also what a document without `Version` has.
    V2008,
    /// `2012-10-17`.
    V2012,
}

impl Version {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V2008 => "2008-10-17",
            Self::V2012 => "2012-10-17",
        }
    }
}

/// Whether something is written by itself or as a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// By itself.
    One,
    /// As a list.
    List,
}

/// What a statement does.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub enum Effect {
    /// It allows.
    Allow,
    /// It denies.
    Deny,
}

impl Effect {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "Allow",
            Self::Deny => "Deny",
        }
    }
}

/// `Action` or `NotAction`, `Resource` or `NotResource`, `Principal` or `NotPrincipal`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Polarity {
    /// What is listed.
    Listed,
    /// Everything but what is listed.
    AllBut,
}

/// One statement.
#[derive(Clone, Debug)]
pub struct Statement {
    /// `Sid`.
    pub sid: Option<Text>,
    /// `Effect`.
    pub effect: Effect,
    /// `Principal` or `NotPrincipal`.
    pub principals: Option<Principals>,
    /// `Action` or `NotAction`.
    pub actions: Scope,
    /// `Resource` or `NotResource`; none in trust policies.
    pub resources: Option<Scope>,
    /// `Condition`, flattened: one for each operator and key.
    pub conditions: Vec<Condition>,
    /// The whole statement.
    pub span: Span,
}

/// `Action`/`NotAction` or `Resource`/`NotResource` with its patterns.
#[derive(Clone, Debug)]
pub struct Scope {
    /// Which of the two.
    pub polarity: Polarity,
    /// The patterns.
    pub values: Values,
}

/// One or several texts.
#[derive(Clone, Debug)]
pub struct Values {
    /// The texts, in their order.
    pub items: Vec<Text>,
    /// How they are written.
    pub form: Form,
    /// All of them.
    pub span: Span,
}

/// A text with its place.
#[derive(Clone, Debug)]
pub struct Text {
    /// The text; of a boolean or a number, as it was written.
    pub value: String,
    /// Its place, quotes included.
    pub span: Span,
    /// What it is in the document.
    pub literal: Literal,
}

/// What a text is in the document; only condition values may be other than strings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Literal {
    /// A string.
    String,
    /// `true` or `false`.
    Bool,
    /// A number.
    Number,
}

/// `Principal` or `NotPrincipal`.
#[derive(Clone, Debug)]
pub struct Principals {
    /// Which of the two.
    pub polarity: Polarity,
    /// Who.
    pub set: PrincipalSet,
    /// The element's value.
    pub span: Span,
}

/// Who is listed.
#[derive(Clone, Debug)]
pub enum PrincipalSet {
    /// `"*"`.
    Everyone,
    /// By type, such as `AWS`.
    ByType(Vec<(PrincipalType, Values)>),
}

/// The type under which a principal is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PrincipalType {
    /// Accounts, users, roles and sessions.
    Aws,
    /// Identity providers.
    Federated,
    /// AWS services.
    Service,
    /// S3's canonical user ids.
    CanonicalUser,
}

impl PrincipalType {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Aws,
        Self::Federated,
        Self::Service,
        Self::CanonicalUser,
    ];

    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Aws => "AWS",
            Self::Federated => "Federated",
            Self::Service => "Service",
            Self::CanonicalUser => "CanonicalUser",
        }
    }
}

/// One operator on one key.
#[derive(Clone, Debug)]
pub struct Condition {
    /// The operator, understood.
    pub operator: ConditionOperator,
    /// The operator, as it is written.
    pub operator_text: Text,
    /// The condition key, as it is written.
    pub key: Text,
    /// The values that it is compared with.
    pub values: Values,
}

impl PolicyDocument {
    /// A document of version 2012-10-17.
    pub fn new(statements: Vec<Statement>) -> Self {
        Self {
            version: Some(Version::V2012),
            id: None,
            statements,
            form: Form::List,
        }
    }

    /// The version that counts: a document without one has 2008-10-17.
    pub fn effective_version(&self) -> Version {
        self.version.unwrap_or(Version::V2008)
    }
}

impl Statement {
    /// A statement without principals and conditions.
    pub fn new(effect: Effect, actions: Scope, resources: Option<Scope>) -> Self {
        Self {
            sid: None,
            effect,
            principals: None,
            actions,
            resources,
            conditions: Vec::new(),
            span: Span::default(),
        }
    }

    /// A statement that allows actions on resources.
    pub fn allow<A: Into<String>, R: Into<String>>(
        actions: impl IntoIterator<Item = A>,
        resources: impl IntoIterator<Item = R>,
    ) -> Self {
        Self::new(
            Effect::Allow,
            Scope::listed(actions),
            Some(Scope::listed(resources)),
        )
    }

    /// The same statement with a `Sid`.
    #[must_use]
    pub fn with_sid(mut self, sid: impl Into<String>) -> Self {
        self.sid = Some(Text::new(sid));
        self
    }

    /// The same statement with a condition more; one operator may name a key only once.
    #[must_use]
    pub fn with_condition(mut self, condition: Condition) -> Self {
        self.conditions.push(condition);
        self
    }
}

impl Scope {
    /// `Action` or `Resource`, as a list.
    pub fn listed<T: Into<String>>(values: impl IntoIterator<Item = T>) -> Self {
        Self {
            polarity: Polarity::Listed,
            values: Values::list(values),
        }
    }

    /// `NotAction` or `NotResource`, as a list.
    pub fn all_but<T: Into<String>>(values: impl IntoIterator<Item = T>) -> Self {
        Self {
            polarity: Polarity::AllBut,
            values: Values::list(values),
        }
    }
}

impl Values {
    /// A list, even of one.
    pub fn list<T: Into<String>>(values: impl IntoIterator<Item = T>) -> Self {
        let items = values.into_iter().map(Text::new).collect();
        Self {
            items,
            form: Form::List,
            span: Span::default(),
        }
    }

    /// One text by itself.
    pub fn one(value: impl Into<String>) -> Self {
        Self {
            items: vec![Text::new(value)],
            form: Form::One,
            span: Span::default(),
        }
    }

    /// The texts.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.items.iter().map(|text| text.value.as_str())
    }
}

impl Text {
    /// A string that was built, not read.
    pub fn new(value: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            span: Span::default(),
            literal: Literal::String,
        }
    }
}

impl Condition {
    /// A condition that was built, not read.
    pub fn new(operator: ConditionOperator, key: impl Into<String>, values: Values) -> Self {
        let operator_text = Text::new(operator.to_string());
        Self {
            operator,
            operator_text,
            key: Text::new(key),
            values,
        }
    }
}
