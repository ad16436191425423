//! Unions of patterns, and the questions one has about them.

use std::ops::Range;

use rolecall_policy::pattern::{ActionPattern, ResourcePattern, Within};

use super::{
    explore::{Exploration, Limits, Visit, explore},
    machine::{Machine, Symbols},
    unit::{Unit, widened},
};

/// An answer within limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// There is none.
    None,
    /// This text is one; a shortest one.
    Example(String),
    /// More than the limits allow would have to be looked at.
    Unknown,
}

/// The texts that at least one of some patterns matches.
///
/// Actions are in lower case. A variable in a resource stands for any text, so that such a
/// pattern is wider here than in any request.
#[derive(Clone, Debug)]
pub struct Language {
    symbols: Symbols,
    patterns: Vec<Vec<Unit>>,
}

impl Language {
    /// Of actions, such as `s3:Get*`.
    pub fn of_actions<'a>(patterns: impl IntoIterator<Item = &'a ActionPattern>) -> Self {
        Self {
            symbols: Symbols::Action,
            patterns: patterns.into_iter().map(|p| widened(&p.steps())).collect(),
        }
    }

    /// Of resources, such as `arn:aws:s3:::bucket/*`.
    pub fn of_resources<'a>(patterns: impl IntoIterator<Item = &'a ResourcePattern>) -> Self {
        let steps = patterns.into_iter().filter_map(ResourcePattern::steps);
        Self {
            symbols: Symbols::All,
            patterns: steps.map(|steps| widened(&steps)).collect(),
        }
    }

    /// A text that this language has and the other has not.
    pub fn difference(&self, other: &Self, limits: Limits) -> Answer {
        self.search(other, limits, |mine, theirs| mine && !theirs)
    }

    /// A text that both have.
    pub fn intersection(&self, other: &Self, limits: Limits) -> Answer {
        self.search(other, limits, |mine, theirs| mine && theirs)
    }

    /// Some text of the language.
    pub fn example(&self, limits: Limits) -> Answer {
        let nothing = Self {
            symbols: self.symbols,
            patterns: Vec::new(),
        };
        self.difference(&nothing, limits)
    }

    /// Whether every text of the other is one of this language; none if that is too much to say.
    pub fn includes(&self, other: &Self, limits: Limits) -> Option<bool> {
        match other.difference(self, limits) {
            Answer::None => Some(true),
            Answer::Example(_) => Some(false),
            Answer::Unknown => None,
        }
    }

    fn search(&self, other: &Self, limits: Limits, wanted: impl Fn(bool, bool) -> bool) -> Answer {
        let mut all = vec![universe(self.symbols)];
        all.extend(self.patterns.iter().cloned());
        all.extend(other.patterns.iter().cloned());
        let border = self.patterns.len() + 1;
        let (mine, theirs) = (1..border, border..all.len());
        let machine = Machine::new(&all, self.symbols);
        let mut example = None;
        let end = explore(&machine, limits, |found| {
            let state = found.state;
            let accepts = |mut patterns: Range<usize>| {
                patterns.any(|pattern| machine.accepts(state, pattern))
            };
            let here = wanted(accepts(mine.clone()), accepts(theirs.clone()));
            if here && machine.accepts(state, 0) {
                example = Some(found.text());
                return Visit::Stop;
            }
            let alive = |pattern| machine.is_alive(state, pattern);
            let hopeless = !alive(0) || !mine.clone().any(alive);
            let settled = theirs.clone().any(|one| machine.is_settled(state, one));
            if hopeless || (settled && !wanted(true, true)) {
                Visit::Leave
            } else {
                Visit::On
            }
        });
        match (end, example) {
            (_, Some(text)) => Answer::Example(text),
            (Exploration::Limited, None) => Answer::Unknown,
            (_, None) => Answer::None,
        }
    }
}

/// All texts that there can be: `service:Name`, or any.
fn universe(symbols: Symbols) -> Vec<Unit> {
    match symbols {
        Symbols::All => vec![Unit::Run(Within::Whole)],
        Symbols::Action => action_universe(None),
    }
}

/// All actions, or all of one service, whose prefix is in lower case.
pub(crate) fn action_universe(service: Option<&str>) -> Vec<Unit> {
    let name = [Unit::One(Within::Part), Unit::Run(Within::Part)];
    let mut out = match service {
        None => name.to_vec(),
        Some(service) => service.chars().map(Unit::Letter).collect(),
    };
    out.push(Unit::Letter(':'));
    out.extend(name);
    out
}

#[cfg(test)]
mod tests {
    use rolecall_policy::{ActionPattern, ResourcePattern};

    use super::{Answer, Language, Limits};

    fn actions(patterns: &[&str]) -> Language {
        let compiled: Vec<_> = patterns.iter().map(|p| ActionPattern::new(p)).collect();
        Language::of_actions(&compiled)
    }

