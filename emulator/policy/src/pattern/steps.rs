//! Patterns step by step, for those who reason about the texts that they match.

use super::{
    action::ActionPattern,
    glob::{Glob, Unit},
    resource::ResourcePattern,
    variable::{Pattern, Piece, Wildcards},
};
use crate::document::Version;

/// How far a wildcard reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Within {
    /// It stops at the next colon.
    Part,
    /// It may take colons too.
    Whole,
}

/// One step of a pattern.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PatternStep {
    /// This character.
    Letter(char),
    /// This character, in any ASCII case.
    AnyCase(char),
    /// `?`: one character.
    One(Within),
    /// `*`: any run of characters, empty too.
    Run(Within),
    /// `${key}`: the key's value, literally.
    Variable {
        /// The key, in lower case.
        key: String,
        /// What counts where the request has no such key.
        default: Option<String>,
    },
}

impl ActionPattern {
    /// The steps; letters of both cases are the same.
    pub fn steps(&self) -> Vec<PatternStep> {
        of_units(
            &self.glob().to_units(),
            &PatternStep::AnyCase,
            Within::Whole,
        )
    }
}

impl ResourcePattern {
    /// The steps; none for a short ARN that matches nothing.
    pub fn steps(&self) -> Option<Vec<PatternStep>> {
        if self.is_any() {
            return Some(vec![PatternStep::Run(Within::Whole)]);
        }
        let tail = self.tail()?;
        let mut out = Vec::new();
        if let Some((head, _)) = self.arn_parts() {
            for part in head {
                out.extend(of_units(
                    &part.to_units(),
                    &PatternStep::AnyCase,
                    Within::Part,
                ));
                out.push(PatternStep::Letter(':'));
            }
        }
        out.extend(of_pattern(tail));
        Some(out)
    }
}

/// The steps of a text in a condition, in which wildcards may count.
pub fn text_steps(text: &str, version: Version, wildcards: Wildcards) -> Vec<PatternStep> {
    of_pattern(&Pattern::parse(text, version, wildcards))
}

fn of_pattern(pattern: &Pattern) -> Vec<PatternStep> {
    let of = |units: &[Unit]| of_units(units, &PatternStep::Letter, Within::Whole);
    let pieces = match pattern {
        Pattern::Fixed(glob) => return of(&Glob::to_units(glob)),
        Pattern::Template(pieces) => pieces,
    };
    let each = pieces.iter().map(|piece| match piece {
        Piece::Units(units) => of(units),
        Piece::Variable { key, default } => vec![PatternStep::Variable {
            key: key.as_str().to_ascii_lowercase(),
            default: default.as_deref().map(ToOwned::to_owned),
        }],
    });
    each.flatten().collect()
}

/// The bytes between wildcards are whole characters, since a pattern is a text.
fn of_units(
    units: &[Unit],
    letter: &dyn Fn(char) -> PatternStep,
    within: Within,
) -> Vec<PatternStep> {
    let mut out = Vec::new();
    let mut bytes = Vec::new();
    let flush = |bytes: &mut Vec<u8>, out: &mut Vec<PatternStep>| {
        let text = String::from_utf8_lossy(bytes).into_owned();
        out.extend(text.chars().map(letter));
        bytes.clear();
    };
    for unit in units {
        match unit {
            Unit::Byte(byte) => bytes.push(*byte),
            Unit::One => {
                flush(&mut bytes, &mut out);
                out.push(PatternStep::One(within));
            }
            Unit::Run => {
                flush(&mut bytes, &mut out);
                out.push(PatternStep::Run(within));
            }
        }
    }
    flush(&mut bytes, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::{PatternStep as Step, Within};
    use crate::pattern::{ActionPattern, ResourcePattern};

    #[test]
    fn of_an_action() {
        let expected = [
            Step::AnyCase('s'),
            Step::AnyCase(':'),
            Step::AnyCase('g'),
            Step::Run(Within::Whole),
        ];
        assert_eq!(ActionPattern::new("s:G*").steps(), expected);
    }

    #[test]
    fn of_a_resource() {
        let steps = ResourcePattern::new("arn:a*:s:::é?${k, 'd'}").steps();
        let steps = steps.unwrap();
        let expected = [
            Step::AnyCase('a'),
            Step::Run(Within::Part),
            Step::Letter(':'),
            Step::AnyCase('s'),
            Step::Letter(':'),
            Step::Letter(':'),
            Step::Letter(':'),
            Step::Letter('é'),
            Step::One(Within::Whole),
            Step::Variable {
                key: "k".to_owned(),
                default: Some("d".to_owned()),
            },
        ];
        assert_eq!(steps.get(4..), Some(expected.as_slice()));
        assert_eq!(
            ResourcePattern::new("*").steps(),
            Some(vec![Step::Run(Within::Whole)])
        );
    }
}
