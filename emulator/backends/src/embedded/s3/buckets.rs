//! CreateBucket, HeadBucket, DeleteBucket, ListBuckets, GetBucketLocation.

use std::collections::BTreeMap;

use rolecall_protocol::ServiceError;
use serde_json::{Map, Value, json};

use super::{
    acl,
    bucket::{Bucket, canonical_id},
    errors, lock,
    service::S3,
};
use crate::embedded::{
    request::{Outcome, Request, output, timestamp},
    tags,
};

impl S3 {
    pub(super) fn create_bucket(&self, request: &Request<'_>) -> Outcome {
        let name = request.required("Bucket")?;
        check_name(name)?;
        let bucket = self.new_bucket(request, name);
        acl::check_new(request, &bucket)?;
        let account = request.caller_account;
        self.with_buckets(|all| match all.get(name) {
            Some(there) if there.owner != account => Err(errors::bucket_exists(name)),
            // In us-east-1 creating one's own bucket again succeeds.
            // Source: API reference, CreateBucket, `BucketAlreadyOwnedByYou`.
            Some(there) if there.region != "us-east-1" || bucket.region != "us-east-1" => {
                Err(errors::bucket_is_yours(name))
            }
            _ => {
                all.entry(name.to_owned()).or_insert(bucket);
                Ok(output(json!({
                    "Location": format!("/{name}"),
                    "BucketArn": format!("arn:{}:s3:::{name}", request.partition),
                })))
            }
        })
    }

    /// A new bucket belongs to who makes it.
    fn new_bucket(&self, request: &Request<'_>, name: &str) -> Bucket {
        let configuration = request.map("CreateBucketConfiguration");
        let constraint = configuration
            .and_then(|c| c.get("LocationConstraint"))
            .and_then(Value::as_str);
        let wanted = configuration
            .and_then(|c| c.get("Tags"))
            .and_then(Value::as_array);
        let mut bucket = Bucket {
            name: name.to_owned(),
            owner: request.caller_account.to_owned(),
            region: region(constraint, request.region).to_owned(),
            created: self.host.now_millis(),
            objects: BTreeMap::new(),
            uploads: BTreeMap::new(),
            tags: tags::from_pairs(wanted.map_or(&[], Vec::as_slice)),
            policy: None,
            configurations: BTreeMap::new(),
            identified: BTreeMap::new(),
        };
        if let Some(ownership) = request.text("ObjectOwnership") {
            let controls = json!({ "Rules": [{ "ObjectOwnership": ownership }] });
            bucket
                .configurations
                .insert("BucketOwnershipControls", controls);
        }
        if request.flag("ObjectLockEnabledForBucket") {
            lock::enable(&mut bucket);
        }
        bucket
    }

    pub(super) fn head_bucket(&self, request: &Request<'_>) -> Outcome {
        self.with_bucket(request, |bucket| {
            Ok(output(json!({
                "BucketRegion": bucket.region,
                "BucketArn": format!("arn:{}:s3:::{}", request.partition, bucket.name),
                "AccessPointAlias": false,
            })))
        })
    }

    pub(super) fn delete_bucket(&self, request: &Request<'_>) -> Outcome {
        let (empty, kept) = self.with_bucket(request, |bucket| {
            Ok((bucket.objects.is_empty(), bucket.versioning()))
        })?;
        let name = request.required("Bucket")?;
        if !empty {
            return Err(errors::bucket_not_empty(name, kept));
        }
        self.with_buckets(|all| all.remove(name));
        Ok(Map::new())
    }

    pub(super) fn list_buckets(&self, request: &Request<'_>) -> Outcome {
        let prefix = request.text("Prefix").unwrap_or_default();
        let region = request.text("BucketRegion");
        let after = request.text("ContinuationToken").unwrap_or_default();
        let size = request.count("MaxBuckets", 10_000);
        let account = request.caller_account;
        self.with_buckets(|all| {
            let mut own: Vec<&Bucket> = all
                .values()
                .filter(|b| b.owner == account && b.name.starts_with(prefix))
                .filter(|b| region.is_none_or(|region| b.region == region))
                .filter(|b| b.name.as_str() > after)
                .take(size + 1)
                .collect();
            let more = own.len() > size;
            own.truncate(size);
            let next = own
                .last()
                .filter(|_| more)
                .map(|bucket| bucket.name.clone());
            let buckets: Vec<Value> = own.iter().map(|bucket| listed(request, bucket)).collect();
            Ok(output(json!({
                "Buckets": buckets,
                "Owner": { "ID": canonical_id(account) },
                "ContinuationToken": next,
                "Prefix": request.text("Prefix"),
            })))
        })
    }

    pub(super) fn location(&self, request: &Request<'_>) -> Outcome {
        self.with_bucket(request, |bucket| {
            // us-east-1 has no constraint. Source: API reference, GetBucketLocation.
            let constraint = (bucket.region != "us-east-1").then_some(&bucket.region);
            Ok(output(json!({ "LocationConstraint": constraint })))
        })
    }
}

fn listed(request: &Request<'_>, bucket: &Bucket) -> Value {
    json!({
        "Name": bucket.name,
        "CreationDate": timestamp(bucket.created),
        "BucketRegion": bucket.region,
        "BucketArn": format!("arn:{}:s3:::{}", request.partition, bucket.name),
    })
}

/// `EU` is an old name. Source: API reference, CreateBucket, `LocationConstraint`.
fn region<'a>(constraint: Option<&'a str>, default: &'a str) -> &'a str {
    match constraint {
        Some("EU") => "eu-west-1",
        Some(region) => region,
        None => default,
    }
}

/// What names of general purpose buckets do not begin and end with: S3 has its own use for it.
const RESERVED_STARTS: [&str; 3] = ["xn--", "sthree-", "amzn-s3-demo-"];
const RESERVED_ENDS: [&str; 4] = ["-s3alias", "--ol-s3", ".mrap", "--table-s3"];

/// Source: user guide, "General purpose bucket naming rules".
fn check_name(name: &str) -> Result<(), ServiceError> {
    let letters = name
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.');
    let ends = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let valid = letters
        && (3..=63).contains(&name.len())
        && ends(name.bytes().next())
        && ends(name.bytes().last())
        && !name.contains("..")
        && name.parse::<std::net::Ipv4Addr>().is_err()
        && !RESERVED_STARTS.iter().any(|start| name.starts_with(start))
        && !RESERVED_ENDS.iter().any(|end| name.ends_with(end));
    if valid {
        Ok(())
    } else {
        Err(errors::invalid_bucket_name(name))
    }
}
