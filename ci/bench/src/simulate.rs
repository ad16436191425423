//! `rolecall simulate` as a process, over the cases of `fixtures/authz`, repeated.

use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::Context as _;
use serde_json::{Map, Value, json};

use crate::{median, say, server};

const ROUNDS: usize = 7;
/// Cases in one run: without explanations, and with.
const CASES: [usize; 2] = [600_000, 60_000];

/// Measures both forms of the answer.
pub(crate) fn measure() -> anyhow::Result<()> {
    let rolecall = server::rolecall()?;
    let lines = lines(Path::new("fixtures/authz"))?;
    say(&format!(
        "rolecall simulate, one process, {} different cases repeated, medians of {ROUNDS} rounds",
        lines.len()
    ));
    let modes: [(&str, &[&str]); 2] = [
        ("without explanations", &["simulate", "--no-explanation"]),
        ("with explanations", &["simulate"]),
    ];
    for ((name, arguments), cases) in modes.into_iter().zip(CASES) {
        let input = Input::new(&lines, cases)?;
        let rates = (0..ROUNDS)
            .map(|_| input.run(&rolecall, arguments))
            .collect::<anyhow::Result<Vec<_>>>()?;
        say(&format!(
            "{name:<22} {:>9.0} cases/s ({} cases, {} MiB)",
            median(rates),
            input.cases,
            input.bytes >> 20,
        ));
    }
    Ok(())
}

/// A file of cases, until it is dropped.
struct Input {
    path: PathBuf,
    cases: usize,
    bytes: usize,
}

impl Input {
    fn new(lines: &[String], cases: usize) -> anyhow::Result<Self> {
        let name = format!("rolecall-bench-{}-{cases}.jsonl", std::process::id());
        let path = std::env::temp_dir().join(name);
        let mut file = BufWriter::new(File::create(&path)?);
        let mut bytes = 0;
        for line in lines.iter().cycle().take(cases) {
            file.write_all(line.as_bytes())?;
            bytes += line.len();
        }
        file.flush()?;
        Ok(Self { path, cases, bytes })
    }

    /// Cases a second, from start to end of the process.
    #[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
    #[expect(
        clippy::cast_precision_loss,
        reason = "counts of a file are far below 2^53"
    )]
    fn run(&self, rolecall: &Path, arguments: &[&str]) -> anyhow::Result<f64> {
        let input = File::open(&self.path)?;
        let begun = Instant::now();
        let status = Command::new(rolecall)
            .args(arguments)
            .stdin(input)
            .stdout(Stdio::null())
            .status()?;
        let elapsed = begun.elapsed();
        anyhow::ensure!(status.success(), "`rolecall simulate` failed: {status}");
        Ok(self.cases as f64 / elapsed.as_secs_f64())
    }
}

impl Drop for Input {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// The cases of a folder as lines, in the order of their files.
fn lines(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut out = Vec::new();
    let entries = fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    let mut paths = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<anyhow::Result<Vec<_>>>()?;
    paths.sort();
    for path in paths {
        if path.is_dir() {
            out.extend(lines(&path)?);
        } else if path.extension().is_some_and(|ending| ending == "json") {
            let case: Value = serde_json::from_slice(&fs::read(&path)?)?;
            out.extend(line(&case).map(|line| format!("{line}\n")));
        }
    }
    Ok(out)
}

/// A case in the form of a line; none if it has what a line cannot say.
fn line(case: &Value) -> Option<Value> {
    let request = case.get("request")?;
    let mut out = Map::new();
    for member in ["principal", "action", "resource"] {
        // Everything about a principal is more than its ARN.
        let text = request.get(member)?.as_str()?;
        out.insert(member.to_owned(), json!(text));
    }
    if let Some(account) = request.get("resourceAccount") {
        out.insert("resourceAccountId".to_owned(), account.clone());
    }
    let context = request.get("context").and_then(Value::as_object).cloned();
    let (unknown, known): (Map<_, _>, Map<_, _>) = context
        .unwrap_or_default()
        .into_iter()
        .partition(|(_, value)| value.is_object());
    out.insert("context".to_owned(), json!(known));
    if !unknown.is_empty() {
        let keys: Vec<_> = unknown.keys().collect();
        out.insert("unknownKeys".to_owned(), json!(keys));
    }
    let policies = case.get("policies").and_then(Value::as_object).cloned();
    for (kind, document) in policies.unwrap_or_default() {
        let (member, value) = match kind.as_str() {
            "identity" => ("identityPolicies", document),
            "permissionsBoundary" => ("permissionBoundaries", json!([document])),
            "session" => ("sessionPolicies", document),
            "resource" => ("resourcePolicy", document),
            "vpcEndpoint" => ("vpcEndpointPolicies", json!([document])),
            "grants" => ("grants", document),
            "serviceControl" => ("scps", document),
            "resourceControl" => ("rcps", document),
            _ => return None,
        };
        out.insert(member.to_owned(), value);
    }
    Some(Value::Object(out))
}
