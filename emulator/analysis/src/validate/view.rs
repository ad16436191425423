//! A document as far as it can be read, whatever is wrong with it: the grammar of the policy crate
//! stops at the first error, the checks go on.

use rolecall_policy::document::{
    ConditionOperator, Effect, PrincipalType, Span,
    json::{Member, Node, Value},
};

/// A statement; what is missing or of the wrong type is none.
#[derive(Debug)]
pub(super) struct Statement<'a> {
    pub(super) node: &'a Node,
    pub(super) members: &'a [Member],
    pub(super) sid: Option<&'a Member>,
    pub(super) effect: Option<Effect>,
    pub(super) actions: Option<List<'a>>,
    pub(super) resources: Option<List<'a>>,
    pub(super) principals: Option<Principals<'a>>,
    pub(super) conditions: Vec<Condition<'a>>,
}

/// Whether an element is the plain one or its negation, such as `NotAction`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sense {
    Listed,
    AllBut,
}

/// `Action`, `NotAction`, `Resource` or `NotResource`.
#[derive(Debug)]
pub(super) struct List<'a> {
    pub(super) member: &'a Member,
    pub(super) sense: Sense,
    pub(super) items: Vec<Item<'a>>,
}

/// A text with its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item<'a> {
    pub(super) text: &'a str,
    pub(super) span: Span,
    pub(super) literal: Literal,
}

/// What an item is in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Literal {
    String,
    Number,
    Bool,
}

/// `Principal` or `NotPrincipal`.
#[derive(Debug)]
pub(super) struct Principals<'a> {
    pub(super) member: &'a Member,
    pub(super) sense: Sense,
    pub(super) entries: Vec<PrincipalEntry<'a>>,
}

/// The principals of one type; none if AWS has no such type.
#[derive(Debug)]
pub(super) struct PrincipalEntry<'a> {
    pub(super) member: &'a Member,
    pub(super) kind: Option<PrincipalType>,
    pub(super) items: Vec<Item<'a>>,
}

/// One operator on one key.
#[derive(Debug)]
pub(super) struct Condition<'a> {
    /// The operator, with all its keys.
    pub(super) block: &'a Member,
    /// None if AWS has no such operator.
    pub(super) operator: Option<ConditionOperator>,
    /// The key, with its values.
    pub(super) entry: &'a Member,
    pub(super) values: Vec<Item<'a>>,
}

impl<'a> Statement<'a> {
    pub(super) fn read(node: &'a Node) -> Option<Self> {
        let Value::Object(members) = &node.value else {
            return None;
        };
        let effect = member(members, "Effect").and_then(|m| match &m.node.value {
            Value::Text(text) if text == "Allow" => Some(Effect::Allow),
            Value::Text(text) if text == "Deny" => Some(Effect::Deny),
            _ => None,
        });
        Some(Self {
            node,
            members,
            sid: member(members, "Sid"),
            effect,
            actions: list(members, "Action", "NotAction"),
            resources: list(members, "Resource", "NotResource"),
            principals: principals(members),
            conditions: conditions(members),
        })
    }

    pub(super) fn is_allow(&self) -> bool {
        self.effect == Some(Effect::Allow)
    }

    pub(super) fn is_deny(&self) -> bool {
        self.effect == Some(Effect::Deny)
    }

    /// The effect's place, or the opening bracket.
    pub(super) fn place(&self) -> Span {
        start_of(self.node.span)
    }

    /// The patterns of `Action`; none where it is `NotAction`.
    pub(super) fn listed_actions(&self) -> &[Item<'a>] {
        match &self.actions {
            Some(list) if list.sense == Sense::Listed => &list.items,
            _ => &[],
        }
    }

    /// The principals of one type, in `Principal`.
    pub(super) fn listed_principals(&self, kind: PrincipalType) -> impl Iterator<Item = Item<'a>> {
        let listed = self.principals.iter().filter(|p| p.sense == Sense::Listed);
        listed
            .flat_map(|p| &p.entries)
            .filter(move |entry| entry.kind == Some(kind))
            .flat_map(|entry| entry.items.iter().copied())
    }

    /// Whether some condition is on a key, in any case.
    pub(super) fn has_condition_on(&self, key: &str) -> bool {
        self.conditions
            .iter()
            .any(|condition| condition.key().eq_ignore_ascii_case(key))
    }
}

impl<'a> Condition<'a> {
    pub(super) fn key(&self) -> &'a str {
        &self.entry.key
    }

    pub(super) fn is_list(&self) -> bool {
        matches!(self.entry.node.value, Value::List(_))
    }
}

/// The member of an object with a name.
pub(super) fn member<'a>(members: &'a [Member], key: &str) -> Option<&'a Member> {
    members.iter().find(|m| m.key == key)
}

/// The opening bracket of something long, or the whole of something short.
pub(super) fn start_of(span: Span) -> Span {
    Span::new(span.start, span.end.min(span.start + 1))
}

/// A member from its key to the end of its value.
pub(super) fn whole(member: &Member) -> Span {
    Span::new(member.key_span.start, member.node.span.end)
}

fn either<'a>(members: &'a [Member], plain: &str, not: &str) -> Option<(&'a Member, Sense)> {
    let listed = member(members, plain).map(|m| (m, Sense::Listed));
    listed.or_else(|| member(members, not).map(|m| (m, Sense::AllBut)))
}

fn list<'a>(members: &'a [Member], plain: &str, not: &str) -> Option<List<'a>> {
    let (member, sense) = either(members, plain, not)?;
    let items = items(&member.node)
        .into_iter()
        .filter(|item| item.literal == Literal::String)
        .collect();
    Some(List {
        member,
        sense,
        items,
    })
}

fn principals(members: &[Member]) -> Option<Principals<'_>> {
    let (member, sense) = either(members, "Principal", "NotPrincipal")?;
    let entries = match &member.node.value {
        Value::Object(entries) => entries.iter().map(principal_entry).collect(),
        _ => Vec::new(),
    };
    Some(Principals {
        member,
        sense,
        entries,
    })
}

fn principal_entry(member: &Member) -> PrincipalEntry<'_> {
    let known = PrincipalType::ALL.into_iter();
    PrincipalEntry {
        member,
        kind: known.into_iter().find(|kind| kind.as_str() == member.key),
        items: items(&member.node),
    }
}

fn conditions(members: &[Member]) -> Vec<Condition<'_>> {
    let Some(Value::Object(blocks)) = member(members, "Condition").map(|m| &m.node.value) else {
        return Vec::new();
    };
    let mut out = Vec::new();
    for block in blocks {
        let operator = ConditionOperator::parse(&block.key);
        let Value::Object(entries) = &block.node.value else {
            continue;
        };
        out.extend(entries.iter().map(|entry| Condition {
            block,
            operator,
            entry,
            values: items(&entry.node),
        }));
    }
    out
}

/// A scalar, or the scalars of a list.
fn items(node: &Node) -> Vec<Item<'_>> {
    match &node.value {
        Value::List(nodes) => nodes.iter().filter_map(item).collect(),
        _ => item(node).into_iter().collect(),
    }
}

fn item(node: &Node) -> Option<Item<'_>> {
    let (text, literal) = match &node.value {
        Value::Text(text) => (text.as_str(), Literal::String),
        Value::Number(text) => (text.as_str(), Literal::Number),
        Value::Bool(true) => ("true", Literal::Bool),
        Value::Bool(false) => ("false", Literal::Bool),
        _ => return None,
    };
    Some(Item {
        text,
        span: node.span,
        literal,
    })
}
