//! botocore's names for protocols.

use rolecall_catalog::{ProtocolName, Service};

/// A protocol by botocore's name for it.
pub(crate) fn protocol(service: &Service, name: &str) -> ProtocolName {
    match name {
        "query" => ProtocolName::Query,
        "ec2" => ProtocolName::Ec2,
        "json" if service.protocols.contains(&ProtocolName::Json11) => ProtocolName::Json11,
        "json" => ProtocolName::Json10,
        "rest-json" => ProtocolName::RestJson,
        "rest-xml" => ProtocolName::RestXml,
        "smithy-rpc-v2-cbor" => ProtocolName::RpcV2Cbor,
        other => panic!("unknown protocol {other}"),
    }
}
