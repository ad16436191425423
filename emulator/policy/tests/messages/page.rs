//! `MESSAGES.md` says where each text is tested: it is there.

use std::{fs, path::Path};

#[test]
fn every_text_is_a_case_or_has_its_reason() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = fs::read_to_string(root.join("emulator/policy/MESSAGES.md")).unwrap();
    let (mut cases, mut reasons) = (0, 0);
    for row in page.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [_, _, state, place, text] = cells.as_slice() else {
            panic!("{row}");
        };
        match *state {
            "yes" => {
                let file = place.trim_matches('`');
                let code = fs::read_to_string(root.join(file));
                let code = code.unwrap_or_else(|error| panic!("{file}: {error}"));
                // Long texts are broken over lines in the code.
                let joined: Vec<&str> = code
                    .split_whitespace()
                    .filter(|word| *word != "\\")
                    .collect();
                let text = text.trim_matches('`');
                assert!(joined.join(" ").contains(text), "{file} has no {text}");
                cases += 1;
            }
            "no" => {
                assert!(place.len() > 20 && *text == "-", "no reason: {row}");
                reasons += 1;
            }
            _ => {}
        }
    }
    assert!(
        cases > 40 && reasons > 20,
        "{cases} cases, {reasons} reasons"
    );
}
