//! The functions `invoices` and `onboarding`: which policy they need, that they run under it and not without any
//! statement of it, and that it is the same with MiniStack behind the server.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::thread;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::server::{Keys, Server};
use crate::tools;
use crate::upstreams::{attempts, ministack};

/// A function of `fixtures/functions`, and what runs its scripts.
#[derive(Clone, Copy, Debug)]
struct Function {
    name: &'static str,
    program: Program,
}

#[derive(Clone, Copy, Debug)]
enum Program {
    Python,
    Node,
}

const INVOICES: Function = Function {
    name: "invoices",
    program: Program::Python,
};
const ONBOARDING: Function = Function {
    name: "onboarding",
    program: Program::Node,
};

impl Function {
    fn file(self, name: &str) -> PathBuf {
        let folder = tools::workspace().join("fixtures/functions");
        folder.join(self.name).join(name)
    }

    /// The program and the script.
    fn script(self, name: &str) -> (PathBuf, PathBuf) {
        match self.program {
            Program::Python => (
                tools::installed("venv/bin/python"),
                self.file(&format!("{name}.py")),
            ),
            Program::Node => (PathBuf::from("node"), self.file(&format!("{name}.cjs"))),
        }
    }

    /// Makes what it needs on a server, as the administrator; the ids that were made up.
    fn set_up(self, server: &Server) -> Ids {
        let (program, script) = self.script("setup");
        let home = server.folder.path();
        let mut command = tools::client(&program, &server.endpoint, &server.administrator, home);
        let output = command
            .arg(script)
            .env("NODE_PATH", tools::installed("js/node_modules"))
            .output();
        succeeded(&output.unwrap(), &server.log());
        let text = fs::read_to_string(home.join("outputs.json")).unwrap();
        Ids(serde_json::from_str(&text).unwrap())
    }

    /// `rolecall record` of an invocation on a server.
    fn record(
        self,
        server: &Server,
        role: &str,
        recording: &Path,
        policy: Option<&Path>,
    ) -> Output {
        let (program, script) = self.script("invoke");
        let home = server.folder.path();
        let mut command = tools::client(
            Path::new(env!("CARGO_BIN_EXE_rolecall")),
            &server.endpoint,
            &Keys::default(),
            home,
        );
        command
            .env("NODE_PATH", tools::installed("js/node_modules"))
            .args(["record", "--endpoint", &server.endpoint, "--role", role])
            .arg("--output")
            .arg(recording);
        if let Some(policy) = policy {
            command.args(["--mode", "enforce", "--policy"]).arg(policy);
        }
        command.arg("--").arg(program).arg(script);
        command.output().unwrap()
    }

    /// The policy that was written by hand, with the ids that were made up.
    fn policy(self, ids: &Ids) -> Value {
        let text = fs::read_to_string(self.file("expected-policy.json")).unwrap();
        serde_json::from_str(&ids.filled(&text)).unwrap()
    }
}

/// What the set-up made up, by the names of `outputs.json`.
#[derive(Debug)]
struct Ids(BTreeMap<String, String>);

impl Ids {
    fn filled(&self, text: &str) -> String {
        let fill = |text: String, (name, id): (&String, &String)| {
            text.replace(&format!("${{{name}}}"), id)
        };
        self.0.iter().fold(text.to_owned(), fill)
    }

    /// The names in place of the ids.
    fn taken_out(&self, text: &str) -> String {
        let take = |text: String, (name, id): (&String, &String)| {
            let text = text.replace(id.as_str(), &format!("${{{name}}}"));
            // A key is named by its id too.
            match id.rsplit_once(":key/") {
                Some((_, id)) => text.replace(id, &format!("${{{name}}}")),
                None => text,
            }
        };
        self.0.iter().fold(text.to_owned(), take)
    }
}

fn succeeded(output: &Output, log: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}\n{said}\n{log}", output.status);
}

fn rolecall(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolecall"));
    command.args(arguments).output().unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// One or several texts.
fn listed(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(all) => all.iter().map(|one| one.as_str().unwrap()).collect(),
        one => vec![one.as_str().unwrap()],
    }
}

/// Each action with each resource; of a stream's label only that there is one, it is a time.
fn grants(policy: &Value) -> BTreeSet<(String, String)> {
    let mut all = BTreeSet::new();
    for statement in policy["Statement"].as_array().unwrap() {
        let members: BTreeSet<_> = statement.as_object().unwrap().keys().collect();
        assert_eq!(members.len(), 3, "{members:?}");
        for action in listed(&statement["Action"]) {
            for resource in listed(&statement["Resource"]) {
                all.insert((action.to_owned(), without_label(resource)));
            }
        }
    }
    all
}

fn without_label(resource: &str) -> String {
    match resource.split_once("/stream/") {
        Some((table, _)) if table.contains(":table/") => format!("{table}/stream/*"),
        _ => resource.to_owned(),
    }
}

