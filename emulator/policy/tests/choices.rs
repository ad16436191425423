//! `CHOICES.md` names places in the code: they are there.

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    #[test]
    fn every_choice_has_its_place() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let page = fs::read_to_string(root.join("CHOICES.md")).unwrap();
        let mut seen = 0;
        for row in page.lines().filter(|line| line.starts_with("| ")) {
            // A bar inside a cell is escaped.
            let row = row.replace(r"\|", "\u{0}");
            let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
            let [_, _, _, file, text] = cells.as_slice() else {
                panic!("{row}");
            };
            if *file == "file" {
                continue;
            }
            let inside = |cell: &str| cell.trim_matches('`').replace('\u{0}', "|");
            let code = fs::read_to_string(root.join(inside(file)));
            let code = code.unwrap_or_else(|error| panic!("{file}: {error}"));
            assert!(code.contains(&inside(text)), "{file} has no {text}");
            seen += 1;
        }
        assert!(seen > 30, "{seen}");
    }
}
