//! What can be wrong with what was asked for.

use crate::canned::AnswersError;

/// Why a choice of backends cannot be followed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChoiceError {
    /// It is none of the three forms.
    #[error(
        "`{0}` is no backend: write `http://HOST:PORT`, `process:'COMMAND {{port}}'` or \
         `container:IMAGE`, with `SERVICE=` before it for one service"
    )]
    Form(String),
    /// No service has this name.
    #[error("{0}")]
    Service(String),
    /// Identities are never a backend's.
    #[error("`{0}` is always answered by Rolecall itself: no backend decides about identities")]
    Ours(String),
    /// Two backends for one service.
    #[error("two backends are given for {0}: each service has one")]
    Twice(String),
    /// AWS itself without leave.
    #[error(
        "`{url}` is AWS itself, where calls cost money and change what is real: give \
         `--backend SERVICE={url}` and `--allow-real-aws SERVICE` if that is what you want"
    )]
    RealAws {
        /// Where calls would go.
        url: String,
    },
    /// AWS itself, for a service that was not named.
    #[error(
        "`{url}` is AWS itself, and `{service}` is not among the services of `--allow-real-aws`: \
         add it there if its calls are to be real"
    )]
    RealAwsFor {
        /// Where calls would go.
        url: String,
        /// The service that was not named.
        service: String,
    },
    /// AWS itself, and nothing to sign with.
    #[error(
        "`{0}` is AWS itself, and there is nothing to sign with: set AWS_ACCESS_KEY_ID and \
         AWS_SECRET_ACCESS_KEY (`aws configure export-credentials --format env` prints them)"
    )]
    NoCredentials(String),
    /// AWS itself over plain HTTP.
    #[error("`{0}` is AWS itself: use `https://`")]
    PlainHttp(String),
    /// A command that does not say where the port goes.
    #[error("`process:{0}` does not say where the port goes: write `{{port}}` there")]
    NoPort(String),
    /// A file of canned answers has a mistake.
    #[error(transparent)]
    Answers(#[from] AnswersError),
    /// A build without containers.
    #[error(
        "`container:{0}` needs a build with the feature `containers`: use `process:`, or the URL of \
         a container that you start"
    )]
    NoContainers(String),
    /// Something that could not be started.
    #[error("{0}")]
    NotStarted(String),
}
