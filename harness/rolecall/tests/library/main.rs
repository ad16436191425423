//! The library as a suite uses it: emulators, roles, sessions, programs, recorded commands.
//!
//! `least_privilege` is the one to read first.

#[cfg(test)]
mod denials;
#[cfg(test)]
mod isolation;
#[cfg(test)]
mod least_privilege;
#[cfg(test)]
mod program;
#[cfg(test)]
mod record;
#[cfg(test)]
mod record_elsewhere;
#[cfg(test)]
mod record_failures;
#[cfg(test)]
mod sessions;
