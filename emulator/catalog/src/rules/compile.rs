//! From a rule file to rules that can be evaluated: its head, forms and keys; what it says of
//! operations is compiled in [`operation`](super::operation), when they are called.

use std::sync::Arc;

use super::{
    error::RuleError,
    expression::{Predicate, Template},
    intern::intern,
    parse::{self, Names},
    read::{File, Node, Table},
    rule::{Case, Form, FormText, KeyRule, KeyValue, RuleSet},
    sections::{Kind, Section, sections},
    written::Written,
};

/// Reads one file; `prelude` is another whose forms it may use.
pub(crate) fn compile(
    name: &str,
    text: &'static str,
    prelude: Option<&RuleSet>,
) -> Result<RuleSet, RuleError> {
    let forms = prelude.map_or(&[][..], |prelude| &prelude.forms);
    let mut set = RuleSet {
        file: name.to_owned(),
        text,
        forms: forms.to_vec(),
        prelude: forms.len(),
        names: prelude
            .map(|prelude| prelude.names.clone())
            .unwrap_or_default(),
        ..RuleSet::default()
    };
    // A kind may name what those before it say, wherever they stand.
    let mut sections = sections(text);
    sections.sort_by_key(|(kind, _)| *kind);
    for (kind, section) in sections {
        match kind {
            Kind::Head => head(&mut set, section)?,
            Kind::Forms => read(&set.file, text, section, |root| {
                forms_of(root, &mut set.forms, &mut set.names)
            })?,
            Kind::Keys => {
                let names = set.names.clone();
                let found = read(&set.file, text, section, |root| {
                    root.only(&["keys"])?;
                    let table = root.get("keys").map(|node| node.table()).transpose()?;
                    table.map_or(Ok(Vec::new()), |table| keys(&table, &names))
                })?;
                set.keys.extend(found);
            }
            Kind::Group => group(&mut set, section)?,
            Kind::Operation => operations(&mut set, section)?,
            Kind::Variant => variants(&mut set, section)?,
        }
    }
    Ok(set)
}

/// Parses a section, and gives what is read out of it.
pub(super) fn read<T>(
    file: &str,
    text: &str,
    section: Section,
    use_it: impl FnOnce(&Table<'_>) -> Result<T, RuleError>,
) -> Result<T, RuleError> {
    let ends = section.line_ends(text);
    let file = File::new(file, section.text(text), &ends);
    let parsed = file.parse()?;
    use_it(&file.root(&parsed))
}

fn head(set: &mut RuleSet, section: Section) -> Result<(), RuleError> {
    let file = set.file.clone();
    read(&file, set.text, section, |root| {
        root.only(&["iam", "source", "server-keys"])?;
        let prefix = root.text("iam")?.unwrap_or(&set.file);
        prefix.clone_into(&mut set.prefix);
        set.source = root.text("source")?.map(Into::into);
        let server_keys = root.get("server-keys");
        let server_keys = server_keys.map_or(Ok(Vec::new()), |node| node.texts())?;
        set.server_keys = server_keys.into_iter().map(str::to_owned).collect();
        Ok(())
    })
}

fn group(set: &mut RuleSet, section: Section) -> Result<(), RuleError> {
    let names = section.texts(set.text, "name");
    let Some((_, name)) = names.first() else {
        return Err(section.error((&set.file, set.text), 0, "a group needs a `name`"));
    };
    set.groups.insert(name, section);
    Ok(())
}

fn operations(set: &mut RuleSet, section: Section) -> Result<(), RuleError> {
    let file = (set.file.as_str(), set.text);
    let names = section.texts(set.text, "names");
    if names.is_empty() {
        return Err(section.error(file, 0, "an operation needs `names`"));
    }
    for (at, name) in names {
        if set.operations.contains_key(name) {
            let message = format!("`{name}` stands here a second time");
            return Err(section.error(file, at, &message));
        }
        set.operations.insert(name, Written::new(section));
    }
    Ok(())
}

fn variants(set: &mut RuleSet, section: Section) -> Result<(), RuleError> {
    let file = (set.file.as_str(), set.text);
    let names = section.texts(set.text, "names");
    if names.is_empty() {
        return Err(section.error(file, 0, "an operation needs `names`"));
    }
    for (at, name) in names {
        let Some(of) = set.operations.get_mut(name) else {
            let message = "a variant of what has no rules of its own";
            return Err(section.error(file, at, message));
        };
        of.variants.push(section);
    }
    Ok(())
}

/// Forms are defined before they are used, so that none leads to itself.
fn forms_of(
    root: &Table<'_>,
    forms: &mut Vec<Arc<Form>>,
    known: &mut Names,
) -> Result<(), RuleError> {
    root.only(&["forms"])?;
    let Some(node) = root.get("forms") else {
        return Ok(());
    };
    for (name, node) in node.table()?.entries() {
        let names = known.with("it");
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
        // Nobody else has the names now, so that they are not copied for each form.
        drop(names);
        let text = form_text(name, &node)?;
        forms.push(Arc::new(Form { cases, text }));
        Arc::make_mut(&mut known.forms).push(name.to_owned());
    }
    Ok(())
}

/// The keys in a table.
pub(super) fn keys(table: &Table<'_>, names: &Names) -> Result<Vec<KeyRule>, RuleError> {
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

pub(super) fn template(node: &Node<'_>, text: &str, names: &Names) -> Result<Template, RuleError> {
    parse::template(text, names).map_err(|message| node.error(message))
}

pub(super) fn when(table: &Table<'_>, names: &Names) -> Result<Option<Predicate>, RuleError> {
    condition(table, "when", names)
}

pub(super) fn condition(
    table: &Table<'_>,
    key: &str,
    names: &Names,
) -> Result<Option<Predicate>, RuleError> {
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
            name: intern(name),
            when,
            value,
            otherwise,
            line,
        });
    }
    Ok(KeyRule {
        name: intern(name),
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