    fn resources(patterns: &[&str]) -> Language {
        let compiled: Vec<_> = patterns.iter().map(|p| ResourcePattern::new(p)).collect();
        Language::of_resources(&compiled)
    }

    #[test]
    fn actions_include_each_other() {
        for (wide, narrow, expected) in [
            (&["s3:*"][..], &["s3:Get*"][..], true),
            (&["S3:GET*"], &["s3:getobject"], true),
            (&["s3:Get*"], &["s3:*"], false),
            (&["*"], &["s3:?*", "sqs:*"], true),
            (&["*:*"], &["*"], true),
            (&["s3:*a*"], &["s3:*aa*"], true),
            (&["s3:*?"], &["s3:?*"], true),
            (&["s3:?*"], &["s3:*?"], true),
            (&["s3:a*", "s3:?"], &["s3:a*"], true),
            // No action has a name of no characters.
            (&["s3:?*"], &["s3:*"], true),
            (&["s3:a*b"], &["s3:a*", "s3:*b"], false),
            (&["s3:get* "], &["s3:getobject"], false),
            (&["s3:a"], &["s3:a b"], true),
        ] {
            let found = actions(wide).includes(&actions(narrow), Limits::default());
            assert_eq!(found, Some(expected), "{wide:?} {narrow:?}");
        }
    }

    #[test]
    fn resources_include_each_other() {
        for (wide, narrow, expected) in [
            (&["arn:aws:s3:::b/*"][..], &["arn:aws:s3:::b/x/*"][..], true),
            (&["arn:aws:s3:::b/*"], &["arn:aws:s3:::b"], false),
            (&["arn:aws:s3:::b"], &["arn:AWS:S3:::b"], true),
            (&["arn:aws:s3:::b"], &["arn:aws:s3:::B"], false),
            (&["arn:*:s3:::b"], &["arn:aws:s3:::b"], true),
            // A part of the head keeps its colons out.
            (&["arn:aws:*:q"], &["arn:aws:sqs:r:1:q"], false),
            (&["arn:aws:sqs:*:*:*"], &["arn:aws:sqs"], true),
            (&["arn:aws:s3:::*"], &["arn:aws:s3:::a:b:c"], true),
            (&["*"], &["arn:aws:s3:::*"], true),
            (&["arn:*:*:*:*:*"], &["*"], false),
            (
                &["arn:aws:s3:::*a*", "arn:aws:s3:::*b*"],
                &["arn:aws:s3:::x?y*ab"],
                true,
            ),
            (
                &["arn:aws:s3:::a*", "arn:aws:s3:::?"],
                &["arn:aws:s3:::a?"],
                true,
            ),
        ] {
            let found = resources(wide).includes(&resources(narrow), Limits::default());
            assert_eq!(found, Some(expected), "{wide:?} {narrow:?}");
        }
    }

    #[test]
    fn an_example_lies_in_the_difference() {
        let limits = Limits::default();
        let found = actions(&["s3:Get*"]).difference(&actions(&["s3:?et", "s3:get??"]), limits);
        assert_eq!(found, Answer::Example("s3:gete".to_owned()));
        let none = actions(&["s3:a*"]).intersection(&actions(&["s3:b*"]), limits);
        assert_eq!(none, Answer::None);
        assert_eq!(actions(&["s3 :a"]).example(limits), Answer::None);
    }

    #[test]
    fn too_many_places_are_unknown_and_long_patterns_are_not() {
        let hostile: Vec<String> = ('a'..='z').map(|c| format!("s3:*{c}*{c}*{c}*")).collect();
        let hostile: Vec<&str> = hostile.iter().map(String::as_str).collect();
        let limits = Limits::default();
        // What takes everything settles the question before the places multiply.
        assert_eq!(
            actions(&["s3:*"]).includes(&actions(&hostile), limits),
            Some(true)
        );
        assert_eq!(
            actions(&hostile).includes(&actions(&["s3:???*"]), limits),
            Some(false)
        );
        // Every text of 53 letters has one of them three times, but to see that takes too long.
        let all: Vec<String> = "abcdefghijklmnopqrstuvwxyz0123456789-_"
            .chars()
            .map(|c| format!("s3:*{c}*{c}*"))
            .collect();
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        let long = format!("s3:{}*", "?".repeat(39));
        assert_eq!(actions(&all).includes(&actions(&[&long]), limits), None);
        let a = format!("arn:aws:s3:::{}b", "*a".repeat(2000));
        let b = format!("arn:aws:s3:::{}b", "*a".repeat(1000));
        assert_eq!(
            resources(&[&b]).includes(&resources(&[&a]), limits),
            Some(true)
        );
    }
}
