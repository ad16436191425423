//! The strings that many services share, in front of each frame as far as zstd is concerned.
//!
//! Frames are small and compressed one by one; with `ResourceNotFoundException` and its like known
//! beforehand, the file is a tenth smaller.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    generated::{CatalogError, ServiceFrame},
    model::{Service, ShapeKind, Structure},
};

/// A string is worth it from so many services on.
const SHARED_BY: usize = 2;

/// The dictionary for these frames: strings as postcard writes them, the most frequent last, where
/// zstd reaches them with the shortest offsets.
pub(crate) fn build(frames: &[ServiceFrame]) -> Result<Vec<u8>, CatalogError> {
    let mut services: BTreeMap<&str, usize> = BTreeMap::new();
    for frame in frames {
        for name in names(&frame.service) {
            *services.entry(name).or_default() += 1;
        }
    }
    let shared = services
        .into_iter()
        .filter(|(name, n)| *n >= SHARED_BY && name.len() > 2);
    let mut ranked: Vec<(usize, &str)> = shared.map(|(name, n)| (n, name)).collect();
    ranked.sort_unstable();
    let mut dictionary = Vec::new();
    for (_, name) in ranked {
        let name = postcard::to_stdvec(name);
        let encoding = |source| CatalogError::Encoding {
            name: "dictionary".to_owned(),
            source,
        };
        dictionary.extend(name.map_err(encoding)?);
    }
    Ok(dictionary)
}

fn names(service: &Service) -> BTreeSet<&str> {
    let mut names: BTreeSet<&str> = service.shapes.iter().map(|s| s.name.as_str()).collect();
    for shape in service.shapes.iter() {
        match &shape.kind {
            ShapeKind::Structure(structure) => names.extend(of_structure(structure)),
            ShapeKind::String { values, .. } => names.extend(values.iter().map(String::as_str)),
            _ => {}
        }
    }
    names
}

fn of_structure(structure: &Structure) -> impl Iterator<Item = &str> {
    let members = structure.members.iter();
    members.flat_map(|m| std::iter::once(m.name.as_str()).chain(m.location_name.as_deref()))
}
