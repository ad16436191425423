//! botocore's service models, read into the catalog's.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Read as _,
    path::Path,
};

use anyhow::Context as _;
use flate2::read::GzDecoder;
use rolecall_catalog::generated::compact;
use rolecall_catalog::model::{
    Curated, Location, Member, Operation, ProtocolName, Service, Shape, ShapeId, ShapeKind,
    Structure, TimestampFormat,
};
use serde_json::Value;

use super::{
    inputs::Inputs,
    json::{entries, flag, items, owned, required, text},
    waiters,
};

/// Signing names that only the endpoint rules set.
///
/// Source: botocore 1.44.5, `endpoint-rule-set-1.json` of these services.
const MORE_SIGNING_NAMES: &[(&str, &[&str])] = &[
    ("importexport", &["IngestionService"]),
    ("s3", &["s3express", "s3-object-lambda", "s3-outposts"]),
    ("s3control", &["s3express", "s3-outposts"]),
];

/// Reads every service in its latest API version, sorted by name.
pub(super) fn read_all(inputs: &Inputs) -> anyhow::Result<Vec<Service>> {
    let data = inputs.path("botocore", "botocore/data")?;
    let mut services = Vec::new();
    for entry in fs::read_dir(&data)? {
        let folder = entry?.path();
        if let Some(file) = latest(&folder)? {
            let name = folder
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let model = unzip(&file)?;
            let service = read(&name, &model);
            let mut service = service.with_context(|| format!("in the model of `{name}`"))?;
            waiters::add(&mut service, &file.with_file_name("waiters-2.json"))
                .with_context(|| format!("in the waiters of `{name}`"))?;
            services.push(service);
        }
    }
    services.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(services)
}

/// The model of the latest API version; none for a folder without a model.
fn latest(folder: &Path) -> anyhow::Result<Option<std::path::PathBuf>> {
    if !folder.is_dir() {
        return Ok(None);
    }
    let mut files = Vec::new();
    for version in fs::read_dir(folder)? {
        let file = version?.path().join("service-2.json.gz");
        if file.exists() {
            files.push(file);
        }
    }
    files.sort();
    Ok(files.pop())
}

fn unzip(file: &Path) -> anyhow::Result<Value> {
    let mut raw = Vec::new();
    GzDecoder::new(fs::File::open(file)?).read_to_end(&mut raw)?;
    Ok(serde_json::from_slice(&raw)?)
}

fn read(name: &str, model: &Value) -> anyhow::Result<Service> {
    let metadata = model.get("metadata").context("`metadata` is missing")?;
    let endpoint_prefix = required(metadata, "endpointPrefix")?;
    let mut shapes = Shapes::new(model);
    let operations = operations(model, &shapes)?;
    let all = shapes.read_all()?;
    let mut service = Service {
        name: name.to_owned(),
        api_version: required(metadata, "apiVersion")?,
        service_id: required(metadata, "serviceId")?,
        signing_names: signing_names(name, metadata, &endpoint_prefix),
        iam_prefix: String::new(),
        protocols: protocols(metadata)?,
        target_prefix: owned(metadata, "targetPrefix"),
        xml_namespace: owned(metadata, "xmlNamespace"),
        query_compatible: metadata.get("awsQueryCompatible").is_some(),
        endpoint_prefix,
        operations,
        shapes: all.into(),
        curated: Curated::default(),
    };
    forget_names(&mut service, &shapes);
    compact(&mut service);
    Ok(service)
}

/// The service whose ids botocore tells by the names of their shapes.
///
/// Source: botocore 1.44.5, `handlers.py`, `fix_route53_ids`.
const NAMED_BY_SHAPE: &str = "route53";

