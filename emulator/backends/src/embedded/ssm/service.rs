//! The parameters of every account and region.

use std::{collections::BTreeMap, fmt, sync::Arc};

use super::parameter::Parameter;
use crate::{
    backend::Host,
    embedded::{
        owned::Owned,
        request::{Outcome, Request},
    },
};

/// Parameters by name.
pub(crate) type Parameters = BTreeMap<String, Parameter>;

/// Parameter Store.
pub(crate) struct Ssm {
    pub(super) host: Arc<dyn Host>,
    pub(crate) parameters: Owned<Parameters>,
}

impl fmt::Debug for Ssm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ssm")
    }
}

impl Ssm {
    pub(crate) fn new(host: Arc<dyn Host>) -> Self {
        Self {
            host,
            parameters: Owned::default(),
        }
    }

    /// Answers what concerns parameters.
    pub(crate) fn answer(&self, request: &Request<'_>) -> Option<Outcome> {
        Some(match request.operation {
            "PutParameter" => self.put(request),
            "GetParameter" => self.get(request),
            "GetParameters" => Ok(self.get_several(request)),
            "GetParametersByPath" => self.get_by_path(request),
            "GetParameterHistory" => self.history(request),
            "DescribeParameters" => Ok(self.describe(request)),
            "DeleteParameter" => self.delete(request),
            "DeleteParameters" => Ok(self.delete_several(request)),
            "LabelParameterVersion" => self.label(request),
            "AddTagsToResource" => return self.tag(request),
            "RemoveTagsFromResource" => return self.untag(request),
            "ListTagsForResource" => return self.tags(request),
            _ => return None,
        })
    }

    /// Works on the parameters of the request's owner.
    pub(super) fn with<R>(
        &self,
        request: &Request<'_>,
        work: impl FnOnce(&mut Parameters) -> R,
    ) -> R {
        self.parameters.with(request.owner, request.region, work)
    }
}
