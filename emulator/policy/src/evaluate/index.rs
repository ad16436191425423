//! Which statements of a policy are about an action and a resource, so that a decision does not
//! read the others: a role's policies name hundreds of actions, a request asks for one.
//!
//! Patterns that stand in several statements are matched once. What the index answers is exact:
//! neither action nor resource have to be looked at again.

use std::{cell::Cell, collections::BTreeMap};

use super::{
    CompiledStatement, Lookups, RequestContext, Truth,
    guards::Guards,
    marks::{Chosen, Marks},
};
use crate::{
    document::{Effect, Statement},
    pattern::{ActionPattern, Indexed, Prefixes, ResourcePattern, Signature},
};

/// The statements of a policy by action and by resource.
#[derive(Clone, Debug, Default)]
pub(crate) struct StatementIndex {
    count: usize,
    by_action: Prefixes<(ActionPattern, Marks)>,
    /// With `NotAction`.
    all_but: Vec<usize>,
    by_resource: Prefixes<(ResourcePattern, Signature, Marks)>,
    /// On `*`.
    everywhere: Marks,
    /// Those whose resources are held against a request as a whole: with `NotResource`, without
    /// any, and with resources that are no ARNs.
    whole: Marks,
    denies: Marks,
    allows: Marks,
    guards: Guards,
}

/// The action and the resource of a request, ready to be looked up in any policy.
#[derive(Debug)]
pub(crate) struct Sought<'a> {
    request: &'a RequestContext<'a>,
    action: Folded,
    /// What follows the fifth colon of the resource, if it is an ARN.
    tail: Option<&'a [u8]>,
    signature: Cell<Option<Signature>>,
}

/// The statements of one policy that are about a request's action and resource.
#[derive(Debug, Default)]
pub(crate) struct Found {
    chosen: Chosen,
    /// Of them, those that are on the resource for sure.
    surely: Chosen,
    /// Those for which that hangs on an unknown value, if the others are not among them.
    perhaps: Chosen,
}

impl StatementIndex {
    /// Reads compiled statements and what they were compiled from.
    pub(crate) fn new<'a>(
        statements: &[CompiledStatement],
        written: impl IntoIterator<Item = &'a Statement>,
    ) -> Self {
        let mut out = Self {
            count: statements.len(),
            guards: Guards::new(statements),
            ..Self::default()
        };
        let mut actions: BTreeMap<&ActionPattern, Marks> = BTreeMap::new();
        let mut resources = ByText::default();
        for (number, (statement, written)) in statements.iter().zip(written).enumerate() {
            match statement.effect {
                Effect::Allow => out.allows.push(number),
                Effect::Deny => out.denies.push(number),
            }
            match statement.listed_actions() {
                None => out.all_but.push(number),
                Some(listed) => {
                    for pattern in listed {
                        actions.entry(pattern).or_default().push(number);
                    }
                }
            }
            match statement.indexed_resources() {
                None => out.whole.push(number),
                Some(patterns) => {
                    let texts = written
                        .resources
                        .iter()
                        .flat_map(|scope| scope.values.iter());
                    for (pattern, text) in patterns.iter().zip(texts) {
                        match pattern.indexed() {
                            Indexed::Everywhere => out.everywhere.push(number),
                            Indexed::Nowhere | Indexed::Text => {}
                            Indexed::Tail(..) => resources.add(text, pattern, number),
                        }
                    }
                }
            }
        }
        let actions = actions.into_iter();
        out.by_action = Prefixes::new(
            actions.map(|(pattern, marks)| (pattern.literal_prefix(), (pattern.clone(), marks))),
        );
        out.by_resource = Prefixes::new(resources.into_entries());
        out
    }

    /// Finds the statements that are about the action and the resource; says whether there may be
    /// any.
    pub(crate) fn find(
        &self,
        statements: &[CompiledStatement],
        sought: &Sought<'_>,
        found: &mut Found,
    ) -> bool {
        found.chosen.clear(self.count);
        self.find_about(statements, sought, &mut found.chosen);
        if found.chosen.is_empty() {
            return false;
        }
        found.surely.clear(self.count);
        found.perhaps.clear(self.count);
        self.find_on(statements, sought, found);
        found.chosen.keep_either(&found.surely, &found.perhaps);
        true
    }

    /// Takes out what one value of the request rules out.
    pub(crate) fn narrow<'a>(
        &self,
        found: &mut Found,
        lookups: &mut Lookups<'a>,
        request: &'a RequestContext<'a>,
    ) {
        self.guards.narrow(&mut found.chosen, lookups, request);
    }

    /// Those about the action.
    fn find_about(
        &self,
        statements: &[CompiledStatement],
        sought: &Sought<'_>,
        about: &mut Chosen,
    ) {
        let action = sought.action.as_bytes();
        for (pattern, marks) in self.by_action.of(action) {
            if pattern.matches_folded(action) {
                about.add(marks);
            }
        }
        for number in &self.all_but {
            let statement = statements.get(*number);
            if statement.is_some_and(|one| one.action_matches(sought.request.action.as_str())) {
                about.add_one(*number);
            }
        }
    }

    /// Those on the resource, as far as they are about the action.
    fn find_on(&self, statements: &[CompiledStatement], sought: &Sought<'_>, found: &mut Found) {
        let Found {
            chosen: about,
            surely,
            perhaps,
        } = found;
        surely.add(&self.everywhere);
        for (pattern, signature, marks) in self.by_resource.of(sought.tail.unwrap_or_default()) {
            if !about.has_any(marks) || !sought.may_match(signature) {
                continue;
            }
            match pattern.matches_with(sought.request.resource, sought.request) {
                Truth::True => surely.add(marks),
                Truth::Unknown => perhaps.add(marks),
                Truth::False => {}
            }
        }
        for number in about.marked(&self.whole) {
            let statement = statements.get(number);
            match statement.map(|one| one.resource_matches(sought.request)) {
                Some(Truth::True) => surely.add_one(number),
                Some(Truth::Unknown) => perhaps.add_one(number),
                Some(Truth::False) | None => {}
            }
        }
    }

    /// The statements with an effect.
    pub(crate) fn with_effect(&self, effect: Effect) -> &Marks {
        match effect {
            Effect::Allow => &self.allows,
            Effect::Deny => &self.denies,
        }
    }
}

