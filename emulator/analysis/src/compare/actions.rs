//! All actions, grouped by the statements that are about them.

use std::collections::{BTreeMap, BTreeSet};

use rolecall_catalog::Catalog;
use rolecall_policy::{Action, ActionPattern, document::Polarity};

use super::statements::Model;
use crate::language::{
    Bits, Exploration, Limits, Machine, Symbols, Unit, Visit, action_universe, explore, widened,
};

/// Actions that the same statements are about.
#[derive(Debug, Default)]
pub(crate) struct Group {
    /// Actions of the catalog, the first few.
    pub(crate) known: Vec<Action>,
    /// How many actions of the catalog there are.
    pub(crate) count: usize,
    /// An action that the catalog does not have.
    pub(crate) unknown: Option<Action>,
    /// There may be actions that the catalog does not have, and none was found.
    pub(crate) possible: bool,
}

/// Actions of the catalog that a group keeps.
const KEPT: usize = 12;

/// The groups, by the statements that are about them, and whether they are all.
pub(crate) struct Groups {
    pub(crate) by_statements: BTreeMap<Bits, Group>,
    pub(crate) complete: bool,
}

/// One pattern of actions, with the statements that list it.
struct Listed {
    pattern: ActionPattern,
    service: Option<String>,
    exact: bool,
    statements: Vec<usize>,
}

struct Grouping<'a> {
    catalog: &'a Catalog,
    limits: Limits,
    patterns: BTreeMap<String, Listed>,
    /// Statements with `NotAction`.
    all_but: Vec<usize>,
    /// The number of statements; one more stands for the actions that are asked about.
    len: usize,
    asked: bool,
    groups: Groups,
}

/// Groups all actions, or those that `asked` has.
pub(crate) fn groups(
    model: &Model<'_>,
    catalog: &Catalog,
    asked: Option<&[ActionPattern]>,
    limits: Limits,
) -> Groups {
    let len = model.statements.len();
    let mut grouping = Grouping {
        catalog,
        limits,
        patterns: BTreeMap::new(),
        all_but: Vec::new(),
        len,
        asked: asked.is_some(),
        groups: Groups {
            by_statements: BTreeMap::new(),
            complete: true,
        },
    };
    for (number, statement) in model.statements.iter().enumerate() {
        let (polarity, patterns) = &statement.actions;
        if *polarity == Polarity::AllBut {
            grouping.all_but.push(number);
        }
        grouping.list(number, patterns);
    }
    grouping.list(len, asked.unwrap_or_default());
    grouping.run();
    grouping.groups
}

