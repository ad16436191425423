//! Why a rule file is refused.

/// A mistake in a rule file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("rules/{file}.toml:{line}: {message}")]
pub struct RuleError {
    /// The file's name without its extension.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, and what was probably meant.
    pub message: String,
}
