//! Validation: the grammar as AWS enforces it, and what IAM Access Analyzer would say besides.
//!
//! Everything is pure: a text, what it is used as, and the catalog go in, findings come out, in the
//! order of the document. A document that is not JSON has one finding; any other is read as far as
//! it goes, so that one mistake does not hide the next. Time is bounded by the length of the
//! document, which IAM's API bounds at 131,072 characters.
//!
//! `CHECKS.md` beside this crate lists the checks of AWS's reference with the state of each.
//!
//! ```
//! use rolecall_analysis::validate::{PolicyType, validate};
//! use rolecall_catalog::Catalog;
//!
//! let text = r#"{"Version": "2012-10-17", "Statement": [
//!     {"Effect": "Allow", "Action": "s3:GetObjekt", "Resource": "arn:aws:s3:::b/*"}
//! ]}"#;
//! let findings = validate(text, &PolicyType::Identity, Catalog::embedded());
//! assert_eq!(findings.len(), 1);
//! assert_eq!(findings[0].check.code(), "INVALID_ACTION");
//! assert_eq!(findings[0].remedy, "did you mean `GetObject`?");
//! ```

mod arn;
mod check;
mod checks;
mod finding;
mod fix;
mod keys;
mod overlap;
mod partitions;
mod place;
mod policy_type;
mod report;
mod view;

use rolecall_catalog::Catalog;
use rolecall_policy::{
    Policy, PolicyError,
    document::{Span, json},
};

pub use check::{Check, CodeSource, FindingKind};
pub use finding::{Edit, Finding, Fix, Step};
pub use fix::{Fixed, fix};
pub use place::Place;
pub use policy_type::PolicyType;

use report::{Input, Report};

/// What the API takes (IAM's service model, `policyDocumentType`); nothing longer is looked into.
const MAX_CHARACTERS: usize = 131_072;

/// Finds what is wrong with a policy document, in the order of the document.
///
/// Source: IAM User Guide, "IAM policy validation check reference".
pub fn validate(text: &str, kind: &PolicyType, catalog: &Catalog) -> Vec<Finding> {
    // The grammar's own bounds first: length, characters, depth, keys that are there twice.
    let strict = Policy::parse("", kind.kind(), text).err();
    let too_long = text.chars().count() > MAX_CHARACTERS;
    let root = if too_long {
        None
    } else {
        json::read(text).ok()
    };
    let mut report = Report::new(text, root.as_ref());
    if let Some(root) = &root {
        let input = Input::new(text, root, kind, catalog);
        checks::run(&input, &mut report);
    }
    // Whatever the grammar refuses is an error, also where no check has a name for it. No check looks
    // at characters.
    let unnamed = |error: &PolicyError| error.code == "policy::character" || !report.has_error();
    if let Some(error) = strict.filter(unnamed) {
        refused(&mut report, &error, kind);
    }
    report.finish()
}

/// The findings of bytes: those that are not UTF-8 are one finding.
pub fn validate_bytes(bytes: &[u8], kind: &PolicyType, catalog: &Catalog) -> Vec<Finding> {
    match std::str::from_utf8(bytes) {
        Ok(text) => validate(text, kind, catalog),
        Err(error) => {
            let good = bytes.get(..error.valid_up_to()).unwrap_or(&[]);
            let text = String::from_utf8_lossy(good);
            let mut report = Report::new(&text, None);
            report.add(
                Check::JsonSyntaxError,
                Span::new(text.len(), text.len()),
                "the next byte is not UTF-8",
                "save the document as UTF-8",
            );
            report.finish()
        }
    }
}

fn refused(report: &mut Report<'_>, error: &PolicyError, kind: &PolicyType) {
    let check = match error.code {
        "policy::wrong_type" | "policy::condition_value" => Check::DataTypeMismatch,
        "policy::unknown_element" | "policy::forbidden_element" => Check::InvalidPolicyElement,
        "policy::missing_element" => Check::MissingStatement,
        "policy::conflicting_elements" => Check::UnsupportedElementCombination,
        "policy::version" => Check::InvalidVersion,
        "policy::effect" => Check::InvalidEffect,
        "policy::sid" => Check::UnsupportedSid,
        "policy::duplicate_sid" => Check::UniqueSidsRequired,
        "policy::principal" => Check::InvalidPrincipalFormat,
        "policy::action" => Check::InvalidAction,
        "policy::resource" => Check::InvalidArnPrefix,
        "policy::unknown_operator" => Check::InvalidConditionOperator,
        "policy::too_long" => checks::too_long(kind),
        _ => Check::JsonSyntaxError,
    };
    let span = Span::new(error.span.start, error.span.end);
    let remedy = error
        .help
        .as_deref()
        .unwrap_or("see the grammar of the IAM JSON policy language");
    report.add(check, span, error.message.clone(), remedy);
}