/// Keeps the names of errors, which are codes on the wire, and of rest-xml's outputs, which are
/// elements.
fn forget_names(service: &mut Service, shapes: &Shapes<'_>) {
    if service.name == NAMED_BY_SHAPE {
        return;
    }
    let is_xml = service.protocols.contains(&ProtocolName::RestXml);
    let elements = service.operations.iter().filter_map(|o| o.output);
    let errors = service.operations.iter().flat_map(|o| &o.errors).copied();
    let mut kept: BTreeSet<ShapeId> = elements.filter(|_| is_xml).chain(errors).collect();
    kept.extend(shapes.exceptions());
    for (id, shape) in (0..).map(ShapeId).zip(service.shapes.make_mut()) {
        if !kept.contains(&id) {
            shape.name.clear();
        }
    }
}

fn signing_names(name: &str, metadata: &Value, endpoint_prefix: &str) -> Vec<String> {
    let usual = text(metadata, "signingName").unwrap_or(endpoint_prefix);
    let more = MORE_SIGNING_NAMES
        .iter()
        .find(|(service, _)| *service == name);
    let more = more.map_or(&[][..], |(_, names)| names);
    std::iter::once(&usual)
        .chain(more)
        .map(|n| (*n).to_owned())
        .collect()
}

fn protocols(metadata: &Value) -> anyhow::Result<Vec<ProtocolName>> {
    let preferred = text(metadata, "protocol").context("`protocol` is missing")?;
    let listed = items(metadata, "protocols").filter_map(Value::as_str);
    let mut found = Vec::new();
    for name in std::iter::once(preferred).chain(listed) {
        let protocol = protocol(name, metadata)?;
        if !found.contains(&protocol) {
            found.push(protocol);
        }
    }
    Ok(found)
}

fn protocol(name: &str, metadata: &Value) -> anyhow::Result<ProtocolName> {
    Ok(match name {
        "query" => ProtocolName::Query,
        "ec2" => ProtocolName::Ec2,
        "json" if text(metadata, "jsonVersion") == Some("1.1") => ProtocolName::Json11,
        "json" => ProtocolName::Json10,
        "rest-json" => ProtocolName::RestJson,
        "rest-xml" => ProtocolName::RestXml,
        "smithy-rpc-v2-cbor" => ProtocolName::RpcV2Cbor,
        other => anyhow::bail!("the protocol `{other}` is not known"),
    })
}

/// The operations under the names that SDKs give them: `CloudFront`'s carry a version in `name`,
/// which is on no wire.
fn operations(model: &Value, shapes: &Shapes<'_>) -> anyhow::Result<Vec<Operation>> {
    let mut operations = Vec::new();
    for (name, value) in entries(model, "operations") {
        let operation = operation(name, value, shapes);
        operations.push(operation.with_context(|| format!("in the operation `{name}`"))?);
    }
    operations.sort_by(|a: &Operation, b| a.name.cmp(&b.name));
    Ok(operations)
}

fn operation(name: &str, value: &Value, shapes: &Shapes<'_>) -> anyhow::Result<Operation> {
    let http = value.get("http").context("`http` is missing")?;
    let status = http
        .get("responseCode")
        .and_then(Value::as_u64)
        .filter(|s| *s != 200);
    let shape_of = |key: &str| value.get(key).map(|v| shapes.reference(v)).transpose();
    let input = value.get("input");
    let errors: anyhow::Result<Vec<_>> = items(value, "errors")
        .map(|e| shapes.reference(e))
        .collect();
    let no_auth = items(value, "auth").any(|a| a == "smithy.api#noAuth");
    Ok(Operation {
        name: name.to_owned(),
        method: required(http, "method")?,
        request_uri: required(http, "requestUri")?,
        status: status.and_then(|s| u16::try_from(s).ok()),
        host_prefix: value.get("endpoint").and_then(|e| owned(e, "hostPrefix")),
        input: shape_of("input")?,
        output: shape_of("output")?,
        result_wrapper: value.get("output").and_then(|o| owned(o, "resultWrapper")),
        errors: errors?,
        unsigned: no_auth || text(value, "authtype") == Some("none"),
        input_element: input.and_then(|i| owned(i, "locationName")),
        input_namespace: input
            .and_then(|i| i.get("xmlNamespace"))
            .and_then(|n| owned(n, "uri")),
        waits: Vec::new(),
    })
}

