//! The log groups of every account and region.

use std::{collections::BTreeMap, fmt, sync::Arc};

use rolecall_protocol::ServiceError;

use super::{
    errors,
    group::{Group, Stream},
};
use crate::{
    backend::Host,
    embedded::{
        memory::Memory,
        owned::Owned,
        request::{Outcome, Request},
    },
};

/// Groups and resource policies by name.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    pub(super) groups: BTreeMap<String, Group>,
    /// Text and time of the last change.
    pub(super) policies: BTreeMap<String, (String, u64)>,
}

impl Kept {
    /// A group by its name.
    pub(crate) fn group(&self, name: &str) -> Option<&Group> {
        self.groups.get(name)
    }
}

/// CloudWatch Logs.
pub(crate) struct Logs {
    pub(super) host: Arc<dyn Host>,
    pub(super) memory: Arc<Memory>,
    pub(crate) kept: Owned<Kept>,
}

impl fmt::Debug for Logs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Logs")
    }
}

impl Logs {
    pub(crate) fn new(host: Arc<dyn Host>, memory: Arc<Memory>) -> Self {
        Self {
            host,
            memory,
            kept: Owned::default(),
        }
    }

    /// Answers what concerns groups, streams and events.
    pub(crate) fn answer(&self, request: &Request<'_>) -> Option<Outcome> {
        Some(match request.operation {
            "CreateLogGroup" => self.create_group(request),
            "DeleteLogGroup" => self.delete_group(request),
            "DescribeLogGroups" => self.describe_groups(request),
            "PutRetentionPolicy" => self.put_retention(request),
            "DeleteRetentionPolicy" => self.delete_retention(request),
            "AssociateKmsKey" => self.set_key(request, request.text("kmsKeyId")),
            "DisassociateKmsKey" => self.set_key(request, None),
            "CreateLogStream" => self.create_stream(request),
            "DeleteLogStream" => self.delete_stream(request),
            "DescribeLogStreams" => self.describe_streams(request),
            "PutLogEvents" => self.put_events(request),
            "GetLogEvents" => self.events(request),
            "FilterLogEvents" => self.filter_events(request),
            "PutSubscriptionFilter" => self.put_filter(request, "subscription filter"),
            "DescribeSubscriptionFilters" => self.filters(request, "subscription filter"),
            "DeleteSubscriptionFilter" => self.delete_filter(request, "subscription filter"),
            "PutMetricFilter" => self.put_filter(request, "metric filter"),
            "DescribeMetricFilters" => self.filters(request, "metric filter"),
            "DeleteMetricFilter" => self.delete_filter(request, "metric filter"),
            "TestMetricFilter" => super::filters::test(request),
            "PutResourcePolicy" => self.put_policy(request),
            "DescribeResourcePolicies" => self.policies(request),
            "DeleteResourcePolicy" => self.delete_policy(request),
            "TagResource" | "TagLogGroup" => self.tag(request),
            "UntagResource" | "UntagLogGroup" => self.untag(request),
            "ListTagsForResource" | "ListTagsLogGroup" => self.tags(request),
            _ => return None,
        })
    }

    pub(super) fn with<R>(&self, request: &Request<'_>, work: impl FnOnce(&mut Kept) -> R) -> R {
        self.kept.with(request.owner, request.region, work)
    }

    /// Works on the group that the request names, by its name or its ARN.
    pub(super) fn with_group<R>(
        &self,
        request: &Request<'_>,
        work: impl FnOnce(&mut Group) -> Result<R, ServiceError>,
    ) -> Result<R, ServiceError> {
        let name = group_name(request)?;
        self.with(request, |kept| match kept.groups.get_mut(name) {
            Some(group) => work(group),
            None => Err(errors::no_group()),
        })
    }

    /// Works on the stream that the request names.
    pub(super) fn with_stream<R>(
        &self,
        request: &Request<'_>,
        work: impl FnOnce(&mut Stream) -> Result<R, ServiceError>,
    ) -> Result<R, ServiceError> {
        let name = request.required("logStreamName")?;
        self.with_group(request, |group| match group.streams.get_mut(name) {
            Some(stream) => work(stream),
            None => Err(errors::no_stream()),
        })
    }
}

/// The name of a group, out of the members that may carry it.
fn group_name<'r>(request: &Request<'r>) -> Result<&'r str, ServiceError> {
    let members = [
        "logGroupName",
        "logGroupIdentifier",
        "resourceArn",
        "resourceIdentifier",
    ];
    let named = members.iter().find_map(|member| request.text(member));
    let named = match named {
        Some(named) => named,
        None => request.required("logGroupName")?,
    };
    let behind = named
        .split_once(":log-group:")
        .map_or(named, |(_, name)| name);
    Ok(behind.strip_suffix(":*").unwrap_or(behind))
}
