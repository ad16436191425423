//! What the command line takes.

use std::{ffi::OsString, net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::{backends::Backends, validate};

/// IAM least privilege for AWS: record what a role does, generate its policy, verify it.
#[derive(Debug, Parser)]
#[command(name = "rolecall", version, about, max_term_width = 100)]
pub(crate) struct Arguments {
    /// What to log to stderr, such as `info` or `rolecall_emulator=debug`
    #[arg(long, global = true, env = "ROLECALL_LOG", value_name = "FILTER")]
    pub(crate) log: Option<String>,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Run the local AWS: verify, authorize, record and answer every call
    Serve(Serve),
    /// Run a command under a role and record every authorization that it needs
    Record(Record),
    /// Write the smallest policy under which a recording still passes
    Generate(Generate),
    /// Prove that a policy is what a recording needs: nothing missing, unused or forbidden
    Verify(Verify),
    /// Say what AWS authorizes for calls that are described, or explain the rule of an operation
    Resolve(Resolve),
    /// Say why a request is allowed or denied, statement by statement
    Explain(crate::explain::Explain),
    /// Decide requests as AWS would: JSON Lines on stdin, one case a line
    Simulate(crate::simulate::Simulate),
    /// Say whether a policy grants anything that another does not
    Compare(crate::compare::Compare),
    /// Say whether a policy can ever allow an action on a resource
    Can(crate::compare::Can),
    /// Say whether a resource policy lets the public in
    Public(crate::compare::Public),
    /// List the actions that patterns stand for
    Expand(crate::expand::Expand),
    /// Find the fewest patterns that stand for exactly some actions
    Shrink(crate::expand::Shrink),
    /// Check policies: the grammar of AWS, and what IAM Access Analyzer finds
    Validate(validate::Validate),
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ModeName {
    /// A call that is not allowed gets AWS's denial
    Enforce,
    /// A call that is not allowed is answered, and recorded as denied
    Record,
}

impl From<ModeName> for rolecall::Mode {
    fn from(name: ModeName) -> Self {
        match name {
            ModeName::Enforce => Self::Enforce,
            ModeName::Record => Self::Record,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

/// Source: API reference of IAM, CreateRole: 1 to 64 characters of `[\w+=,.@-]`.
fn role_name(text: &str) -> Result<String, String> {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "_+=,.@-".contains(letter);
    if !text.is_empty() && text.len() <= 64 && text.chars().all(allowed) {
        return Ok(text.to_owned());
    }
    Err("a role's name has 1 to 64 letters, digits and characters of `_+=,.@-`".to_owned())
}

/// Source: botocore 1.44.5, `partitions.json`: `us-east-1`, `us-gov-west-1`, `us-isob-east-1`.
fn region_name(text: &str) -> Result<String, String> {
    let parts: Vec<&str> = text.split('-').collect();
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let is_word = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase());
    match parts.split_last() {
        Some((number, words))
            if words.len() > 1 && is_number(number) && words.iter().all(is_word) =>
        {
            Ok(text.to_owned())
        }
        _ => Err("a region such as `us-east-1` is needed".to_owned()),
    }
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// The address to listen on; port 0 picks a free one
    #[arg(long, default_value = "127.0.0.1:4566", value_name = "ADDRESS:PORT")]
    pub(crate) listen: SocketAddr,
    /// What happens to a call that is not allowed
    #[arg(long, value_enum, default_value = "enforce")]
    pub(crate) mode: ModeName,
    /// Write every attempt to this file (.jsonl or .jsonl.zst)
    #[arg(long, value_name = "FILE")]
    pub(crate) recording: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) backends: Backends,
    /// The account that exists from the start
    #[arg(long, default_value = "123456789012", value_name = "ID")]
    pub(crate) account: String,
    /// The region of requests that name none
    #[arg(long, default_value = "us-east-1", value_name = "REGION", value_parser = region_name)]
    pub(crate) region: String,
    /// Keep the values of a context key out of the recording, such as `dynamodb:LeadingKeys` or
    /// `aws:RequestTag/*`: a keyed hash of each stands there, with which equality still decides
    #[arg(long, value_name = "KEY")]
    pub(crate) redact: Vec<String>,
    /// Print the administrator's access key, as variables for a shell
    #[arg(long)]
    pub(crate) print_credentials: bool,
    /// Listen elsewhere than on loopback: anyone who reaches the port controls the server
    #[arg(long)]
    pub(crate) allow_remote: bool,
}

/// What `record --help` ends with.
const EXPECTED_DENIALS: &str = "\
Calls that the test expects to be denied:
  In the mode `record` every call is let through, so such a call becomes a permission of the generated policy.
  Run such tests with `--mode enforce --policy FILE`; or leave the calls out with
  `rolecall generate --leave-out ACTION@ARN`, and hold the policy against them with
  `rolecall verify --forbid ACTION@ARN`.";

#[derive(Debug, Args)]
#[command(after_help = EXPECTED_DENIALS)]
pub(crate) struct Record {
    /// The role that the command runs under
    #[arg(long, value_name = "NAME", value_parser = role_name)]
    pub(crate) role: String,
    /// A policy of the role; may be given several times
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Vec<PathBuf>,
    /// What happens to a call that the policies do not allow
    #[arg(long, value_enum, default_value = "record")]
    pub(crate) mode: ModeName,
    /// A shell command that prepares the test, with the administrator's credentials
    #[arg(long, value_name = "COMMAND")]
    pub(crate) setup: Vec<String>,
    /// Use the server that runs there, in place of one for this command alone
    #[arg(long, value_name = "URL", conflicts_with_all = ["backend", "allow_real_aws", "answers", "account"])]
    pub(crate) endpoint: Option<String>,
    #[command(flatten)]
    pub(crate) backends: Backends,
    /// The account that exists from the start
    #[arg(long, value_name = "ID")]
    pub(crate) account: Option<String>,
    /// The region of the command
    #[arg(long, value_name = "REGION", value_parser = region_name)]
    pub(crate) region: Option<String>,
    /// Write the recording to this file (.jsonl or .jsonl.zst)
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Keep the values of a context key out of the recording, such as `dynamodb:LeadingKeys` or
    /// `aws:RequestTag/*`: a keyed hash of each stands there, with which equality still decides
    #[arg(long, value_name = "KEY", conflicts_with = "endpoint")]
    pub(crate) redact: Vec<String>,
    /// The command, with its arguments
    #[arg(last = true, required = true, value_name = "COMMAND")]
    pub(crate) command: Vec<OsString>,
}

#[derive(Debug, Args)]
pub(crate) struct Generate {
    /// Recordings; several are read as one
    #[arg(required = true, value_name = "RECORDING")]
    pub(crate) recordings: Vec<PathBuf>,
    /// Of this role only, by name or ARN
    #[arg(long, value_name = "NAME")]
    pub(crate) role: Option<String>,
    /// Leave out what no policy of the role can allow, such as a denial that a test expects
    #[arg(long)]
    pub(crate) leave_out_blocked: bool,
    /// Leave out what the test expects to be denied, as ACTION@ARN with wildcards on both sides; may be
    /// given several times, and everything that is left out is said
    #[arg(long, value_name = "ACTION@ARN")]
    pub(crate) leave_out: Vec<String>,
}

#[derive(Debug, Args)]
#[command(
    long_about = "Say what AWS authorizes for calls that are described, or explain the rule of an \
        operation\n\nWithout arguments, calls are read as JSON Lines, each an object with `service`, \
        `operation`, and as far as needed `parameters` (as boto3 takes them), `region`, `account`, \
        `caller` (an ARN), `resources` (by ARN: account, tags, kmsKeyArn, objectTags, versioning, \
        aliasOf, vpcSubnets, standsFor, role, roles, models, policy) and `id`. Each is answered by one \
        line, in order: `requirements` and `warnings`, or `error`. The exit status is 2 if any has an error."
)]
pub(crate) struct Resolve {
    /// Explain an operation of this service, by botocore's, its endpoint's or its IAM name
    #[arg(value_name = "SERVICE", requires = "operation")]
    pub(crate) service: Option<String>,
    /// The operation to explain, such as `CopyObject`
    #[arg(value_name = "OPERATION")]
    pub(crate) operation: Option<String>,
    /// Read the calls from this file, not from stdin
    #[arg(long, value_name = "FILE", conflicts_with = "service")]
    pub(crate) input: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// Recordings; several are read as one
    #[arg(required = true, value_name = "RECORDING")]
    pub(crate) recordings: Vec<PathBuf>,
    /// The policy to verify; several are verified together. A file with a policy for each role, as
    /// `generate` writes it, is verified role by role
    #[arg(long, required = true, value_name = "FILE")]
    pub(crate) policy: Vec<PathBuf>,
    /// Of this role, by name or ARN; may be left out where the recording, or the policy file, says it
    #[arg(long, value_name = "NAME")]
    pub(crate) role: Option<String>,
    /// What the policy must deny, as ACTION@ARN; may be given several times
    #[arg(long, value_name = "ACTION@ARN")]
    pub(crate) forbid: Vec<String>,
    /// Accept this action although it is assumed or undetermined; may be given several times
    #[arg(long, value_name = "ACTION")]
    pub(crate) waive: Vec<String>,
    /// Make a resource pattern that is wider than the recording a finding, not a note
    #[arg(long)]
    pub(crate) exact: bool,
    /// How to print the report
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: Format,
}
