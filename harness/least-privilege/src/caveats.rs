//! What limits the worth of a recording, whoever reads it.

use std::collections::{BTreeMap, BTreeSet};

use rolecall_policy::PrincipalKind;
use rolecall_trace::{AnsweredBy, Attempt, Outcome, Recording};

use crate::{
    evidence::{counted, operation},
    subject::Subject,
};

/// The caveats about the attempts of one subject, or of all; and about the recording as a whole.
pub(crate) fn of(recording: &Recording, subject: Option<&Subject>) -> BTreeSet<String> {
    let concerned = |attempt: &&Attempt| {
        subject.is_none_or(|one| Subject::of(&attempt.caller.principal).as_ref() == Some(one))
    };
    let attempts: Vec<_> = recording.attempts.iter().filter(concerned).collect();
    let mut caveats: BTreeSet<_> = recording
        .losses
        .iter()
        .map(|l| format!("lost: {l}"))
        .collect();
    caveats.extend(unlimited(recording));
    caveats.extend(unverified(&attempts));
    caveats.extend(synthesised(&attempts));
    caveats.extend(supposed(&attempts));
    caveats.extend(disclosed(&attempts));
    caveats
}

/// The roles and users besides one, whose attempts its policy is not held against.
pub(crate) fn others(recording: &Recording, subject: Option<&Subject>) -> Vec<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for attempt in &recording.attempts {
        if let Some(other) = Subject::of(&attempt.caller.principal)
            && Some(&other) != subject
        {
            *counts.entry(other.arn).or_default() += 1;
        }
    }
    let counts = counts.into_iter();
    counts
        .map(|(arn, count)| format!("{} of `{arn}`: not looked at", counted(count, "attempt")))
        .collect()
}

/// Callers that no identity policy limits.
fn unlimited(recording: &Recording) -> Vec<String> {
    let callers = recording
        .attempts
        .iter()
        .map(|attempt| &attempt.caller.principal);
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for caller in callers.filter(|caller| Subject::of(caller).is_none()) {
        let what = match caller.kind {
            PrincipalKind::Root => "root, which nothing limited",
            PrincipalKind::Service => "an AWS service",
            PrincipalKind::Anonymous => "nobody: they were not signed",
            _ => "an identity without policies",
        };
        *counts.entry((caller.arn.as_str(), what)).or_default() += 1;
    }
    counts
        .into_iter()
        .map(|((arn, what), count)| {
            format!(
                "{} of `{arn}`, {what}: in no role's policy",
                counted(count, "attempt")
            )
        })
        .collect()
}

fn unverified(attempts: &[&Attempt]) -> Option<String> {
    let count = attempts
        .iter()
        .filter(|attempt| !attempt.caller.verified)
        .count();
    let attempts = counted(count, "attempt");
    (count > 0).then(|| format!("{attempts} with a signature that was not verified: unknown key"))
}

fn synthesised(attempts: &[&Attempt]) -> Option<String> {
    let made_up = attempts
        .iter()
        .filter(|a| a.answered_by == AnsweredBy::Synthesised);
    let operations: BTreeSet<_> = made_up.map(|attempt| operation(attempt)).collect();
    let operations = operations.into_iter().collect::<Vec<_>>().join(", ");
    (!operations.is_empty()).then(|| format!("answers were made up for {operations}"))
}

fn supposed(attempts: &[&Attempt]) -> Option<String> {
    let keys: BTreeSet<_> = attempts
        .iter()
        .flat_map(|attempt| &attempt.supposed)
        .collect();
    let keys = keys
        .into_iter()
        .map(|key| format!("`{key}`"))
        .collect::<Vec<_>>()
        .join(", ");
    (!keys.is_empty()).then(|| format!("supposed, not seen on the wire: {keys}"))
}

/// What the callers were told and the calls themselves did not need.
fn disclosed(attempts: &[&Attempt]) -> Vec<String> {
    let told = attempts.iter().filter(|a| a.outcome != Outcome::Denied);
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for disclosure in told.filter_map(|attempt| attempt.disclosure.as_ref()) {
        let needed = &disclosure.requirement;
        *counts
            .entry(format!("`{}` on `{}`", needed.action, needed.resource))
            .or_default() += 1;
    }
    let counts = counts.into_iter();
    counts
        .map(|(pair, count)| {
            format!(
                "{} told that an object is not there, which takes {pair}: others get 403 in place \
                 of 404; the call does not need it, so no policy has it for that",
                counted(count, "attempt")
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{BUCKET, attempt, recording, requirement};

    #[test]
    fn who_was_told_that_an_object_is_missing_is_said_and_who_was_denied_is_not() {
        let object = "arn:aws:s3:::documents/gone";
        let mut told = attempt("s3.GetObject", vec![requirement("s3:GetObject", object)]);
        told.disclosure = Some(requirement("s3:ListBucket", BUCKET));
        let mut denied = told.clone();
        denied.outcome = Outcome::Denied;
        let caveats = of(&recording(vec![told, denied]), None);
        let expected = "1 attempt told that an object is not there, which takes `s3:ListBucket` on \
                        `arn:aws:s3:::documents`: others get 403 in place of 404; the call does not \
                        need it, so no policy has it for that";
        assert_eq!(caveats, BTreeSet::from([expected.to_owned()]));
    }
}
