//! Making the changes that are certain.

use rolecall_catalog::Catalog;

use super::{
    finding::{Edit, Finding},
    policy_type::PolicyType,
    validate,
};

/// Each round removes findings; changes that touch each other wait for the next.
const ROUNDS: usize = 16;

/// A document after its fixes.
#[derive(Clone, Debug)]
pub struct Fixed {
    /// The text; what no fix touched is byte for byte as it was.
    pub text: String,
    /// The findings that were removed, with their places at the time.
    pub applied: Vec<Finding>,
}

/// Makes every change that removes a finding for certain, until there is none left to make.
///
/// A change that would bring a new error is not made.
pub fn fix(text: &str, kind: &PolicyType, catalog: &Catalog) -> Fixed {
    let mut fixed = Fixed {
        text: text.to_owned(),
        applied: Vec::new(),
    };
    for _ in 0..ROUNDS {
        let findings = validate(&fixed.text, kind, catalog);
        let chosen = choose(findings);
        if chosen.is_empty() {
            break;
        }
        fixed.text = apply(&fixed.text, &chosen);
        fixed.applied.extend(chosen);
    }
    fixed
}

/// The findings with a fix, of those that touch each other the first.
fn choose(findings: Vec<Finding>) -> Vec<Finding> {
    let mut taken: Vec<std::ops::Range<usize>> = Vec::new();
    let mut chosen = Vec::new();
    for finding in findings {
        let Some(fix) = &finding.fix else { continue };
        let free = |edit: &Edit| {
            taken
                .iter()
                .all(|other| edit.span.end <= other.start || other.end <= edit.span.start)
        };
        if fix.edits.iter().all(free) {
            taken.extend(fix.edits.iter().map(|edit| edit.span.clone()));
            chosen.push(finding);
        }
    }
    chosen
}

fn apply(text: &str, findings: &[Finding]) -> String {
    let fixes = findings.iter().filter_map(|finding| finding.fix.as_ref());
    let mut edits: Vec<&Edit> = fixes.flat_map(|fix| &fix.edits).collect();
    edits.sort_by_key(|edit| edit.span.start);
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for edit in edits {
        out.push_str(text.get(from..edit.span.start).unwrap_or(""));
        out.push_str(&edit.text);
        from = edit.span.end;
    }
    out.push_str(text.get(from..).unwrap_or(""));
    out
}
