//! The size limits: a role's policy is split before it is widened.
//!
//! Source: IAM User Guide, "IAM and AWS STS quotas": inline policies of a role 10,240 characters
//! together, of a user 2,048, a managed policy 6,144, white space not counted; 10 managed policies
//! for each, 20 on request.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::Arc,
};

use rolecall_policy::{Policy, PolicyDocument, document::Statement};

use super::{GenerateError, document};
use crate::subject::{Subject, SubjectKind};

const MANAGED: usize = 6_144;
const ATTACHED: usize = 10;

/// The characters that IAM counts.
pub(super) fn characters(document: &PolicyDocument) -> usize {
    rolecall_policy::document::compact(&document.to_json())
        .chars()
        .count()
}

/// One document if it fits inline, else several managed ones.
pub(super) fn pack(
    subject: &Subject,
    document: PolicyDocument,
    notes: &mut BTreeSet<String>,
) -> Result<Vec<Arc<Policy>>, GenerateError> {
    let inline = match subject.kind {
        SubjectKind::Role => 10_240,
        SubjectKind::User => 2_048,
    };
    let size = characters(&document);
    let documents = if size <= MANAGED.max(inline) {
        vec![document]
    } else {
        split(document)?
    };
    match documents.len() {
        1 if size > MANAGED => notes.insert(format!(
            "the policy has {size} characters: it fits inline, not into a managed policy ({MANAGED})"
        )),
        1 if size > inline => notes.insert(format!(
            "the policy has {size} characters: it fits into a managed policy, not inline ({inline})"
        )),
        1 => false,
        count if count > ATTACHED => notes.insert(format!(
            "the policy has {size} characters and is split over {count} managed policies; \
             {ATTACHED} can be attached unless AWS raises the quota"
        )),
        count => notes.insert(format!(
            "the policy has {size} characters and is split over {count} managed policies"
        )),
    };
    let name = |index: usize| match documents.len() {
        1 => subject.name().to_owned(),
        _ => format!("{}-{}", subject.name(), index + 1),
    };
    let numbered = documents.iter().enumerate();
    numbered
        .map(|(index, one)| document::compile(subject, &name(index), one))
        .collect()
}

/// Fills one managed policy after the other.
fn split(document: PolicyDocument) -> Result<Vec<PolicyDocument>, GenerateError> {
    let mut full: Vec<PolicyDocument> = Vec::new();
    let mut open: Vec<Statement> = Vec::new();
    let mut waiting: VecDeque<_> = document.statements.into();
    while let Some(statement) = waiting.pop_front() {
        if fits(&open, &statement) {
            open.push(statement);
            continue;
        }
        // Cut is only what fits into no policy as a whole.
        if !fits(&[], &statement)
            && let Some((head, tail)) = cut(&open, &statement)
        {
            open.push(head);
            waiting.push_front(tail);
        } else if open.is_empty() {
            return Err(too_large(&statement));
        } else {
            waiting.push_front(statement);
        }
        full.push(PolicyDocument::new(std::mem::take(&mut open)));
    }
    if !open.is_empty() {
        full.push(PolicyDocument::new(open));
    }
    Ok(full)
}

fn fits(open: &[Statement], statement: &Statement) -> bool {
    let statements = open.iter().chain([statement]).cloned().collect();
    characters(&PolicyDocument::new(statements)) <= MANAGED
}

/// As many of its resources, or of its actions where there is one resource, as fit; and the rest.
fn cut(open: &[Statement], statement: &Statement) -> Option<(Statement, Statement)> {
    let actions: Vec<_> = statement
        .actions
        .values
        .iter()
        .map(ToOwned::to_owned)
        .collect();
    let resources = statement
        .resources
        .iter()
        .flat_map(|scope| scope.values.iter());
    let resources: Vec<_> = resources.map(ToOwned::to_owned).collect();
    let of = |resources: &[String]| document::statement(&actions, resources);
    let of_actions = |actions: &[String]| document::statement(actions, &resources);
    if resources.len() > 1 {
        cut_list(&resources, open, of)
    } else {
        cut_list(&actions, open, of_actions)
    }
}

fn cut_list(
    items: &[String],
    open: &[Statement],
    statement: impl Fn(&[String]) -> Statement,
) -> Option<(Statement, Statement)> {
    let counts: Vec<usize> = (1..items.len()).collect();
    let fitting = counts.partition_point(|count| {
        items
            .get(..*count)
            .is_some_and(|head| fits(open, &statement(head)))
    });
    let (head, tail) = items.split_at_checked(fitting)?;
    (fitting > 0).then(|| (statement(head), statement(tail)))
}

fn too_large(statement: &Statement) -> GenerateError {
    GenerateError::TooLarge {
        action: statement
            .actions
            .values
            .iter()
            .next()
            .unwrap_or_default()
            .to_owned(),
        characters: characters(&PolicyDocument::new(vec![statement.clone()])),
        limit: MANAGED,
    }
}
