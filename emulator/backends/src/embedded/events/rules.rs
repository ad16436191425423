//! PutRule and its kin.

use rolecall_protocol::ServiceError;
use serde_json::{Map, json};

use super::{
    bus::{DEFAULT, Rule},
    errors,
    service::Events,
};
use crate::embedded::{
    paging::page,
    patterns::{Dialect, check},
    request::{Outcome, Request, output},
    tags,
};

impl Events {
    pub(super) fn put_rule(&self, request: &Request<'_>) -> Outcome {
        let name = request.required("Name")?;
        check_name(name)?;
        let text = |member: &str| request.text(member).map(str::to_owned);
        let (pattern, schedule) = (text("EventPattern"), text("ScheduleExpression"));
        if pattern.is_none() && schedule.is_none() {
            return Err(errors::validation(
                "Parameter(s) EventPattern or ScheduleExpression must be specified.",
            ));
        }
        if let Some(pattern) = &pattern {
            check(pattern, Dialect::Events).map_err(|reason| errors::pattern(&reason))?;
        }
        self.with_bus(request, request.text("EventBusName"), |bus, bus_name| {
            if let Some(schedule) = &schedule {
                check_schedule(schedule, bus_name)?;
            }
            // Source: quotas: 300 rules on a bus.
            if !bus.rules.contains_key(name) && bus.rules.len() >= 300 {
                return Err(errors::limit());
            }
            // A rule of the default bus has no bus in its ARN.
            let path = if bus_name == DEFAULT {
                format!("rule/{name}")
            } else {
                format!("rule/{bus_name}/{name}")
            };
            let rule = bus.rules.entry(name.to_owned()).or_default();
            rule.arn = request.arn("events", &path);
            rule.pattern = pattern;
            rule.schedule = schedule;
            rule.state = text("State").unwrap_or_else(|| "ENABLED".to_owned());
            rule.description = text("Description");
            rule.role = text("RoleArn");
            request.caller_account.clone_into(&mut rule.creator);
            rule.tags.extend(tags::from_pairs(request.list("Tags")));
            Ok(output(json!({ "RuleArn": rule.arn })))
        })
    }

    /// Works on the rule that a member names.
    pub(super) fn with_rule<R>(
        &self,
        request: &Request<'_>,
        member: &str,
        work: impl FnOnce(&mut Rule, &str) -> Result<R, ServiceError>,
    ) -> Result<R, ServiceError> {
        let name = request.required(member)?;
        self.with_bus(
            request,
            request.text("EventBusName"),
            |bus, bus_name| match bus.rules.get_mut(name) {
                Some(rule) => work(rule, bus_name),
                None => Err(errors::no_rule(name, bus_name)),
            },
        )
    }

    pub(super) fn describe_rule(&self, request: &Request<'_>) -> Outcome {
        let name = request.required("Name")?;
        self.with_rule(request, "Name", |rule, bus| {
            let mut answer = rule.described(name, bus);
            answer.insert("CreatedBy".to_owned(), rule.creator.clone().into());
            Ok(answer)
        })
    }

    pub(super) fn list_rules(&self, request: &Request<'_>) -> Outcome {
        let prefix = request.text("NamePrefix").unwrap_or_default();
        self.with_bus(request, request.text("EventBusName"), |bus, bus_name| {
            let rules = bus
                .rules
                .iter()
                .filter(|(name, _)| name.starts_with(prefix));
            let after = request.text("NextToken");
            let (rules, next) = page(rules, after, request.count("Limit", 100), |(name, _)| {
                (*name).clone()
            });
            let rules: Vec<_> = rules
                .into_iter()
                .map(|(name, rule)| rule.described(name, bus_name))
                .collect();
            Ok(output(json!({ "Rules": rules, "NextToken": next })))
        })
    }

    pub(super) fn switch_rule(&self, request: &Request<'_>, state: &str) -> Outcome {
        self.with_rule(request, "Name", |rule, _| {
            state.clone_into(&mut rule.state);
            Ok(Map::new())
        })
    }

    /// What is not there is deleted all the same. Source: API reference, DeleteRule.
    pub(super) fn delete_rule(&self, request: &Request<'_>) -> Outcome {
        let name = request.required("Name")?;
        self.with_bus(request, request.text("EventBusName"), |bus, _| {
            if bus
                .rules
                .get(name)
                .is_some_and(|rule| !rule.targets.is_empty())
            {
                return Err(errors::validation(
                    "Rule can't be deleted since it has targets.",
                ));
            }
            bus.rules.remove(name);
            Ok(Map::new())
        })
    }
}

/// Source: API reference, PutRule, `Name`.
fn check_name(name: &str) -> Result<(), ServiceError> {
    let letters = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
    if name.is_empty() || name.len() > 64 || !name.bytes().all(letters) {
        return Err(errors::validation(format!(
            "1 validation error detected: Value '{name}' at 'name' failed to satisfy constraint: \
             Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+"
        )));
    }
    Ok(())
}

/// Source: user guide, "Creating a rule that runs on a schedule": `rate(5 minutes)`, `cron(...)` with
/// six fields, on the default bus.
fn check_schedule(schedule: &str, bus: &str) -> Result<(), ServiceError> {
    if bus != DEFAULT {
        return Err(errors::validation(
            "ScheduleExpression is supported only on the default event bus.",
        ));
    }
    let inside = |start: &str| schedule.strip_prefix(start)?.strip_suffix(')');
    let rate = inside("rate(").is_some_and(|rate| {
        let mut words = rate.split(' ');
        let (number, unit) = (
            words.next().and_then(|n| n.parse::<u64>().ok()),
            words.next(),
        );
        let (one, unit) = (number == Some(1), unit.unwrap_or_default());
        let singular = ["minute", "hour", "day"].contains(&unit);
        let plural = ["minutes", "hours", "days"].contains(&unit);
        number.is_some_and(|n| n > 0)
            && words.next().is_none()
            && if one { singular } else { plural }
    });
    let cron = inside("cron(").is_some_and(|cron| cron.split_whitespace().count() == 6);
    if rate || cron {
        Ok(())
    } else {
        Err(errors::validation(
            "Parameter ScheduleExpression is not valid.",
        ))
    }
}
