//! ListObjectVersions.

use serde_json::{Value, json};

use super::{
    bucket::Bucket,
    listing::Query,
    service::S3,
    versions::{Version, check_id},
};
use crate::embedded::request::{Outcome, Request, output, timestamp};

/// A page of versions.
#[derive(Default)]
struct Page<'b> {
    /// Key, version, whether it is the latest.
    versions: Vec<(&'b str, &'b Version, bool)>,
    prefixes: Vec<String>,
    /// The last key and version, or common prefix, of a page that more follows.
    next: Option<(String, Option<String>)>,
}

impl Page<'_> {
    fn len(&self) -> usize {
        self.versions.len() + self.prefixes.len()
    }
}

impl S3 {
    /// Keys in their order, under each the newest version first. Both markers are exclusive: the
    /// page begins after that version. Source: API reference, ListObjectVersions.
    pub(super) fn list_versions(&self, request: &Request<'_>) -> Outcome {
        let marker = request.text("KeyMarker").unwrap_or_default();
        let version = request.text("VersionIdMarker").filter(|id| !id.is_empty());
        version.map_or(Ok(()), check_id)?;
        let query = Query::of(request, marker.to_owned())?;
        self.with_bucket(request, |bucket| {
            let page = page(&query, bucket, version);
            let owner = json!({ "ID": bucket.owner_id() });
            let of_kind = |markers: bool| -> Vec<Value> {
                page.versions
                    .iter()
                    .filter(|(_, version, _)| version.object.is_none() == markers)
                    .map(|(key, version, latest)| listed(&query, key, version, *latest, &owner))
                    .collect()
            };
            let (next, next_version) = page.next.clone().unzip();
            let mut answer = query.answer(request, &page.prefixes, page.next.is_some());
            answer.extend(output(json!({
                "Versions": of_kind(false),
                "DeleteMarkers": of_kind(true),
                "KeyMarker": query.encoded(marker),
                "VersionIdMarker": version.unwrap_or_default(),
                "NextKeyMarker": next.map(|next| query.encoded(&next)),
                "NextVersionIdMarker": next_version.flatten(),
            })));
            Ok(answer)
        })
    }
}

fn page<'b>(query: &Query<'_>, bucket: &'b Bucket, after: Option<&str>) -> Page<'b> {
    let mut page = Page::default();
    let mut last = None;
    for (key, versions) in &bucket.objects {
        let shown = query.common_prefix(key);
        let is_marker = after.is_some() && key.as_str() == query.after && shown.is_none();
        if !key.starts_with(query.prefix) || query.passed(key) && !is_marker {
            continue;
        }
        if let Some(prefix) = shown {
            if page.prefixes.last().is_some_and(|one| one == prefix) {
                continue;
            }
            if page.len() == query.most {
                page.next = last;
                return page;
            }
            page.prefixes.push(prefix.to_owned());
            last = Some((prefix.to_owned(), None));
            continue;
        }
        let mut skipping = is_marker;
        for (position, version) in versions.newest_first().enumerate() {
            if skipping {
                skipping = Some(version.id.as_str()) != after;
                continue;
            }
            if page.len() == query.most {
                page.next = last;
                return page;
            }
            page.versions.push((key, version, position == 0));
            last = Some((key.clone(), Some(version.id.clone())));
        }
    }
    page
}

fn listed(query: &Query<'_>, key: &str, version: &Version, latest: bool, owner: &Value) -> Value {
    let key = query.encoded(key);
    let mut entry = match &version.object {
        Some(object) => object.listed(&key),
        None => output(json!({ "Key": key, "LastModified": timestamp(version.modified) })),
    };
    entry.extend(output(
        json!({ "VersionId": version.id, "IsLatest": latest, "Owner": owner }),
    ));
    entry.into()
}
