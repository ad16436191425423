//! `rolecall resolve`.

use std::{fs::File, io::BufReader, process::ExitCode};

use rolecall::resolve::{Tally, explain, lines};

use crate::{
    arguments::Resolve,
    failure::{BAD_INPUT, Failure, print, say},
};

pub(crate) fn run(arguments: &Resolve) -> Result<ExitCode, Failure> {
    if let (Some(service), Some(operation)) = (&arguments.service, &arguments.operation) {
        let text = explain(service, operation).map_err(|error| Failure::input(&error))?;
        print(&text)?;
        return Ok(ExitCode::SUCCESS);
    }
    let out = std::io::stdout().lock();
    let tally = match &arguments.input {
        None => lines(std::io::stdin().lock(), out),
        Some(path) => {
            let file = File::open(path).map_err(|error| {
                Failure::rendered(format!("cannot read `{}`: {error}", path.display()))
            })?;
            lines(BufReader::new(file), out)
        }
    };
    let Tally { questions, refused } = tally.map_err(|error| Failure::fault(&error))?;
    if refused == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    say(&format!(
        "rolecall: {refused} of {questions} calls cannot be resolved"
    ));
    Ok(ExitCode::from(BAD_INPUT))
}
