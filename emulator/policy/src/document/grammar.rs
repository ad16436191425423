//! JSON to document: the grammar of policies, as it differs for each kind.
//!
//! Source: IAM User Guide, "Grammar of the IAM JSON policy language", and iam-semantics.md B8.

use std::collections::BTreeMap;

use super::{
    PolicyKind,
    ast::{
        Condition, Effect, Form, Literal, Polarity, PolicyDocument, PrincipalSet, PrincipalType,
        Principals, Scope, Statement, Text, Values, Version,
    },
    error::PolicyError,
    json::{self, Member, Node, Value},
    operator::{Comparison, ConditionOperator},
    rules::Rules,
    span::Span,
    suggest::nearest,
};

type Outcome<T> = Result<T, PolicyError>;

/// How many characters a document may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MaxChars(usize);

impl MaxChars {
    // IAM's API takes no more (service model, `policyDocumentType`).
    const SUBMITTED: Self = Self(131_072);
    // AWS's own managed policies are not submitted: `AWSSupportServiceRolePolicy` has 152,297.
    const OF_AWS: Self = Self(1 << 20);

    /// The bound for a policy of this name or ARN.
    pub(crate) fn of(name: &str) -> Self {
        let own = name.starts_with("arn:") && name.contains(":iam::aws:policy/");
        if own { Self::OF_AWS } else { Self::SUBMITTED }
    }
}

const TOP: [&str; 3] = ["Version", "Id", "Statement"];
const ELEMENTS: [&str; 9] = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

/// Reads a document and checks it against the grammar of its kind.
pub(crate) fn parse(kind: PolicyKind, text: &str, max: MaxChars) -> Outcome<PolicyDocument> {
    let grammar = Grammar {
        text,
        rules: Rules::of(kind),
    };
    grammar.check_size(max)?;
    grammar.check_characters()?;
    let root = json::read(text)?;
    let document = grammar.document(&root)?;
    grammar.rules.check(text, &document)?;
    Ok(document)
}

struct Grammar<'a> {
    text: &'a str,
    rules: Rules,
}

/// The members of an object by name, after the unknown ones were refused.
type Elements<'a> = BTreeMap<&'a str, &'a Member>;