/// The shapes of one model, numbered in the order of their names.
struct Shapes<'a> {
    values: Vec<(&'a String, &'a Value)>,
    ids: BTreeMap<&'a str, ShapeId>,
    /// Strings that are JSON in one member only become shapes of their own, after the others.
    json_values: BTreeMap<&'a str, ShapeId>,
}

impl<'a> Shapes<'a> {
    fn new(model: &'a Value) -> Self {
        let mut values: Vec<_> = entries(model, "shapes").collect();
        values.sort_by_key(|(name, _)| *name);
        let number = |n: usize| ShapeId(u32::try_from(n).unwrap_or(u32::MAX));
        let ids = values
            .iter()
            .enumerate()
            .map(|(n, (name, _))| (name.as_str(), number(n)));
        Self {
            ids: ids.collect(),
            values,
            json_values: BTreeMap::new(),
        }
    }

    /// The shapes that the model calls exceptions.
    fn exceptions(&self) -> impl Iterator<Item = ShapeId> {
        let all = (0..).map(ShapeId).zip(&self.values);
        all.filter(|(_, (_, value))| flag(value, "exception") || value.get("error").is_some())
            .map(|(id, _)| id)
    }

    fn reference(&self, value: &Value) -> anyhow::Result<ShapeId> {
        let name = text(value, "shape").context("`shape` is missing")?;
        self.ids
            .get(name)
            .copied()
            .with_context(|| format!("there is no shape `{name}`"))
    }

