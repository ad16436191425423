//! The buses of every account and region.

use std::{collections::BTreeMap, fmt, sync::Arc};

use rolecall_protocol::ServiceError;

use super::{
    bus::{Bus, DEFAULT},
    errors,
};
use crate::{
    backend::Host,
    embedded::{
        owned::Owned,
        request::{Outcome, Request},
        sns::Sns,
        sqs::Sqs,
    },
};

/// The buses of an account in a region; the default one is always there.
#[derive(Debug)]
pub(crate) struct Buses(pub(super) BTreeMap<String, Bus>);

impl Default for Buses {
    fn default() -> Self {
        Self(BTreeMap::from([(DEFAULT.to_owned(), Bus::default())]))
    }
}

impl Buses {
    /// A bus by its name.
    pub(crate) fn bus(&self, name: &str) -> Option<&Bus> {
        self.0.get(name)
    }
}

/// EventBridge.
pub(crate) struct Events {
    pub(super) host: Arc<dyn Host>,
    pub(super) sqs: Arc<Sqs>,
    pub(super) sns: Arc<Sns>,
    pub(crate) buses: Owned<Buses>,
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Events")
    }
}

impl Events {
    pub(crate) fn new(host: Arc<dyn Host>, sqs: Arc<Sqs>, sns: Arc<Sns>) -> Self {
        Self {
            host,
            sqs,
            sns,
            buses: Owned::default(),
        }
    }

    /// Answers what concerns buses, rules, targets and events.
    pub(crate) fn answer(&self, request: &Request<'_>) -> Option<Outcome> {
        Some(match request.operation {
            "CreateEventBus" => self.create_bus(request),
            "DescribeEventBus" => self.describe_bus(request),
            "UpdateEventBus" => self.update_bus(request),
            "ListEventBuses" => self.list_buses(request),
            "DeleteEventBus" => self.delete_bus(request),
            "PutPermission" => self.put_permission(request),
            "RemovePermission" => self.remove_permission(request),
            "PutRule" => self.put_rule(request),
            "DescribeRule" => self.describe_rule(request),
            "ListRules" => self.list_rules(request),
            "DeleteRule" => self.delete_rule(request),
            "EnableRule" => self.switch_rule(request, "ENABLED"),
            "DisableRule" => self.switch_rule(request, "DISABLED"),
            "PutTargets" => self.put_targets(request),
            "RemoveTargets" => self.remove_targets(request),
            "ListTargetsByRule" => self.list_targets(request),
            "ListRuleNamesByTarget" => self.rules_by_target(request),
            "PutEvents" => self.put_events(request),
            "TestEventPattern" => super::putting::test_pattern(request),
            "TagResource" => self.tag(request)?,
            "UntagResource" => self.untag(request)?,
            "ListTagsForResource" => self.tags(request)?,
            _ => return None,
        })
    }

    /// Works on a bus by the name or ARN of `EventBusName`, or on the default one.
    pub(super) fn with_bus<R>(
        &self,
        request: &Request<'_>,
        named: Option<&str>,
        work: impl FnOnce(&mut Bus, &str) -> Result<R, ServiceError>,
    ) -> Result<R, ServiceError> {
        let (account, name) = place(request, named);
        self.buses
            .with(account, request.region, |all| match all.0.get_mut(name) {
                Some(bus) => work(bus, name),
                None => Err(errors::no_bus(name)),
            })
    }
}

/// The account and the name of a bus that is given by its name or its ARN.
pub(super) fn place<'a>(request: &Request<'a>, named: Option<&'a str>) -> (&'a str, &'a str) {
    let named = named.unwrap_or(DEFAULT);
    let arn = named.strip_prefix("arn:").and_then(|arn| {
        let mut parts = arn.splitn(5, ':').skip(3);
        let (account, resource) = (parts.next()?, parts.next()?);
        Some((account, resource.strip_prefix("event-bus/")?))
    });
    arn.unwrap_or((request.owner, named))
}
