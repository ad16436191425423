//! Every operation of every service with boto3, over HTTP: what is answered is parsed, fits its shape, and
//! is recorded once as what it is; pages end, and waiters are satisfied.
//!
//! `ROLECALL_FULL` sweeps all services, else a slice that the seed chooses. What does not hold is listed
//! with its reason in `sweep-exceptions.txt`; a line there that is no exception any more fails.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, fs,
    process::Stdio,
    thread,
};

use rolecall_catalog::Catalog;
use serde::Deserialize;
use tempfile::TempDir;

use crate::server::Server;
use crate::tools;

/// So many operations are in a slice, about.
const SLICE: u32 = 1_000;

const EXCEPTIONS: &str = include_str!("sweep-exceptions.txt");

/// `SERVICE.OPERATION is SERVICE.OPERATION`: what cannot be told apart on the wire.
const ALIKE: &str = include_str!("../../../../emulator/catalog/tests/recognition/exceptions.txt");

/// One call of the sweep, as `sweep.py` prints it.
#[derive(Debug, Deserialize)]
struct Call {
    service: String,
    operation: String,
    /// `minimal`, `maximal`, `pages` or `waiter NAME`.
    with: String,
    /// The request ids of the answers.
    #[serde(default)]
    answers: Vec<Option<String>>,
    /// Those of what was done before a waiter was asked.
    #[serde(default)]
    before: Vec<Option<String>>,
    error: Option<String>,
    #[serde(default)]
    wrong: Vec<String>,
    /// What was named in the request and has another value in the answer.
    #[serde(default)]
    unlike: Vec<String>,
    #[serde(rename = "not sent")]
    not_sent: Option<String>,
}

/// What a recording says of a request.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attempt {
    request_id: String,
    service: String,
    operation: String,
    answered_by: String,
}

#[derive(Debug, Deserialize)]
struct Line {
    attempt: Option<Attempt>,
}

/// A line of the list: calls, how what is wrong with them begins, and why that is so.
#[derive(Debug)]
struct Exception {
    line: &'static str,
    service: &'static str,
    operation: &'static str,
    said: &'static str,
}

impl Exception {
    fn all() -> Vec<Self> {
        let lines = EXCEPTIONS.lines();
        let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        let parsed = lines.map(|line| {
            let mut parts = line.split(" | ");
            let (call, said, reason) = (parts.next(), parts.next(), parts.next());
            assert!(reason.is_some(), "`{line}` is not `CALL | SAID | REASON`");
            let (service, operation) = call.unwrap().split_once('.').unwrap();
            Self {
                line,
                service,
                operation,
                said: said.unwrap(),
            }
        });
        parsed.collect()
    }

    /// `*` stands for any operation or for any service.
    fn covers(&self, call: &Call, said: &str) -> bool {
        let name = match call.with.strip_prefix("waiter ") {
            Some(waiter) => waiter,
            None => &call.operation,
        };
        (self.service == "*" || self.service == call.service)
            && (self.operation == "*" || self.operation == name)
            && said.contains(self.said)
    }
}

/// How many calls came to what.
#[derive(Debug, Default)]
struct Counts(BTreeMap<String, usize>);

impl Counts {
    fn add(&mut self, what: String) {
        *self.0.entry(what).or_default() += 1;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|(what, count)| writeln!(f, "{count:6} {what}"))
    }
}

#[test]
fn boto3_understands_the_answer_to_every_operation() {
    let services = chosen();
    let server = Server::with(&["--mode", "record", "--recording", "recording.jsonl"]);
    let folder = TempDir::new().unwrap();
    let recording = folder.path().join("recording.jsonl");
    fs::hard_link(server.folder.path().join("recording.jsonl"), &recording).unwrap();
    let workers = thread::available_parallelism().map_or(2, usize::from);
    let shares = shares(&services, workers.clamp(2, 4));
    let calls: Vec<Call> = thread::scope(|scope| {
        let running: Vec<_> = shares
            .iter()
            .map(|share| scope.spawn(|| sweep(&server, share)))
            .collect();
        let done = running
            .into_iter()
            .flat_map(|worker| worker.join().unwrap());
        done.collect()
    });
    let (status, log) = server.terminate();
    assert_eq!(status.code(), Some(0), "{log}");

    let recorded = fs::read_to_string(recording).unwrap();
    let attempts = attempts(&recorded);
    let (counts, complaints) = judge(&calls, &attempts, &services);
    println!("{counts}");
    fs::write(
        concat!(env!("CARGO_TARGET_TMPDIR"), "/sweep.txt"),
        counts.to_string(),
    )
    .unwrap();
    let operations: BTreeSet<_> = calls.iter().map(|c| (&c.service, &c.operation)).collect();
    let expected: u32 = services.iter().map(|(_, count)| count).sum();
    assert_eq!(operations.len(), expected as usize, "operations swept");
    assert!(
        complaints.is_empty(),
        "{} complaints:\n{}\n{counts}",
        complaints.len(),
        complaints.join("\n")
    );
}

/// All services with the number of their operations, or those that the printed seed chooses.
fn chosen() -> Vec<(String, u32)> {
    let services = Catalog::embedded().services().iter();
    let mut all: Vec<_> = services.map(|s| (s.name.clone(), s.operations)).collect();
    if tools::variable("ROLECALL_FULL").is_some() {
        return all;
    }
    let seed = tools::variable("ROLECALL_SEED").and_then(|seed| seed.parse::<u64>().ok());
    let mut state = seed.unwrap_or(1);
    println!("ROLECALL_SEED={state}");
    let mut slice = Vec::new();
    let mut operations = 0;
    while operations < SLICE && !all.is_empty() {
        // Numerical Recipes' linear congruence, as in the catalog's tests.
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let service = all.swap_remove(usize::try_from(state >> 16).unwrap_or(0) % all.len());
        operations += service.1;
        slice.push(service);
    }
    slice
}

