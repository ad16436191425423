//! `rolecall simulate`.

use std::{
    io::{self, BufRead, BufReader, BufWriter, Read, Write},
    process::ExitCode,
    sync::Arc,
};

use clap::Args;
use rolecall::policy::{
    Action, Policy,
    simulate::{ExplanationMode, Knowledge, Simulator},
};
use rolecall_analysis::{
    access::public,
    compare::{CompareOptions, Verdict},
};
use rolecall_catalog::Catalog;

use crate::failure::Failure;

/// What a line may have.
const MEMBERS: &str = "\
A case is an object. Its members, all but the first three optional:
  principal              an ARN, a service's name, an account id, `anonymous`
  action, resource       `service:Name`; an ARN or `*`
  id                     anything; it comes back as it is
  resourceAccountId      the owner; else the account of the ARN, else the caller's
  context, unknownKeys   {key: text or list of texts}; keys whose values are not known. Bytes, for
                         BinaryEquals, are base64 as in the policy. Filled in where they are left
                         out, and nothing else is: aws:PrincipalArn, aws:PrincipalAccount,
                         aws:PrincipalType, aws:ResourceAccount
  identityPolicies, permissionBoundaries, vpcEndpointPolicies   lists of documents
  resourcePolicy, sessionPolicy   a document
  scps, rcps             lists of documents, one for each level from the root to the account
  wildcardOnlyAction     the action takes no resource
  settings               {\"s3\": {\"blockPublicAccess\": true}}

Extensions:
  sessionPolicies        several session policies
  issuer                 of a session: the ARN, with its path, of its role or user
  grants                 on a KMS key: [{\"grantId\", \"granteePrincipal\", \"operations\": [\"Decrypt\"],
                         \"constraints\": {\"encryptionContextSubset\" or ...Equals: {key: value}}}]
  settings               {\"s3\": {\"blockPublicAccess\": {\"restrictPublicBuckets\": true, ...}}}";

#[derive(Debug, Args)]
#[command(after_help = MEMBERS)]
pub(crate) struct Simulate {
    /// Print decisions without what led to them
    #[arg(long)]
    no_explanation: bool,
}

/// What the catalog and the analysis know.
struct Known(&'static Catalog);

impl Knowledge for Known {
    fn has_action(&self, action: &Action) -> bool {
        self.0.action(action).is_some()
    }

    fn is_public(&self, policy: &Arc<Policy>) -> bool {
        let found = public(policy, &CompareOptions::default());
        !found.is_ok_and(|found| found.verdict == Verdict::NoNewAccess)
    }
}

/// The longest line that is taken, in bytes: a case with policies of the largest size.
const LINE_LIMIT: u64 = 16 << 20;

/// How much is read and written at once, in bytes.
const BUFFER: usize = 1 << 18;

pub(crate) fn run(arguments: &Simulate) -> Result<ExitCode, Failure> {
    let catalog = Catalog::embedded();
    if let Some(damage) = catalog.damage() {
        return Err(Failure::fault(damage));
    }
    let mode = if arguments.no_explanation {
        ExplanationMode::Left
    } else {
        ExplanationMode::Full
    };
    let input = BufReader::with_capacity(BUFFER, io::stdin().lock());
    let output = BufWriter::with_capacity(BUFFER, io::stdout().lock());
    match all(input, output, &mut Simulator::new(mode, &Known(catalog))) {
        Ok(()) => Ok(ExitCode::SUCCESS),
        // Whoever closed the pipe has read enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        Err(error) => Err(Failure::fault(&error)),
    }
}

fn all<R: Read>(
    mut input: BufReader<R>,
    mut output: impl Write,
    simulator: &mut Simulator<'_>,
) -> io::Result<()> {
    let (mut line, mut answer) = (Vec::new(), Vec::new());
    loop {
        line.clear();
        answer.clear();
        input
            .by_ref()
            .take(LINE_LIMIT)
            .read_until(b'\n', &mut line)?;
        if line.is_empty() {
            return output.flush();
        }
        if line.last() != Some(&b'\n') && line.len() as u64 == LINE_LIMIT {
            input.skip_until(b'\n')?;
            answer.extend_from_slice(TOO_LONG);
        } else {
            simulator.line(&line, &mut answer);
        }
        output.write_all(&answer)?;
        // A program that sends one case and waits gets its answer.
        if input.buffer().is_empty() {
            output.flush()?;
        }
    }
}

const TOO_LONG: &[u8] =
    b"{\"id\":null,\"kind\":\"error\",\"error\":\"the line has more than 16,777,216 bytes\"}\n";
