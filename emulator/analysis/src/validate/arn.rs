//! ARN patterns against the formats of the catalog.

use std::{
    cell::{OnceCell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

use rolecall_catalog::Catalog;

use super::overlap::{self, Unit};

/// The six parts of an ARN pattern; the colon inside `${aws:username}` does not separate.
#[derive(Clone, Debug)]
pub(super) struct ArnPattern<'a> {
    pub(super) partition: &'a str,
    pub(super) service: &'a str,
    pub(super) region: &'a str,
    pub(super) account: &'a str,
    pub(super) resource: &'a str,
}

impl<'a> ArnPattern<'a> {
    /// None for what has fewer than six parts.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        match split(text).as_slice() {
            [_, partition, service, region, account, resource] => Some(Self {
                partition,
                service,
                region,
                account,
                resource,
            }),
            _ => None,
        }
    }

    /// Whether some ARN matches both the pattern and the format.
    pub(super) fn may_be(&self, format: &Format) -> bool {
        let same = |part: &str, of_format: &str| {
            let lower = |text: &str| text.to_ascii_lowercase();
            overlap::intersects(
                &overlap::of_policy(&lower(part)),
                &overlap::of_format(&lower(of_format)),
            )
        };
        same(self.service, &format.service)
            && same(self.region, &format.region)
            && same(self.account, &format.account)
            && format.takes(&overlap::of_policy(self.resource))
    }
}

/// Whether a part is the same in every request.
pub(super) fn is_plain(part: &str) -> bool {
    !part.contains(['*', '?', '$'])
}

fn split(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut from, mut inside) = (0, false);
    for (at, c) in text.char_indices() {
        match c {
            '{' if text.get(..at).is_some_and(|t| t.ends_with('$')) => inside = true,
            '}' => inside = false,
            ':' if !inside && parts.len() < 5 => {
                parts.push(text.get(from..at).unwrap_or(""));
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text.get(from..).unwrap_or(""));
    parts
}

/// The ARN format of a resource type.
#[derive(Clone, Debug)]
pub(super) struct Format {
    pub(super) service: String,
    pub(super) region: String,
    pub(super) account: String,
    resource: Vec<Unit>,
    slashes: Slashes,
}

/// Whether the resource part of a format may have a slash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slashes {
    Possible,
    /// The whole part is one name, such as that of a bucket, a queue or a topic.
    Never,
}

impl Format {
    pub(super) fn parse(arn: &str) -> Option<Self> {
        let pattern = ArnPattern::parse(arn)?;
        let name = pattern.resource.strip_prefix("${");
        let name = name.and_then(|rest| rest.strip_suffix("Name}"));
        let one_name = name.is_some_and(|name| name.bytes().all(|b| b.is_ascii_alphanumeric()));
        Some(Self {
            slashes: if one_name {
                Slashes::Never
            } else {
                Slashes::Possible
            },
            service: pattern.service.to_ascii_lowercase(),
            region: pattern.region.to_owned(),
            account: pattern.account.to_owned(),
            resource: overlap::of_format(pattern.resource),
        })
    }

    /// Whether the resource part may be what a pattern says.
    pub(super) fn takes(&self, resource: &[Unit]) -> bool {
        let slash = self.slashes == Slashes::Never && resource.contains(&Unit::Byte(b'/'));
        !slash && overlap::intersects(resource, &self.resource)
    }
}

/// The formats of the catalog by the service in the ARN, read when they are asked for.
#[derive(Debug, Default)]
pub(super) struct Formats {
    own: RefCell<BTreeMap<String, Rc<Vec<Format>>>>,
    all: OnceCell<BTreeMap<String, Rc<Vec<Format>>>>,
}

impl Formats {
    /// The formats in the data of the service of this name alone.
    pub(super) fn own(&self, catalog: &Catalog, service: &str) -> Rc<Vec<Format>> {
        if let Some(known) = self.own.borrow().get(service) {
            return Rc::clone(known);
        }
        let formats = catalog.iam(service).map_or_else(Vec::new, |data| {
            let all = data.resource_types.iter();
            all.filter_map(|kind| Format::parse(&kind.arn))
                .filter(|format| format.service == service)
                .collect()
        });
        let formats = Rc::new(formats);
        let mut own = self.own.borrow_mut();
        own.insert(service.to_owned(), Rc::clone(&formats));
        formats
    }

    /// The formats with this service in any data: `apigateway` stands in ARNs of other prefixes.
    pub(super) fn any(&self, catalog: &Catalog, service: &str) -> Rc<Vec<Format>> {
        let all = self.all.get_or_init(|| read_all(catalog));
        all.get(service).map_or_else(Rc::default, Rc::clone)
    }

    /// All services that stand in ARNs.
    pub(super) fn services(&self, catalog: &Catalog) -> impl Iterator<Item = &str> {
        let all = self.all.get_or_init(|| read_all(catalog));
        all.keys().map(String::as_str)
    }
}

fn read_all(catalog: &Catalog) -> BTreeMap<String, Rc<Vec<Format>>> {
    let mut all: BTreeMap<String, Vec<Format>> = BTreeMap::new();
    for entry in catalog.iam_prefixes() {
        let Some(data) = catalog.iam(&entry.prefix) else {
            continue;
        };
        for format in data
            .resource_types
            .iter()
            .filter_map(|t| Format::parse(&t.arn))
        {
            all.entry(format.service.clone()).or_default().push(format);
        }
    }
    all.into_iter()
        .map(|(name, formats)| (name, Rc::new(formats)))
        .collect()
}
