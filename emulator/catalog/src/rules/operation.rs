//! What a rule file says of one operation, compiled.

use std::sync::{Arc, OnceLock};

use rolecall_policy::Action;

use super::{
    compile::{condition, keys, read, template, when},
    error::RuleError,
    expression::Predicate,
    parse,
    read::Table,
    rule::{Belief, OperationRules, RowText, Rule, RuleSet},
    sections::Section,
    written::Written,
};

/// Reads the rules of one operation, with its variants.
pub(super) fn operation(
    set: &RuleSet,
    name: &str,
    written: &Written,
) -> Result<OperationRules, RuleError> {
    let compiler = Compiler { set, name };
    let mut rules = compiler.read(written.section, |root| {
        root.only(&["operation"])?;
        let table = first(root, "operation")?;
        compiler.rules(&table, &[])
    })?;
    for section in &written.variants {
        let variant = compiler.read(*section, |root| {
            root.only(&["variant"])?;
            compiler.variant(&first(root, "variant")?)
        })?;
        rules.variants.push(variant);
    }
    Ok(rules)
}

fn first<'d>(root: &Table<'d>, name: &str) -> Result<Table<'d>, RuleError> {
    let mut tables = root.tables(name)?.into_iter();
    tables
        .next()
        .ok_or_else(|| root.error(format!("`{name}` is missing here")))
}

/// The operation that is read, and the file.
struct Compiler<'s> {
    set: &'s RuleSet,
    name: &'s str,
}

const OPERATION: [&str; 12] = [
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

impl Compiler<'_> {
    fn read<T>(
        &self,
        section: Section,
        use_it: impl FnOnce(&Table<'_>) -> Result<T, RuleError>,
    ) -> Result<T, RuleError> {
        read(&self.set.file, self.set.text, section, use_it)
    }

    fn variant(&self, table: &Table<'_>) -> Result<(Predicate, OperationRules), RuleError> {
        let rules = self.rules(table, &["if"])?;
        let condition = condition(table, "if", &self.set.names)?
            .ok_or_else(|| table.error("a variant needs an `if`"))?;
        Ok((condition, rules))
    }

    fn rules(&self, table: &Table<'_>, more: &[&str]) -> Result<OperationRules, RuleError> {
        table.only(&[&OPERATION[..], more].concat())?;
        let names = table
            .get("names")
            .ok_or_else(|| table.error("an operation needs `names`"))?;
        let source = table
            .text("source")?
            .map(Arc::from)
            .or_else(|| self.set.source.clone());
        if source.is_none() {
            return Err(table.error("an operation needs a `source`: where is it documented?"));
        }
        let texts = names.texts()?;
        let place = texts.iter().position(|text| *text == self.name);
        let name = place.and_then(|place| names.items().ok()?.into_iter().nth(place));
        let name =
            name.ok_or_else(|| names.error("`names` are plain texts on lines of their own"))?;
        let none_needed = table.get("none-needed").and_then(|n| n.as_bool());
        let rules = OperationRules {
            line: name.line(),
            nothing: OnceLock::new(),
            none_needed: none_needed.unwrap_or(false),
            rules: self.rows(table, source.as_ref())?,
            source,
            variants: Vec::new(),
        };
        if rules.rules.is_empty() != rules.none_needed {
            return Err(name.error(
                "an operation has either `resource` or `requires`, or `none-needed = true`",
            ));
        }
        Ok(rules)
    }

    fn rows(&self, table: &Table<'_>, source: Option<&Arc<str>>) -> Result<Vec<Rule>, RuleError> {
        let mut rules = Vec::new();
        if table.get("resource").is_some() {
            rules.push(self.rule(table, source)?);
        }
        self.required(table, source, &mut rules)?;
        let groups = table.get("include");
        for name in groups.map_or(Ok(Vec::new()), |node| node.texts())? {
            let section = self.set.groups.get(name);
            let section =
                section.ok_or_else(|| table.error(format!("there is no group `{name}`")))?;
            self.read(*section, |root| {
                root.only(&["group"])?;
                let group = first(root, "group")?;
                group.only(&["name", "requires"])?;
                self.required(&group, source, &mut rules)
            })?;
        }
        Ok(rules)
    }

    fn required(
        &self,
        table: &Table<'_>,
        source: Option<&Arc<str>>,
        rules: &mut Vec<Rule>,
    ) -> Result<(), RuleError> {
        for row in table.tables("requires")? {
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
            rules.push(self.rule(&row, source)?);
        }
        Ok(())
    }

    fn rule(&self, row: &Table<'_>, source: Option<&Arc<str>>) -> Result<Rule, RuleError> {
        let action = row.text("action")?.unwrap_or("{operation}");
        let action = self.action(row, &action.replace("{operation}", self.name))?;
        let keys_of = row.text("keys-of")?.map(|name| self.action(row, name));
        let mut names = self.set.names.clone();
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
            Some(node) => keys(&node.table()?, &names)?,
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
    fn action(&self, row: &Table<'_>, name: &str) -> Result<Action, RuleError> {
        let parsed = if name.contains(':') {
            Action::parse(name)
        } else {
            Action::parse(&format!("{}:{name}", self.set.prefix))
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
