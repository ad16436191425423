use std::fs;

use super::{coverage, inputs, prefixes};

#[test]
fn the_committed_coverage_is_that_of_the_committed_catalog() {
    let path = inputs::root().join("emulator/catalog/data/COVERAGE.md");
    let committed = fs::read_to_string(path).unwrap();
    let report = coverage::report().unwrap();
    let differs = report
        .lines()
        .zip(committed.lines())
        .find(|(ours, theirs)| ours != theirs);
    assert!(
        report == committed,
        "COVERAGE.md is not what `cargo ci catalog --report` writes; the first line that differs: {differs:?}"
    );
}

#[test]
fn versions_at_the_end_of_a_name_do_not_count() {
    let cases = [
        ("CreateDistribution2020_05_31", "createdistribution"),
        ("ListFunctions20150331", "listfunctions"),
        ("CreateAliasV2", "createaliasv2"),
        ("Sign12345678", "sign12345678"),
    ];
    for (name, expected) in cases {
        assert_eq!(prefixes::plain(name), expected, "{name}");
    }
}
