//! From a TOML document to rules that can be evaluated.

use std::{collections::BTreeMap, sync::OnceLock};

use rolecall_policy::Action;

use super::{
    error::RuleError,
    expression::{Expression, Predicate, Template},
    parse::{self, Names},
    read::{File, Node, Table},
};
use crate::requirements::plan::Plan;

/// The rules of one service.
#[derive(Debug, Default)]
pub(crate) struct RuleSet {
    /// The file's name without its extension.
    pub(crate) file: String,
    /// The IAM prefix of its actions.
    pub(crate) prefix: String,
    pub(crate) forms: Vec<Form>,
    pub(crate) keys: Vec<KeyRule>,
    /// Key patterns which the server, and no rule, adds; in the file `global` only.
    pub(crate) server_keys: Vec<String>,
    pub(crate) operations: BTreeMap<String, OperationRules>,
}

/// A way to turn a value into a text.
#[derive(Debug)]
pub(crate) struct Form {
    /// Whether it comes from the file `global`.
    pub(crate) prelude: bool,
    pub(crate) cases: Vec<Case>,
    pub(crate) text: FormText,
}

/// A form as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormText {
    /// Its name.
    pub name: String,
    /// Predicate and template of each case; the first that holds counts.
    pub cases: Vec<(Option<String>, String)>,
}

impl FormText {
    /// Every predicate and template.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        let cases = self.cases.iter();
        cases.flat_map(|(when, is)| when.as_deref().into_iter().chain([is.as_str()]))
    }
}

/// One case of a form; the first that holds counts.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) when: Option<Predicate>,
    pub(crate) is: Template,
}

/// How a condition key is computed.
#[derive(Debug)]
pub(crate) struct KeyRule {
    /// As in the authorization data; `*` at its end stands for a family.
    pub(crate) name: String,
    pub(crate) when: Option<Predicate>,
    pub(crate) value: KeyValue,
    pub(crate) line: usize,
}

/// The value of a condition key.
#[derive(Debug)]
pub(crate) enum KeyValue {
    One(Template),
    Many(Vec<Template>),
    /// AWS does not send it.
    Absent,
    /// AWS sends it, and what it holds cannot be told: why.
    Unknown(String),
}

/// What one operation needs.
#[derive(Debug)]
pub(crate) struct OperationRules {
    pub(crate) line: usize,
    /// AWS authorizes nothing.
    pub(crate) none_needed: bool,
    /// Unlike the rules', of the operation itself.
    pub(crate) source: Option<String>,
    pub(crate) rules: Vec<Rule>,
}

/// One row: an action on a resource, perhaps under a condition, perhaps for each item of a list.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) line: usize,
    pub(crate) action: Action,
    pub(crate) resource: Template,
    pub(crate) loops: Vec<(String, Expression)>,
    pub(crate) when: Option<Predicate>,
    /// Key rules of this requirement alone; they beat the service's.
    pub(crate) context: Vec<KeyRule>,
    pub(crate) on_behalf_of: Option<String>,
    pub(crate) source: Option<String>,
    /// What the row says of when it applies, for a reader.
    pub(crate) text: RowText,
    /// Which keys its action has; made from the authorization data at the first call.
    pub(crate) plan: OnceLock<Plan>,
}

/// A row as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RowText {
    pub(crate) resource: Box<str>,
    pub(crate) loops: Box<[Box<str>]>,
    pub(crate) when: Option<Box<str>>,
}

/// Reads one file; `prelude` is another whose forms it may use.
pub(crate) fn compile(
    name: &str,
    text: &str,
    prelude: Option<(&str, &str)>,
) -> Result<RuleSet, RuleError> {
    let file = File { name, text };
    let parsed = file.parse()?;
    let root = file.root(&parsed);
    root.only(&[
        "iam",
        "source",
        "forms",
        "keys",
        "server-keys",
        "group",
        "operation",
    ])?;
    let mut compiler = Compiler {
        prefix: root.text("iam")?.unwrap_or(name).to_owned(),
        source: root.text("source")?.map(str::to_owned),
        ..Compiler::default()
    };
    if let Some((name, text)) = prelude {
        let file = File { name, text };
        compiler.forms(&file.root(&file.parse()?), true)?;
    }
    compiler.forms(&root, false)?;
    let keys = match root.get("keys") {
        Some(node) => Compiler::keys(&node.table()?, &compiler.names)?,
        None => Vec::new(),
    };
    for group in root.tables("group")? {
        let name = group
            .text("name")?
            .ok_or_else(|| group.error("a group needs a `name`"))?;
        compiler.groups.insert(name.to_owned(), group);
    }
    let mut operations = BTreeMap::new();
    for operation in root.tables("operation")? {
        compiler.operation(&operation, &mut operations)?;
    }
    let server_keys = root
        .get("server-keys")
        .map_or(Ok(Vec::new()), |node| node.texts())?;
    Ok(RuleSet {
        file: name.to_owned(),
        prefix: compiler.prefix,
        forms: compiler.forms,
        keys,
        server_keys: server_keys.into_iter().map(str::to_owned).collect(),
        operations,
    })
}

