//! The metrics of every account and region.

use std::{collections::BTreeMap, fmt, sync::Arc};

use serde_json::{Map, Value};

use super::datum::{Datum, Metric};
use crate::{
    backend::Host,
    embedded::{
        owned::Owned,
        request::{Outcome, Request},
        tags::Tags,
    },
};

/// What is kept of an account in a region.
#[derive(Debug, Default)]
pub(super) struct Kept {
    pub(super) metrics: BTreeMap<Metric, Vec<Datum>>,
    /// Alarms by name, with the members of their descriptions.
    pub(super) alarms: BTreeMap<String, Map<String, Value>>,
    /// Bodies and times of change by name.
    pub(super) dashboards: BTreeMap<String, (String, u64)>,
    /// By ARN.
    pub(super) tags: BTreeMap<String, Tags>,
}

/// CloudWatch metrics.
pub(crate) struct Metrics {
    pub(super) host: Arc<dyn Host>,
    pub(super) kept: Owned<Kept>,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

impl Metrics {
    pub(crate) fn new(host: Arc<dyn Host>) -> Self {
        Self {
            host,
            kept: Owned::default(),
        }
    }

    /// Answers what concerns metrics, alarms and dashboards.
    pub(crate) fn answer(&self, request: &Request<'_>) -> Option<Outcome> {
        Some(match request.operation {
            "PutMetricData" => self.put(request),
            "ListMetrics" => self.list(request),
            "GetMetricStatistics" => self.statistics(request),
            "GetMetricData" => self.data(request),
            "PutMetricAlarm" => self.put_alarm(request, "MetricAlarms"),
            "PutCompositeAlarm" => self.put_alarm(request, "CompositeAlarms"),
            "DescribeAlarms" => self.alarms(request),
            "DescribeAlarmsForMetric" => self.alarms_of_metric(request),
            "DeleteAlarms" => Ok(self.delete_alarms(request)),
            "SetAlarmState" => self.set_state(request),
            "EnableAlarmActions" => Ok(self.enable(request, true)),
            "DisableAlarmActions" => Ok(self.enable(request, false)),
            "PutDashboard" => self.put_dashboard(request),
            "GetDashboard" => self.dashboard(request),
            "ListDashboards" => self.dashboards(request),
            "DeleteDashboards" => self.delete_dashboards(request),
            "TagResource" => self.tag(request),
            "UntagResource" => self.untag(request),
            "ListTagsForResource" => self.tags(request),
            _ => return None,
        })
    }

    pub(super) fn with<R>(&self, request: &Request<'_>, work: impl FnOnce(&mut Kept) -> R) -> R {
        self.kept.with(request.owner, request.region, work)
    }

    /// The tags of an ARN, for a fact.
    pub(crate) fn tags_of(&self, account: &str, region: &str, arn: &str) -> Option<Tags> {
        self.kept
            .with(account, region, |kept| kept.tags.get(arn).cloned())
    }
}
