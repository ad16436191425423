//! `cargo ci demo`: the whole loop on `fixtures/functions/orders`.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::child::{self, Child};
use crate::{tools, tree};

mod grants;

/// What is taken out of the policy to see it missed: easily forgotten, since no call is named so.
const TAKEN_OUT: &str = "s3:PutObjectTagging";

/// Runs the demonstration; fails if a step does not end as it should.
pub(crate) fn run() -> anyhow::Result<()> {
    let demo = Demo::prepare()?;
    let mut unexpected = Vec::new();
    for (title, step) in STEPS {
        child::title(title);
        if let Err(error) = step(&demo) {
            child::say(&format!("NOT AS EXPECTED: {error:#}"));
            unexpected.push(format!("  {title}: {error:#}"));
        }
    }
    child::title("done");
    if unexpected.is_empty() {
        child::say(&format!("all {} steps ended as expected", STEPS.len()));
        return Ok(());
    }
    bail!(
        "{} of {} steps did not:\n{}",
        unexpected.len(),
        STEPS.len(),
        unexpected.join("\n")
    )
}

type Step = (&'static str, fn(&Demo) -> anyhow::Result<()>);

const STEPS: [Step; 7] = [
    (
        "1. record: the function runs unchanged, with boto3, under a role without a policy",
        record,
    ),
    (
        "2. generate: the smallest policy under which it still runs",
        generate,
    ),
    (
        "3. that is the policy written by hand from AWS's documentation",
        compare,
    ),
    ("4. verify the generated policy: no finding", verify),
    (
        "5. run again, enforced, under that policy: it succeeds",
        enforce,
    ),
    (
        "6. run again without one action: AWS's denial",
        enforce_without_one,
    ),
    (
        "7. verify a policy as people write it, deliberately wide: findings",
        verify_wide,
    ),
];

struct Demo {
    /// The command that users run.
    rolecall: PathBuf,
    /// The function's folder, where everything runs.
    function: PathBuf,
    /// Where recordings and policies go.
    output: PathBuf,
    /// `PATH` with the virtual environment first, so that `python` has boto3.
    path: OsString,
}

impl Demo {
    fn prepare() -> anyhow::Result<Self> {
        child::title("what the function needs, into target/demo-tools");
        let tools = tools::for_demo()?;
        child::title("build of the command `rolecall`");
        Child::cargo(["build", "--package", "rolecall-cli"]).succeed()?;
        let output = tree::root().join("target/demo");
        fs::create_dir_all(&output)?;
        Ok(Self {
            rolecall: tree::built().join("rolecall"),
            function: tree::root().join("fixtures/functions/orders"),
            output,
            path: path_with(&tools.join("venv/bin"))?,
        })
    }

    fn file(&self, name: &str) -> PathBuf {
        self.output.join(name)
    }

    fn rolecall(&self, arguments: &[&str]) -> Child {
        child::say(&format!("$ rolecall {}", arguments.join(" ")));
        Child::new(&self.rolecall, arguments)
            .within(&self.function)
            .env("PATH", &self.path)
    }

    /// `rolecall record` of the function, as the role `orders`, with further options.
    fn record(&self, options: &[&str]) -> Child {
        let mut arguments = vec!["record", "--role", "orders", "--setup", "python setup.py"];
        arguments.extend_from_slice(options);
        arguments.extend_from_slice(&["--", "python", "invoke.py", "event.json"]);
        self.rolecall(&arguments)
    }

    /// A file for the recording, without what an earlier demonstration left.
    fn recording(&self, name: &str) -> anyhow::Result<String> {
        let path = self.file(name);
        if path.exists() {
            fs::remove_file(&path)?;
        }
        text(&path)
    }
}

fn path_with(folder: &Path) -> anyhow::Result<OsString> {
    let path = tree::variable("PATH").unwrap_or_default();
    let folders = [folder.to_owned()]
        .into_iter()
        .chain(env::split_paths(&path));
    Ok(env::join_paths(folders)?)
}

fn text(path: &Path) -> anyhow::Result<String> {
    path.to_str()
        .map(str::to_owned)
        .context("the path of the workspace is no UTF-8")
}

fn record(demo: &Demo) -> anyhow::Result<()> {
    let recording = demo.recording("orders.jsonl")?;
    demo.record(&["--output", &recording]).succeed()
}

fn generate(demo: &Demo) -> anyhow::Result<()> {
    let recording = text(&demo.file("orders.jsonl"))?;
    let (policy, status) = demo
        .rolecall(&["generate", &recording, "--role", "orders"])
        .stdout()?;
    child::say(policy.trim_end());
    expect(status, 0)?;
    Ok(fs::write(demo.file("policy.json"), policy)?)
}

fn compare(demo: &Demo) -> anyhow::Result<()> {
    let expected = grants::read(&demo.function.join("expected-policy.json"))?;
    let generated = grants::read(&demo.file("policy.json"))?;
    let missing: Vec<_> = expected.difference(&generated).collect();
    let extra: Vec<_> = generated.difference(&expected).collect();
    if missing.is_empty() && extra.is_empty() {
        child::say(&format!(
            "the same {} grants, action by action",
            expected.len()
        ));
        return Ok(());
    }
    bail!("expected and not generated: {missing:#?}; generated and not expected: {extra:#?}")
}

fn verify(demo: &Demo) -> anyhow::Result<()> {
    expect(verification(demo, &demo.file("policy.json"))?, 0)
}

fn verify_wide(demo: &Demo) -> anyhow::Result<()> {
    expect(
        verification(demo, &demo.function.join("wide-policy.json"))?,
        1,
    )
}

fn verification(demo: &Demo, policy: &Path) -> anyhow::Result<Option<i32>> {
    let (recording, policy) = (text(&demo.file("orders.jsonl"))?, text(policy)?);
    demo.rolecall(&[
        "verify", &recording, "--role", "orders", "--policy", &policy,
    ])
    .status()
}

fn enforce(demo: &Demo) -> anyhow::Result<()> {
    let recording = demo.recording("enforced.jsonl")?;
    let policy = text(&demo.file("policy.json"))?;
    let options = [
        "--mode", "enforce", "--policy", &policy, "--output", &recording,
    ];
    demo.record(&options).succeed()
}

fn enforce_without_one(demo: &Demo) -> anyhow::Result<()> {
    let recording = demo.recording("denied.jsonl")?;
    let policy = demo.file("policy-without-one.json");
    grants::write_without(&demo.file("policy.json"), TAKEN_OUT, &policy)?;
    child::say(&format!("without `{TAKEN_OUT}`:"));
    let policy = text(&policy)?;
    let options = [
        "--mode", "enforce", "--policy", &policy, "--output", &recording,
    ];
    let output = demo.record(&options).output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    child::say(said.trim_end());
    let denial = format!("is not authorized to perform: {TAKEN_OUT} on resource: ");
    if !said.contains(&denial) {
        bail!("the function's error does not say `{denial}`");
    }
    expect(output.status.code(), 1)
}

fn expect(status: Option<i32>, expected: i32) -> anyhow::Result<()> {
    let said = status.map_or_else(
        || "ended by a signal".to_owned(),
        |s| format!("exit status {s}"),
    );
    child::say(&format!("({said})"));
    if status == Some(expected) {
        return Ok(());
    }
    bail!("{said}, expected {expected}")
}
