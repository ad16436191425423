//! Alarms, as records: nothing looks at a metric; the state is what SetAlarmState says.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{datum::dimensions, errors, service::Metrics};
use crate::embedded::{
    paging::page,
    request::{Outcome, Request, output, timestamp},
    tags,
};

/// The member of our own that says which list an alarm stands in.
const KIND: &str = "#kind";

impl Metrics {
    pub(super) fn put_alarm(&self, request: &Request<'_>, kind: &str) -> Outcome {
        let name = request
            .text("AlarmName")
            .ok_or_else(|| errors::missing("AlarmName"))?;
        let arn = request.arn("cloudwatch", &format!("alarm:{name}"));
        let now = timestamp(self.host.now_millis());
        let mut alarm = output(json!({
            "AlarmArn": arn,
            "ActionsEnabled": true,
            "OKActions": [],
            "AlarmActions": [],
            "InsufficientDataActions": [],
            "StateValue": "INSUFFICIENT_DATA",
            "StateReason": "Unchecked: Initial alarm creation",
            "StateUpdatedTimestamp": now,
            "StateTransitionedTimestamp": now,
            "AlarmConfigurationUpdatedTimestamp": now,
            KIND: kind,
        }));
        if kind == "MetricAlarms" {
            alarm.insert("Dimensions".to_owned(), json!([]));
        }
        let given = request
            .parameters
            .iter()
            .filter(|(name, _)| *name != "Tags");
        alarm.extend(given.map(|(name, value)| (name.clone(), value.clone())));
        let given_tags = tags::from_pairs(request.list("Tags"));
        self.with(request, |kept| {
            // A changed alarm keeps its state and its tags. Source: API reference, PutMetricAlarm.
            if let Some(before) = kept.alarms.get(name) {
                for (member, value) in before.iter().filter(|(name, _)| name.starts_with("State")) {
                    alarm.insert(member.clone(), value.clone());
                }
            } else {
                kept.tags.insert(arn, given_tags);
            }
            kept.alarms.insert(name.to_owned(), alarm);
        });
        Ok(Map::new())
    }

    pub(super) fn alarms(&self, request: &Request<'_>) -> Outcome {
        let names = request.texts("AlarmNames");
        let prefix = request.text("AlarmNamePrefix");
        let state = request.text("StateValue");
        let kinds = request.texts("AlarmTypes");
        self.with(request, |kept| {
            let wanted = |(name, alarm): &(&String, &Map<String, Value>)| {
                let text = |member: &str| alarm.get(member).and_then(Value::as_str);
                // Without types only metric alarms are listed.
                let kind = text(KIND)
                    .and_then(|kind| kind.strip_suffix('s'))
                    .unwrap_or_default();
                let of_kind = if kinds.is_empty() {
                    kind == "MetricAlarm"
                } else {
                    kinds.contains(&kind)
                };
                of_kind
                    && (names.is_empty() || names.contains(&name.as_str()))
                    && prefix.is_none_or(|prefix| name.starts_with(prefix))
                    && state.is_none_or(|state| text("StateValue") == Some(state))
            };
            let found = kept.alarms.iter().filter(wanted);
            let limit = request.count("MaxRecords", 50).min(100);
            let (found, next) = page(found, request.text("NextToken"), limit, |(name, _)| {
                (*name).clone()
            });
            let mut lists = BTreeMap::from([("MetricAlarms", vec![]), ("CompositeAlarms", vec![])]);
            for (_, alarm) in found {
                let kind = alarm.get(KIND).and_then(Value::as_str).unwrap_or_default();
                if let Some(list) = lists.get_mut(kind) {
                    list.push(shown(alarm));
                }
            }
            let mut answer = output(json!(lists));
            answer.extend(output(json!({ "NextToken": next })));
            Ok(answer)
        })
    }

    pub(super) fn alarms_of_metric(&self, request: &Request<'_>) -> Outcome {
        let asked = dimensions(request.parameters.get("Dimensions"));
        self.with(request, |kept| {
            let same = |alarm: &&Map<String, Value>| {
                let text = |member: &str| alarm.get(member).and_then(Value::as_str);
                text("MetricName") == request.text("MetricName")
                    && text("Namespace") == request.text("Namespace")
                    && dimensions(alarm.get("Dimensions")) == asked
            };
            let found: Vec<Value> = kept.alarms.values().filter(same).map(shown).collect();
            Ok(output(json!({ "MetricAlarms": found })))
        })
    }

    /// What is not there is passed over. Assumed for several names: AWS may delete none then.
    pub(super) fn delete_alarms(&self, request: &Request<'_>) -> Map<String, Value> {
        let names = request.texts("AlarmNames");
        self.with(request, |kept| {
            for name in names {
                if let Some(alarm) = kept.alarms.remove(name)
                    && let Some(arn) = alarm.get("AlarmArn").and_then(Value::as_str)
                {
                    kept.tags.remove(arn);
                }
            }
        });
        Map::new()
    }

    pub(super) fn set_state(&self, request: &Request<'_>) -> Outcome {
        let name = request
            .text("AlarmName")
            .ok_or_else(|| errors::missing("AlarmName"))?;
        let now = timestamp(self.host.now_millis());
        self.with(request, |kept| {
            let Some(alarm) = kept.alarms.get_mut(name) else {
                return Err(errors::no_resource(""));
            };
            for member in ["StateValue", "StateReason", "StateReasonData"] {
                if let Some(value) = request.parameters.get(member) {
                    alarm.insert(member.to_owned(), value.clone());
                }
            }
            alarm.insert("StateUpdatedTimestamp".to_owned(), now);
            Ok(Map::new())
        })
    }

    pub(super) fn enable(&self, request: &Request<'_>, enabled: bool) -> Map<String, Value> {
        let names = request.texts("AlarmNames");
        self.with(request, |kept| {
            for name in names {
                if let Some(alarm) = kept.alarms.get_mut(name) {
                    alarm.insert("ActionsEnabled".to_owned(), enabled.into());
                }
            }
        });
        Map::new()
    }

    pub(super) fn tag(&self, request: &Request<'_>) -> Outcome {
        let given = tags::from_pairs(request.list("Tags"));
        self.tagged(request, |tags| {
            tags.extend(given);
            Map::new()
        })
    }

    pub(super) fn untag(&self, request: &Request<'_>) -> Outcome {
        let keys = request.texts("TagKeys");
        self.tagged(request, |tags| {
            tags.retain(|key, _| !keys.contains(&key.as_str()));
            Map::new()
        })
    }

    pub(super) fn tags(&self, request: &Request<'_>) -> Outcome {
        self.tagged(request, |tags| {
            output(json!({ "Tags": tags::to_pairs(tags) }))
        })
    }

    fn tagged(
        &self,
        request: &Request<'_>,
        work: impl FnOnce(&mut tags::Tags) -> Map<String, Value>,
    ) -> Outcome {
        let arn = request
            .text("ResourceARN")
            .ok_or_else(|| errors::missing("ResourceARN"))?;
        self.with(request, |kept| match kept.tags.get_mut(arn) {
            Some(tags) => Ok(work(tags)),
            None => Err(rolecall_protocol::ServiceError::new(
                "ResourceNotFoundException",
                format!("Unknown resource {arn}"),
            )),
        })
    }
}

/// What is said of an alarm: all but our own member.
fn shown(alarm: &Map<String, Value>) -> Value {
    let members = alarm.iter().filter(|(name, _)| *name != KIND);
    Value::Object(
        members
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
    )
}
