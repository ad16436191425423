//! The service models: protocols, bindings and shapes, as the generator wrote them.
//!
//! Names and ids only; no documentation text. Source: the service models in botocore.

use serde::{Deserialize, Serialize};

pub use crate::{rules::curated::Curated, shapes::Shapes};

/// The wire protocols.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ProtocolName {
    /// AWS query.
    Query,
    /// EC2's variant of query.
    Ec2,
    /// JSON 1.0.
    Json10,
    /// JSON 1.1.
    Json11,
    /// REST with JSON bodies.
    RestJson,
    /// REST with XML bodies.
    RestXml,
    /// Smithy RPC v2 CBOR.
    RpcV2Cbor,
}

/// One service in its latest API version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// The name of its model folder, such as `stepfunctions`.
    pub name: String,
    /// `2016-11-23`.
    pub api_version: String,
    /// The service id, such as `SFN`.
    pub service_id: String,
    /// The names under which its requests may be signed; the first is the usual one.
    pub signing_names: Vec<String>,
    /// The endpoint prefix, such as `states`.
    pub endpoint_prefix: String,
    /// The prefix of its IAM actions, such as `states`.
    pub iam_prefix: String,
    /// The protocols that it lists; the first is the one that its model prefers.
    pub protocols: Vec<ProtocolName>,
    /// The prefix of `X-Amz-Target`, such as `AWSStepFunctions`.
    pub target_prefix: Option<String>,
    /// The XML namespace of its answers.
    pub xml_namespace: Option<String>,
    /// Whether errors carry `x-amzn-query-error` (the trait awsQueryCompatible).
    pub query_compatible: bool,
    /// Sorted by name.
    pub operations: Vec<Operation>,
    /// All shapes, equal ones once; operations and members refer to them by index.
    #[serde(skip)]
    pub shapes: Shapes,
    /// What the curated rules say of its operations.
    #[serde(skip)]
    pub curated: Curated,
}

/// An index into [`Service::shapes`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ShapeId(pub u32);

/// One operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    /// `StartExecution`.
    pub name: String,
    /// The HTTP method.
    pub method: String,
    /// The path template with its static query, such as `/{Bucket}/{Key+}?tagging`.
    pub request_uri: String,
    /// The status of a success, where it is not 200.
    pub status: Option<u16>,
    /// The template of the prefix that SDKs put before the host, such as `sync-`.
    pub host_prefix: Option<String>,
    /// The input structure.
    pub input: Option<ShapeId>,
    /// The output structure.
    pub output: Option<ShapeId>,
    /// The element around the output in the query protocol, such as `GetRoleResult`.
    pub result_wrapper: Option<String>,
    /// The modelled errors.
    pub errors: Vec<ShapeId>,
    /// Whether the request is not signed (`auth: none`).
    pub unsigned: bool,
    /// The element around a rest-xml input, where the model names one.
    pub input_element: Option<String>,
    /// The XML namespace of that element.
    pub input_namespace: Option<String>,
    /// The waiters that poll it.
    pub waits: Vec<Wait>,
}

/// A waiter, and what ends it with success.
///
/// Source: botocore, `waiters-2.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wait {
    /// Such as `InstanceRunning`.
    pub name: String,
    /// The first way to end it that is about the output, or else the first.
    pub goal: Goal,
}

/// What ends a waiter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Goal {
    /// Any success.
    Success,
    /// This text everywhere at a path such as `Reservations[].Instances[].State.Name`.
    Text(String, String),
    /// This at a path.
    Flag(String, bool),
    /// Something at a path: a list with an item, a text that is not empty.
    Present(String),
    /// Nothing in the list at a path.
    Absent(String),
    /// An error with this code.
    Error(String),
    /// This HTTP status.
    Status(u16),
}

/// One shape.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// Its name in the model, such as `ResourceNotFoundException`; empty but for errors and for
    /// what is named after its shape on the wire.
    pub name: String,
    /// What it is.
    pub kind: ShapeKind,
}

