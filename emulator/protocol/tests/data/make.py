"""Writes requests.json: requests as botocore serialises them, with the parameters they came from.

    python make.py            rewrites the file beside this one
    python make.py --check    says whether it would change
    python make.py --all REQUESTS ANSWERS
                              writes random requests and answers for every operation of botocore,
                              for the examples `parse_requests` and `write_responses`

Nothing goes over a network. Parameters are converted to the form that rolecall-protocol hands out:
base64 for blobs, seconds for timestamps, no payload blob: that is a field of its own. They keep the
order in which botocore serialised them, so that our own serialiser can be held against the bytes.
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
from random_params import Generator

OUTPUT = pathlib.Path(__file__).with_name("requests.json")
# Their deprecated members `Event` and `Events` have one name on the wire; the response headers of
# SendApiAsset are all headers whatsoever.
AMBIGUOUS = {"PutBucketNotification", "GetBucketNotification", "SendApiAsset"}
LOADER = botocore.session.get_session().get_component("data_loader")


def service_model(name):
    """The model as it is published, without what botocore adds for its users."""
    version = LOADER.determine_latest_version(name, "service-2")
    return ServiceModel(LOADER.load_data(f"{name}/{version}/service-2"), name)


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


def payload_blob(params, operation):
    """The blob that is the whole body, in base64."""
    shape = operation.input_shape
    payload = shape.serialization.get("payload") if shape else None
    if payload in params and shape.members[payload].type_name == "blob":
        return {payload: convert(params[payload], shape.members[payload])}
    return {}


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
        "host": url.netloc,
        "path": url.path,
        "query": url.query,
        "headers": {k.lower(): str(v) for k, v in sorted(request["headers"].items())},
        "body": base64.b64encode(body).decode(),
        "params": expected(params, operation),
        "payload": payload_blob(params, operation),
        "host_labels": host_labels(params, operation),
    }


def host_labels(params, operation):
    if operation.input_shape is None:
        return {}
    members = operation.input_shape.members.items()
    return {n: params[n] for n, s in members if s.serialization.get("hostLabel") and n in params}


def all_operations():
    """Every operation in every protocol of its service."""
    for service in LOADER.list_available_services("service-2"):
        model = service_model(service)
        protocols = model.metadata.get("protocols") or [model.metadata["protocol"]]
        for name in model.operation_names:
            if name not in AMBIGUOUS:
                for protocol in protocols:
                    yield service, model.operation_model(name), protocol


def random_requests():
    for service, operation, protocol in all_operations():
        shape = operation.input_shape
        generator = Generator(f"{service} {operation.name} {protocol}")
        params = generator.structure(shape, top=True) if shape else {}
        yield case(service, operation.name, params, protocol)


def random_answers():
    for service, operation, protocol in all_operations():
        shape = operation.output_shape
        # A 204 has no body, whatever the model binds there.
        if operation.has_event_stream_output or operation.http.get("responseCode") == 204:
            continue
        generator = Generator(f"{service} {operation.name} {protocol}", is_output=True)
        output = generator.structure(shape, top=True) if shape else {}
        answer = {"service": service, "operation": operation.name, "protocol": protocol}
        payload = shape.serialization.get("payload") if shape else None
        if payload and shape.members[payload].type_name == "blob":
            answer["payload"] = base64.b64encode(output.pop(payload, b"")).decode()
        yield {**answer, "output": convert(output, shape) if shape else {}}


def main():
    if "--all" in sys.argv:
        for file, generate in zip(sys.argv[2:], (random_requests, random_answers)):
            cases = list(generate())
            pathlib.Path(file).write_text(json.dumps(cases))
            print(f"{len(cases)} in {file}")
        return
    cases = [case(*arguments) for arguments in REQUESTS]
    text = json.dumps(cases, indent=1, default=str) + "\n"
    if "--check" in sys.argv:
        sys.exit(0 if OUTPUT.read_text() == text else "requests.json is out of date: run make.py")
    OUTPUT.write_text(text)
    print(f"{len(cases)} requests")


if __name__ == "__main__":
    main()