impl Grammar<'_> {
    fn fail(&self, span: Span, code: &'static str, message: impl Into<String>) -> PolicyError {
        PolicyError::at(self.text, span, code, message.into())
    }

    fn check_size(&self, MaxChars(max): MaxChars) -> Outcome<()> {
        // Bytes bound characters from above, so most documents need no counting.
        if self.text.len() <= max {
            return Ok(());
        }
        let Some((at, _)) = self.text.char_indices().nth(max) else {
            return Ok(());
        };
        let message = format!("the document is longer than {max} characters");
        Err(self.fail(Span::new(at, at + 1), "policy::too_long", message))
    }

    fn check_characters(&self) -> Outcome<()> {
        let latin = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{ff}');
        let latin_only = self.rules.latin_only;
        let is_bad = |(at, c): &(usize, char)| {
            if latin_only {
                !latin(*c)
            } else {
                *at == 0 && *c == '\u{feff}'
            }
        };
        let bad = self.text.char_indices().find(is_bad);
        let Some((at, c)) = bad else { return Ok(()) };
        let span = Span::new(at, at + c.len_utf8());
        let message = format!("the character U+{:04X} is not allowed here", u32::from(c));
        Err(self
            .fail(span, "policy::character", message)
            .with_help(match c {
                '\u{feff}' => "the file begins with a byte-order mark: save it without one",
                _ => "IAM takes tab, line ends, and the characters from space to U+00FF",
            }))
    }

    fn document(&self, root: &Node) -> Outcome<PolicyDocument> {
        let elements = self.elements(root, "a policy document", &TOP)?;
        let version = elements
            .get("Version")
            .map(|m| self.version(&m.node))
            .transpose()?;
        let id = elements.get("Id").map(|m| self.id(m)).transpose()?;
        let Some(statement) = elements.get("Statement") else {
            return Err(self
                .fail(
                    at_start(root.span),
                    "policy::missing_element",
                    "there is no `Statement`",
                )
                .with_help("a policy is `{\"Version\": \"2012-10-17\", \"Statement\": [...]}`"));
        };
        let (statements, form) = match &statement.node.value {
            Value::List(nodes) => {
                let all = nodes
                    .iter()
                    .map(|node| self.statement(node))
                    .collect::<Outcome<_>>()?;
                (all, Form::List)
            }
            _ => (vec![self.statement(&statement.node)?], Form::One),
        };
        Ok(PolicyDocument {
            version,
            id,
            statements,
            form,
        })
    }

    /// The members of an object, which must have known names.
    fn elements<'n>(&self, node: &'n Node, what: &str, known: &[&str]) -> Outcome<Elements<'n>> {
        let members = self.object(node, what)?;
        for member in members {
            if !known.contains(&member.key.as_str()) {
                return Err(self.unknown_element(member, known));
            }
        }
        Ok(members
            .iter()
            .map(|member| (member.key.as_str(), member))
            .collect())
    }

    fn object<'n>(&self, node: &'n Node, what: &str) -> Outcome<&'n [Member]> {
        match &node.value {
            Value::Object(members) => Ok(members),
            other => {
                let message = format!("{what} is an object, not {}", other.noun());
                Err(self.fail(at_start(node.span), "policy::wrong_type", message))
            }
        }
    }

    fn unknown_element(&self, member: &Member, known: &[&str]) -> PolicyError {
        let message = format!("`{}` is not an element of the policy language", member.key);
        let error = self.fail(member.key_span, "policy::unknown_element", message);
        match nearest(&member.key, known.iter().copied()) {
            Some(meant) => error.with_help(format!("did you mean `{meant}`?")),
            None => error.with_help(format!("what may stand here: {}", known.join(", "))),
        }
    }

    fn string<'n>(&self, node: &'n Node, what: &str) -> Outcome<&'n str> {
        match &node.value {
            Value::Text(text) => Ok(text),
            other => {
                let message = format!("{what} is a string, not {}", other.noun());
                Err(self.fail(at_start(node.span), "policy::wrong_type", message))
            }
        }
    }

    fn version(&self, node: &Node) -> Outcome<Version> {
        match self.string(node, "`Version`")? {
            "2012-10-17" => Ok(Version::V2012),
            "2008-10-17" => Ok(Version::V2008),
            other => {
                let message = format!("`{other}` is not a version of the policy language");
                let help = "it names the language, not the day of writing: use `2012-10-17`";
                Err(self
                    .fail(node.span, "policy::version", message)
                    .with_help(help))
            }
        }
    }

    fn id(&self, member: &Member) -> Outcome<String> {
        if !self.rules.id {
            let message = format!("`Id` may not stand in {}", self.rules.noun);
            return Err(self.fail(member.key_span, "policy::forbidden_element", message));
        }
        self.string(&member.node, "`Id`").map(ToOwned::to_owned)
    }

    fn statement(&self, node: &Node) -> Outcome<Statement> {
        let elements = self.elements(node, "a statement", &ELEMENTS)?;
        let sid = elements.get("Sid").map(|m| self.sid(&m.node)).transpose()?;
        let effect = self.effect(node, &elements)?;
        let principals = self.principals(node, &elements)?;
        let actions = self.either(&elements, "Action", "NotAction")?;
        let actions = actions.ok_or_else(|| self.missing(node, "`Action` or `NotAction`"))?;
        let resources = self.either(&elements, "Resource", "NotResource")?;
        if resources.is_none() && self.rules.needs_resource {
            return Err(self.missing(node, "`Resource` or `NotResource`"));
        }
        let conditions = elements
            .get("Condition")
            .map(|m| self.conditions(&m.node))
            .transpose()?;
        Ok(Statement {
            sid,
            effect,
            principals,
            actions,
            resources,
            conditions: conditions.unwrap_or_default(),
            span: node.span,
        })
    }

    fn missing(&self, node: &Node, what: &str) -> PolicyError {
        let message = format!("this statement has no {what}");
        self.fail(at_start(node.span), "policy::missing_element", message)
    }

    fn sid(&self, node: &Node) -> Outcome<Text> {
        Ok(text(node, self.string(node, "`Sid`")?))
    }

    fn effect(&self, node: &Node, elements: &Elements<'_>) -> Outcome<Effect> {
        let member = elements
            .get("Effect")
            .ok_or_else(|| self.missing(node, "`Effect`"))?;
        match self.string(&member.node, "`Effect`")? {
            "Allow" => Ok(Effect::Allow),
            "Deny" => Ok(Effect::Deny),
            other => {
                let message = format!("`{other}` is not an effect");
                let help = "write `Allow` or `Deny`, with a capital letter";
                Err(self
                    .fail(member.node.span, "policy::effect", message)
                    .with_help(help))
            }
        }
    }

    /// At most one of an element and its negation, as patterns.
    fn either(&self, elements: &Elements<'_>, plain: &str, not: &str) -> Outcome<Option<Scope>> {
        let Some((member, polarity)) = self.one_of(elements, plain, not)? else {
            return Ok(None);
        };
        let values = self.values(&member.node, &format!("`{}`", member.key))?;
        Ok(Some(Scope { polarity, values }))
    }

    fn one_of<'e>(
        &self,
        elements: &Elements<'e>,
        plain: &str,
        not: &str,
    ) -> Outcome<Option<(&'e Member, Polarity)>> {
        match (elements.get(plain), elements.get(not)) {
            (Some(_), Some(second)) => {
                let message = format!("`{plain}` and `{not}` exclude each other");
                let code = "policy::conflicting_elements";
                let help = "keep one, or make two statements";
                Err(self.fail(second.key_span, code, message).with_help(help))
            }
            (Some(member), None) => Ok(Some((member, Polarity::Listed))),
            (None, Some(member)) => Ok(Some((member, Polarity::AllBut))),
            (None, None) => Ok(None),
        }
    }

    /// A string or a list of strings.
    fn values(&self, node: &Node, what: &str) -> Outcome<Values> {
        each(node, |item| Ok(text(item, self.string(item, what)?)))
    }

    fn principals(&self, node: &Node, elements: &Elements<'_>) -> Outcome<Option<Principals>> {
        let Some((member, polarity)) = self.one_of(elements, "Principal", "NotPrincipal")? else {
            if self.rules.needs_principal {
                return Err(self.missing(node, "`Principal`"));
            }
            return Ok(None);
        };
        let set = match &member.node.value {
            Value::Text(text) if text == "*" => PrincipalSet::Everyone,
            Value::Text(text) => return Err(self.bare_principal(member.node.span, text)),
            _ => PrincipalSet::ByType(self.principals_by_type(&member.node)?),
        };
        Ok(Some(Principals {
            polarity,
            set,
            span: member.key_span,
        }))
    }

    fn bare_principal(&self, span: Span, text: &str) -> PolicyError {
        let message = format!("`{text}` is not a principal: only `\"*\"` stands without its type");
        let help = format!("write `{{\"AWS\": \"{text}\"}}`, or another type");
        self.fail(span, "policy::principal", message)
            .with_help(help)
    }

    fn principals_by_type(&self, node: &Node) -> Outcome<Vec<(PrincipalType, Values)>> {
        let mut out = Vec::new();
        for member in self.object(node, "`Principal`")? {
            let known = PrincipalType::ALL.map(PrincipalType::as_str);
            let kind = PrincipalType::ALL
                .into_iter()
                .find(|one| one.as_str() == member.key);
            let kind = kind.ok_or_else(|| {
                let message = format!("`{}` is not a type of principal", member.key);
                let error = self.fail(member.key_span, "policy::principal", message);
                match nearest(&member.key, known) {
                    Some(meant) => error.with_help(format!("did you mean `{meant}`?")),
                    None => error.with_help(format!("the types are {}", known.join(", "))),
                }
            })?;
            out.push((kind, self.values(&member.node, "a principal")?));
        }
        Ok(out)
    }

    fn conditions(&self, node: &Node) -> Outcome<Vec<Condition>> {
        let mut out = Vec::new();
        for member in self.object(node, "`Condition`")? {
            let Some(operator) = ConditionOperator::parse(&member.key) else {
                return Err(self.unknown_operator(member));
            };
            let operator_text = key_text(member);
            for entry in self.object(&member.node, &format!("`{}`", member.key))? {
                let values = each(&entry.node, |item| self.condition_value(item))?;
                let operator_text = operator_text.clone();
                out.push(Condition {
                    operator,
                    operator_text,
                    key: key_text(entry),
                    values,
                });
            }
        }
        Ok(out)
    }

    fn condition_value(&self, node: &Node) -> Outcome<Text> {
        let (value, literal) = match &node.value {
            Value::Text(text) => (text.clone(), Literal::String),
            Value::Bool(value) => (value.to_string(), Literal::Bool),
            Value::Number(number) => (number.clone(), Literal::Number),
            other => {
                let noun = other.noun();
                let message =
                    format!("a condition value is a string, number or boolean, not {noun}");
                return Err(self.fail(at_start(node.span), "policy::condition_value", message));
            }
        };
        Ok(Text {
            value,
            span: node.span,
            literal,
        })
    }

    fn unknown_operator(&self, member: &Member) -> PolicyError {
        let message = format!("`{}` is not a condition operator", member.key);
        let error = self.fail(member.key_span, "policy::unknown_operator", message);
        match meant_operator(&member.key) {
            Some(meant) => error.with_help(format!("did you mean `{meant}`?")),
            None => error.with_help(
                "an operator stands outside, its keys inside: \
                 `\"StringEquals\": {\"aws:SourceAccount\": \"123456789012\"}`",
            ),
        }
    }
}

