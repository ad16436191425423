//! Rotation: new secrets under the same id.

use std::sync::Arc;

use rolecall_protocol::ServiceError;
use serde_json::{Map, Value, json};

use super::{errors, key::Key, listing::listed, material::Material, service::Kms, spec::Spec};
use crate::embedded::request::{Outcome, Request, output, timestamp};

const DAY: u64 = 24 * 60 * 60 * 1000;

/// How often on demand. Source: API reference, RotateKeyOnDemand.
const MOST_ON_DEMAND: usize = 10;

/// What is kept of a key's rotation. The yearly one is kept and not run.
#[derive(Clone, Debug, Default)]
pub(super) struct Rotation {
    /// Since when, and every how many days.
    enabled: Option<(u64, u64)>,
    /// The rotations that were, with the ids of the secrets that they brought.
    done: Vec<(u64, String)>,
}

impl Kms {
    pub(super) fn rotate_yearly(&self, request: &Request<'_>, enable: bool) -> Outcome {
        let days = request.integer("RotationPeriodInDays").unwrap_or(365);
        let Ok(days @ 90..=2560) = u64::try_from(days) else {
            let constraint = "Member must have value between 90 and 2560";
            return Err(errors::constraint(
                &days.to_string(),
                "rotationPeriodInDays",
                constraint,
            ));
        };
        let now = self.host.now_millis();
        self.with_key_itself(request, |key| {
            key.usable()?;
            rotates(key)?;
            key.rotation.enabled = enable.then_some((now, days));
            Ok(Map::new())
        })
    }

    pub(super) fn rotation_status(&self, request: &Request<'_>) -> Outcome {
        self.with_key_itself(request, |key| {
            if key.spec != Spec::Symmetric {
                // Source: API reference: other keys have none, which is no error to ask.
                return Ok(output(
                    json!({ "KeyRotationEnabled": false, "KeyId": key.arn }),
                ));
            }
            let enabled = key.rotation.enabled.filter(|_| key.deletion.is_none());
            Ok(output(json!({
                "KeyRotationEnabled": enabled.is_some(),
                "KeyId": key.arn,
                "RotationPeriodInDays": enabled.map(|(_, days)| days),
                "NextRotationDate": enabled.map(|(since, days)| timestamp(since + days * DAY)),
            })))
        })
    }

    pub(super) fn rotate_now(&self, request: &Request<'_>) -> Outcome {
        let now = self.host.now_millis();
        let chance = self.chance();
        self.with_key_itself(request, |key| {
            key.usable()?;
            rotates(key)?;
            if key.rotation.done.len() >= MOST_ON_DEMAND {
                return Err(errors::limit(format!(
                    "{} has been rotated on demand {MOST_ON_DEMAND} times.",
                    key.arn
                )));
            }
            let material = Material::new(key.spec, &chance);
            key.rotation.done.push((now, material.id.clone()));
            key.materials.push(Arc::new(material));
            Ok(output(json!({ "KeyId": key.arn })))
        })
    }

    pub(super) fn rotations(&self, request: &Request<'_>) -> Outcome {
        let (arn, done) = self.with_key_itself(request, |key| {
            Ok((key.arn.clone(), key.rotation.done.clone()))
        })?;
        let rotations = done.into_iter().enumerate().map(|(index, (at, material))| {
            let rotation: Value = json!({
                "KeyId": arn,
                "KeyMaterialId": material,
                "RotationDate": timestamp(at),
                "RotationType": "ON_DEMAND",
            });
            (format!("{index:04}"), rotation)
        });
        listed(request, "Rotations", rotations.collect(), 1000, 100)
    }
}

/// Source: API reference, EnableKeyRotation: symmetric keys alone.
fn rotates(key: &Key) -> Result<(), ServiceError> {
    if key.spec == Spec::Symmetric {
        Ok(())
    } else {
        let message = format!("{} is not a symmetric encryption key.", key.arn);
        Err(errors::unsupported(message))
    }
}
