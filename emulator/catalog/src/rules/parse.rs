//! Parses templates, expressions and predicates.
//!
//! ```text
//! template   = ( text | "{" expression "}" )*
//! expression = primary ( "|" name [ "(" expression ("," expression)* ")" ] )*
//! primary    = 'literal' | name ( "." name | "[]" )*
//! predicate  = all ( "or" all )* ; all = not ( "and" not )*
//! not        = "not" not | "(" predicate ")" | expression test
//! test       = "present" | "absent" | "is" ["not"] value | "in" "(" value ("," value)* ")"
//!            | "starts" "with" value | "ends" "with" value | "contains" value
//! ```

use std::sync::Arc;

use super::{
    expression::{Expression, Part, Predicate, Property, Step, Template, Test},
    function::{FACT, Function},
    lexer::{Token, tokens},
    nearest::with_nearest,
};

/// The names that an expression may use besides parameters.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    /// The forms, in the order of their definition.
    pub(crate) forms: Arc<Vec<String>>,
    /// The loop variables, and `it` inside a form.
    pub(crate) variables: Vec<String>,
    /// Whether `resource` is the requirement's resource here.
    pub(crate) resource: bool,
}

impl Names {
    /// The same names and a variable more.
    pub(crate) fn with(&self, variable: &str) -> Self {
        let mut names = self.clone();
        names.variables.push(variable.to_owned());
        names
    }
}

/// Parses a template.
pub(crate) fn template(text: &str, names: &Names) -> Result<Template, String> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        if !before.is_empty() {
            parts.push(Part::Text(before.to_owned()));
        }
        let (inner, after) = after
            .split_once('}')
            .ok_or_else(|| format!("a brace in `{text}` is not closed"))?;
        parts.push(Part::Expression(expression(inner, names)?));
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest.to_owned()));
    }
    Ok(Template { parts })
}

/// Parses an expression.
pub(crate) fn expression(text: &str, names: &Names) -> Result<Expression, String> {
    let mut parser = Parser::new(text, names)?;
    let expression = parser.expression()?;
    parser.finish(expression)
}

/// Parses a predicate.
pub(crate) fn predicate(text: &str, names: &Names) -> Result<Predicate, String> {
    let mut parser = Parser::new(text, names)?;
    let predicate = parser.predicate()?;
    parser.finish(predicate)
}

/// Parses `name in expression`.
pub(crate) fn binding(text: &str, names: &Names) -> Result<(String, Expression), String> {
    let (name, of) = text
        .split_once(" in ")
        .ok_or_else(|| format!("`{text}` is not a loop: `name in Parameter` is needed"))?;
    Ok((name.trim().to_owned(), expression(of, names)?))
}

