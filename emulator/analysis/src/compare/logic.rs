//! What has to hold of conditions for an access to be new.

use super::{
    solver::{Clauses, Literal, no, yes},
    statements::Statement,
    track::About,
};

/// Numbers of propositions: conditions, then patterns with variables.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Numbering {
    pub(crate) atoms: usize,
}

impl Numbering {
    fn pattern(self, pattern: usize) -> usize {
        self.atoms + pattern
    }

    /// That a statement matches; nothing where it cannot.
    pub(crate) fn matches(self, statement: &Statement, about: &About) -> Option<Clauses> {
        let mut out: Clauses = statement.conditions.iter().map(|c| vec![yes(*c)]).collect();
        match about {
            About::Yes => {}
            About::No => return None,
            About::IfAny(patterns) => {
                out.push(patterns.iter().map(|p| yes(self.pattern(*p))).collect());
            }
            About::IfNone(patterns) => {
                out.extend(patterns.iter().map(|p| vec![no(self.pattern(*p))]));
            }
        }
        Some(out)
    }

    /// That a statement does not match.
    pub(crate) fn fails(self, statement: &Statement, about: &About) -> Clauses {
        let conditions: Vec<Literal> = statement.conditions.iter().map(|c| no(*c)).collect();
        let or = |more: Vec<Literal>| [conditions.clone(), more].concat();
        match about {
            About::Yes => vec![conditions],
            About::No => Vec::new(),
            About::IfAny(patterns) => patterns
                .iter()
                .map(|p| or(vec![no(self.pattern(*p))]))
                .collect(),
            About::IfNone(patterns) => {
                vec![or(patterns.iter().map(|p| yes(self.pattern(*p))).collect())]
            }
        }
    }

    /// The cases in which an access is new: an Allow of the new policy matches and no Deny of it,
    /// and either no Allow of the old one does, or a Deny of it does.
    pub(crate) fn new_access<'s>(
        self,
        allow: (&Statement, &About),
        new_denies: impl Iterator<Item = (&'s Statement, About)>,
        old_allows: impl Iterator<Item = (&'s Statement, About)>,
        old_denies: impl Iterator<Item = (&'s Statement, About)>,
    ) -> Vec<Clauses> {
        let Some(mut common) = self.matches(allow.0, allow.1) else {
            return Vec::new();
        };
        for (statement, about) in new_denies {
            common.extend(self.fails(statement, &about));
        }
        let mut first = common.clone();
        for (statement, about) in old_allows {
            first.extend(self.fails(statement, &about));
        }
        let mut cases = vec![first];
        for (statement, about) in old_denies {
            if let Some(clauses) = self.matches(statement, &about) {
                cases.push([common.clone(), clauses].concat());
            }
        }
        cases
    }
}
