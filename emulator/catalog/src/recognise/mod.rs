//! Which service and operation a request is for.

pub(crate) mod router;
