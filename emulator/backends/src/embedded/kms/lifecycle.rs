//! DescribeKey, EnableKey, DisableKey, UpdateKeyDescription and deletion.

use serde_json::{Map, json};

use super::{creating::description, errors, service::Kms};
use crate::embedded::request::{Outcome, Request, output, timestamp};

const DAY: u64 = 24 * 60 * 60 * 1000;

impl Kms {
    pub(super) fn describe(&self, request: &Request<'_>) -> Outcome {
        self.with_key(request, |key| {
            let mut metadata = key.metadata();
            if let Some((_, days)) = key.deletion.filter(|_| !key.replicas.is_empty()) {
                metadata.insert("PendingDeletionWindowInDays".to_owned(), days.into());
            }
            Ok(output(json!({ "KeyMetadata": metadata })))
        })
    }

    pub(super) fn enable(&self, request: &Request<'_>, enabled: bool) -> Outcome {
        self.with_key_itself(request, |key| {
            key.not_pending_deletion()?;
            key.enabled = enabled;
            Ok(Map::new())
        })
    }

    pub(super) fn describe_anew(&self, request: &Request<'_>) -> Outcome {
        request.required("Description")?;
        let description = description(request)?;
        self.with_key_itself(request, |key| {
            key.not_pending_deletion()?;
            key.description = description;
            Ok(Map::new())
        })
    }

    /// Source: API reference, ScheduleKeyDeletion: 7 to 30 days, 30 if nothing is said.
    pub(super) fn schedule_deletion(&self, request: &Request<'_>) -> Outcome {
        let days = request.integer("PendingWindowInDays").unwrap_or(30);
        let Ok(days @ 7..=30) = u64::try_from(days) else {
            let bound = if days < 7 {
                "greater than or equal to 7"
            } else {
                "less than or equal to 30"
            };
            let constraint = format!("Member must have value {bound}");
            return Err(errors::constraint(
                &days.to_string(),
                "pendingWindowInDays",
                &constraint,
            ));
        };
        let gone = self.host.now_millis() + days * DAY;
        self.with_key_itself(request, |key| {
            key.not_pending_deletion()?;
            key.deletion = Some((gone, days));
            Ok(output(json!({
                "KeyId": key.arn,
                "DeletionDate": timestamp(gone),
                "KeyState": "PendingDeletion",
                "PendingWindowInDays": days,
            })))
        })
    }

    /// The key is disabled afterwards. Source: API reference, CancelKeyDeletion.
    pub(super) fn cancel_deletion(&self, request: &Request<'_>) -> Outcome {
        self.with_key_itself(request, |key| {
            if key.deletion.take().is_none() {
                return Err(errors::not_pending_deletion(&key.arn));
            }
            key.enabled = false;
            Ok(output(json!({ "KeyId": key.arn })))
        })
    }
}