/// What a shape is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ShapeKind {
    /// A structure, a union, an exception.
    Structure(Structure),
    /// A list.
    List {
        /// What it is a list of.
        member: Member,
        /// Whether the wire has no element around the items.
        flattened: bool,
    },
    /// A map with string keys.
    Map {
        /// The keys.
        key: Member,
        /// The values.
        value: Member,
        /// Whether the wire has no element around the entries.
        flattened: bool,
    },
    /// A string, with the values it may have where they are listed.
    String {
        /// The enumeration, empty where there is none.
        values: Vec<String>,
        /// The trait jsonvalue: the header holds base64 of JSON.
        json_value: bool,
    },
    /// true or false.
    Boolean,
    /// A 32-bit integer.
    Integer,
    /// A 64-bit integer.
    Long,
    /// A 32-bit float.
    Float,
    /// A 64-bit float.
    Double,
    /// Bytes.
    Blob {
        /// Whether it is a stream.
        streaming: bool,
    },
    /// A point in time.
    Timestamp {
        /// The form that the shape itself asks for.
        format: Option<TimestampFormat>,
    },
    /// Any JSON.
    Document,
}

/// A structure, a union or an exception.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Structure {
    /// The members, in the order of the model.
    pub members: Vec<Member>,
    /// Whether exactly one member is set.
    pub union: bool,
    /// The index of the member that is the whole HTTP body.
    pub payload: Option<u32>,
    /// Whether it is an event stream.
    pub event_stream: bool,
    /// For exceptions: the code on the wire, where it differs from the shape's name.
    pub error_code: Option<String>,
    /// For exceptions: the HTTP status.
    pub error_status: Option<u16>,
    /// For exceptions: whether the sender is at fault.
    pub sender_fault: Option<bool>,
}

/// A member of a structure, or the item, key or value of a list or map.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    from = "crate::packed::PackedMember",
    into = "crate::packed::PackedMember"
)]
pub struct Member {
    /// The member's name in the model; empty for list items, map keys and values.
    pub name: String,
    /// Its shape.
    pub shape: ShapeId,
    /// Its name on the wire, where it differs.
    pub location_name: Option<Box<str>>,
    /// Its name in ec2 requests.
    pub query_name: Option<Box<str>>,
    /// Where it is bound.
    pub location: Location,
    /// Whether the model requires it.
    pub required: bool,
    /// Whether it is an XML attribute.
    pub xml_attribute: bool,
    /// The XML namespace, with its prefix where one is given: `(prefix, uri)`.
    pub xml_namespace: Option<Box<(Option<String>, String)>>,
    /// Whether the list or map behind it is flattened here.
    pub flattened: bool,
    /// Whether the blob behind it streams here.
    pub streaming: bool,
    /// The form of the timestamp behind it, where the member asks for one.
    pub timestamp_format: Option<TimestampFormat>,
    /// Whether the SDK fills it with a UUID.
    pub idempotency_token: bool,
    /// Whether the model marks it sensitive.
    pub sensitive: bool,
    /// Whether the member becomes part of the host prefix.
    pub host_label: bool,
    /// For members of an event stream: whether it is the event's payload.
    pub event_payload: bool,
    /// For members of an event: whether it is an event header.
    pub event_header: bool,
}

/// Where a member is bound on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Location {
    /// In the body.
    Body,
    /// In the path.
    Uri,
    /// In the query.
    Query,
    /// In a header.
    Header,
    /// In all headers that begin with the wire name.
    Headers,
    /// The HTTP status of the answer.
    StatusCode,
}

/// The forms of a timestamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TimestampFormat {
    /// `2026-11-23T08:00:00Z`.
    Iso8601,
    /// `Mon, 23 Nov 2026 08:00:00 GMT`.
    Rfc822,
    /// Seconds since the epoch.
    Unix,
}

impl Service {
    /// The shape with this id.
    pub fn shape(&self, id: ShapeId) -> &Shape {
        self.shapes.shape(id)
    }

    /// The shapes that may be errors: structures with a name or a code of their own.
    pub fn errors(&self) -> impl Iterator<Item = &Shape> {
        self.shapes.errors()
    }

    /// The structure with this id; none if the shape is something else.
    pub fn structure(&self, id: ShapeId) -> Option<&Structure> {
        match &self.shape(id).kind {
            ShapeKind::Structure(structure) => Some(structure),
            _ => None,
        }
    }

    /// The index of an operation, by its exact name.
    pub fn operation_index(&self, name: &str) -> Option<usize> {
        self.operations
            .binary_search_by(|o| o.name.as_str().cmp(name))
            .ok()
    }
}
