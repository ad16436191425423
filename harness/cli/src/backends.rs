//! Who answers, as `serve` and `record` are told.

use clap::Args;
use rolecall::Choices;

use crate::config;

#[derive(Debug, Args)]
pub(crate) struct Backends {
    /// Who answers for a service, or for all but IAM, STS and Lambda: an emulator that runs already
    /// (`http://HOST:PORT`), or one that is started (`process:'COMMAND {port}'`, and ended with the
    /// server); may be given several times, and Rolecall answers for the rest
    #[arg(long, value_name = "[SERVICE,..=]URL")]
    pub(crate) backend: Vec<String>,
    /// Services whose calls may go to AWS itself, if a backend says so: they cost money, and change
    /// what is real
    #[arg(long, value_name = "SERVICE,..", value_delimiter = ',')]
    pub(crate) allow_real_aws: Vec<String>,
}

impl Backends {
    pub(crate) fn choices(&self) -> Choices {
        let credentials = config::upstream_credentials();
        Choices {
            backends: self.backend.clone(),
            credentials: credentials.filter(|_| !self.allow_real_aws.is_empty()),
            allow_real_aws: self.allow_real_aws.clone(),
            ..Choices::default()
        }
    }
}