impl Found {
    /// Their numbers in the order of the document, with whether they are on the resource.
    pub(crate) fn all(&self) -> impl Iterator<Item = (usize, Truth)> {
        self.chosen
            .iter()
            .map(|number| (number, self.truth(number)))
    }

    /// Those that are marked.
    pub(crate) fn marked<'a>(
        &'a self,
        marks: &'a Marks,
    ) -> impl Iterator<Item = (usize, Truth)> + 'a {
        let numbers = self.chosen.marked(marks);
        numbers.map(|number| (number, self.truth(number)))
    }

    fn truth(&self, number: usize) -> Truth {
        if self.surely.has(number) {
            Truth::True
        } else {
            Truth::Unknown
        }
    }
}

impl<'a> Sought<'a> {
    pub(crate) fn new(request: &'a RequestContext<'a>) -> Self {
        Self {
            request,
            action: Folded::new(request.action.as_str()),
            tail: after_fifth_colon(request.resource.as_bytes()),
            signature: Cell::new(None),
        }
    }

    /// Whether a pattern with such pairs of bytes can match the resource.
    fn may_match(&self, pattern: &Signature) -> bool {
        if pattern.is_empty() {
            return true;
        }
        let own = self.signature.get().unwrap_or_else(|| {
            let own = Signature::of_text(self.tail.unwrap_or_default());
            self.signature.set(Some(own));
            own
        });
        own.has(pattern)
    }
}

fn after_fifth_colon(arn: &[u8]) -> Option<&[u8]> {
    let colons = arn.iter().enumerate().filter(|(_, byte)| **byte == b':');
    let (fifth, _) = colons.take(5).nth(4)?;
    arn.get(fifth + 1..)
}

