//! Every operation of every service, in every protocol it lists, is recognised as itself; the
//! exceptions are listed with their reason, and the list has nothing that is not one.

use std::{collections::BTreeMap, fmt::Write as _, path::Path};

use rolecall_catalog::{Catalog, Operation, ProtocolName, Service};

use crate::request::{LABEL, Request};

/// `service.Operation` to what it is recognised as.
fn exceptions() -> BTreeMap<String, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recognition/exceptions.txt");
    let text = std::fs::read_to_string(path).expect("the list is committed");
    let lines = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            line.split_once(" is ")
                .expect("`service.Operation is service.Operation`")
        })
        .map(|(request, answer)| (request.to_owned(), answer.to_owned()))
        .collect()
}

#[test]
fn every_operation_is_recognised_as_itself() {
    let catalog = Catalog::embedded();
    let exceptions = exceptions();
    let mut found = BTreeMap::new();
    let names: Vec<&str> = catalog.services().iter().map(|e| e.name.as_str()).collect();
    let chosen = chosen(names.len());
    for name in chosen.iter().filter_map(|n| names.get(*n)) {
        let service = catalog.load(name).expect("it is in the index");
        for operation in &service.operations {
            for protocol in &service.protocols {
                let answer = answer(catalog, &service, operation, *protocol);
                let itself = format!("{name}.{}", operation.name);
                if answer != itself {
                    found.insert(itself, answer);
                }
            }
        }
    }
    let mut report = String::new();
    for (itself, answer) in &found {
        if exceptions.get(itself) != Some(answer) {
            writeln!(report, "{itself} is {answer}").expect("a string takes all");
        }
    }
    let in_slice = |itself: &str| {
        let service = itself.split('.').next().unwrap_or_default();
        chosen.iter().any(|n| names.get(*n) == Some(&service))
    };
    for itself in exceptions.keys().filter(|itself| in_slice(itself)) {
        if !found.contains_key(itself) {
            writeln!(report, "{itself} is itself, and yet in the list")
                .expect("a string takes all");
        }
    }
    assert!(
        report.is_empty(),
        "not as listed in exceptions.txt:\n{report}"
    );
}

/// Taking one operation for another does no harm where AWS authorizes both as the same action.
#[test]
fn the_exceptions_are_authorized_alike() {
    let catalog = Catalog::embedded();
    let action = |operation: &str| {
        let (service, name) = operation.split_once('.').expect("`service.Operation`");
        let service = catalog.service(service).expect("a service");
        let number = service.operation_index(name).expect("an operation");
        let mapping = catalog.mapping(&service.name, number).expect("a mapping");
        let first = mapping
            .actions
            .first()
            .map(|a| a.action.to_ascii_lowercase());
        first.unwrap_or_else(|| format!("{}:{name}", service.iam_prefix).to_ascii_lowercase())
    };
    let exceptions = exceptions();
    let harmful: Vec<String> = exceptions
        .iter()
        .filter(|(request, answer)| action(request) != action(answer))
        .map(|(request, answer)| format!("{request} is {answer}"))
        .collect();
    assert_eq!(harmful, HARMFUL);
}

/// Those that are not, by the generated mapping; a client of S3 never sends the first forms of the
/// four, and signs the listing of directory buckets as `s3express`.
const HARMFUL: [&str; 7] = [
    "lex-models.StartImport is lexv2-models.ListImports",
    "s3.GetBucketLifecycle is s3.GetBucketLifecycleConfiguration",
    "s3.GetBucketNotification is s3.GetBucketNotificationConfiguration",
    "s3.ListDirectoryBuckets is s3.ListBuckets",
    "s3.PutBucketLifecycle is s3.PutBucketLifecycleConfiguration",
    "s3.PutBucketNotification is s3.PutBucketNotificationConfiguration",
    "s3control.CreateBucket is s3.PutObject",
];

fn answer(
    catalog: &Catalog,
    service: &Service,
    operation: &Operation,
    protocol: ProtocolName,
) -> String {
    let request = Request::of(service, operation, protocol);
    match request.head(|head| catalog.recognise(head)) {
        Ok(found) => {
            let name = format!("{}.{}", found.service.name, found.operation().name);
            if name == format!("{}.{}", service.name, operation.name) {
                let wrong = found.labels.iter().find(|(_, value)| value != LABEL);
                assert!(wrong.is_none(), "{name}: label {wrong:?}");
            }
            let same = found.protocol == protocol;
            if same || found.service.name != service.name {
                name
            } else {
                format!("{name} in {:?}", found.protocol)
            }
        }
        Err(refusal) => format!("refused: {refusal}"),
    }
}

/// All services, or a tenth of them that the printed seed chooses.
fn chosen(count: usize) -> Vec<usize> {
    if variable("ROLECALL_FULL").is_some() {
        return (0..count).collect();
    }
    let given = variable("ROLECALL_SEED").and_then(|seed| seed.parse::<u64>().ok());
    let seed = given.unwrap_or(1);
    println!("ROLECALL_SEED={seed}");
    // Numerical Recipes' linear congruence: which services are tried does not need more.
    let next = |state: u64| state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
    let states = std::iter::successors(Some(next(seed)), |state| Some(next(*state)));
    let all = states
        .take(count / 10)
        .map(|s| usize::try_from(s >> 16).unwrap_or(0) % count);
    let mut chosen: Vec<usize> = all.collect();
    chosen.sort_unstable();
    chosen.dedup();
    chosen
}

fn variable(name: &str) -> Option<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the test run says how much of it is wanted"
    )]
    std::env::var(name).ok()
}
