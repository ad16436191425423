"""Writes requests.json: requests as botocore serialises them, with the parameters they came from.

    python make.py            rewrites the file beside this one
    python make.py --check    says whether it would change

Nothing goes over a network. Parameters are converted to the form that rolecall-protocol hands out:
base64 for blobs, seconds for timestamps, no payload blob.
"""

import base64
import json
import pathlib
import sys
import urllib.parse

import botocore.session
from botocore.awsrequest import prepare_request_dict
from botocore.model import ServiceModel
from botocore.serialize import create_serializer

from cases import REQUESTS

OUTPUT = pathlib.Path(__file__).with_name("requests.json")
LOADER = botocore.session.get_session().get_component("data_loader")


def service_model(name):
    return ServiceModel(LOADER.load_service_model(name, "service-2"), name)


def convert(value, shape):
    """A botocore value as rolecall-protocol hands it out."""
    if getattr(shape, "is_document_type", False):
        return value
    kind = shape.type_name
    if kind == "structure":
        return {k: convert(v, shape.members[k]) for k, v in value.items()}
    if kind == "list":
        return [convert(v, shape.member) for v in value]
    if kind == "map":
        return {k: convert(v, shape.value) for k, v in value.items()}
    if kind == "blob":
        data = value.encode() if isinstance(value, str) else value
        return base64.b64encode(data).decode()
    if kind == "timestamp":
        seconds = value.timestamp()
        return int(seconds) if seconds == int(seconds) else seconds
    return value


def expected(params, operation):
    shape = operation.input_shape
    if shape is None:
        return {}
    converted = convert(params, shape)
    payload = shape.serialization.get("payload")
    if payload and shape.members[payload].type_name == "blob":
        converted.pop(payload, None)
    return converted


def case(service, name, params, protocol=None):
    model = service_model(service)
    if protocol == "smithy-rpc-v2-cbor":
        # The target prefix is the service's name in the path of CBOR requests.
        model.metadata.setdefault("targetPrefix", service)
    operation = model.operation_model(name)
    protocol = protocol or model.resolved_protocol
    request = create_serializer(protocol, include_validation=False).serialize_to_request(params, operation)
    prepare_request_dict(request, "https://service.example.com")
    body = request["body"]
    if isinstance(body, dict):
        body = urllib.parse.urlencode(body, doseq=True)
    body = body.encode() if isinstance(body, str) else body
    url = urllib.parse.urlsplit(request["url"])
    return {
        "service": service,
        "operation": name,
        "protocol": protocol,
        "method": request["method"],
        "path": url.path,
        "query": url.query,
        "headers": {k.lower(): str(v) for k, v in sorted(request["headers"].items())},
        "body": base64.b64encode(body).decode(),
        "params": expected(params, operation),
    }


def main():
    cases = [case(*arguments) for arguments in REQUESTS]
    text = json.dumps(cases, indent=1, sort_keys=True, default=str) + "\n"
    if "--check" in sys.argv:
        sys.exit(0 if OUTPUT.read_text() == text else "requests.json is out of date: run make.py")
    OUTPUT.write_text(text)
    print(f"{len(cases)} requests")


if __name__ == "__main__":
    main()
