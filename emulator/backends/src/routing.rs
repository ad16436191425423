//! From a call to the backend of its service.

use std::{collections::BTreeMap, sync::Arc};

use rolecall_catalog::{Fact, FactKind, FactValue, Facts};
use rolecall_protocol::ServiceError;

use crate::backend::{Backend, BackendCall, BoxFuture, Reply};

/// A backend for each service that has one of its own, and one for the rest.
#[derive(Debug)]
pub struct Router {
    /// By IAM prefix, which the ARNs of facts have too.
    routes: BTreeMap<String, Arc<dyn Backend>>,
    rest: Arc<dyn Backend>,
}

impl Router {
    /// Routes by IAM prefix; what has no route goes to `rest`.
    pub fn new(routes: BTreeMap<String, Arc<dyn Backend>>, rest: Arc<dyn Backend>) -> Self {
        Self { routes, rest }
    }

    fn backend(&self, prefix: &str) -> &dyn Backend {
        self.routes.get(prefix).unwrap_or(&self.rest).as_ref()
    }
}

/// The IAM prefix of whoever knows about the subject of a fact.
fn prefix(fact: &Fact) -> &str {
    match fact.kind {
        FactKind::BucketOwner | FactKind::BucketKey | FactKind::BucketCors => "s3",
        _ => fact.subject.split(':').nth(2).unwrap_or_default(),
    }
}

impl Facts for Router {
    fn fact(&self, fact: &Fact) -> FactValue {
        self.backend(prefix(fact)).fact(fact)
    }
}

impl Backend for Router {
    fn answer(&self, call: BackendCall) -> BoxFuture<'_, Result<Reply, ServiceError>> {
        self.backend(&call.call.service.iam_prefix).answer(call)
    }

    fn forwards(&self, prefix: &str) -> bool {
        self.backend(prefix).forwards(prefix)
    }
}
