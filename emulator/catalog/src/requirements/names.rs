//! Which parameter's name means a variable of an ARN format.

/// What a name ends in that says how its value names the thing, and not which thing it is.
const ENDS: [&str; 3] = ["identifier", "name", "id"];

/// Words that the data and the models spell in two ways.
const SHORT: [(&str, &str); 6] = [
    ("application", "app"),
    ("configuration", "config"),
    ("environment", "env"),
    ("organization", "org"),
    ("repository", "repo"),
    ("parameters", "params"),
];

/// `TableNames` and `table-name` are the same name.
pub(super) fn plain(name: &str) -> String {
    let plain: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    singular(&plain).to_owned()
}

/// `ApplicationId` and `app-id` are the same name too.
pub(super) fn short(name: &str) -> String {
    words(name).concat()
}

/// The words of a name: `app`, `id` of `ApplicationIds`.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut last = ' ';
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        let begins = !last.is_ascii_alphanumeric()
            || letter.is_ascii_uppercase()
                && (!last.is_ascii_uppercase()
                    || letters.peek().is_some_and(char::is_ascii_lowercase));
        if letter.is_ascii_alphanumeric() {
            let lower = letter.to_ascii_lowercase();
            match words.last_mut().filter(|_| !begins) {
                Some(word) => word.push(lower),
                None => words.push(lower.to_string()),
            }
        }
        last = letter;
    }
    words.retain(|word| !matches!(word.as_str(), "v2" | "v3"));
    words
        .iter()
        .map(|word| {
            let word = singular(word);
            let known = SHORT.iter().find(|(long, _)| *long == word);
            known.map_or(word, |(_, short)| short).to_owned()
        })
        .collect()
}

fn singular(word: &str) -> &str {
    match word.strip_suffix('s') {
        Some(stem) if !word.ends_with("ss") => stem,
        _ => word,
    }
}

/// What a name is the name of: `table` of `tablename`.
fn stem(name: &str) -> &str {
    ENDS.iter()
        .find_map(|end| name.strip_suffix(end).filter(|stem| !stem.is_empty()))
        .unwrap_or(name)
}

/// The names that a variable's parameter may have, best first: its own, and those of what the
/// format calls the thing (`called`).
pub(super) fn candidates(
    variable: &str,
    called: &[&str],
    spelled: fn(&str) -> String,
) -> Vec<String> {
    let variable = spelled(variable);
    let called: Vec<String> = called.iter().map(|name| spelled(name)).collect();
    let mut names = vec![variable.clone()];
    for end in ["name", "id", "identifier", ""] {
        let all = [&variable].into_iter().chain(&called);
        names.extend(all.map(|name| format!("{}{end}", stem(name))));
    }
    names
}

/// Says whether a name is every thing's.
pub(super) fn says_nothing(plain: &str) -> bool {
    ENDS.contains(&plain)
}

/// Says whether a parameter is named by the end of what the thing is called: `ReportId` for
/// `image-usage-report`.
pub(super) fn is_tail(parameter: &str, called: &str) -> bool {
    let tail = essence(parameter);
    !tail.is_empty() && says_how(parameter) && essence(called).ends_with(&tail)
}

/// Says whether a parameter's name is longer at its front than what the thing is called:
/// `AnalysisReportId` for `${ReportId}`. The thing of another service is another thing: `KmsKeyId` is no
/// `${KeyId}`.
pub(super) fn is_longer(parameter: &str, called: &str) -> bool {
    const OTHERS: [&str; 12] = [
        "cognito", "ec2", "ecr", "iam", "kms", "lambda", "log", "s3", "security", "sns", "sqs",
        "vpc",
    ];
    let parameter = essence(parameter);
    let called = essence(called);
    if called.is_empty() || called == ["resource"] {
        return false;
    }
    match parameter.strip_suffix(called.as_slice()) {
        Some(more) => {
            !more.is_empty() && !more.iter().any(|w| OTHERS.iter().any(|o| singular(o) == w))
        }
        None => false,
    }
}

/// Says whether a name ends in how its value names the thing: `ReportId`, but not `Report`.
pub(super) fn says_how(name: &str) -> bool {
    essence(name).len() < words(name).len()
}

/// The words of a name without those that say how the thing is named.
pub(super) fn essence(name: &str) -> Vec<String> {
    let mut words = words(name);
    while words
        .last()
        .is_some_and(|w| w == "arn" || ENDS.contains(&w.as_str()))
    {
        words.pop();
    }
    words
}

/// Says whether a parameter is the last word of a longer name: `format` of `PackageFormat`. `name`,
/// `id`, `arn` and `type` are the last words of too many.
pub(super) fn is_last_word(parameter: &str, of: &str) -> bool {
    let parameter = words(parameter);
    let of = words(of);
    match (parameter.as_slice(), of.last()) {
        ([only], Some(last)) => {
            let says_nothing = says_nothing(only) || matches!(only.as_str(), "arn" | "type");
            !says_nothing && only == last && of.len() > 1
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_begin_with_capitals_and_after_marks() {
        assert_eq!(words("ApplicationIds"), ["app", "id"]);
        assert_eq!(words("DBClusterARN"), ["db", "cluster", "arn"]);
        assert_eq!(words("image-usage-report"), ["image", "usage", "report"]);
        assert_eq!(words("ipv4pool-ec2"), ["ipv4pool", "ec2"]);
    }

    #[test]
    fn a_longer_name_is_not_of_another_service() {
        assert!(is_longer("AnalysisReportId", "ReportId"));
        assert!(is_longer("agentRuntimeId", "RuntimeId"));
        assert!(!is_longer("KmsKeyId", "KeyId"));
        assert!(!is_longer("TaggedResourceId", "ResourceId"));
        assert!(!is_longer("ReportId", "ReportId"));
    }

    #[test]
    fn last_words_say_something() {
        assert!(is_last_word("format", "PackageFormat"));
        assert!(!is_last_word("name", "PackageName"));
        assert!(!is_last_word("Type", "HandshakeType"));
        assert!(!is_last_word("domain", "domain"));
    }

    #[test]
    fn the_tail_of_a_name_is_whole_words() {
        assert!(is_tail("ReportId", "image-usage-report"));
        assert!(is_tail("ScheduleId", "refresh-schedule"));
        assert!(!is_tail("AgeId", "storage"));
        assert!(!is_tail("Report", "image-usage-report"));
        assert!(!is_tail("Id", "report"));
    }
}
