//! Conditions on JSON: `{ ($.a.b = "x*") && ($.n >= 4 || $.list[0] IS NULL) }`.
//!
//! Source: CloudWatch Logs user guide, "Filter pattern syntax", the part on JSON.

use serde_json::Value;

/// A condition.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Condition {
    Both(Box<Condition>, Box<Condition>),
    Either(Box<Condition>, Box<Condition>),
    Compare(Vec<String>, Operator, Operand),
    Is(Vec<String>, Kind),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Operand {
    Text(String),
    Number(f64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    True,
    False,
    Missing,
}

impl Condition {
    /// Reads what stands between the braces.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut reader = Reader { rest: text };
        let condition = reader.either()?;
        reader.skip();
        reader.rest.is_empty().then_some(condition)
    }

    pub(super) fn holds(&self, message: &Value) -> bool {
        match self {
            Self::Both(one, other) => one.holds(message) && other.holds(message),
            Self::Either(one, other) => one.holds(message) || other.holds(message),
            Self::Is(path, kind) => match (kind, find(path, message)) {
                (Kind::Missing, found) => found.is_none(),
                (Kind::Null, found) => found == Some(&Value::Null),
                (Kind::True, found) => found == Some(&Value::Bool(true)),
                (Kind::False, found) => found == Some(&Value::Bool(false)),
            },
            Self::Compare(path, operator, operand) => {
                find(path, message).is_some_and(|value| compare(value, *operator, operand))
            }
        }
    }
}

fn find<'v>(path: &[String], message: &'v Value) -> Option<&'v Value> {
    path.iter().try_fold(message, |value, step| match value {
        Value::Array(items) => items.get(step.parse::<usize>().ok()?),
        other => other.get(step),
    })
}

fn compare(value: &Value, operator: Operator, operand: &Operand) -> bool {
    match operand {
        Operand::Text(wanted) => {
            let Some(text) = value.as_str() else {
                return false;
            };
            let equal = like(wanted, text);
            match operator {
                Operator::Equal => equal,
                Operator::Unequal => !equal,
                _ => false,
            }
        }
        Operand::Number(wanted) => {
            let Some(order) = value.as_f64().and_then(|number| number.partial_cmp(wanted)) else {
                return false;
            };
            match operator {
                Operator::Equal => order.is_eq(),
                Operator::Unequal => order.is_ne(),
                Operator::Less => order.is_lt(),
                Operator::LessOrEqual => order.is_le(),
                Operator::Greater => order.is_gt(),
                Operator::GreaterOrEqual => order.is_ge(),
            }
        }
    }
}

/// `*` stands for any characters.
pub(super) fn like(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.split_once(part) {
            Some((_, behind)) => rest = behind,
            None => return false,
        }
    }
    rest.ends_with(last)
}

struct Reader<'t> {
    rest: &'t str,
}

impl<'t> Reader<'t> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn take(&mut self, token: &str) -> bool {
        self.skip();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn either(&mut self) -> Option<Condition> {
        let mut one = self.both()?;
        while self.take("||") {
            one = Condition::Either(Box::new(one), Box::new(self.both()?));
        }
        Some(one)
    }

    fn both(&mut self) -> Option<Condition> {
        let mut one = self.single()?;
        while self.take("&&") {
            one = Condition::Both(Box::new(one), Box::new(self.single()?));
        }
        Some(one)
    }

    fn single(&mut self) -> Option<Condition> {
        if self.take("(") {
            let inner = self.either()?;
            return self.take(")").then_some(inner);
        }
        let path = self.path()?;
        if self.take("IS NULL") {
            return Some(Condition::Is(path, Kind::Null));
        }
        if self.take("IS TRUE") {
            return Some(Condition::Is(path, Kind::True));
        }
        if self.take("IS FALSE") {
            return Some(Condition::Is(path, Kind::False));
        }
        if self.take("NOT EXISTS") {
            return Some(Condition::Is(path, Kind::Missing));
        }
        let operators = [
            ("!=", Operator::Unequal),
            ("<=", Operator::LessOrEqual),
            (">=", Operator::GreaterOrEqual),
            ("=", Operator::Equal),
            ("<", Operator::Less),
            (">", Operator::Greater),
        ];
        let operator = operators.iter().find(|(sign, _)| self.take(sign))?.1;
        Some(Condition::Compare(path, operator, self.operand()?))
    }

    fn path(&mut self) -> Option<Vec<String>> {
        self.skip();
        let word = self.word(&['=', '!', '<', '>'])?;
        let path = word.strip_prefix('$')?.replace('[', ".").replace(']', "");
        let path = path.strip_prefix('.')?;
        Some(
            path.split('.')
                .map(|step| step.trim_matches(['\'', '"']).to_owned())
                .collect(),
        )
    }

    fn operand(&mut self) -> Option<Operand> {
        self.skip();
        if let Some(quoted) = self.rest.strip_prefix('"') {
            let (text, rest) = quoted.split_once('"')?;
            self.rest = rest;
            return Some(Operand::Text(text.to_owned()));
        }
        let word = self.word(&['&', '|'])?;
        Some(match word.parse() {
            Ok(number) => Operand::Number(number),
            Err(_) => Operand::Text(word.to_owned()),
        })
    }

    /// Up to a space, a parenthesis, or one of these.
    fn word(&mut self, ends: &[char]) -> Option<&'t str> {
        let end = |c: char| c.is_whitespace() || c == ')' || c == '(' || ends.contains(&c);
        let at = self.rest.find(end).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at_checked(at)?;
        self.rest = rest;
        (!word.is_empty()).then_some(word)
    }
}
