//! The fewest patterns that stand for exactly some actions of the catalog.

use std::collections::{BTreeMap, BTreeSet};

use rolecall_catalog::Catalog;
use rolecall_policy::ActionPattern;

use super::cover::{Choice, cover};

/// Patterns for some actions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shrunk {
    /// The patterns, sorted; together they stand for the actions and for nothing else of the
    /// catalog.
    pub patterns: Vec<String>,
    /// Whether it is proven that no fewer patterns do, of one service each, with the forms
    /// `prefix*`, `*suffix`, `prefix*suffix` and `*middle*`.
    pub fewest: bool,
}

/// Why actions cannot be shrunk.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShrinkError {
    /// What was given stands for no action of the catalog.
    #[error("`{0}` stands for no action of the catalog")]
    NoAction(String),
}

/// Finds the fewest patterns for what actions and patterns stand for together.
///
/// # Errors
///
/// Fails on what stands for no action of the catalog.
pub fn shrink(actions: &[String]) -> Result<Shrunk, ShrinkError> {
    let catalog = Catalog::embedded();
    let mut wanted: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for text in actions {
        let expanded = super::expand(text).actions;
        if expanded.is_empty() {
            return Err(ShrinkError::NoAction(text.clone()));
        }
        for action in expanded {
            let of = wanted
                .entry(action.prefix().to_ascii_lowercase())
                .or_default();
            of.insert(action.name().to_owned());
        }
    }
    let everything = catalog.iam_prefixes().iter().all(|entry| {
        let all = catalog
            .iam(&entry.prefix)
            .map_or(0, |iam| iam.actions.len());
        wanted.get(&entry.prefix).map_or(0, BTreeSet::len) == all
    });
    if everything {
        return Ok(Shrunk {
            patterns: vec!["*".to_owned()],
            fewest: true,
        });
    }
    let mut out = Shrunk {
        patterns: Vec::new(),
        fewest: true,
    };
    for (service, names) in &wanted {
        let all: Vec<String> = catalog.iam(service).map_or_else(Vec::new, |iam| {
            iam.actions
                .iter()
                .map(|action| action.name.clone())
                .collect()
        });
        let of = of_service(&all, names);
        out.fewest &= of.fewest;
        let patterns = of.patterns.into_iter();
        out.patterns
            .extend(patterns.map(|pattern| format!("{service}:{pattern}")));
    }
    out.patterns.sort();
    Ok(out)
}

fn of_service(all: &[String], wanted: &BTreeSet<String>) -> Shrunk {
    let names: Vec<&String> = wanted.iter().collect();
    if names.len() == all.len() {
        return Shrunk {
            patterns: vec!["*".to_owned()],
            fewest: true,
        };
    }
    let unwanted: Vec<&String> = all.iter().filter(|name| !wanted.contains(*name)).collect();
    let mut found = Candidates {
        unwanted: &unwanted,
        wanted: &names,
        by_members: BTreeMap::new(),
        tried: BTreeSet::new(),
    };
    found.collect();
    let (members, patterns): (Vec<_>, Vec<_>) = found.by_members.into_iter().unzip();
    let choice = |(members, pattern): (Vec<usize>, &String)| Choice {
        members,
        // The more a pattern says, the less it takes in of what AWS adds.
        cost: 1_000 * wildcards(pattern) + 100_usize.saturating_sub(pattern.len()),
    };
    let choices: Vec<_> = members.into_iter().zip(&patterns).map(choice).collect();
    let covered = cover(names.len(), &choices);
    let chosen = covered
        .chosen
        .iter()
        .filter_map(|number| patterns.get(*number));
    Shrunk {
        patterns: chosen.cloned().collect(),
        fewest: covered.fewest,
    }
}

/// Patterns that stand for wanted actions only, the most telling one for each set of actions.
struct Candidates<'a> {
    unwanted: &'a [&'a String],
    wanted: &'a [&'a String],
    by_members: BTreeMap<Vec<usize>, String>,
    tried: BTreeSet<String>,
}

