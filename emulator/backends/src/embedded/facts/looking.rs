//! From an ARN to what is kept under it.

use base64::{Engine, prelude::BASE64_STANDARD};
use rolecall_catalog::FactValue;

use super::{Arn, has};
use crate::embedded::{dispatch::Embedded, events::Bus, kinesis::Stream, kms::Key, logs::Group};

impl Embedded {
    pub(super) fn with_key<R>(&self, arn: Arn<'_>, look: impl FnOnce(Option<&Key>) -> R) -> R {
        let id = arn.resource.strip_prefix("key/").unwrap_or(arn.resource);
        self.kms
            .look(arn.account, arn.region, |all| look(all.key(id)))
    }

    pub(super) fn key_of_ciphertext(&self, arn: Arn<'_>) -> FactValue {
        let text = arn.resource.strip_prefix("ciphertext/");
        let blob = text.and_then(|text| BASE64_STANDARD.decode(text).ok());
        has(blob.and_then(|blob| self.kms.key_of_ciphertext(&blob, arn.region)))
    }

    pub(super) fn with_group<R>(&self, arn: Arn<'_>, look: impl FnOnce(Option<&Group>) -> R) -> R {
        let name = arn.resource.strip_prefix("log-group:");
        let name = name
            .and_then(|name| name.split(':').next())
            .unwrap_or(arn.resource);
        self.logs
            .kept
            .with(arn.account, arn.region, |kept| look(kept.group(name)))
    }

    pub(super) fn with_stream<R>(
        &self,
        arn: Arn<'_>,
        look: impl FnOnce(Option<&Stream>) -> R,
    ) -> R {
        let name = arn.resource.strip_prefix("stream/");
        let name = name
            .and_then(|name| name.split('/').next())
            .unwrap_or(arn.resource);
        self.kinesis
            .streams
            .with(arn.account, arn.region, |all| look(all.get(name)))
    }

    /// The bus of a bus's or a rule's ARN, and the name of the rule.
    pub(super) fn with_bus<R>(
        &self,
        arn: Arn<'_>,
        look: impl FnOnce(Option<&Bus>, Option<&str>) -> R,
    ) -> R {
        let (bus, rule) = match arn.resource.split_once('/') {
            Some(("rule", path)) => match path.split_once('/') {
                Some((bus, rule)) => (bus, Some(rule)),
                None => ("default", Some(path)),
            },
            Some((_, bus)) => (bus, None),
            None => (arn.resource, None),
        };
        self.events
            .buses
            .with(arn.account, arn.region, |all| look(all.bus(bus), rule))
    }
}
