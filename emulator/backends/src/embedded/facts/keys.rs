//! What KMS knows of keys.

use rolecall_catalog::FactValue;
use serde_json::Value;

use super::{Arn, has};
use crate::embedded::kms::{Grant, Key, Kms};

/// The ARN of a key that is named by its id or its ARN. A key of AWS's own is no customer key.
/// Source: KMS developer guide, "Key identifiers" and "AWS managed keys".
pub(super) fn key(
    kms: &Kms,
    named: Option<&str>,
    arn: Arn<'_>,
    region: &str,
    account: &str,
) -> FactValue {
    let Some(named) = named else {
        return FactValue::Absent;
    };
    let own = |resource: &str| format!("arn:{}:kms:{region}:{account}:{resource}", arn.partition);
    let alias = named.split_once("alias/").map(|(_, alias)| alias);
    match alias {
        Some(alias) if alias.starts_with("aws/") => FactValue::Absent,
        // An alias that was not made here may be elsewhere.
        Some(alias) => {
            let whole = || own(&format!("alias/{alias}"));
            let arn = named.strip_prefix("arn:").map(|_| named.to_owned());
            match key_of_alias(kms, &arn.unwrap_or_else(whole)) {
                FactValue::Absent => FactValue::NotKnown,
                known => known,
            }
        }
        None if named.starts_with("arn:") => FactValue::Present(named.into()),
        None => FactValue::Present(own(&format!("key/{named}")).into()),
    }
}

/// The ARN of the key behind an alias, which its ARN names.
pub(super) fn key_of_alias(kms: &Kms, alias: &str) -> FactValue {
    let Some(arn) = Arn::parse(alias).filter(|arn| arn.service == "kms") else {
        return FactValue::NotKnown;
    };
    kms.look(arn.account, arn.region, |all| {
        has(all.behind(arn.resource).map(|key| key.arn().to_owned()))
    })
}

/// The grants on a key, as the evaluator reads them.
pub(super) fn grants(key: &Key) -> Value {
    key.grants().map(Grant::fact).collect()
}
