//! What is wrong with parameters.

/// A parameter that its operation does not take.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    /// No member is called so.
    #[error("{}", rolecall_catalog::with_nearest(
        format!("`{path}` is no parameter of `{operation}`"),
        path.rsplit('.').next().unwrap_or(path),
        known.iter().map(String::as_str),
    ))]
    Unknown {
        /// Such as `Delete.Objects[0].Kei`.
        path: String,
        /// The operation.
        operation: String,
        /// What the members are called.
        known: Vec<String>,
    },
    /// The value is of another type.
    #[error("`{path}` is {found}, and `{expected}` is needed")]
    Type {
        /// Such as `MaxKeys`.
        path: String,
        /// In the words of the model.
        expected: &'static str,
        /// In JSON's words.
        found: &'static str,
    },
    /// A union has no member or several.
    #[error("`{path}` is a union: it has one member, and not {members}")]
    Union {
        /// Where it is.
        path: String,
        /// How many there are.
        members: usize,
    },
    /// A label of the host has characters that a host name may not have.
    #[error("`{path}` becomes part of the host, and `{value}` may not stand there")]
    HostLabel {
        /// The parameter.
        path: String,
        /// Its value.
        value: String,
    },
}
