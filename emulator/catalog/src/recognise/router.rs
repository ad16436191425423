//! The paths of a service's operations.

use crate::model::Service;

/// The paths of one service's operations.
#[derive(Debug)]
pub(crate) struct Router {}

impl Router {
    pub(crate) fn new(_: &Service) -> Self {
        Self {}
    }
}
