//! Tags of parameters. Other kinds of resource are not ours.

use serde_json::{Map, json};

use super::{errors, name::Wanted, parameter::Parameter, service::Ssm};
use crate::embedded::{
    request::{Outcome, Request, output},
    tags,
};

impl Ssm {
    pub(super) fn tag(&self, request: &Request<'_>) -> Option<Outcome> {
        self.tagged(request, |parameter| {
            parameter
                .tags
                .extend(tags::from_pairs(request.list("Tags")));
            Ok(Map::new())
        })
    }

    pub(super) fn untag(&self, request: &Request<'_>) -> Option<Outcome> {
        let keys = request.texts("TagKeys");
        self.tagged(request, |parameter| {
            parameter
                .tags
                .retain(|key, _| !keys.contains(&key.as_str()));
            Ok(Map::new())
        })
    }

    pub(super) fn tags(&self, request: &Request<'_>) -> Option<Outcome> {
        self.tagged(request, |parameter| {
            Ok(output(
                json!({ "TagList": tags::to_pairs(&parameter.tags) }),
            ))
        })
    }

    fn tagged(
        &self,
        request: &Request<'_>,
        work: impl FnOnce(&mut Parameter) -> Outcome,
    ) -> Option<Outcome> {
        (request.text("ResourceType") == Some("Parameter")).then(|| {
            let id = request.required("ResourceId")?;
            let name = Wanted::parse(id).name;
            self.with(request, |all| match all.get_mut(name) {
                Some(parameter) => work(parameter),
                None => Err(errors::no_such_resource(id)),
            })
        })
    }
}