impl Grouping<'_> {
    fn list(&mut self, statement: usize, patterns: &[ActionPattern]) {
        for pattern in patterns {
            let text = pattern.to_string();
            let service = text.split_once(':').map(|(service, _)| service);
            let service = service.filter(|service| !service.contains(['*', '?']));
            let entry = self.patterns.entry(text.clone()).or_insert_with(|| Listed {
                pattern: pattern.clone(),
                service: service.map(ToOwned::to_owned),
                exact: pattern.exact().is_some(),
                statements: Vec::new(),
            });
            entry.statements.push(statement);
        }
    }

    fn run(&mut self) {
        let patterns = std::mem::take(&mut self.patterns);
        let named = |one: &Listed| one.service.clone();
        let services: BTreeSet<String> = patterns.values().filter_map(named).collect();
        let anywhere: Vec<&Listed> = patterns.values().filter(|p| p.service.is_none()).collect();
        let everything = !anywhere.is_empty() || !self.all_but.is_empty();
        for service in &services {
            let of = patterns.values();
            let of = of.filter(|p| p.service.as_ref().is_none_or(|found| found == service));
            self.service(service, &of.collect::<Vec<_>>());
        }
        if everything {
            for entry in self.catalog.iam_prefixes() {
                if !services.contains(&entry.prefix) {
                    self.catalogued(&entry.prefix, &anywhere);
                }
            }
            self.unnamed(None, &anywhere, &services);
        }
    }

    fn service(&mut self, service: &str, patterns: &[&Listed]) {
        self.catalogued(service, patterns);
        for listed in patterns.iter().filter(|p| p.exact) {
            let action = listed
                .pattern
                .exact()
                .and_then(|text| Action::parse(text).ok());
            let unknown = action.filter(|action| self.catalog.action(action).is_none());
            if let Some(action) = unknown {
                let statements = self.statements(patterns, action.as_str());
                self.add_unknown(statements, action);
            }
        }
        self.unnamed(Some(service), patterns, &BTreeSet::new());
    }

    fn catalogued(&mut self, service: &str, patterns: &[&Listed]) {
        let Some(iam) = self.catalog.iam(service) else {
            return;
        };
        for action in &iam.actions {
            let Ok(action) = Action::parse(&format!("{service}:{}", action.name)) else {
                continue;
            };
            let statements = self.statements(patterns, action.as_str());
            if self.is_asked(&statements) {
                let group = self.groups.by_statements.entry(statements).or_default();
                group.count += 1;
                if group.known.len() < KEPT {
                    group.known.push(action);
                }
            }
        }
    }

    fn is_asked(&self, statements: &Bits) -> bool {
        !self.asked || statements.contains(self.len)
    }

    fn add_unknown(&mut self, statements: Bits, action: Action) {
        if self.is_asked(&statements) {
            let group = self.groups.by_statements.entry(statements).or_default();
            group.unknown.get_or_insert(action);
        }
    }

    fn statements(&self, patterns: &[&Listed], action: &str) -> Bits {
        let matching = patterns.iter().filter(|p| p.pattern.matches(action));
        self.of_listed(matching.copied())
    }

    fn of_listed<'p>(&self, matching: impl Iterator<Item = &'p Listed>) -> Bits {
        let mut listed = Bits::new(self.len + 1);
        for number in matching.flat_map(|one| &one.statements) {
            listed.insert(*number);
        }
        for number in &self.all_but {
            listed.toggle(*number);
        }
        listed
    }

    /// The actions that nobody names, of one service or of all but some.
    fn unnamed(&mut self, service: Option<&str>, patterns: &[&Listed], but: &BTreeSet<String>) {
        let open: Vec<&Listed> = patterns.iter().copied().filter(|p| !p.exact).collect();
        let mut units: Vec<Vec<Unit>> = vec![action_universe(service)];
        units.extend(open.iter().map(|one| widened(&one.pattern.steps())));
        let machine = Machine::new(&units, Symbols::Action);
        let names: BTreeSet<&str> = patterns.iter().filter_map(|p| p.pattern.exact()).collect();
        let is_unnamed = |action: &Action| {
            !but.contains(action.prefix())
                && !names.contains(action.as_str())
                && self.catalog.action(action).is_none()
        };
        let mut found: BTreeMap<Bits, Option<Action>> = BTreeMap::new();
        let end = explore(&machine, self.limits, |place| {
            if machine.accepts(place.state, 0) {
                let accepted = machine.accepted(place.state);
                let entry = found.entry(accepted.clone()).or_default();
                if entry.is_none() {
                    *entry = unnamed_like(&machine, &accepted, &place.text(), &is_unnamed);
                }
            }
            if machine.is_alive(place.state, 0) {
                Visit::On
            } else {
                Visit::Leave
            }
        });
        self.groups.complete &= end != Exploration::Limited;
        for (accepted, action) in found {
            let matching = open.iter().enumerate();
            let matching = matching.filter(|(index, _)| accepted.contains(index + 1));
            let statements = self.of_listed(matching.map(|(_, one)| *one));
            match action {
                Some(action) => self.add_unknown(statements, action),
                None if self.is_asked(&statements) => {
                    let group = self.groups.by_statements.entry(statements).or_default();
                    group.possible = true;
                }
                None => {}
            }
        }
    }
}

/// An action that nobody names and the same patterns match: the text itself, or one that differs
/// in one place.
fn unnamed_like(
    machine: &Machine,
    accepted: &Bits,
    text: &str,
    is_unnamed: &impl Fn(&Action) -> bool,
) -> Option<Action> {
    let letters: Vec<char> = text.chars().collect();
    let places = (0..=letters.len()).rev();
    let changes = places.flat_map(|place| {
        let symbols = machine.symbols.iter().rev().copied();
        symbols.flat_map(move |symbol| [(place, symbol, true), (place, symbol, false)])
    });
    let changed = changes.map(|(place, symbol, insert)| {
        let (before, after) = letters.split_at(place.min(letters.len()));
        let after = after.iter().skip(usize::from(!insert));
        before
            .iter()
            .copied()
            .chain([symbol])
            .chain(after.copied())
            .collect::<String>()
    });
    std::iter::once(text.to_owned())
        .chain(changed)
        .filter(|text| machine.accepted(&machine.run(text)) == *accepted)
        .filter_map(|text| Action::parse(&text).ok())
        .find(|action| is_unnamed(action))
}