impl Candidates<'_> {
    fn collect(&mut self) {
        for (number, name) in self.wanted.iter().enumerate() {
            self.by_members.insert(vec![number], (*name).clone());
        }
        for name in self.wanted {
            let ends: Vec<usize> = (0..=name.len())
                .filter(|at| name.is_char_boundary(*at))
                .collect();
            let words = words(name);
            for at in &ends {
                let (prefix, suffix) = name.split_at(*at);
                self.add(format!("{prefix}*"));
                self.add(format!("*{suffix}"));
            }
            for (index, from) in words.iter().enumerate() {
                for to in words.iter().skip(index + 1) {
                    let (prefix, suffix) = (name.get(..*from), name.get(*to..));
                    let middle = name.get(*from..*to);
                    if let (Some(prefix), Some(suffix), Some(middle)) = (prefix, suffix, middle) {
                        self.add(format!("{prefix}*{suffix}"));
                        self.add(format!("*{middle}*"));
                    }
                }
            }
        }
    }

    /// Keeps a pattern if it stands for nothing that is not wanted; of those for the same actions,
    /// the one that says most, if it ends with a word.
    fn add(&mut self, pattern: String) {
        if !self.tried.insert(pattern.to_ascii_lowercase()) {
            return;
        }
        let compiled = ActionPattern::new(&pattern);
        let matches = |name: &&String| compiled.matches(name);
        if self.unwanted.iter().any(&matches) {
            return;
        }
        let wanted = self.wanted.iter().enumerate();
        let members = wanted.filter(|(_, name)| matches(name));
        let members: Vec<usize> = members.map(|(number, _)| number).collect();
        if members.len() < 2 {
            return;
        }
        let rank = |pattern: &String| {
            let few = std::cmp::Reverse(wildcards(pattern));
            (few, ends_with_words(pattern, self.wanted), pattern.len())
        };
        let entry = self
            .by_members
            .entry(members)
            .or_insert_with(|| pattern.clone());
        if rank(&pattern) > rank(entry) {
            *entry = pattern;
        }
    }
}

fn wildcards(pattern: &str) -> usize {
    pattern.matches('*').count()
}

/// Where the words of a name in camel case begin and end.
fn words(name: &str) -> Vec<usize> {
    let upper = name
        .char_indices()
        .filter(|(_, letter)| letter.is_ascii_uppercase());
    let mut out: Vec<usize> = upper.map(|(at, _)| at).collect();
    out.extend([0, name.len()]);
    out.sort_unstable();
    out.dedup();
    out
}

/// Whether the wildcards of a pattern stand between words.
fn ends_with_words(pattern: &str, names: &[&String]) -> bool {
    let pieces: Vec<&str> = pattern.split('*').collect();
    let whole = |name: &&&String| {
        let bounds = words(name);
        pieces.iter().enumerate().all(|(index, piece)| {
            let at = match index {
                0 => Some(0),
                _ if index + 1 == pieces.len() => name.len().checked_sub(piece.len()),
                _ => name.find(piece),
            };
            at.is_some_and(|at| bounds.contains(&at) && bounds.contains(&(at + piece.len())))
        })
    };
    let compiled = ActionPattern::new(pattern);
    let mut matched = names.iter().filter(|name| compiled.matches(name));
    matched.all(|name| whole(&name))
}

#[cfg(test)]
mod tests {
    use super::of_service;

    fn shrunk(all: &[&str], wanted: &[&str]) -> Vec<String> {
        let all: Vec<String> = all.iter().map(|name| (*name).to_owned()).collect();
        let wanted = wanted.iter().map(|name| (*name).to_owned()).collect();
        let mut out = of_service(&all, &wanted);
        assert!(out.fewest);
        out.patterns.sort();
        out.patterns
    }

    #[test]
    fn finds_the_fewest_and_most_telling() {
        let all = [
            "GetObject",
            "GetObjectAcl",
            "GetBucket",
            "PutObject",
            "PutBucket",
            "List",
        ];
        assert_eq!(shrunk(&all, &["GetObject", "GetObjectAcl"]), ["GetObject*"]);
        assert_eq!(
            shrunk(&all, &["GetObject", "GetObjectAcl", "GetBucket"]),
            ["Get*"]
        );
        assert_eq!(shrunk(&all, &["GetObject", "PutObject"]), ["*Object"]);
        assert_eq!(shrunk(&all, &["GetObject"]), ["GetObject"]);
        assert_eq!(
            shrunk(&all, &["GetObject", "GetBucket"]),
            ["GetBucket", "GetObject"]
        );
        assert_eq!(
            shrunk(&all, &["GetObject", "GetObjectAcl", "PutObject"]),
            ["*Object*"]
        );
        assert_eq!(shrunk(&all, &all), ["*"]);
    }
}