#[derive(Default)]
struct Compiler<'d> {
    prefix: String,
    source: Option<String>,
    names: Names,
    forms: Vec<Form>,
    groups: BTreeMap<String, Table<'d>>,
}

impl<'d> Compiler<'d> {
    /// Forms are defined before they are used, so that none leads to itself.
    fn forms(&mut self, root: &Table<'_>, prelude: bool) -> Result<(), RuleError> {
        let Some(node) = root.get("forms") else {
            return Ok(());
        };
        for (name, node) in node.table()?.entries() {
            let names = self.names.with("it");
            let cases = match node.as_text() {
                Some(text) => vec![Case {
                    when: None,
                    is: template(&node, text, &names)?,
                }],
                None => node
                    .items()?
                    .iter()
                    .map(|n| case(n, &names))
                    .collect::<Result<_, _>>()?,
            };
            self.forms.push(Form {
                prelude,
                cases,
                text: form_text(name, &node)?,
            });
            self.names.forms.push(name.to_owned());
        }
        Ok(())
    }

    fn keys(table: &Table<'_>, names: &Names) -> Result<Vec<KeyRule>, RuleError> {
        let names = Names {
            resource: true,
            ..names.clone()
        };
        table
            .entries()
            .into_iter()
            .map(|(name, node)| key(name, &node, &names))
            .collect()
    }

    fn operation(
        &self,
        table: &Table<'d>,
        operations: &mut BTreeMap<String, OperationRules>,
    ) -> Result<(), RuleError> {
        table.only(&[
            "names",
            "source",
            "none-needed",
            "action",
            "resource",
            "when",
            "context",
            "for-each",
            "include",
            "requires",
        ])?;
        let names = table
            .get("names")
            .ok_or_else(|| table.error("an operation needs `names`"))?;
        let source = table
            .text("source")?
            .map(str::to_owned)
            .or_else(|| self.source.clone());
        if source.is_none() {
            return Err(table.error("an operation needs a `source`: where is it documented?"));
        }
        for name in names.items()? {
            let rules = OperationRules {
                line: name.line(),
                none_needed: table
                    .get("none-needed")
                    .and_then(|n| n.as_bool())
                    .unwrap_or(false),
                rules: self.rules_of(table, name.text()?, source.as_deref())?,
                source: source.clone(),
            };
            if rules.rules.is_empty() != rules.none_needed {
                return Err(name.error(
                    "an operation has either `resource` or `requires`, or `none-needed = true`",
                ));
            }
            if operations.insert(name.text()?.to_owned(), rules).is_some() {
                return Err(name.error(format!("`{}` stands here a second time", name.text()?)));
            }
        }
        Ok(())
    }

    fn rules_of(
        &self,
        table: &Table<'d>,
        operation: &str,
        source: Option<&str>,
    ) -> Result<Vec<Rule>, RuleError> {
        let mut rules = Vec::new();
        if table.get("resource").is_some() {
            rules.push(self.rule(table, operation, source)?);
        }
        let mut rows = table.tables("requires")?;
        for name in table
            .get("include")
            .map_or(Ok(Vec::new()), |node| node.texts())?
        {
            let group = self.groups.get(name);
            let group = group.ok_or_else(|| table.error(format!("there is no group `{name}`")))?;
            group.only(&["name", "requires"])?;
            rows.extend(group.tables("requires")?);
        }
        for row in rows {
            row.only(&[
                "action",
                "resource",
                "when",
                "context",
                "for-each",
                "on-behalf-of",
                "source",
            ])?;
            rules.push(self.rule(&row, operation, source)?);
        }
        Ok(rules)
    }

