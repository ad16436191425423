//! The cases of `fixtures/validate`, one file for each check: a policy that it finds something in,
//! and one that it does not; and CHECKS.md against the code.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what is wrong by failing"
)]

use std::{collections::BTreeSet, fs, path::PathBuf};

use rolecall_analysis::validate::{Check, Finding, PolicyType, fix, validate};
use rolecall_catalog::Catalog;
use rolecall_policy::Policy;
use serde_json::Value;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/validate")
}

fn files() -> Vec<(String, Value)> {
    let mut files: Vec<(String, Value)> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let text = fs::read_to_string(&path).unwrap();
            let value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}"));
            (name, value)
        })
        .collect();
    files.sort_by(|a, b| a.0.cmp(&b.0));
    files
}

/// A case: what the policy is used as, its text, and what is expected.
struct Case<'a> {
    name: String,
    kind: PolicyType,
    text: String,
    value: &'a Value,
}

impl<'a> Case<'a> {
    fn new(file: &str, number: usize, value: &'a Value) -> Self {
        let name = format!("{file} {number}");
        let known = ["type", "policy", "text", "at", "also", "fixed"];
        for key in value.as_object().unwrap().keys() {
            assert!(
                known.contains(&key.as_str()),
                "{name}: unknown member {key}"
            );
        }
        let kind = value["type"].as_str().unwrap_or("identity");
        let text = match value["text"].as_str() {
            Some(text) => text.to_owned(),
            None => serde_json::to_string_pretty(&value["policy"]).unwrap(),
        };
        Self {
            kind: PolicyType::parse(kind).unwrap(),
            name,
            text,
            value,
        }
    }

    fn findings(&self) -> Vec<Finding> {
        validate(&self.text, &self.kind, Catalog::embedded())
    }

    /// The codes that the case expects besides the check of its file.
    fn also(&self) -> BTreeSet<&'a str> {
        let also = self.value["also"].as_array();
        also.into_iter()
            .flatten()
            .map(|v| v.as_str().unwrap())
            .collect()
    }
}

fn codes(findings: &[Finding]) -> BTreeSet<&'static str> {
    findings
        .iter()
        .map(|finding| finding.check.code())
        .collect()
}

fn cases<'a>(file: &str, value: &'a Value, list: &str) -> Vec<Case<'a>> {
    let cases = value[list]
        .as_array()
        .unwrap_or_else(|| panic!("{file}: no {list}"));
    assert!(!cases.is_empty(), "{file}: {list} is empty");
    let numbered = cases.iter().enumerate();
    numbered
        .map(|(number, case)| Case::new(&format!("{file} {list}"), number, case))
        .collect()
}

