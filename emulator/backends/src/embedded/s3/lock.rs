//! Object Lock: retention and legal holds of versions.
//!
//! Source: user guide, "Locking objects with Object Lock", "Object Lock considerations".

use rolecall_protocol::ServiceError;
use serde_json::{Map, Value, json};

use super::{bucket::Bucket, errors, object::Object, service::S3};
use crate::embedded::request::{Outcome, Request, output, timestamp};

const DAY: u64 = 24 * 60 * 60 * 1000;

impl S3 {
    pub(super) fn retention(&self, request: &Request<'_>) -> Outcome {
        self.with_locked(request, |object, key| {
            let (mode, until) = retained(object).ok_or_else(|| errors::no_lock_on_object(key))?;
            Ok(output(json!({
                "Retention": { "Mode": mode, "RetainUntilDate": until },
            })))
        })
    }

    pub(super) fn retain(&self, request: &Request<'_>) -> Outcome {
        let now = self.host.now_millis();
        let wanted = request.map("Retention").cloned().unwrap_or_default();
        let bypass = request.flag("BypassGovernanceRetention");
        let mode = wanted.get("Mode").cloned();
        let until = wanted.get("RetainUntilDate").cloned();
        if mode.is_some() != until.is_some() {
            return Err(errors::malformed_xml());
        }
        if until.as_ref().is_some_and(|until| !is_later(until, now)) {
            let message = "The retain until date must be in the future!";
            return Err(errors::invalid_argument(message, "RetainUntilDate", ""));
        }
        self.with_locked(request, |object, _| {
            if !is_allowed(object, mode.as_ref(), until.as_ref(), now, bypass) {
                return Err(errors::locked());
            }
            set(object, "ObjectLockMode", mode);
            set(object, "ObjectLockRetainUntilDate", until);
            Ok(Map::new())
        })
    }

    pub(super) fn legal_hold(&self, request: &Request<'_>) -> Outcome {
        self.with_locked(request, |object, key| {
            let status = object.headers.get("ObjectLockLegalHoldStatus");
            let status = status.ok_or_else(|| errors::no_lock_on_object(key))?;
            Ok(output(json!({ "LegalHold": { "Status": status } })))
        })
    }

    pub(super) fn hold(&self, request: &Request<'_>) -> Outcome {
        let status = request
            .map("LegalHold")
            .and_then(|hold| hold.get("Status"))
            .cloned();
        let status = status.ok_or_else(errors::malformed_xml)?;
        self.with_locked(request, |object, _| {
            set(object, "ObjectLockLegalHoldStatus", Some(status));
            Ok(Map::new())
        })
    }

    /// Works on a version in a bucket that has Object Lock.
    fn with_locked(
        &self,
        request: &Request<'_>,
        work: impl FnOnce(&mut Object, &str) -> Outcome,
    ) -> Outcome {
        let key = request.required("Key")?;
        let version = request.text("VersionId");
        self.with_bucket(request, |bucket| {
            if !is_enabled(bucket) {
                return Err(errors::no_lock_on_bucket());
            }
            let (object, _) = bucket.named(key, version)?;
            work(object, key)
        })
    }
}

/// Whether a bucket has Object Lock.
pub(super) fn is_enabled(bucket: &Bucket) -> bool {
    bucket
        .configurations
        .get("ObjectLockConfiguration")
        .is_some_and(|configuration| configuration.get("ObjectLockEnabled").is_some())
}

/// What a bucket is created with when it is to have Object Lock.
pub(super) fn enable(bucket: &mut Bucket) {
    let enabled = json!({ "ObjectLockEnabled": "Enabled" });
    bucket
        .configurations
        .insert("ObjectLockConfiguration", enabled);
    let versions = json!({ "Status": "Enabled" });
    bucket.configurations.insert("BucketVersioning", versions);
}

/// Refuses a configuration that Object Lock and versioning do not allow together.
pub(super) fn check_configuration(
    bucket: &Bucket,
    kind: &str,
    value: &Value,
) -> Result<(), ServiceError> {
    let versions = bucket.versioning() == super::versions::Versioning::Enabled;
    if kind == "ObjectLockConfiguration" && !versions {
        let message =
            "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration";
        return Err(errors::invalid_bucket_state(message));
    }
    let suspends = value.get("Status").and_then(Value::as_str) != Some("Enabled");
    if kind == "BucketVersioning" && suspends && is_enabled(bucket) {
        let message = "An Object Lock configuration is present on this bucket, so the versioning \
                       state cannot be changed.";
        return Err(errors::invalid_bucket_state(message));
    }
    Ok(())
}

