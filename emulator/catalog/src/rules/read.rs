//! Walks a TOML document, keeping the lines.

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{error::RuleError, nearest::with_nearest};

/// A file that is being read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct File<'t> {
    name: &'t str,
    text: &'t str,
    ends: &'t LineEnds,
}

/// Where the lines of a text end, and how many are before it.
#[derive(Debug)]
pub(crate) struct LineEnds {
    ends: Vec<usize>,
    before: usize,
}

impl LineEnds {
    /// Looks through a text once.
    pub(crate) fn of(text: &str, before: usize) -> Self {
        let ends = text.match_indices('\n').map(|(at, _)| at).collect();
        Self { ends, before }
    }
}

/// A value with its place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node<'d> {
    file: File<'d>,
    start: usize,
    value: &'d DeValue<'d>,
}

/// A table with its place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table<'d> {
    file: File<'d>,
    start: usize,
    members: &'d DeTable<'d>,
}

impl<'t> File<'t> {
    /// A file whose lines are known.
    pub(crate) fn new(name: &'t str, text: &'t str, ends: &'t LineEnds) -> Self {
        Self { name, text, ends }
    }

    /// A mistake at a place in the file.
    pub(crate) fn error(&self, start: usize, message: impl Into<String>) -> RuleError {
        RuleError {
            file: self.name.to_owned(),
            line: self.line(start),
            message: message.into(),
        }
    }

    /// The line of a place, from 1.
    fn line(&self, start: usize) -> usize {
        1 + self.ends.before + self.ends.ends.partition_point(|end| *end < start)
    }

    /// Parses the TOML.
    pub(crate) fn parse(&self) -> Result<Spanned<DeTable<'t>>, RuleError> {
        DeTable::parse(self.text).map_err(|error| {
            self.error(
                error.span().map_or(0, |span| span.start),
                error.message().to_owned(),
            )
        })
    }

    /// The whole document as a table.
    pub(crate) fn root<'d>(&self, parsed: &'d Spanned<DeTable<'d>>) -> Table<'d>
    where
        't: 'd,
    {
        Table {
            file: *self,
            start: 0,
            members: parsed.get_ref(),
        }
    }
}

impl<'d> Node<'d> {
    fn new(file: File<'d>, value: &'d Spanned<DeValue<'d>>) -> Self {
        Self {
            file,
            start: value.span().start,
            value: value.get_ref(),
        }
    }

    /// A mistake here.
    pub(crate) fn error(&self, message: impl Into<String>) -> RuleError {
        self.file.error(self.start, message)
    }

    /// The line, from 1.
    pub(crate) fn line(&self) -> usize {
        self.file.line(self.start)
    }

    /// A text.
    pub(crate) fn text(&self) -> Result<&'d str, RuleError> {
        match self.value {
            DeValue::String(text) => Ok(text),
            _ => Err(self.error("a text in double quotes is needed")),
        }
    }

    /// A text, if it is one.
    pub(crate) fn as_text(&self) -> Option<&'d str> {
        match self.value {
            DeValue::String(text) => Some(text),
            _ => None,
        }
    }

    /// `true` or `false`, if it is one.
    pub(crate) fn as_bool(&self) -> Option<bool> {
        match self.value {
            DeValue::Boolean(value) => Some(*value),
            _ => None,
        }
    }

    /// The items, if it is an array.
    pub(crate) fn as_items(&self) -> Option<Vec<Self>> {
        match self.value {
            DeValue::Array(items) => Some(
                items
                    .iter()
                    .map(|item| Self::new(self.file, item))
                    .collect(),
            ),
            _ => None,
        }
    }

    /// The items of an array.
    pub(crate) fn items(&self) -> Result<Vec<Self>, RuleError> {
        self.as_items()
            .ok_or_else(|| self.error("an array in brackets is needed"))
    }

    /// The texts of an array.
    pub(crate) fn texts(&self) -> Result<Vec<&'d str>, RuleError> {
        self.items()?.iter().map(Node::text).collect()
    }

    /// A table.
    pub(crate) fn table(&self) -> Result<Table<'d>, RuleError> {
        match self.value {
            DeValue::Table(members) => Ok(Table {
                file: self.file,
                start: self.start,
                members,
            }),
            _ => Err(self.error("a table in braces is needed")),
        }
    }
}

impl<'d> Table<'d> {
    /// A mistake at the table's head.
    pub(crate) fn error(&self, message: impl Into<String>) -> RuleError {
        self.file.error(self.start, message)
    }

    /// The line, from 1.
    pub(crate) fn line(&self) -> usize {
        self.file.line(self.start)
    }

    /// Refuses members that nobody reads.
    pub(crate) fn only(&self, known: &[&str]) -> Result<(), RuleError> {
        for key in self.members.keys() {
            let name: &str = key.get_ref();
            if !known.contains(&name) {
                let complaint = format!("`{name}` has no meaning here");
                let message = with_nearest(complaint, name, known.iter().copied());
                return Err(self.file.error(key.span().start, message));
            }
        }
        Ok(())
    }

    /// A member.
    pub(crate) fn get(&self, name: &str) -> Option<Node<'d>> {
        self.members
            .get(name)
            .map(|value| Node::new(self.file, value))
    }

    /// A member that is a text.
    pub(crate) fn text(&self, name: &str) -> Result<Option<&'d str>, RuleError> {
        self.get(name).map(|node| node.text()).transpose()
    }

    /// The members in the order in which they stand in the file.
    pub(crate) fn entries(&self) -> Vec<(&'d str, Node<'d>)> {
        let mut entries: Vec<_> = self
            .members
            .iter()
            .map(|(key, value)| {
                let name: &str = key.get_ref();
                (key.span().start, name, Node::new(self.file, value))
            })
            .collect();
        entries.sort_by_key(|entry| entry.0);
        entries
            .into_iter()
            .map(|(_, name, node)| (name, node))
            .collect()
    }

    /// The tables of an array of tables; none if there is no such member.
    pub(crate) fn tables(&self, name: &str) -> Result<Vec<Table<'d>>, RuleError> {
        match self.get(name) {
            Some(node) => node.items()?.iter().map(Node::table).collect(),
            None => Ok(Vec::new()),
        }
    }
}
