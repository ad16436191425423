//! Denials word for word, after denied-messages.md and iam-semantics.md B10.

#[cfg(test)]
mod asked;
#[cfg(test)]
mod page;
#[cfg(test)]
mod reasons;
#[cfg(test)]
mod services;
