//! Mistakes in rule files are refused, with the line and the nearest name.

use super::{check::check, compile::compile};

/// The mistakes of a file for SQS; each as `LINE MESSAGE`.
fn mistakes(text: &str) -> Vec<String> {
    let text = String::leak(text.to_owned());
    let errors = match compile("sqs", text, None) {
        Ok(rules) => check(&rules),
        Err(error) => vec![error],
    };
    let shown = errors
        .iter()
        .map(|error| format!("{} {}", error.line, error.message));
    shown.collect()
}

/// An operation, and what is wrong with it.
const CASES: &[(&str, &[&str])] = &[
    ("names = ['SendMessage']\nresource = '{QueueUrl}'", &[]),
    (
        "names = ['SendMesage']\nresource = '*'",
        &["3 `sqs` has no operation `SendMesage`; `SendMessage` is the nearest"],
    ),
    (
        "names = ['SendMessage']\nresource = '{QueueUlr}'",
        &["2 `SendMessage`: there is no parameter `QueueUlr`; `QueueUrl` is the nearest"],
    ),
    (
        "names = ['SendMessage']\nresource = '*'\nwhen = 'DelaySecond present'",
        &["2 `SendMessage`: there is no parameter `DelaySecond`; `DelaySeconds` is the nearest"],
    ),
    (
        "names = ['SendMessage']\nresource = '*'\naction = 'SendMessages'",
        &["2 there is no action `sqs:SendMessages`; `SendMessage` is the nearest"],
    ),
    (
        "names = ['SendMessage']\nresource = '*'\nrecource = '*'",
        &["5 `recource` has no meaning here; `resource` is the nearest"],
    ),
    (
        "names = ['SendMessage']\nresource = '*'\naction = 'SendMore'\nassumed = 'action'",
        &[],
    ),
    (
        "names = ['SendMessage']\nresource = '*'\nassumed = 'perhaps'",
        &["2 `assumed` is either `action` or `resource`"],
    ),
    (
        "names = ['SendMessage']\nresource = '*'\naction = 'SendMore'\nkeys-of = 'SendMessage'",
        &[],
    ),
    (
        "names = ['SendMessage']\nresource = '*'\nkeys-of = 'ReceiveMessage'",
        &["2 `sqs:SendMessage` is listed: it has keys of its own"],
    ),
    (
        "names = ['SendMessage']\nresource = '*'\naction = 'SendMore'\nkeys-of = 'SendLess'",
        &["2 there is no action `sqs:SendLess`"],
    ),
    (
        "names = ['SendMessage']\nresource = '*'\n[[variant]]\nnames = ['SendMessage']\nresource = '*'",
        &["5 a variant needs an `if`"],
    ),
    (
        "names = ['SendMessage']\nresource = '*'\n[[variant]]\nif = 'QueueUrl present'\nnames = ['ListQueues']\nresource = '*'",
        &["7 a variant of what has no rules of its own"],
    ),
    (
        "names = ['SendMessage', \"SendMessage\"]\nresource = '*'",
        &["3 `SendMessage` stands here a second time"],
    ),
    (
        "names = [ # ']'\n 'SendMessage',\n]\nresource = '{own}'\n[forms]\nown = '{QueueUrl}'",
        &[],
    ),
    (
        "names = []\nresource = '*'",
        &["2 an operation needs `names`"],
    ),
    (
        "names = ['SendMessage']\nresource = '*'\n[[variant]]\nif = 'QueueUlr present'\nnames = ['SendMessage']\nresource = '{QueueName}'",
        &[
            "7 `SendMessage`: there is no parameter `QueueUlr`; `QueueUrl` is the nearest",
            "5 `SendMessage`: there is no parameter `QueueName`; `QueueUrl` is the nearest",
        ],
    ),
];

#[test]
fn mistakes_are_refused_where_they_stand() {
    let found = CASES.iter().map(|(operation, _)| {
        let text = format!("source = 'a page'\n[[operation]]\n{operation}");
        (*operation, mistakes(&text))
    });
    let wrong: Vec<_> = found
        .zip(CASES)
        .filter(|((_, found), (_, expected))| found != expected)
        .map(|(found, _)| found)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
