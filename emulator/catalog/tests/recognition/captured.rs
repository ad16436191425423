//! Heads that a real SDK made, in `fixtures/wire`: each is recognised as the operation that was
//! called. `capture.py` beside them says how they were made.

use std::{
    fs,
    path::{Path, PathBuf},
};

use rolecall_catalog::{Catalog, recognise::Head};
use serde_json::Value;

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/wire");
    let entries = fs::read_dir(folder).expect("the folder is committed");
    let paths = entries.map(|entry| entry.expect("it can be read").path());
    let mut files: Vec<_> = paths
        .filter(|p| p.extension().is_some_and(|e| e == "jsonl"))
        .collect();
    files.sort();
    files
}

#[test]
fn captured_heads_are_what_was_called() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for file in files() {
        let text = fs::read_to_string(&file).expect("it can be read");
        for line in text.lines() {
            let capture: Value = serde_json::from_str(line).expect("a line is JSON");
            let (called, found) = (called(&capture), found(&capture));
            if called != found {
                wrong.push(format!("{called} is {found}"));
            }
            count += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 100, "{count} captures");
}

fn called(capture: &Value) -> String {
    format!(
        "{}.{}",
        text(capture, "service"),
        text(capture, "operation")
    )
}

fn found(capture: &Value) -> String {
    let headers: Vec<(&str, &[u8])> = capture["headers"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.as_str(), value.as_str().unwrap_or_default().as_bytes()))
        .collect();
    let (path, query) = target(capture);
    let head = Head {
        method: text(capture, "method"),
        path,
        query,
        host: capture["host"].as_str(),
        headers: &headers,
        scope_service: capture["scope"].as_str(),
        form: capture["form"].as_str().map(str::as_bytes),
        ..Head::default()
    };
    match Catalog::embedded().recognise(&head) {
        Ok(found) => format!("{}.{}", found.service.name, found.operation().name),
        Err(refusal) => format!("refused: {refusal}"),
    }
}

fn target(capture: &Value) -> (&str, &str) {
    let target = text(capture, "target");
    target.split_once('?').unwrap_or((target, ""))
}

fn text<'v>(capture: &'v Value, key: &str) -> &'v str {
    capture[key].as_str().unwrap_or_default()
}