/// Patterns of resources by their text, with the statements that have them.
#[derive(Default)]
struct ByText<'a>(BTreeMap<&'a str, Vec<(&'a ResourcePattern, Marks)>>);

impl<'a> ByText<'a> {
    fn add(&mut self, text: &'a str, pattern: &'a ResourcePattern, number: usize) {
        // The same text is another pattern in a document of another version.
        let same = self.0.entry(text).or_default();
        if let Some((_, marks)) = same.iter_mut().find(|(one, _)| *one == pattern) {
            marks.push(number);
            return;
        }
        let mut marks = Marks::default();
        marks.push(number);
        same.push((pattern, marks));
    }

    fn into_entries(self) -> impl Iterator<Item = (Vec<u8>, (ResourcePattern, Signature, Marks))> {
        let patterns = self.0.into_values().flatten();
        patterns.filter_map(|(pattern, marks)| match pattern.indexed() {
            Indexed::Tail(prefix, signature) => Some((prefix, (pattern.clone(), signature, marks))),
            Indexed::Everywhere | Indexed::Nowhere | Indexed::Text => None,
        })
    }
}

/// A text in lower case, on the stack if it is short.
#[derive(Debug)]
struct Folded {
    inline: [u8; SHORT],
    length: usize,
    // Only for a text that does not fit inline.
    heap: Vec<u8>,
}

// The longest action of the catalog has 78 characters.
const SHORT: usize = 96;

impl Folded {
    fn new(text: &str) -> Self {
        let mut inline = [0; SHORT];
        let mut heap = Vec::new();
        match inline.get_mut(..text.len()) {
            Some(room) => {
                room.copy_from_slice(text.as_bytes());
                room.make_ascii_lowercase();
            }
            None => heap = text.to_ascii_lowercase().into_bytes(),
        }
        Self {
            inline,
            length: text.len(),
            heap,
        }
    }

    fn as_bytes(&self) -> &[u8] {
        self.inline.get(..self.length).unwrap_or(&self.heap)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::{Found, Sought};
    use crate::{
        Action, AuthorizationModel, Context, Policy, PolicyKind, Principal, RequestContext, Truth,
        document::Effect, evaluate::statement::Scan,
    };

    const ACTIONS: [&str; 5] = [
        "s3:GetObject",
        "S3:PUTOBJECT",
        "s3:Get",
        "sqs:Send",
        "s3x:Get",
    ];
    const RESOURCES: [&str; 8] = [
        "*",
        "not-an-arn",
        "arn:aws:s3:::a",
        "arn:aws:s3:::a/b",
        "arn:aws:s3:::a/jo/c",
        "arn:aws:sqs:eu-west-1:1:q:a",
        "arn:AWS:sqs:eu-west-1:1:Q",
        "arn:aws:s3",
    ];

    fn pieces(from: &'static [&'static str], most: usize) -> impl Strategy<Value = String> {
        prop::collection::vec(prop::sample::select(from), 0..most).prop_map(|all| all.concat())
    }

    fn action() -> impl Strategy<Value = String> {
        let name = pieces(&["Get", "get", "Object", "PutObject", "*", "?", "S"], 3);
        let service = prop::sample::select(vec!["s3:", "S3:", "sqs:", "s*:", "?3:", "*:"]);
        (service, name).prop_map(|(service, name)| format!("{service}{name}"))
    }

    fn resource() -> impl Strategy<Value = String> {
        let head = prop::sample::select(vec![
            "*",
            "arn:aws:s3:::",
            "arn:aws:s3:::",
            "arn:*:s3:::",
            "arn:aws:sqs:*:1:",
            "arn:AWS:sqs:eu-west-?:1:",
            "arn:aws:s",
            "not",
        ]);
        let known = [
            "a",
            "/",
            "b",
            "q",
            "*",
            "?",
            ":",
            "${aws:username}",
            "${*}",
            "/jo/",
            "c",
            "-",
        ];
        let tail = prop::collection::vec(prop::sample::select(known.to_vec()), 0..5);
        (head, tail).prop_map(|(head, tail)| match head {
            "*" => head.to_owned(),
            _ => format!("{head}{}", tail.concat()),
        })
    }

    fn statement() -> impl Strategy<Value = Value> {
        let list = |one: BoxedStrategy<String>| prop::collection::vec(one, 1..4);
        let effect = prop::sample::select(vec!["Allow", "Deny"]);
        let not = || prop::bool::weighted(0.1);
        let (actions, resources) = (list(action().boxed()), list(resource().boxed()));
        (effect, actions, not(), resources, not()).prop_map(
            |(effect, actions, not_action, resources, not_resource)| {
                let action = if not_action { "NotAction" } else { "Action" };
                let resource = if not_resource {
                    "NotResource"
                } else {
                    "Resource"
                };
                json!({ "Effect": effect, action: actions, resource: resources })
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        /// What the index finds is what each statement says by itself.
        #[test]
        fn agrees_with_the_statements(
            statements in prop::collection::vec(statement(), 1..90),
            is_new in any::<bool>(),
            kind in prop::sample::select(vec![PolicyKind::Identity, PolicyKind::Resource]),
            name in prop::sample::select(vec![Some("jo"), Some("*"), None]),
        ) {
            let version = if is_new { "2012-10-17" } else { "2008-10-17" };
            let mut statements = statements;
            for statement in &mut statements {
                if kind == PolicyKind::Resource {
                    statement["Principal"] = json!("*");
                } else if statement.to_string().contains(r#""not"#) {
                    statement["Resource"] = json!("*");
                    statement.as_object_mut().unwrap().remove("NotResource");
                }
            }
            let text = json!({ "Version": version, "Statement": statements }).to_string();
            let policy = Policy::parse("p", kind, &text).unwrap();
            let context = name.map_or_else(Context::new, |name| {
                Context::new().with("aws:username", name)
            });
            let mut found = Found::default();
            for (action, resource) in ACTIONS.iter().flat_map(|a| RESOURCES.map(|r| (a, r))) {
                let request = RequestContext {
                    principal: &Principal::anonymous(),
                    action: &Action::parse(action).unwrap(),
                    resource,
                    resource_account: None,
                    model: AuthorizationModel::Standard,
                    context: &[&context],
                };
                let scan = Scan { request: &request, has_boundary: false };
                let each = policy.statements.iter().enumerate();
                let expected: Vec<(usize, Truth)> = each
                    .filter_map(|(number, one)| Some((number, one.matches(scan)?.0)))
                    .collect();
                let index = &policy.index;
                index.find(&policy.statements, &Sought::new(&request), &mut found);
                let all: Vec<_> = found.all().collect();
                prop_assert_eq!(&all, &expected, "{} {}", action, resource);
                let of = |effect| found.marked(index.with_effect(effect));
                let mut by_effect: Vec<_> = of(Effect::Deny).chain(of(Effect::Allow)).collect();
                by_effect.sort_unstable();
                prop_assert_eq!(by_effect, expected);
            }
        }
    }
}