    fn target(&self, id: ShapeId) -> &'a Value {
        self.values
            .get(id.0 as usize)
            .map_or(&Value::Null, |(_, value)| value)
    }

    fn read_all(&mut self) -> anyhow::Result<Vec<Shape>> {
        let mut shapes = Vec::new();
        for (name, value) in self.values.clone() {
            let kind = self
                .kind(value)
                .with_context(|| format!("in the shape `{name}`"))?;
            shapes.push(Shape {
                name: name.clone(),
                kind,
            });
        }
        let mut more: Vec<_> = self.json_values.iter().collect();
        more.sort_by_key(|(_, id)| **id);
        for (name, _) in more {
            let kind = ShapeKind::String {
                values: Vec::new(),
                json_value: true,
            };
            shapes.push(Shape {
                name: (*name).to_owned(),
                kind,
            });
        }
        Ok(shapes)
    }

    fn kind(&mut self, value: &'a Value) -> anyhow::Result<ShapeKind> {
        let kind = text(value, "type").context("`type` is missing")?;
        let flattened = flag(value, "flattened");
        Ok(match kind {
            "structure" if flag(value, "document") => ShapeKind::Document,
            "structure" => ShapeKind::Structure(self.structure(value)?),
            "list" => ShapeKind::List {
                member: self.item(value, "member")?,
                flattened,
            },
            "map" => ShapeKind::Map {
                key: self.item(value, "key")?,
                value: self.item(value, "value")?,
                flattened,
            },
            "string" | "character" => ShapeKind::String {
                values: super::json::texts(value, "enum"),
                json_value: flag(value, "jsonvalue"),
            },
            "boolean" => ShapeKind::Boolean,
            "integer" => ShapeKind::Integer,
            "long" => ShapeKind::Long,
            "float" => ShapeKind::Float,
            "double" => ShapeKind::Double,
            "blob" => ShapeKind::Blob {
                streaming: flag(value, "streaming"),
            },
            "timestamp" => ShapeKind::Timestamp {
                format: timestamp_format(value)?,
            },
            other => anyhow::bail!("the type `{other}` is not known"),
        })
    }

    fn item(&mut self, value: &'a Value, key: &str) -> anyhow::Result<Member> {
        let reference = value
            .get(key)
            .with_context(|| format!("`{key}` is missing"))?;
        self.member("", reference, false)
    }

    fn structure(&mut self, value: &'a Value) -> anyhow::Result<Structure> {
        let required = super::json::texts(value, "required");
        let mut members = Vec::new();
        for (name, reference) in entries(value, "members") {
            let member = self.member(name, reference, required.contains(name));
            members.push(member.with_context(|| format!("in the member `{name}`"))?);
        }
        let position = |name: &str| members.iter().position(|m| m.name == name);
        let payload = text(value, "payload").and_then(position);
        let error = value.get("error");
        let status = error
            .and_then(|e| e.get("httpStatusCode"))
            .and_then(Value::as_u64);
        let sender_fault = error
            .and_then(|e| e.get("senderFault"))
            .and_then(Value::as_bool);
        Ok(Structure {
            payload: payload.and_then(|n| u32::try_from(n).ok()),
            members,
            union: flag(value, "union"),
            event_stream: flag(value, "eventstream"),
            error_code: error.and_then(|e| owned(e, "code")),
            error_status: status.and_then(|s| u16::try_from(s).ok()),
            sender_fault: sender_fault.or_else(|| flag(value, "fault").then_some(false)),
        })
    }

    /// A member has the serialisation traits of its shape unless it has its own.
    ///
    /// Source: botocore 1.44.5, `model.py`, `ShapeResolver.resolve_shape_ref`.
    fn member(&mut self, name: &str, value: &'a Value, required: bool) -> anyhow::Result<Member> {
        let id = self.reference(value)?;
        let target = self.target(id);
        let location_name = owned(value, "locationName").or_else(|| owned(target, "locationName"));
        let namespace = value
            .get("xmlNamespace")
            .or_else(|| target.get("xmlNamespace"));
        Ok(Member {
            name: name.to_owned(),
            shape: if flag(value, "jsonvalue") {
                self.json_value(value, id)
            } else {
                id
            },
            location_name: location_name.filter(|wire| wire != name).map(Into::into),
            query_name: owned(value, "queryName").map(Into::into),
            location: location(value)?,
            required,
            xml_attribute: flag(value, "xmlAttribute") || flag(target, "xmlAttribute"),
            xml_namespace: namespace.and_then(xml_namespace).map(Box::new),
            flattened: flag(value, "flattened"),
            streaming: flag(value, "streaming"),
            timestamp_format: timestamp_format(value)?,
            idempotency_token: flag(value, "idempotencyToken"),
            sensitive: flag(value, "sensitive") || flag(target, "sensitive"),
            host_label: flag(value, "hostLabel"),
            event_payload: flag(value, "eventpayload"),
            event_header: flag(value, "eventheader"),
        })
    }

    fn json_value(&mut self, reference: &'a Value, id: ShapeId) -> ShapeId {
        let Some(name) = text(reference, "shape") else {
            return id;
        };
        let next = u32::try_from(self.values.len() + self.json_values.len()).unwrap_or(u32::MAX);
        *self.json_values.entry(name).or_insert(ShapeId(next))
    }
}

fn location(value: &Value) -> anyhow::Result<Location> {
    Ok(match text(value, "location") {
        None => Location::Body,
        Some("uri") => Location::Uri,
        Some("querystring") => Location::Query,
        Some("header") => Location::Header,
        Some("headers") => Location::Headers,
        Some("statusCode") => Location::StatusCode,
        Some(other) => anyhow::bail!("the location `{other}` is not known"),
    })
}

fn timestamp_format(value: &Value) -> anyhow::Result<Option<TimestampFormat>> {
    Ok(match text(value, "timestampFormat") {
        None => None,
        Some("iso8601") => Some(TimestampFormat::Iso8601),
        Some("rfc822") => Some(TimestampFormat::Rfc822),
        Some("unixTimestamp") => Some(TimestampFormat::Unix),
        Some(other) => anyhow::bail!("the timestamp format `{other}` is not known"),
    })
}

fn xml_namespace(value: &Value) -> Option<(Option<String>, String)> {
    match value.as_str() {
        Some(uri) => Some((None, uri.to_owned())),
        None => Some((owned(value, "prefix"), owned(value, "uri")?)),
    }
}
