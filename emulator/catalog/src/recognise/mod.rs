//! Which service and operation a request is for.
//!
//! The credential scope names the service, but 41 signing names belong to several services and
//! unsigned requests have no scope; then the target, the path, the host and hints in the query and
//! the user agent decide. Source for what real clients send: wire-facts, sections 2a to 2c.

mod decoding;
mod head;
mod outcome;
mod rest;
pub(crate) mod router;
mod rpc;
mod s3_address;
mod template;

pub use head::Head;
pub use outcome::{Reason, Recognised, Unrecognised};
pub use s3_address::path_style;

use crate::loader::Catalog;

impl Catalog {
    /// Finds the service and the operation of a request.
    ///
    /// # Errors
    ///
    /// Says the most specific that is known when there is no such service or operation.
    pub fn recognise(&self, head: &Head<'_>) -> Result<Recognised, Unrecognised> {
        if head
            .scope_service
            .is_some_and(|name| self.signed_as(name).is_empty())
        {
            let name = head.scope_service.unwrap_or_default().to_owned();
            return Err(Unrecognised::new(head, Reason::UnknownService(name)));
        }
        if let Some(outcome) = rpc::by_target(self, head) {
            return outcome;
        }
        if let Some(outcome) = rpc::by_cbor_path(self, head) {
            return outcome;
        }
        if let Some(outcome) = rpc::by_form(self, head) {
            return outcome;
        }
        rest::by_path(self, head)
    }
}
