//! The catalog's actions that an action pattern stands for.

use rolecall_policy::Action;

use crate::loader::Catalog;

impl Catalog {
    /// All catalog actions that a pattern such as `s3:Get*` or `*` stands for, sorted.
    ///
    /// `*` and `?` are wildcards and case does not matter. Source: IAM User Guide, "IAM JSON policy
    /// elements: Action".
    pub fn expand_action(&self, pattern: &str) -> Vec<Action> {
        let lower = pattern.to_ascii_lowercase();
        let (prefix, name) = match lower.split_once(':') {
            Some(parts) => parts,
            None if lower == "*" => ("*", "*"),
            None => return Vec::new(),
        };
        let candidates = self.iam_prefixes().iter().enumerate();
        let mut actions: Vec<Action> = candidates
            .filter(|(_, entry)| wildcard_matches(prefix, &entry.prefix))
            .filter_map(|(number, _)| self.iam_at(number).ok())
            .flat_map(|service| {
                let names = service.actions.iter().map(|action| &action.name);
                names
                    .filter(|n| wildcard_matches(name, &n.to_ascii_lowercase()))
                    .filter_map(|n| Action::parse(&format!("{}:{n}", service.prefix)).ok())
                    .collect::<Vec<_>>()
            })
            .collect();
        actions.sort();
        actions
    }
}

/// Whether the whole text matches a pattern with `*` and `?`; both in lower case.
///
/// Linear in practice: after a mismatch only the last `*` takes one more byte.
fn wildcard_matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(b'?') => (p, t) = (p + 1, t + 1),
            Some(byte) if text.get(t) == Some(byte) => (p, t) = (p + 1, t + 1),
            _ => match star {
                Some((at, taken)) => {
                    star = Some((at, taken + 1));
                    (p, t) = (at + 1, taken + 1);
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::wildcard_matches;

    #[test]
    fn patterns_match_as_iam_says() {
        let cases = [
            ("get*", "getobject", true),
            ("get*", "putobject", false),
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            ("*object*tag*", "getobjectversiontagging", true),
            ("get?bject", "getobject", true),
            ("get?", "get", false),
            ("a*b*c", "axbxbxc", true),
            ("a*b*c", "axbxbx", false),
            ("a**", "a", true),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(
                wildcard_matches(pattern, text),
                expected,
                "{pattern} {text}"
            );
        }
    }
}
