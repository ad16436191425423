//! JSON Lines in, JSON Lines out.

use std::io::{self, BufRead, Write};

use serde_json::{Value, json};

use crate::{Question, ResolveError, resolve};

/// How it went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Lines with a question; empty ones do not count.
    pub questions: usize,
    /// Those that have no answer.
    pub refused: usize,
}

/// Answers every line in order: `{"id", "requirements", "warnings"}`, or `{"id", "error"}`.
///
/// A line that is no question has an answer with its `id`, if that can be read, and the rest goes on.
///
/// # Errors
///
/// Fails where reading or writing does.
pub fn lines(input: impl BufRead, mut output: impl Write) -> io::Result<Tally> {
    let mut tally = Tally::default();
    for line in input.split(b'\n') {
        let line = line?;
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        tally.questions += 1;
        let (id, answer) = line_answer(&line);
        let text = match answer {
            Ok(answer) => answer,
            Err(error) => {
                tally.refused += 1;
                json!({"id": id, "error": error.to_string()}).to_string()
            }
        };
        output.write_all(text.as_bytes())?;
        output.write_all(b"\n")?;
    }
    output.flush()?;
    Ok(tally)
}

fn line_answer(line: &[u8]) -> (Value, Result<String, ResolveError>) {
    let form = |error: serde_json::Error| ResolveError::Form(format!("no question: {error}"));
    let value: Value = match serde_json::from_slice(line) {
        Ok(value) => value,
        Err(error) => return (Value::Null, Err(form(error))),
    };
    let id = value.get("id").cloned().unwrap_or_default();
    // serde would take a list for a structure.
    let resources = value.get("resources").and_then(Value::as_object);
    let lists = resources.is_some_and(|of| of.values().any(|resource| !resource.is_object()));
    if !value.is_object() || lists {
        let message = "no question: a JSON object is needed, and one for each resource";
        return (id, Err(ResolveError::Form(message.to_owned())));
    }
    let answer = serde_json::from_value::<Question>(value)
        .map_err(form)
        .and_then(|question| resolve(&question))
        .and_then(|answer| serde_json::to_string(&answer).map_err(form));
    (id, answer)
}
