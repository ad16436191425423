"""Parses serialised responses with botocore and compares them with the answers they came from.

    python check_responses.py RESPONSES [ANSWERS]

RESPONSES is what `cargo test -p rolecall-protocol --test responses` wrote: `responses.json` in
`tmp` of the target folder. The answers are in answers.json beside this file; or both come from
the example `write_responses`, see there.
"""

import base64
import datetime
import functools
import json
import pathlib
import sys

from botocore.awsrequest import HeadersDict
from botocore.parsers import ResponseParserError, create_parser

from make import service_model

REQUEST_ID = "12345678-1234-4123-8123-123456789012"
cached_model = functools.cache(service_model)


def plain(value):
    """What botocore parsed, in the form of the answers."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plain(v) for v in value]
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime.datetime):
        seconds = value.timestamp()
        return int(seconds) if seconds == int(seconds) else seconds
    return value


def pruned(value):
    """Without empty lists and maps, which headers and flattened lists cannot say."""
    if isinstance(value, dict):
        value = {k: pruned(v) for k, v in value.items()}
        return {k: v for k, v in value.items() if v not in ({}, [])}
    if isinstance(value, list):
        return [v for v in map(pruned, value) if v not in ({}, [])]
    return value


def parse(written, protocol, shape):
    body = written["body"]
    raw = base64.b64decode(body[7:]) if body.startswith("base64:") else body.encode()
    response = {
        "status_code": written["status"],
        "headers": HeadersDict(written["headers"]),
        "body": raw,
        "context": {"operation_name": written["operation"]},
    }
    return plain(create_parser(protocol).parse(response, shape)), raw


def check_success(answer, written, operation, protocol):
    shape = operation.output_shape
    payload = shape.serialization.get("payload") if shape is not None else None
    if payload and shape.members[payload].type_name == "blob":
        # A client gets the body as a stream; the parser would decode it as text.
        body = written["body"]
        raw = base64.b64decode(body[7:]) if body.startswith("base64:") else body.encode()
        if raw != base64.b64decode(answer.get("payload", "")):
            return f"payload is {body!r}"
        written = {**written, "body": ""}
    parsed, raw = parse(written, protocol, shape)
    metadata = parsed.pop("ResponseMetadata")
    # Without an output, botocore's CBOR parser does not look at the headers.
    headless = protocol == "smithy-rpc-v2-cbor" and shape is None
    if not headless and metadata.get("RequestId") != REQUEST_ID:
        return f"request id is {metadata.get('RequestId')!r}"
    if payload and shape.members[payload].type_name == "blob":
        parsed.pop(payload, None)
    if (answer["service"], answer["operation"]) == ("s3", "GetBucketLocation"):
        # botocore reads it with a regular expression, in a handler.
        location = raw.decode().split("</LocationConstraint>")[0].rsplit(">")[-1]
        parsed = {"LocationConstraint": location}
    expected = dict(answer["output"])
    if operation.http["method"] != "HEAD":
        # The length of a body is the server's to know.
        for name, member in shape.members.items() if shape is not None else ():
            if member.serialization.get("name", "").lower() == "content-length":
                expected.pop(name, None)
    parsed, expected = pruned(parsed), pruned(expected)
    return None if parsed == expected else f"parsed {parsed}\n  wanted {expected}"


def check_error(answer, written, model, protocol):
    expect = answer["expect"]
    if written["status"] != expect["status"]:
        return f"status is {written['status']}, not {expect['status']}"
    parsed, _ = parse(written, protocol, model.operation_model(answer["operation"]).output_shape)
    metadata = parsed["ResponseMetadata"]
    code, message = parsed["Error"]["Code"], parsed["Error"]["Message"]
    wanted = expect.get("message", answer["error"]["message"])
    if (code, message) != (expect["code"], wanted):
        return f"parsed {code}: {message}"
    if metadata.get("RequestId") != REQUEST_ID:
        return f"request id is {metadata.get('RequestId')!r}"
    if "members" in expect:
        shape = model.shape_for(answer["error"].get("shape", answer["error"]["code"]))
        members, _ = parse(written, protocol, shape)
        found = {name: members.get(name) for name in expect["members"]}
        if found != expect["members"]:
            return f"parsed members {members}"
    return None


def main():
    committed = pathlib.Path(__file__).with_name("answers.json")
    file = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else committed
    answers = json.loads(file.read_text())
    responses = json.loads(pathlib.Path(sys.argv[1]).read_text())
    if len(answers) != len(responses):
        sys.exit(f"{len(responses)} responses for {len(answers)} answers")
    failures = 0
    for answer, written in zip(answers, responses):
        model = cached_model(answer["service"])
        operation = model.operation_model(answer["operation"])
        protocol = written["protocol"]
        try:
            if "error" in answer:
                failure = check_error(answer, written, model, protocol)
            else:
                failure = check_success(answer, written, operation, protocol)
        except (ResponseParserError, KeyError, ValueError, AttributeError) as error:
            failure = repr(error)
        if failure:
            failures += 1
            print(f"{answer['service']} {answer['operation']} ({protocol}): {failure}")
    print(f"{len(answers)} responses, {failures} not understood")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