/// Runs a test on every case of a list and tells of all that fail.
fn for_each(list: &str, test: impl Fn(&str, &Case<'_>) -> Result<(), String>) {
    let mut failed = Vec::new();
    for (file, value) in files() {
        for case in cases(&file, &value, list) {
            if let Err(why) = test(&file, &case) {
                failed.push(format!("{}: {why}", case.name));
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

fn same<T: PartialEq + std::fmt::Debug>(now: &T, expected: &T) -> Result<(), String> {
    if now == expected {
        return Ok(());
    }
    Err(format!("{now:?} in place of {expected:?}"))
}

#[test]
fn every_check_has_a_file() {
    let files: BTreeSet<String> = files().into_iter().map(|(name, _)| name).collect();
    let checks: BTreeSet<String> = Check::ALL.iter().map(|c| c.code().to_owned()).collect();
    assert_eq!(files, checks);
}

#[test]
fn what_is_wrong_is_found_and_nothing_else() {
    for_each("finds", |file, case| {
        let findings = case.findings();
        let mut expected = case.also();
        expected.insert(file);
        same(&codes(&findings), &expected)?;
        let at: Vec<&str> = findings
            .iter()
            .filter(|finding| finding.check.code() == file)
            .map(|finding| case.text.get(finding.span.clone()).unwrap())
            .collect();
        let expected = case.value["at"].as_array().ok_or("no `at`")?;
        let expected: Vec<&str> = expected.iter().map(|v| v.as_str().unwrap()).collect();
        same(&at, &expected)
    });
}

#[test]
fn what_is_right_is_left_alone() {
    for_each("passes", |file, case| {
        assert!(!case.also().contains(file), "{}", case.name);
        same(&codes(&case.findings()), &case.also())
    });
}

/// `fixed` says what `--fix` makes of a case; a case without it has no fix.
#[test]
fn fixes_remove_their_findings() {
    for_each("finds", |file, case| {
        let fixed = fix(&case.text, &case.kind, Catalog::embedded());
        let own = fixed.applied.iter().any(|f| f.check.code() == file);
        let expected = &case.value["fixed"];
        same(&own, &!expected.is_null())?;
        if expected.is_null() {
            return Ok(());
        }
        let now: Value = serde_json::from_str(&fixed.text).map_err(|e| e.to_string())?;
        same(&now, expected)?;
        let left = codes(&validate(&fixed.text, &case.kind, Catalog::embedded()));
        let before = codes(&case.findings());
        let gone = !left.contains(file) && left.is_subset(&before);
        gone.then_some(())
            .ok_or_else(|| format!("{left:?} after the fix"))
    });
}

/// What the grammar refuses is an error, and what it takes has no error of the grammar.
#[test]
fn errors_of_the_grammar_are_findings() {
    let mut refused = 0;
    for (file, value) in files() {
        for case in cases(&file, &value, "finds")
            .into_iter()
            .chain(cases(&file, &value, "passes"))
        {
            if Policy::parse("", case.kind.kind(), &case.text).is_err() {
                refused += 1;
                let findings = case.findings();
                let error = findings.iter().any(|f| f.kind().as_str() == "ERROR");
                assert!(error, "{}: {findings:?}", case.name);
            }
        }
    }
    assert!(refused > 20, "{refused}");
}

#[test]
fn findings_are_within_the_document() {
    for (file, value) in files() {
        for case in cases(&file, &value, "finds") {
            for finding in case.findings() {
                assert!(
                    case.text.is_char_boundary(finding.span.start),
                    "{}",
                    case.name
                );
                assert!(
                    case.text.is_char_boundary(finding.span.end),
                    "{}",
                    case.name
                );
                let rendered = finding.render("policy.json", &case.text);
                assert!(rendered.contains(finding.check.code()), "{rendered}");
                assert!(rendered.contains('^'), "{rendered}");
                assert!(!finding.message.is_empty() && !finding.remedy.is_empty());
            }
        }
    }
}

/// The rows of CHECKS.md: code and state.
fn documented() -> Vec<(String, String)> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("CHECKS.md");
    let text = fs::read_to_string(path).unwrap();
    text.lines()
        .filter_map(|line| line.strip_prefix("| `"))
        .map(|row| {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            (
                cells[0].trim_end_matches('`').to_owned(),
                format!("{} {}", cells[1], cells[2]),
            )
        })
        .collect()
}

#[test]
fn the_page_of_checks_is_that_of_the_code() {
    let rows = documented();
    let listed: BTreeSet<&String> = rows.iter().map(|(code, _)| code).collect();
    assert_eq!(listed.len(), rows.len(), "a code is there twice");
    let implemented: BTreeSet<(String, String)> = rows
        .iter()
        .filter(|(_, state)| !state.ends_with(" no"))
        .cloned()
        .collect();
    let expected: BTreeSet<(String, String)> = Check::ALL
        .iter()
        .map(|check| {
            let state = match check.code_source() {
                rolecall_analysis::validate::CodeSource::Page => "yes",
                rolecall_analysis::validate::CodeSource::Assumed => "yes, code assumed",
                rolecall_analysis::validate::CodeSource::Own => "yes, ours",
            };
            (
                check.code().to_owned(),
                format!("{} {state}", check.kind().as_str()),
            )
        })
        .collect();
    assert_eq!(implemented, expected);
    let of_aws = expected
        .iter()
        .filter(|(_, state)| !state.ends_with("ours"))
        .count();
    assert!(of_aws >= 100, "{of_aws}");
}
