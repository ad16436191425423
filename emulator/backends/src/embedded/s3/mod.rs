//! S3: buckets, objects, multipart uploads.

mod acl;
mod bucket;
mod buckets;
mod checksum;
mod conditions;
mod configuration;
mod content;
mod copying;
mod cors;
mod deleting;
mod errors;
mod headers;
mod identified;
mod limits;
mod listing;
mod listing_versions;
mod lock;
mod multipart;
mod object;
mod parts;
mod policy;
mod range;
mod reading;
mod service;
mod tagging;
mod versions;
mod writing;

pub(crate) use bucket::Bucket;
pub(crate) use object::Object;
pub(crate) use service::S3;
