//! What the reader of TOML says about the shape of a file, in plain words.

/// Where a whole file is shown.
const SHOWN: &str = "`rolecall serve --help` shows a whole file";

/// The complaint without words of Rust's, and with what to do; what is no complaint about a shape, such
/// as a syntax error, stays as it is.
pub(super) fn in_words(message: &str) -> String {
    let message = message.trim();
    if let Some(rest) = strip_any(message, &["invalid type: ", "invalid value: "])
        && let Some((found, wanted)) = rest.split_once(", expected ")
    {
        return format!(
            "{} stands where {} belongs; {SHOWN}",
            thing(found),
            place(wanted)
        );
    }
    if let Some(rest) = message.strip_prefix("unknown field ")
        && let Some((name, known)) = rest.split_once(", expected ")
    {
        let known = known.strip_prefix("one of ").unwrap_or(known);
        return format!("{name} is not known here, where there can be {known}; {SHOWN}");
    }
    match message.strip_prefix("missing field ") {
        Some(name) => format!("{name} is missing; {SHOWN}"),
        None => message.to_owned(),
    }
}

fn strip_any<'m>(message: &'m str, starts: &[&str]) -> Option<&'m str> {
    starts.iter().find_map(|start| message.strip_prefix(start))
}

/// What was found: `map`, `integer `5``, `string "x"`.
fn thing(found: &str) -> String {
    let rest = |kind| found.strip_prefix(kind).map(str::trim);
    if found == "map" {
        "a table".to_owned()
    } else if found == "sequence" {
        "a list".to_owned()
    } else if let Some(value) = rest("string") {
        format!("the text {value}")
    } else if let Some(value) = rest("integer").or_else(|| rest("floating point")) {
        format!("the number {value}")
    } else if let Some(value) = rest("boolean") {
        value.to_owned()
    } else {
        found.to_owned()
    }
}

/// What was wanted: `a sequence`, `struct RawError`, `u64`.
fn place(wanted: &str) -> &str {
    match wanted {
        "a sequence" => "a list (`[[answer]]` and `[[answer.then]]` have two brackets)",
        "a string" => "a text in quotes",
        "a boolean" => "`true` or `false`",
        "struct RawError" => "a table such as `{ code = \"InternalServerError\" }`",
        "a map" => "a table",
        _ if wanted.starts_with("struct ") || wanted.contains("panned") => "a table",
        _ if ["u8", "u16", "u32", "u64", "i64"].contains(&wanted) => "a whole number from 0",
        _ => wanted,
    }
}
