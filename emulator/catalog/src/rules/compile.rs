//! From a TOML document to rules that can be evaluated.

use std::{
    collections::BTreeMap,
    rc::Rc,
    sync::{Arc, OnceLock},
};

use rolecall_policy::Action;

use super::{
    error::RuleError,
    expression::{Predicate, Template},
    parse::{self, Names},
    read::{File, LineEnds, Node, Table},
    rule::{
        Belief, Case, Form, FormText, KeyRule, KeyValue, OperationRules, RowText, Rule, RuleSet,
    },
};

/// Reads one file; `prelude` is another whose forms it may use.
pub(crate) fn compile(
    name: &str,
    text: &str,
    prelude: Option<(&str, &str)>,
) -> Result<RuleSet, RuleError> {
    let ends = LineEnds::of(text);
    let file = File::new(name, text, &ends);
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
        "variant",
    ])?;
    let mut compiler = Compiler {
        prefix: root.text("iam")?.unwrap_or(name).to_owned(),
        source: root.text("source")?.map(Into::into),
        ..Compiler::default()
    };
    if let Some((name, text)) = prelude {
        let ends = LineEnds::of(text);
        let file = File::new(name, text, &ends);
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
    for variant in root.tables("variant")? {
        compiler.variant(&variant, &mut operations)?;
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
    source: Option<Arc<str>>,
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
            Rc::make_mut(&mut self.names.forms).push(name.to_owned());
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
        for (name, rules) in self.operation_rules(table, &[])? {
            if operations.insert(name.text()?.to_owned(), rules).is_some() {
                return Err(name.error(format!("`{}` stands here a second time", name.text()?)));
            }
        }
        Ok(())
    }

    fn variant(
        &self,
        table: &Table<'d>,
        operations: &mut BTreeMap<String, OperationRules>,
    ) -> Result<(), RuleError> {
        for (name, rules) in self.operation_rules(table, &["if"])? {
            let condition = condition(table, "if", &self.names)?
                .ok_or_else(|| table.error("a variant needs an `if`"))?;
            let of = operations.get_mut(name.text()?);
            let of = of.ok_or_else(|| name.error("a variant of what has no rules of its own"))?;
            of.variants.push((condition, rules));
        }
        Ok(())
    }

    fn operation_rules(
        &self,
        table: &Table<'d>,
        more: &[&str],
    ) -> Result<Vec<(Node<'d>, OperationRules)>, RuleError> {
        let known = [
            "names",
            "source",
            "none-needed",
            "action",
            "resource",
            "when",
            "context",
            "for-each",
            "assumed",
            "keys-of",
            "include",
            "requires",
        ];
        table.only(&[&known[..], more].concat())?;
        let names = table
            .get("names")
            .ok_or_else(|| table.error("an operation needs `names`"))?;
        let source = table
            .text("source")?
            .map(Arc::from)
            .or_else(|| self.source.clone());
        if source.is_none() {
            return Err(table.error("an operation needs a `source`: where is it documented?"));
        }
        let mut found = Vec::new();
        for name in names.items()? {
            let rules = OperationRules {
                line: name.line(),
                nothing: OnceLock::new(),
                none_needed: table
                    .get("none-needed")
                    .and_then(|n| n.as_bool())
                    .unwrap_or(false),
                rules: self.rules_of(table, name.text()?, source.as_ref())?,
                source: source.clone(),
                variants: Vec::new(),
            };
            if rules.rules.is_empty() != rules.none_needed {
                return Err(name.error(
                    "an operation has either `resource` or `requires`, or `none-needed = true`",
                ));
            }
            found.push((name, rules));
        }
        Ok(found)
    }

    fn rules_of(
        &self,
        table: &Table<'d>,
        operation: &str,
        source: Option<&Arc<str>>,
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
                "assumed",
                "keys-of",
            ])?;
            rules.push(self.rule(&row, operation, source)?);
        }
        Ok(rules)
    }

    fn rule(
        &self,
        row: &Table<'d>,
        operation: &str,
        source: Option<&Arc<str>>,
    ) -> Result<Rule, RuleError> {
        let action = row.text("action")?.unwrap_or("{operation}");
        let action = self.action(row, &action.replace("{operation}", operation))?;
        let keys_of = row.text("keys-of")?.map(|name| self.action(row, name));
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
        let conditions = when(row, &names)?.map_or_else(Vec::new, Predicate::conjuncts);
        let (when, before) = conditions.into_iter().partition(Predicate::has_variable);
        Ok(Rule {
            line: row.line(),
            action,
            resource: template(&resource, resource.text()?, &names)?,
            loops,
            before,
            when,
            context,
            on_behalf_of: row.text("on-behalf-of")?.map(str::to_owned),
            source: row
                .text("source")?
                .map(Arc::from)
                .or_else(|| source.cloned()),
            assumed: belief(row)?,
            keys_of: keys_of.transpose()?,
            text: RowText {
                resource: resource.text()?.into(),
                loops: loop_texts.into(),
                when: row.text("when")?.map(Into::into),
            },
            plan: OnceLock::new(),
        })
    }

    /// An action, with the file's prefix where it names none.
    fn action(&self, row: &Table<'d>, name: &str) -> Result<Action, RuleError> {
        let parsed = if name.contains(':') {
            Action::parse(name)
        } else {
            Action::parse(&format!("{}:{name}", self.prefix))
        };
        parsed.map_err(|error| row.error(error.to_string()))
    }
}

fn belief(row: &Table<'_>) -> Result<Option<Belief>, RuleError> {
    match row.text("assumed")? {
        None => Ok(None),
        Some("action") => Ok(Some(Belief::Action)),
        Some("resource") => Ok(Some(Belief::Resource)),
        Some(_) => Err(row.error("`assumed` is either `action` or `resource`")),
    }
}

fn template(node: &Node<'_>, text: &str, names: &Names) -> Result<Template, RuleError> {
    parse::template(text, names).map_err(|message| node.error(message))
}

fn when(table: &Table<'_>, names: &Names) -> Result<Option<Predicate>, RuleError> {
    condition(table, "when", names)
}

fn condition(table: &Table<'_>, key: &str, names: &Names) -> Result<Option<Predicate>, RuleError> {
    let Some(node) = table.get(key) else {
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
        let unknown = table.text("unknown")?.map(str::to_owned);
        let (value, otherwise) = match (unknown, table.get("value")) {
            (Some(reason), None) => (KeyValue::Unknown(reason), None),
            (otherwise, Some(value)) => (key_value(&value, names)?, otherwise),
            (None, None) => return Err(table.error("a key needs `value`, `unknown` or both")),
        };
        return Ok(KeyRule {
            name: name.to_owned(),
            when,
            value,
            otherwise,
            line,
        });
    }
    Ok(KeyRule {
        name: name.to_owned(),
        when: None,
        value: key_value(node, names)?,
        otherwise: None,
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
