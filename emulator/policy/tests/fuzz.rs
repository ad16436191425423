//! The fuzz targets (`emulator/policy/fuzz`) on mutations of known inputs, without a fuzzer.
//!
//! The seed is printed, and `ROLECALL_SEED` sets it; `cargo ci test --full` runs a hundred times as
//! many.

#[cfg(test)]
#[expect(dead_code, reason = "another test needs more of it")]
#[path = "differential/random.rs"]
mod random;
#[cfg(test)]
#[expect(unreachable_pub, reason = "it is a library for the fuzzer")]
#[path = "../fuzz/src/lib.rs"]
mod targets;

#[cfg(test)]
mod tests {
    use std::{
        fs,
        hash::{BuildHasher as _, RandomState},
        path::Path,
    };

    use serde_json::{Value, json};

    use crate::{random::Random, targets};

    fn seed() -> u64 {
        #[expect(
            clippy::disallowed_methods,
            reason = "the environment is how the seed gets here"
        )]
        let given = std::env::var("ROLECALL_SEED").ok();
        let seed = given.and_then(|text| text.parse().ok());
        seed.unwrap_or_else(|| RandomState::new().hash_one("rolecall"))
    }

    fn count(few: usize) -> usize {
        if option_env!("ROLECALL_FULL").is_some() {
            few * 100
        } else {
            few
        }
    }

    /// What stands in documents, in cases and where it hurts.
    const WORDS: [&[u8]; 34] = [
        b"\"",
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b"\\",
        b"\\u0000",
        b"\\ud800",
        b"null",
        b"1e999",
        b"-0",
        b"\xef\xbb\xbf",
        b"\xff",
        b"\xc3\xa9",
        b"\xf0\x9f\x98\x80",
        b"\n",
        b"\t",
        b"*",
        b"?",
        b"${",
        b"${aws:username, 'x'}",
        b"arn:aws:s3:::",
        b"\"Deny\"",
        b"\"NotAction\"",
        b"\"NotResource\"",
        b"\"NotPrincipal\"",
        b"\"Condition\"",
        b"\"ForAllValues:StringLike\"",
        b"\"Null\"",
        b"\"Version\"",
        b"\"2008-10-17\"",
        b"\"context\"",
    ];

    fn mutated(random: &mut Random, corpus: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = random.pick(corpus).clone();
        for _ in 0..=random.below(4) {
            let (from, length) = (random.below(bytes.len() + 1), random.below(24));
            let to = (from + length).min(bytes.len());
            let put: Vec<u8> = match random.below(6) {
                0 => Vec::new(),
                1 => random.pick(&WORDS).to_vec(),
                2 => bytes[from..to].repeat(1 + random.below(40)),
                3 => random.pick(&WORDS).repeat(1 + random.below(200)),
                4 => {
                    let other = random.pick(corpus);
                    let at = random.below(other.len() + 1);
                    other[at..(at + random.below(60)).min(other.len())].to_vec()
                }
                _ => bytes[from..to]
                    .iter()
                    .map(|byte| byte ^ 1 << random.below(8))
                    .collect(),
            };
            let to = if random.chance(50) { from } else { to };
            bytes.splice(from..to, put);
        }
        bytes
    }

    fn run(target: fn(&[u8]), corpus: &[Vec<u8>], few: usize) {
        let seed = seed();
        println!("ROLECALL_SEED={seed}");
        let mut random = Random::new(seed);
        for bytes in corpus {
            target(bytes);
        }
        for _ in 0..count(few) {
            let bytes = mutated(&mut random, corpus);
            let outcome = std::panic::catch_unwind(|| target(&bytes));
            assert!(
                outcome.is_ok(),
                "seed {seed}: {:?}",
                String::from_utf8_lossy(&bytes)
            );
        }
    }

    /// Every file of the authorization corpus.
    fn files(folder: &Path) -> Vec<Value> {
        let mut paths: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        paths.sort();
        let of = |path: std::path::PathBuf| {
            if path.is_dir() {
                return files(&path);
            }
            let text = fs::read_to_string(&path).unwrap();
            serde_json::from_str(&text).into_iter().collect()
        };
        paths.into_iter().flat_map(of).collect()
    }

    fn corpus() -> Vec<Value> {
        files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/authz"))
    }

    /// The documents anywhere in a value.
    fn documents(value: &Value) -> Vec<Vec<u8>> {
        if value.get("Statement").is_some() {
            return vec![value.to_string().into_bytes()];
        }
        match value {
            Value::Object(members) => members.values().flat_map(documents).collect(),
            Value::Array(items) => items.iter().flat_map(documents).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn documents_are_read_or_refused() {
        let corpus: Vec<_> = corpus().iter().flat_map(documents).collect();
        assert!(corpus.len() > 300, "{}", corpus.len());
        run(targets::document, &corpus, 2_000);
    }

    #[test]
    fn cases_are_answered() {
        let line = |case: &Value| {
            let (request, policies) = (&case["request"], &case["policies"]);
            json!({
                "id": 1, "principal": request["principal"], "action": request["action"],
                "resource": request["resource"], "context": request["context"],
                "identityPolicies": policies["identity"], "resourcePolicy": policies["resource"],
                "sessionPolicies": policies["session"], "scps": policies["serviceControl"],
                "rcps": policies["resourceControl"], "grants": policies["grants"],
                "settings": { "s3": { "blockPublicAccess": true } },
            })
        };
        let corpus: Vec<_> = corpus()
            .iter()
            .map(|case| line(case).to_string().into_bytes())
            .collect();
        run(targets::case, &corpus, 2_000);
    }

    #[test]
    fn patterns_match_what_they_say() {
        let corpus = [
            "s3:Get*\ns3:GetObject",
            "*a*a*a*a*b\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab",
            "?*?\u{e9}*\nx\u{e9}\u{e9}y",
            "**?*\n",
            "a/*/b:*\na/c/b:d:e",
        ];
        let corpus = corpus.map(|text| text.as_bytes().to_vec());
        run(targets::pattern, &corpus, 20_000);
    }
}