    fn rule(
        &self,
        row: &Table<'d>,
        operation: &str,
        source: Option<&str>,
    ) -> Result<Rule, RuleError> {
        let action = row
            .text("action")?
            .unwrap_or("{operation}")
            .replace("{operation}", operation);
        let action = if action.contains(':') {
            action
        } else {
            format!("{}:{action}", self.prefix)
        };
        let action = Action::parse(&action).map_err(|error| row.error(error.to_string()))?;
        let mut names = self.names.clone();
        let mut loops = Vec::new();
        let mut loop_texts: Vec<Box<str>> = Vec::new();
        if let Some(node) = row.get("for-each") {
            for node in node.as_items().unwrap_or_else(|| vec![node]) {
                let (name, of) = parse::binding(node.text()?, &names).map_err(|m| node.error(m))?;
                loop_texts.push(node.text()?.into());
                names.variables.push(name.clone());
                loops.push((name, of));
            }
        }
        let resource = row
            .get("resource")
            .ok_or_else(|| row.error("a `resource` is needed"))?;
        let context = match row.get("context") {
            Some(node) => Self::keys(&node.table()?, &names)?,
            None => Vec::new(),
        };
        Ok(Rule {
            line: row.line(),
            action,
            resource: template(&resource, resource.text()?, &names)?,
            loops,
            when: when(row, &names)?,
            context,
            on_behalf_of: row.text("on-behalf-of")?.map(str::to_owned),
            source: row.text("source")?.or(source).map(str::to_owned),
            text: RowText {
                resource: resource.text()?.into(),
                loops: loop_texts.into(),
                when: row.text("when")?.map(Into::into),
            },
            plan: OnceLock::new(),
        })
    }
}

fn template(node: &Node<'_>, text: &str, names: &Names) -> Result<Template, RuleError> {
    parse::template(text, names).map_err(|message| node.error(message))
}

fn when(table: &Table<'_>, names: &Names) -> Result<Option<Predicate>, RuleError> {
    let Some(node) = table.get("when") else {
        return Ok(None);
    };
    parse::predicate(node.text()?, names)
        .map(Some)
        .map_err(|message| node.error(message))
}

fn form_text(name: &str, node: &Node<'_>) -> Result<FormText, RuleError> {
    let cases = match node.as_text() {
        Some(text) => vec![(None, text.to_owned())],
        None => node
            .items()?
            .iter()
            .map(|node| {
                let table = node.table()?;
                let when = table.text("when")?.map(str::to_owned);
                Ok((when, table.text("is")?.unwrap_or_default().to_owned()))
            })
            .collect::<Result<_, _>>()?,
    };
    Ok(FormText {
        name: name.to_owned(),
        cases,
    })
}

fn case(node: &Node<'_>, names: &Names) -> Result<Case, RuleError> {
    let table = node.table()?;
    table.only(&["when", "is"])?;
    let is = table
        .get("is")
        .ok_or_else(|| table.error("a case needs `is`"))?;
    Ok(Case {
        when: when(&table, names)?,
        is: template(&is, is.text()?, names)?,
    })
}

fn key(name: &str, node: &Node<'_>, names: &Names) -> Result<KeyRule, RuleError> {
    let line = node.line();
    if let Ok(table) = node.table() {
        table.only(&["value", "when", "unknown"])?;
        let when = when(&table, names)?;
        let value = match (table.text("unknown")?, table.get("value")) {
            (Some(reason), None) => KeyValue::Unknown(reason.to_owned()),
            (None, Some(value)) => key_value(&value, names)?,
            _ => return Err(table.error("a key needs either `value` or `unknown`")),
        };
        return Ok(KeyRule {
            name: name.to_owned(),
            when,
            value,
            line,
        });
    }
    Ok(KeyRule {
        name: name.to_owned(),
        when: None,
        value: key_value(node, names)?,
        line,
    })
}

fn key_value(node: &Node<'_>, names: &Names) -> Result<KeyValue, RuleError> {
    if node.as_bool() == Some(false) {
        return Ok(KeyValue::Absent);
    }
    if let Some(items) = node.as_items() {
        let templates = items.iter().map(|item| template(item, item.text()?, names));
        return Ok(KeyValue::Many(templates.collect::<Result<_, _>>()?));
    }
    Ok(KeyValue::One(template(node, node.text()?, names)?))
}