/// Gives a new object what it asks for, or the bucket's default retention.
pub(super) fn apply(object: &mut Object, bucket: &Bucket, now: u64) -> Result<(), ServiceError> {
    let asks = [
        "ObjectLockMode",
        "ObjectLockRetainUntilDate",
        "ObjectLockLegalHoldStatus",
    ]
    .iter()
    .any(|name| object.headers.contains_key(*name));
    if asks && !is_enabled(bucket) {
        return Err(errors::no_lock_on_bucket());
    }
    if object.headers.contains_key("ObjectLockMode")
        != object.headers.contains_key("ObjectLockRetainUntilDate")
    {
        let message = "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be \
                       supplied";
        return Err(errors::invalid_argument(
            message,
            "x-amz-object-lock-mode",
            "",
        ));
    }
    if object.headers.contains_key("ObjectLockMode") {
        return Ok(());
    }
    if let Some((mode, days)) = default_retention(bucket) {
        let until = timestamp(now.saturating_add(days.saturating_mul(DAY)));
        set(object, "ObjectLockMode", Some(mode));
        set(object, "ObjectLockRetainUntilDate", Some(until));
    }
    Ok(())
}

/// The mode and the days of the bucket's rule; a year has 365 (assumed: leap years are not said).
fn default_retention(bucket: &Bucket) -> Option<(Value, u64)> {
    let rule = bucket
        .configurations
        .get("ObjectLockConfiguration")?
        .get("Rule")?
        .get("DefaultRetention")?;
    let number = |name: &str| rule.get(name).and_then(Value::as_u64);
    let days = number("Days").or_else(|| Some(number("Years")?.saturating_mul(365)))?;
    Some((rule.get("Mode")?.clone(), days))
}

/// Refuses to remove a version that is locked.
pub(super) fn check_deletable(object: &Object, now: u64, bypass: bool) -> Result<(), ServiceError> {
    let held = object
        .headers
        .get("ObjectLockLegalHoldStatus")
        .and_then(Value::as_str);
    let retained = is_retained(object, now, bypass);
    if held == Some("ON") || retained {
        return Err(errors::locked());
    }
    Ok(())
}

/// Observed: versity/versitygw#1218.
pub(super) fn check_bypass(bucket: &Bucket, request: &Request<'_>) -> Result<(), ServiceError> {
    if request.flag("BypassGovernanceRetention") && !is_enabled(bucket) {
        let name = "x-amz-bypass-governance-retention";
        let message = format!("{name} is only applicable to Object Lock enabled buckets.");
        return Err(errors::invalid_argument(&message, name, "true"));
    }
    Ok(())
}

fn retained(object: &Object) -> Option<(&Value, &Value)> {
    let mode = object.headers.get("ObjectLockMode")?;
    Some((mode, object.headers.get("ObjectLockRetainUntilDate")?))
}

/// Whether a retention holds now; with leave to bypass one in governance mode does not.
fn is_retained(object: &Object, now: u64, bypass: bool) -> bool {
    retained(object).is_some_and(|(mode, until)| {
        is_later(until, now) && !(bypass && mode.as_str() == Some("GOVERNANCE"))
    })
}

/// A retention that holds may be prolonged; with leave one in governance mode may be changed.
fn is_allowed(
    object: &Object,
    mode: Option<&Value>,
    until: Option<&Value>,
    now: u64,
    bypass: bool,
) -> bool {
    if !is_retained(object, now, bypass) {
        return true;
    }
    let seconds = |value: &Value| value.as_f64().unwrap_or_default();
    retained(object).is_some_and(|(old, end)| {
        let stays = mode == Some(old) || old == "GOVERNANCE" && mode.is_some();
        stays && until.is_some_and(|until| seconds(until) >= seconds(end))
    })
}

fn is_later(until: &Value, now: u64) -> bool {
    let now = timestamp(now);
    until.as_f64() > now.as_f64()
}

fn set(object: &mut Object, name: &str, value: Option<Value>) {
    match value {
        Some(value) => object.headers.insert(name.to_owned(), value),
        None => object.headers.remove(name),
    };
}
