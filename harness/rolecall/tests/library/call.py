"""One signed call with nothing but Python: `call.py SERVICE OPERATION [NAME=VALUE...]`.

Knows where AWS is from the environment alone, as an SDK does. Prints the answer; an error goes to
stderr, with the exit status 1.
"""

import datetime
import hashlib
import hmac
import os
import sys
import urllib.error
import urllib.parse
import urllib.request

VERSIONS = {"sts": "2011-06-15", "sns": "2010-03-31"}


def signed(service, body):
    """The headers of a POST of this body to `/`, by Signature Version 4."""
    endpoint = urllib.parse.urlsplit(os.environ["AWS_ENDPOINT_URL"])
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    headers = {
        "content-type": "application/x-www-form-urlencoded; charset=utf-8",
        "host": endpoint.netloc,
        "x-amz-date": now,
    }
    if "AWS_SESSION_TOKEN" in os.environ:
        headers["x-amz-security-token"] = os.environ["AWS_SESSION_TOKEN"]
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    content = hashlib.sha256(body).hexdigest()
    request = "\n".join(["POST", "/", "", lines, names, content])
    scope = [now[:8], os.environ["AWS_REGION"], service, "aws4_request"]
    key = ("AWS4" + os.environ["AWS_SECRET_ACCESS_KEY"]).encode()
    for part in scope:
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    digest = hashlib.sha256(request.encode()).hexdigest()
    text = "\n".join(["AWS4-HMAC-SHA256", now, "/".join(scope), digest])
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    credential = "/".join([os.environ["AWS_ACCESS_KEY_ID"], *scope])
    headers["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={names}, Signature={signature}"
    )
    return headers


def main(service, operation, *parameters):
    pairs = [("Action", operation), ("Version", VERSIONS[service])]
    pairs += [parameter.split("=", 1) for parameter in parameters]
    body = urllib.parse.urlencode(pairs).encode()
    url = os.environ["AWS_ENDPOINT_URL"] + "/"
    request = urllib.request.Request(url, data=body, headers=signed(service, body))
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            print(answer.read().decode())
    except urllib.error.HTTPError as error:
        sys.exit(error.read().decode())


if __name__ == "__main__":
    main(*sys.argv[1:])