/// Record, generate, verify: the policy is the one that was written by hand.
fn needs_what_was_written_by_hand(function: Function) {
    let server = Server::with(&["--mode", "record"]);
    let ids = function.set_up(&server);
    let folder = TempDir::new().unwrap();
    let recording = folder.path().join("recording.jsonl");
    let output = function.record(&server, function.name, &recording, None);
    succeeded(&output, &server.log());
    let role = ["--role", function.name];
    let generated = rolecall(&[&["generate", text(&recording)], &role[..]].concat());
    succeeded(&generated, "");
    let generated: Value = serde_json::from_slice(&generated.stdout).unwrap();
    let written = function.policy(&ids);
    assert_eq!(grants(&generated), grants(&written));
    let policy = folder.path().join("policy.json");
    fs::write(&policy, written.to_string()).unwrap();
    let verify = ["verify", text(&recording), "--policy", text(&policy)];
    let verified = rolecall(&[&verify, &role[..]].concat());
    let said = String::from_utf8_lossy(&verified.stdout).into_owned();
    succeeded(&verified, &said);
}

#[test]
fn invoices_needs_what_was_written_by_hand() {
    needs_what_was_written_by_hand(INVOICES);
}

#[test]
fn onboarding_needs_what_was_written_by_hand() {
    needs_what_was_written_by_hand(ONBOARDING);
}

/// Enforced: green under the policy, and denied without any one statement, on one of its actions.
fn needs_every_statement(function: Function) {
    let server = Server::with(&["--mode", "enforce"]);
    let ids = function.set_up(&server);
    let folder = TempDir::new().unwrap();
    let file = |name: String| folder.path().join(name);
    let whole = function.policy(&ids);
    let path = file("whole.json".to_owned());
    fs::write(&path, whole.to_string()).unwrap();
    let recording = file("whole.jsonl".to_owned());
    let output = function.record(&server, function.name, &recording, Some(&path));
    succeeded(&output, &server.log());
    let statements = whole["Statement"].as_array().unwrap();
    assert!(statements.len() >= 15, "{}", statements.len());
    let without = |at: usize| {
        let mut rest = statements.clone();
        let left_out = rest.remove(at);
        let policy = json!({ "Version": "2012-10-17", "Statement": rest });
        let path = file(format!("{at}.json"));
        fs::write(&path, policy.to_string()).unwrap();
        let recording = file(format!("{at}.jsonl"));
        let role = format!("{}-{at}", function.name);
        let output = function.record(&server, &role, &recording, Some(&path));
        assert_ne!(output.status.code(), Some(0), "without {left_out}");
        let denied = denied(&attempts(&fs::read_to_string(&recording).unwrap()));
        assert_eq!(denied.len(), 1, "without {left_out}: {denied:?}");
        let actions = listed(&left_out["Action"]);
        let is_of_it = denied
            .iter()
            .flatten()
            .all(|action| actions.contains(&action.as_str()));
        assert!(
            is_of_it && !denied[0].is_empty(),
            "without {left_out}: {denied:?}"
        );
        // The error that the function ends with says the action: `SNS:Publish` and `sqs:sendmessage` as these
        // services do, SES in quotes.
        let said = String::from_utf8_lossy(&output.stderr).to_lowercase();
        assert!(said.contains("not authorized to perform"), "{said}");
        let is_said = |action: &String| said.contains(&action.to_lowercase());
        assert!(denied[0].iter().any(is_said), "{said}");
    };
    thread::scope(|scope| {
        let without = &without;
        for half in [0, 1] {
            let all = (0..statements.len()).filter(move |at| at % 2 == half);
            scope.spawn(move || all.for_each(without));
        }
    });
}

/// What was not allowed, for each attempt that was denied.
fn denied(attempts: &[Value]) -> Vec<Vec<String>> {
    let denied = attempts.iter().filter(|a| a["outcome"] == "denied");
    let actions = denied.map(|attempt| {
        let all = attempt["requirements"].as_array().unwrap().iter();
        let not_allowed = all.filter(|r| r["decision"]["kind"] != "allow");
        not_allowed
            .map(|r| r["action"].as_str().unwrap().to_owned())
            .collect()
    });
    actions.collect()
}

#[test]
fn invoices_is_denied_without_any_one_statement() {
    needs_every_statement(INVOICES);
}

#[test]
fn onboarding_is_denied_without_any_one_statement() {
    needs_every_statement(ONBOARDING);
}

/// What a recording says of the function, whoever answered: operations in order, and for each what AWS
/// authorizes, on what, in which context, decided how.
fn authorizations(recording: &Path, ids: &Ids) -> Vec<Value> {
    let text = fs::read_to_string(recording).unwrap();
    let policies = policies(&text);
    let told = attempts(&text).into_iter().map(|mut attempt| {
        for requirement in attempt["requirements"].as_array_mut().unwrap() {
            if let Some(hash) = requirement["resourcePolicy"].as_str() {
                requirement["resourcePolicy"] = policies[hash].clone();
            }
        }
        let name = [&attempt["service"], &attempt["operation"]];
        let told = json!({
            "operation": name.map(|part| part.as_str().unwrap()).join("."),
            "outcome": attempt["outcome"],
            "requirements": attempt["requirements"],
        });
        serde_json::from_str(&without_labels(&ids.taken_out(&told.to_string()))).unwrap()
    });
    told.collect()
}