/// The services in shares of about as many operations.
fn shares(services: &[(String, u32)], count: usize) -> Vec<Vec<String>> {
    let mut sorted: Vec<_> = services.iter().collect();
    sorted.sort_by_key(|(_, operations)| std::cmp::Reverse(*operations));
    let mut shares = vec![(0, Vec::new()); count];
    for (name, operations) in sorted {
        let least = shares.iter_mut().min_by_key(|(sum, _)| *sum).unwrap();
        // A model has to be read, too.
        least.0 += operations + 20;
        least.1.push(name.clone());
    }
    shares.into_iter().map(|(_, names)| names).collect()
}

/// What one process calls.
fn sweep(server: &Server, services: &[String]) -> Vec<Call> {
    // Host prefixes need a name.
    let endpoint = server.endpoint.replace("127.0.0.1", "localhost");
    let home = server.folder.path();
    let mut command = tools::python("sweep.py", &endpoint, &server.administrator, home);
    let output = command.args(services).stderr(Stdio::piped()).output();
    let output = output.unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}\n{said}", output.status);
    let lines = output.stdout.split(|byte| *byte == b'\n');
    lines
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect()
}

/// The attempts by their request ids, each of which is there once.
fn attempts(recorded: &str) -> BTreeMap<String, Attempt> {
    let lines = recorded.lines().filter(|line| !line.is_empty());
    let lines = lines.map(|line| serde_json::from_str::<Line>(line).unwrap());
    let mut attempts = BTreeMap::new();
    for attempt in lines.filter_map(|line| line.attempt) {
        let twice = attempts.insert(attempt.request_id.clone(), attempt);
        assert!(twice.is_none(), "{twice:?} is recorded twice");
    }
    attempts
}

/// Counts the calls, and says what is neither as it should be nor listed, or listed in vain.
fn judge(
    calls: &[Call],
    attempts: &BTreeMap<String, Attempt>,
    services: &[(String, u32)],
) -> (Counts, Vec<String>) {
    let exceptions = Exception::all();
    let mut used = BTreeSet::new();
    let mut counts = Counts::default();
    let mut complaints = Vec::new();
    for call in calls {
        let by = answered_by(call, attempts);
        let mut problems = problems(call, attempts, by);
        let kind = call.with.split(' ').next().unwrap_or_default();
        let mut is_listed = false;
        problems.retain(|said| {
            let listed = exceptions.iter().position(|e| e.covers(call, said));
            used.extend(listed);
            is_listed |= listed.is_some();
            listed.is_none()
        });
        let came_to = match (&call.error, is_listed) {
            (_, true) => "is an exception",
            (Some(_), _) => "is a proper error",
            (None, _) if !call.wrong.is_empty() => "ends without what it waits for",
            (None, _) => "is understood",
        };
        counts.add(format!("{kind}, {}: {came_to}", by.unwrap_or("nobody")));
        for said in problems {
            let Call {
                service,
                operation,
                with,
                ..
            } = call;
            complaints.push(format!("{service}.{operation} ({with}): {said}"));
        }
    }
    let swept = |name: &str| name == "*" || services.iter().any(|(service, _)| service == name);
    for (number, exception) in exceptions.iter().enumerate() {
        let whole = exception.service != "*" || tools::variable("ROLECALL_FULL").is_some();
        if whole && swept(exception.service) && !used.contains(&number) {
            complaints.push(format!("listed, and no exception: {}", exception.line));
        }
    }
    (counts, complaints)
}

/// Who answered last.
fn answered_by<'a>(call: &Call, attempts: &'a BTreeMap<String, Attempt>) -> Option<&'a str> {
    let id = call.answers.last()?.as_ref()?;
    attempts.get(id).map(|attempt| attempt.answered_by.as_str())
}

/// Everything about a call that is not as it should be.
fn problems(call: &Call, attempts: &BTreeMap<String, Attempt>, by: Option<&str>) -> Vec<String> {
    let mut problems: Vec<String> = call.not_sent.iter().cloned().collect();
    let is_made_up = by == Some("synthesised");
    // State is missing, and rightly so.
    let waits_for_state = call.with.starts_with("waiter") && !is_made_up;
    if !waits_for_state {
        problems.extend(call.wrong.iter().cloned());
    }
    if is_made_up {
        problems.extend(call.unlike.iter().cloned());
    }
    let may_fail = matches!(by, Some("embedded" | "rolecall")) || waits_for_state;
    problems.extend(call.error.iter().filter(|_| !may_fail).cloned());
    for id in call.answers.iter().chain(&call.before) {
        let is_recorded = id.as_ref().is_some_and(|id| attempts.contains_key(id));
        if !is_recorded {
            problems.push("not recorded".to_owned());
        }
    }
    let of_call = call.answers.iter().flatten();
    let mut of_call = of_call.filter_map(|id| attempts.get(id));
    let asked = format!("{}.{}", call.service, call.operation);
    if let Some(other) = of_call.find_map(|attempt| taken_for(&asked, attempt)) {
        problems.push(format!("recorded as {other}"));
    }
    problems.dedup();
    problems
}

/// What a call was taken for, if that is neither itself nor what is like it on the wire.
fn taken_for(asked: &str, attempt: &Attempt) -> Option<String> {
    let found = format!("{}.{}", attempt.service, attempt.operation);
    let alike = format!("{asked} is {found}");
    let is_known = found == asked || ALIKE.lines().any(|line| line == alike);
    (!is_known).then_some(found)
}
