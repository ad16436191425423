//! Who answers, as `serve` and `record` are told.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::Args;
use rolecall::Choices;

use crate::{config, failure::Failure};

/// The format of a file of answers, in short; `emulator/backends/ANSWERS.md` has all of it.
const ANSWERS: &str = r#"What some calls get in place of their service's answer: results, errors, throttles and delays, matched on parameters, in sequence (TOML); may be given several times.

    [[answer]]
    service = "dynamodb"            # as in boto3
    operation = "GetItem"
    when.TableName = "orders-*"     # members of the input; `*` and `?` in texts
    [[answer.then]]                 # one call each, unless `times`
    throttle = true
    [[answer.then]]
    error = { code = "InternalServerError", message = "try again", status = 500 }
    [[answer.then]]                 # the last: all calls that follow
    delay-ms = 50
    output.Item.id.S = "1""#;

#[derive(Debug, Args)]
pub(crate) struct Backends {
    /// Who answers for a service, or for all but IAM, STS and Lambda: an emulator that runs already
    /// (`http://HOST:PORT`), or one that is started (`process:'COMMAND {port}'`, or `container:IMAGE` in a
    /// build with the feature `containers`, and ended with the server); may be given several times, and
    /// Rolecall answers for the rest
    #[arg(long, value_name = "[SERVICE,..=]URL")]
    pub(crate) backend: Vec<String>,
    /// Services whose calls may go to AWS itself, if a backend says so: they cost money, and change
    /// what is real
    #[arg(long, value_name = "SERVICE,..", value_delimiter = ',')]
    pub(crate) allow_real_aws: Vec<String>,
    /// What some calls get in place of their service's answer: results, errors, throttles and delays,
    /// matched on parameters, in sequence (TOML); may be given several times
    #[arg(long, value_name = "FILE", long_help = ANSWERS)]
    pub(crate) answers: Vec<PathBuf>,
    /// How much of objects, messages, records and log events to keep in memory, such as `512MiB`:
    /// what does not fit is refused with the service's error for what is too large
    #[arg(long, value_name = "SIZE", default_value = "4GiB", value_parser = size)]
    pub(crate) memory: u64,
}

/// A number of bytes, or of KiB, MiB or GiB.
fn size(text: &str) -> Result<u64, String> {
    let units = [("KiB", 10), ("MiB", 20), ("GiB", 30), ("", 0)];
    let of_unit = |(unit, shift): (&str, u32)| {
        let number: u64 = text.strip_suffix(unit)?.trim_end().parse().ok()?;
        number.checked_mul(1 << shift)
    };
    let found = units.into_iter().find_map(of_unit);
    found.ok_or_else(|| "a size such as `512MiB` is needed".to_owned())
}

impl Backends {
    pub(crate) fn choices(&self) -> Result<Choices, Failure> {
        let credentials = config::upstream_credentials();
        let answers = self.answers.iter().map(|path| read(path));
        Ok(Choices {
            backends: self.backend.clone(),
            credentials: credentials.filter(|_| !self.allow_real_aws.is_empty()),
            allow_real_aws: self.allow_real_aws.clone(),
            answers: answers.collect::<Result<_, _>>()?,
            ..Choices::default()
        })
    }
}

/// The name of a file, and what is in it.
fn read(path: &Path) -> Result<(String, String), Failure> {
    let name = path.display().to_string();
    match fs::read_to_string(path) {
        Ok(text) => Ok((name, text)),
        Err(error) => Err(Failure::rendered(format!(
            "`{name}` cannot be read: {error}"
        ))),
    }
}