/// The policies of a recording by their hash.
fn policies(text: &str) -> BTreeMap<String, Value> {
    let lines = text.lines().filter(|line| !line.is_empty());
    let lines = lines.map(|line| serde_json::from_str::<Value>(line).unwrap());
    let policies = lines.filter_map(|mut line| Some(line.get_mut("policy")?.take()));
    let by_hash = policies.map(|policy| {
        let document = policy["document"].as_str().unwrap();
        let hash = policy["hash"].as_str().unwrap().to_owned();
        (hash, serde_json::from_str(document).unwrap())
    });
    by_hash.collect()
}

/// Labels of streams are times.
fn without_labels(text: &str) -> String {
    let mut parts = text.split("/stream/");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(['"', '|']).unwrap_or(part.len());
        out.push_str("/stream/*");
        out.push_str(part.get(end..).unwrap_or_default());
    }
    out
}

/// What our own backend knows and nobody sees pass on the way to MiniStack.
#[derive(Clone, Copy, Debug)]
enum Difference {
    /// Of what is made here, our own backend knows that it was not there before, and has neither tags nor policy. The
    /// upstream knows that too, but nothing that passed says so: those facts stand as not known.
    NotThereBefore,
    /// MiniStack's shard iterators do not begin with their stream's ARN, as AWS's do: on which stream the reading is
    /// authorized cannot be told.
    Iterator,
}

const INVOICES_DIFFERS: [(&str, Difference); 2] = [
    ("dynamodbstreams.GetRecords", Difference::Iterator),
    ("s3.PutObject", Difference::NotThereBefore),
];

const ONBOARDING_DIFFERS: [(&str, Difference); 3] = [
    ("ssm.PutParameter", Difference::NotThereBefore),
    ("ecr.CreateRepository", Difference::NotThereBefore),
    ("sqs.CreateQueue", Difference::NotThereBefore),
];

impl Difference {
    /// A call without what may be different.
    fn left_out(self, call: &Value) -> Value {
        let mut call = call.clone();
        for requirement in call["requirements"].as_array_mut().unwrap() {
            let members = requirement.as_object_mut().unwrap();
            members.remove("unknownFacts");
            if let Some(Value::Object(context)) = members.get_mut("context") {
                context.retain(|_, value| !is_not_known(value));
                if context.is_empty() {
                    members.remove("context");
                }
            }
            if matches!(self, Self::Iterator) {
                members.insert("resource".to_owned(), Value::Null);
                members.remove("resourceAccount");
            }
        }
        call
    }
}

fn is_not_known(value: &Value) -> bool {
    let why = value["notComputed"].as_str();
    why.is_some_and(|why| why.starts_with("not known: "))
}

/// The recording of the function on a server of its own, all of whose calls `by` answered.
fn recorded(function: Function, backend: &[&str], by: &[&str]) -> Vec<Value> {
    let server = Server::with(&[&["--mode", "record"], backend].concat());
    let ids = function.set_up(&server);
    let recording = server.folder.path().join("function.jsonl");
    let output = function.record(&server, function.name, &recording, None);
    succeeded(&output, &server.log());
    for attempt in attempts(&fs::read_to_string(&recording).unwrap()) {
        let answered = attempt["answeredBy"].as_str().unwrap();
        assert!(by.contains(&answered), "{attempt}");
    }
    authorizations(&recording, &ids)
}

/// The same authorizations whoever answers, but for what is listed.
fn is_recorded_alike_through_ministack(function: Function, differs: &[(&str, Difference)]) {
    let here = recorded(function, &[], &["embedded", "synthesised"]);
    let there = recorded(function, &["--backend", &ministack()], &["upstream"]);
    let operations = |all: &[Value]| -> Vec<Value> {
        all.iter().map(|call| call["operation"].clone()).collect()
    };
    assert_eq!(operations(&here), operations(&there));
    assert!(here.len() >= 16, "{}", here.len());
    let mut met = Vec::new();
    for (here, there) in here.iter().zip(&there) {
        if here == there {
            continue;
        }
        let is_it = |(operation, _): &&(&str, Difference)| here["operation"] == *operation;
        let Some((operation, difference)) = differs.iter().find(is_it) else {
            panic!("not listed: {here:#}\n{there:#}")
        };
        met.push(*operation);
        assert_eq!(difference.left_out(here), difference.left_out(there));
    }
    let listed: Vec<_> = differs.iter().map(|(operation, _)| *operation).collect();
    assert_eq!(met, listed, "every exception is one");
}

#[test]
fn invoices_is_recorded_alike_through_ministack() {
    is_recorded_alike_through_ministack(INVOICES, &INVOICES_DIFFERS);
}

#[test]
fn onboarding_is_recorded_alike_through_ministack() {
    is_recorded_alike_through_ministack(ONBOARDING, &ONBOARDING_DIFFERS);
}
