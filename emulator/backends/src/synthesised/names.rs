//! What a text is, by its name.

use serde_json::Value;

use super::shapes::Maker;
use crate::embedded::ids::uuid;

/// Members that say that something failed, or that there is more: an answer without them is the
/// plain success.
const UNSAID: [&str; 15] = [
    "error",
    "fail",
    "fault",
    "reason",
    "exception",
    "marker",
    "warning",
    "deletion",
    "deleted",
    "expir",
    "stopped",
    "cancel",
    "truncated",
    "next",
    "lastevaluated",
];

/// What something that was just made and needs no waiting for is called, best first.
const SETTLED: [&str; 12] = [
    "ACTIVE",
    "AVAILABLE",
    "SUCCEEDED",
    "SUCCESSFUL",
    "SUCCESS",
    "COMPLETED",
    "COMPLETE",
    "READY",
    "ENABLED",
    "RUNNING",
    "STANDARD",
    "OK",
];

/// Whether an optional member is made at all.
pub(super) fn is_worth_making(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    !is_page_token(&lower) && !UNSAID.iter().any(|word| lower.contains(word))
}

fn is_page_token(lower: &str) -> bool {
    lower.ends_with("token") && !lower.starts_with("client")
}

impl Maker<'_> {
    /// A text for a member; an optional one only if there is something plausible to say.
    pub(super) fn text(&self, name: &str, values: &[String], required: bool) -> Option<String> {
        let asked = self.asked_item(name, values);
        let asked = asked.or_else(|| self.parameter(name, values));
        asked
            .or_else(|| settled(values))
            .or_else(|| self.plausible(name))
            .or_else(|| required.then(|| self.any_text(name)))
    }

    /// What stands where there has to be something; an empty token is the end to any SDK's pages.
    fn any_text(&self, name: &str) -> String {
        if name.eq_ignore_ascii_case("nexttoken") {
            return String::new();
        }
        self.request_id.to_owned()
    }

    /// What the request says of the item that is made, if this is what it is called by: `InstanceId` in
    /// an answer about `InstanceIds`, any ARN where ARNs were asked for.
    fn asked_item(&self, name: &str, values: &[String]) -> Option<String> {
        let item = self.item.borrow();
        let asked = item.as_ref().filter(|_| values.is_empty())?;
        let is_arn = asked.text.starts_with("arn:") && ends_with(name, "arn");
        let is_named = is_singular_of(name, &asked.parameter);
        (is_arn || is_named).then(|| asked.text.clone())
    }

    /// A parameter of this name, at the top or in a structure there.
    fn parameter(&self, name: &str, values: &[String]) -> Option<String> {
        let allowed = |text: &str| values.is_empty() || values.iter().any(|value| value == text);
        let parameters = &self.call.parameters;
        let here = parameters
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name));
        let below = || {
            let inner = parameters.values().filter_map(Value::as_object).flatten();
            inner
                .into_iter()
                .find(|(key, _)| key.eq_ignore_ascii_case(name))
        };
        let (_, value) = here.or_else(below)?;
        value
            .as_str()
            .filter(|text| allowed(text))
            .map(str::to_owned)
    }

    fn plausible(&self, name: &str) -> Option<String> {
        let lower = name.to_ascii_lowercase();
        let id = || self.id(name);
        match lower.as_str() {
            "arn" => Some(self.arn("resource")),
            "region" | "awsregion" => Some(self.call.region.clone()),
            "accountid" | "awsaccountid" | "ownerid" | "owneraccount" | "owner" => {
                Some(self.owner.to_owned())
            }
            _ if lower.ends_with("arn") => {
                Some(self.arn(lower.strip_suffix("arn").unwrap_or("resource")))
            }
            _ if lower.ends_with("url") || lower.ends_with("endpoint") => {
                Some(format!("{}/{}", self.host.endpoint(), id()))
            }
            _ if lower.ends_with("id") => Some(id()),
            _ if lower == "name" || lower.ends_with("name") => self.any_name(),
            _ => None,
        }
    }

    /// A name that the request gives to something.
    fn any_name(&self) -> Option<String> {
        let mut named = self.call.parameters.iter();
        let (_, name) = named
            .find(|(key, value)| key.to_ascii_lowercase().ends_with("name") && value.is_string())?;
        name.as_str().map(str::to_owned)
    }

    /// An id, the same in the next run: a policy may name it.
    fn id(&self, name: &str) -> String {
        let call = self.call;
        let (service, operation) = (&call.service.name, &call.operation().name);
        let made = format!(
            "{service} {operation} {name}, {}, {}",
            self.owner, call.region
        );
        uuid(self.host.repeatable(&made))
    }

    /// An ARN in the owner's account, for a kind of resource.
    fn arn(&self, kind: &str) -> String {
        let name = self.any_name().unwrap_or_else(|| self.id(kind));
        let call = self.call;
        let service = &call.service.iam_prefix;
        format!(
            "arn:{}:{service}:{}:{}:{kind}/{name}",
            call.partition, call.region, self.owner
        )
    }
}

/// Whether a name ends so, in any case.
fn ends_with(name: &str, ending: &str) -> bool {
    name.to_ascii_lowercase().ends_with(ending)
}

/// Whether the second is the plural of the first: `InstanceId` and `InstanceIds`.
fn is_singular_of(name: &str, plural: &str) -> bool {
    let (name, plural) = (name.to_ascii_lowercase(), plural.to_ascii_lowercase());
    plural.strip_suffix('s').is_some_and(|one| one == name)
}

fn settled(values: &[String]) -> Option<String> {
    let best = SETTLED
        .iter()
        .find_map(|good| values.iter().find(|v| v.eq_ignore_ascii_case(good)));
    best.or_else(|| values.first()).cloned()
}
