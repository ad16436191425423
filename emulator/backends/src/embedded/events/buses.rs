//! CreateEventBus and its kin.

use rolecall_protocol::ServiceError;
use serde_json::{Map, Value, json};

use super::{
    bus::{Bus, DEFAULT},
    errors,
    service::{Events, place},
};
use crate::embedded::{
    paging::page,
    request::{Outcome, Request, output},
    tags,
};

impl Events {
    pub(super) fn create_bus(&self, request: &Request<'_>) -> Outcome {
        let name = request.required("Name")?;
        check_name(name)?;
        let now = self.host.now_millis();
        let bus = Bus {
            description: request.text("Description").map(str::to_owned),
            key: request.text("KmsKeyIdentifier").map(str::to_owned),
            dead_letters: request.map("DeadLetterConfig").cloned().map(Value::Object),
            tags: tags::from_pairs(request.list("Tags")),
            created: now,
            modified: now,
            ..Bus::default()
        };
        let answer = output(json!({
            "EventBusArn": request.arn("events", &format!("event-bus/{name}")),
            "Description": bus.description,
            "KmsKeyIdentifier": bus.key,
            "DeadLetterConfig": bus.dead_letters,
        }));
        self.buses.with(request.owner, request.region, |all| {
            if all.0.contains_key(name) {
                return Err(errors::bus_exists(name));
            }
            all.0.insert(name.to_owned(), bus);
            Ok(answer)
        })
    }

    pub(super) fn describe_bus(&self, request: &Request<'_>) -> Outcome {
        self.with_bus(request, request.text("Name"), |bus, name| {
            let arn = bus_arn(request, name);
            let mut answer = bus.described(name, &arn);
            answer.extend(output(json!({
                "KmsKeyIdentifier": bus.key, "DeadLetterConfig": bus.dead_letters,
            })));
            Ok(answer)
        })
    }

    pub(super) fn update_bus(&self, request: &Request<'_>) -> Outcome {
        let now = self.host.now_millis();
        self.with_bus(request, request.text("Name"), |bus, name| {
            let text = |member: &str| request.text(member).map(str::to_owned);
            if let Some(description) = text("Description") {
                bus.description = Some(description);
            }
            if let Some(key) = text("KmsKeyIdentifier") {
                bus.key = Some(key);
            }
            if let Some(config) = request.map("DeadLetterConfig") {
                bus.dead_letters = Some(Value::Object(config.clone()));
            }
            bus.modified = now;
            Ok(output(json!({
                "Arn": bus_arn(request, name),
                "Name": name,
                "Description": bus.description,
                "KmsKeyIdentifier": bus.key,
                "DeadLetterConfig": bus.dead_letters,
            })))
        })
    }

    pub(super) fn list_buses(&self, request: &Request<'_>) -> Outcome {
        let prefix = request.text("NamePrefix").unwrap_or_default();
        self.buses.with(request.owner, request.region, |all| {
            let buses = all.0.iter().filter(|(name, _)| name.starts_with(prefix));
            let after = request.text("NextToken");
            let (buses, next) = page(buses, after, request.count("Limit", 100), |(name, _)| {
                (*name).clone()
            });
            let buses: Vec<_> = buses
                .into_iter()
                .map(|(name, bus)| bus.described(name, &bus_arn(request, name)))
                .collect();
            Ok(output(json!({ "EventBuses": buses, "NextToken": next })))
        })
    }

    /// What is not there is deleted all the same; the default bus stays.
    pub(super) fn delete_bus(&self, request: &Request<'_>) -> Outcome {
        let (account, name) = place(request, Some(request.required("Name")?));
        if name == DEFAULT {
            return Err(errors::validation("Cannot delete event bus default."));
        }
        self.buses.with(account, request.region, |all| {
            let rules = all.0.get(name).is_some_and(|bus| !bus.rules.is_empty());
            if rules {
                return Err(errors::validation(
                    "Event bus can't be deleted since it has rules.",
                ));
            }
            all.0.remove(name);
            Ok(Map::new())
        })
    }
}

fn bus_arn(request: &Request<'_>, name: &str) -> String {
    request.arn("events", &format!("event-bus/{name}"))
}

/// Source: API reference, CreateEventBus, `Name`: partner buses alone have slashes.
fn check_name(name: &str) -> Result<(), ServiceError> {
    if name == DEFAULT {
        return Err(errors::bus_exists(name));
    }
    let partner = name.starts_with("aws.partner/");
    if name.contains('/') && !partner {
        return Err(errors::validation("Event bus name must not contain '/'."));
    }
    let letters = |b: u8| b.is_ascii_alphanumeric() || b"/._-".contains(&b);
    if name.is_empty() || name.len() > 256 || !name.bytes().all(letters) {
        return Err(errors::validation(format!(
            "1 validation error detected: Value '{name}' at 'name' failed to satisfy constraint: \
             Member must satisfy regular expression pattern: [/\\.\\-_A-Za-z0-9]+"
        )));
    }
    Ok(())
}
