//! What a pattern consists of when its variables are out of it.

use rolecall_policy::pattern::{PatternStep, Within};

/// One step of a pattern without variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Unit {
    Letter(char),
    AnyCase(char),
    One(Within),
    Run(Within),
}

/// Characters that stand for a variable's value in [`with_opaque`]; no text of AWS has them.
const OPAQUE: std::ops::RangeInclusive<char> = '\u{F0000}'..='\u{FFFFD}';

/// Says whether a character stands for a variable.
pub(crate) fn is_opaque(symbol: char) -> bool {
    OPAQUE.contains(&symbol)
}

/// The pattern with `*` for each variable: at least what it matches, whatever the values.
pub(crate) fn widened(steps: &[PatternStep]) -> Vec<Unit> {
    translated(steps, |_, _| Some(vec![Unit::Run(Within::Whole)])).unwrap_or_default()
}

/// The pattern with one character for each variable, which only `*` and the same variable match.
///
/// What one such pattern includes of another it includes whatever the values, since to put values
/// in keeps inclusion.
pub(crate) fn with_opaque(steps: &[PatternStep], names: &mut Vec<String>) -> Vec<Unit> {
    let name = |key: &str, default: Option<&str>| {
        let name = format!("{key} {default:?}");
        let index = names.iter().position(|known| *known == name);
        let index = index.unwrap_or_else(|| {
            names.push(name);
            names.len() - 1
        });
        let code = u32::try_from(index).ok().map(|at| 0xF_0000 + at)?;
        let symbol = char::from_u32(code).filter(|c| is_opaque(*c))?;
        Some(vec![Unit::Letter(symbol)])
    };
    translated(steps, name).unwrap_or_default()
}

/// The pattern with the values of variables in it; none where one has no value.
pub(crate) fn substituted(
    steps: &[PatternStep],
    value: impl Fn(&str) -> Option<String>,
) -> Option<Vec<Unit>> {
    translated(steps, |key, default| {
        let text = value(key).or_else(|| default.map(ToOwned::to_owned))?;
        Some(text.chars().map(Unit::Letter).collect())
    })
}

fn translated(
    steps: &[PatternStep],
    mut variable: impl FnMut(&str, Option<&str>) -> Option<Vec<Unit>>,
) -> Option<Vec<Unit>> {
    let mut out = Vec::with_capacity(steps.len());
    for step in steps {
        match step {
            PatternStep::Letter(letter) => out.push(Unit::Letter(*letter)),
            PatternStep::AnyCase(letter) => out.push(Unit::AnyCase(*letter)),
            PatternStep::One(within) => out.push(Unit::One(*within)),
            PatternStep::Run(within) => out.push(Unit::Run(*within)),
            PatternStep::Variable { key, default } => {
                out.extend(variable(key, default.as_deref())?);
            }
        }
    }
    out.dedup_by(|a, b| a == b && matches!(a, Unit::Run(_)));
    Some(out)
}