/// The operator nearest to a text, with the prefix and suffix that the text has.
fn meant_operator(text: &str) -> Option<String> {
    let (prefix, rest) = text.rsplit_once(':').unwrap_or(("", text));
    let sets = ["ForAllValues", "ForAnyValue"];
    let prefix = if prefix.is_empty() {
        ""
    } else {
        nearest(prefix, sets)?
    };
    let stem = rest.strip_suffix("IfExists").unwrap_or(rest);
    let suffix = if stem == rest { "" } else { "IfExists" };
    let name = nearest(stem, Comparison::ALL.map(|(_, name)| name))?;
    let suffix = if name == "Null" { "" } else { suffix };
    let colon = if prefix.is_empty() { "" } else { ":" };
    Some(format!("{prefix}{colon}{name}{suffix}"))
}

fn each(node: &Node, read: impl Fn(&Node) -> Outcome<Text>) -> Outcome<Values> {
    let (items, form) = match &node.value {
        Value::List(nodes) => (nodes.iter().map(read).collect::<Outcome<_>>()?, Form::List),
        _ => (vec![read(node)?], Form::One),
    };
    Ok(Values {
        items,
        form,
        span: node.span,
    })
}

fn text(node: &Node, value: &str) -> Text {
    Text {
        value: value.to_owned(),
        span: node.span,
        literal: Literal::String,
    }
}

fn key_text(member: &Member) -> Text {
    Text {
        value: member.key.clone(),
        span: member.key_span,
        literal: Literal::String,
    }
}

/// The opening bracket of something long, or the whole of something short.
fn at_start(span: Span) -> Span {
    Span::new(span.start, span.end.min(span.start + 1))
}
