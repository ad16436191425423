//! GetRandomPassword.

use serde_json::{Map, Value, json};

use super::service::SecretsManager;
use crate::embedded::request::{Request, output};

const CLASSES: [(&str, &str); 4] = [
    ("ExcludeLowercase", "abcdefghijklmnopqrstuvwxyz"),
    ("ExcludeUppercase", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    ("ExcludeNumbers", "0123456789"),
    ("ExcludePunctuation", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"),
];

impl SecretsManager {
    pub(super) fn password(&self, request: &Request<'_>) -> Map<String, Value> {
        let length = request.count("PasswordLength", 32).clamp(1, 4096);
        let unwanted = request.text("ExcludeCharacters").unwrap_or_default();
        let classes: Vec<Vec<char>> = CLASSES
            .iter()
            .filter(|(exclude, _)| !request.flag(exclude))
            .map(|(_, letters)| letters.chars().filter(|c| !unwanted.contains(*c)).collect())
            .filter(|letters: &Vec<char>| !letters.is_empty())
            .collect();
        // One of each class comes first, as `RequireEachIncludedType` (the default) demands.
        let all: Vec<char> = classes.concat();
        let pools = classes.iter().chain(std::iter::repeat(&all));
        let password: String = pools
            .take(length)
            .filter_map(|pool| self.pick(pool))
            .collect();
        output(json!({ "RandomPassword": password }))
    }

    fn pick(&self, pool: &[char]) -> Option<char> {
        let index = self.host.random() % u128::try_from(pool.len().max(1)).ok()?;
        pool.get(usize::try_from(index).ok()?).copied()
    }
}