struct Parser<'t> {
    text: &'t str,
    names: &'t Names,
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str, names: &'t Names) -> Result<Self, String> {
        Ok(Self {
            text,
            names,
            tokens: tokens(text)?.into_iter().peekable(),
        })
    }

    fn finish<T>(mut self, result: T) -> Result<T, String> {
        match self.tokens.next() {
            None => Ok(result),
            Some(token) => Err(self.unexpected(Some(&token), "the end")),
        }
    }

    fn unexpected(&self, token: Option<&Token>, wanted: &str) -> String {
        let found = match token {
            Some(Token::Name(name)) => format!("`{name}`"),
            Some(Token::Literal(text)) => format!("`'{text}'`"),
            Some(other) => format!("{other:?}").to_lowercase(),
            None => "the end".to_owned(),
        };
        format!("{wanted} is needed where `{}` has {found}", self.text)
    }

    fn eat(&mut self, token: &Token) -> bool {
        self.tokens.next_if_eq(token).is_some()
    }

    fn eat_word(&mut self, word: &str) -> bool {
        self.tokens
            .next_if(|t| matches!(t, Token::Name(name) if name == word))
            .is_some()
    }

    fn need(&mut self, token: &Token, shown: &str) -> Result<(), String> {
        match self.tokens.next() {
            Some(found) if found == *token => Ok(()),
            other => Err(self.unexpected(other.as_ref(), shown)),
        }
    }

    fn name(&mut self) -> Result<String, String> {
        match self.tokens.next() {
            Some(Token::Name(name)) => Ok(name),
            other => Err(self.unexpected(other.as_ref(), "a name")),
        }
    }

    fn expression(&mut self) -> Result<Expression, String> {
        let mut expression = self.primary()?;
        while self.eat(&Token::Bar) {
            let name = self.name()?;
            let arguments = if self.eat(&Token::Open) {
                self.arguments()?
            } else {
                Vec::new()
            };
            expression = self.apply(expression, &name, arguments)?;
        }
        Ok(expression)
    }

    fn arguments(&mut self) -> Result<Vec<Expression>, String> {
        let mut arguments = vec![self.expression()?];
        while self.eat(&Token::Comma) {
            arguments.push(self.expression()?);
        }
        self.need(&Token::Close, "`)`")?;
        Ok(arguments)
    }

    fn apply(
        &self,
        to: Expression,
        name: &str,
        arguments: Vec<Expression>,
    ) -> Result<Expression, String> {
        if let Some(form) = self.names.forms.iter().position(|f| f == name) {
            return Ok(Expression::Form {
                form,
                it: Some(Box::new(to)),
            });
        }
        if name == FACT {
            let kind = match arguments.as_slice() {
                [Expression::Literal(kind)] => super::function::fact_kind(kind)?,
                _ => return Err(format!("`{FACT}` takes the kind of fact in quotes")),
            };
            return Ok(Expression::Fact {
                kind,
                of: Box::new(to),
            });
        }
        let function = Function::named(name).ok_or_else(|| {
            let mut known: Vec<&str> = self.names.forms.iter().map(String::as_str).collect();
            known.extend(Function::names());
            with_nearest(
                format!("there is no function or form `{name}`"),
                name,
                known,
            )
        })?;
        function.check_arguments(arguments.len())?;
        Ok(Expression::Apply {
            to: Box::new(to),
            function,
            arguments,
        })
    }

    fn primary(&mut self) -> Result<Expression, String> {
        let first = match self.tokens.next() {
            Some(Token::Literal(text)) => return Ok(Expression::Literal(text)),
            Some(Token::Name(name)) if name.parse::<i64>().is_ok() => {
                return Ok(Expression::Literal(name));
            }
            Some(Token::Name(name)) => name,
            other => return Err(self.unexpected(other.as_ref(), "a parameter or a literal")),
        };
        let mut path = Vec::new();
        loop {
            if self.eat(&Token::Dot) {
                path.push(Step::Member(self.name()?));
            } else if self.eat(&Token::Items) {
                path.push(Step::Items);
            } else {
                break;
            }
        }
        Ok(self.named(first, path))
    }

    fn named(&self, first: String, mut path: Vec<Step>) -> Expression {
        if self.names.variables.contains(&first) {
            return Expression::Variable { name: first, path };
        }
        if first == "parameters" {
            return Expression::Parameter(path);
        }
        if path.is_empty() {
            if let Some(property) = self.property(&first) {
                return Expression::Property(property);
            }
            if let Some(form) = self.names.forms.iter().position(|f| *f == first) {
                return Expression::Form { form, it: None };
            }
        }
        path.insert(0, Step::Member(first));
        Expression::Parameter(path)
    }

    fn property(&self, name: &str) -> Option<Property> {
        match name {
            "partition" => Some(Property::Partition),
            "region" => Some(Property::Region),
            "account" => Some(Property::Account),
            "caller" => Some(Property::Caller),
            "operation" => Some(Property::Operation),
            "resource" if self.names.resource => Some(Property::Resource),
            _ => None,
        }
    }

    fn predicate(&mut self) -> Result<Predicate, String> {
        let mut several = vec![self.all()?];
        while self.eat_word("or") {
            several.push(self.all()?);
        }
        Ok(one_or(several, Predicate::Any))
    }

    fn all(&mut self) -> Result<Predicate, String> {
        let mut several = vec![self.not()?];
        while self.eat_word("and") {
            several.push(self.not()?);
        }
        Ok(one_or(several, Predicate::All))
    }

    fn not(&mut self) -> Result<Predicate, String> {
        if self.eat_word("not") {
            return Ok(Predicate::Not(Box::new(self.not()?)));
        }
        if self.eat(&Token::Open) {
            let predicate = self.predicate()?;
            self.need(&Token::Close, "`)`")?;
            return Ok(predicate);
        }
        let operand = self.expression()?;
        Ok(Predicate::Test {
            operand,
            test: self.test()?,
        })
    }

    fn test(&mut self) -> Result<Test, String> {
        let token = self.tokens.next();
        let word = match &token {
            Some(Token::Name(name)) => name.as_str(),
            _ => "",
        };
        Ok(match word {
            "present" => Test::Present,
            "absent" => Test::Absent,
            "is" if self.eat_word("not") => Test::IsNot(vec![self.value()?]),
            "is" => Test::Is(vec![self.value()?]),
            "in" => Test::Is(self.values()?),
            "contains" => Test::Contains(self.value()?),
            "starts" if self.eat_word("with") => Test::StartsWith(self.value()?),
            "ends" if self.eat_word("with") => Test::EndsWith(self.value()?),
            _ => {
                let tests =
                    "`present`, `absent`, `is`, `in`, `contains`, `starts with` or `ends with`";
                return Err(self.unexpected(token.as_ref(), tests));
            }
        })
    }

    fn values(&mut self) -> Result<Vec<String>, String> {
        self.need(&Token::Open, "`(`")?;
        let mut values = vec![self.value()?];
        while self.eat(&Token::Comma) {
            values.push(self.value()?);
        }
        self.need(&Token::Close, "`)`")?;
        Ok(values)
    }

    /// A literal; `true`, `false` and numbers need no quotes.
    fn value(&mut self) -> Result<String, String> {
        match self.tokens.next() {
            Some(Token::Literal(text)) => Ok(text),
            Some(Token::Name(word))
                if word == "true"
                    || word == "false"
                    || word.bytes().all(|b| b.is_ascii_digit()) =>
            {
                Ok(word)
            }
            other => Err(self.unexpected(other.as_ref(), "a value in single quotes")),
        }
    }
}

fn one_or(mut several: Vec<Predicate>, combine: fn(Vec<Predicate>) -> Predicate) -> Predicate {
    match several.pop() {
        Some(only) if several.is_empty() => only,
        Some(last) => {
            several.push(last);
            combine(several)
        }
        None => combine(several),
    }
}
