"""Who asks, and which service is meant: told from credential scope, target, host, path and query alone.

Source: Signature Version 4 (credential scope: key id, date, region, service, aws4_request); S3's virtual hosting page.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from ruststack.core.http import Request

DEFAULT_ACCOUNT: Final = "000000000000"
DEFAULT_REGION: Final = "us-east-1"
_CACHED: Final = 4096
_DAY: Final = re.compile(r"[0-9]{8}")
# Every group of Lambda's operations has the day on which it came.
_LAMBDA: Final = re.compile(
    r"/20\d\d-\d\d-\d\d/(functions|event-source-mappings|layers|tags|account-settings|code-signing-configs|code"
    r"|capacity-providers|durable-executions|durable-execution-callbacks|resource-policy)(/|$)"
)

# botocore's names of services whose signing name, host or target prefix differs from them.
_BY_SIGNING_NAME: Final = {
    "execute-api": "apigateway",
    "states": "stepfunctions",
    "monitoring": "cloudwatch",
    "email": "ses",
    "s3express": "s3",
    "streams.dynamodb": "dynamodbstreams",
    "tagging": "resourcegroupstaggingapi",
    "es": "opensearch",
}
_BY_TARGET: Final = {
    "DynamoDB": "dynamodb",
    "DynamoDBStreams": "dynamodbstreams",
    "AmazonSQS": "sqs",
    "AmazonSSM": "ssm",
    "AWSEvents": "events",
    "AWSStepFunctions": "stepfunctions",
    "Kinesis": "kinesis",
    "Logs": "logs",
    "TrentService": "kms",
    "secretsmanager": "secretsmanager",
    "Firehose": "firehose",
}
_BY_VERSION: Final = {
    "2012-11-05": "sqs",
    "2010-03-31": "sns",
    "2011-06-15": "sts",
    "2010-05-08": "iam",
    "2010-05-15": "cloudformation",
    "2016-11-15": "ec2",
    "2010-12-01": "ses",
    "2010-08-01": "cloudwatch",
}


class Caller(NamedTuple):
    """What the credential says. ``service`` is botocore's name, empty when nothing named one.

    ``access_key`` is None for an anonymous request. ``date`` is the scope's day (YYYYMMDD), empty without a scope;
    ``is_complete`` says that a scope has all its parts.
    """

    access_key: str | None
    account: str
    region: str
    service: str
    signing_name: str = ""
    date: str = ""
    is_complete: bool = False


ANONYMOUS: Final = Caller(None, DEFAULT_ACCOUNT, DEFAULT_REGION, "")
_callers: dict[str, Caller] = {}


def caller_of(credential: str) -> Caller:
    """The caller of a credential ``KEY/20260101/us-east-1/s3/aws4_request``; missing pieces take their defaults."""
    known = _callers.get(credential)
    if known is None:
        if len(_callers) >= _CACHED:
            _callers.clear()
        known = _callers[credential] = _parse_credential(credential)
    return known


def _parse_credential(credential: str) -> Caller:
    # A key id may contain slashes; the four fields after it may not.
    pieces = credential.rsplit("/", 4)
    is_complete = len(pieces) == 5 and all(pieces) and _DAY.fullmatch(pieces[1]) and pieces[4] == "aws4_request"
    key, date, region, name = (*pieces, "", "", "", "")[:4]
    service = _BY_SIGNING_NAME.get(name, name)
    return Caller(key, account_of(key), region or DEFAULT_REGION, service, name, date, bool(is_complete))


def account_of(access_key: str) -> str:
    """Twelve digits are the account itself; every other key belongs to the default account."""
    return access_key if is_account(access_key) else DEFAULT_ACCOUNT


def is_account(access_key: str | None) -> bool:
    """Whether an access key is an account id."""
    return access_key is not None and len(access_key) == 12 and access_key.isascii() and access_key.isdigit()


def identify(request: Request) -> Caller:
    """Who asks for what. Sets ``request.host_bucket`` if the host names a bucket."""
    caller = credentials(request)
    service = caller.service
    if not service:
        service = _named_elsewhere(request)
        caller = Caller(caller.access_key, caller.account, caller.region, service, "", "")
    if service == "s3":
        request.host_bucket = bucket_of_host(request.headers.get("host", ""))
    elif service == "dynamodb" and request.headers.get("x-amz-target", "").startswith("DynamoDBStreams_"):
        # Clients of the streams sign as clients of the tables do.
        return caller._replace(service="dynamodbstreams")
    elif service == "apigateway" and request.path.startswith("/v2/"):
        return caller._replace(service="apigatewayv2")
    elif service == "apigateway" and request.path.startswith("/@connections/"):
        return caller._replace(service="apigatewaymanagementapi")
    return caller


def credentials(request: Request) -> Caller:
    """Who has signed a request, and for what, as its signature says; nobody without one."""
    authorization = request.headers.get("authorization")
    if authorization is not None:
        if authorization.startswith("AWS4-HMAC-SHA256"):
            start = authorization.find("Credential=") + 11
            if start > 10:
                end = authorization.find(",", start)
                return caller_of((authorization[start:end] if end > 0 else authorization[start:]).strip())
        elif authorization.startswith("AWS ") and "x-amz-target" not in request.headers:
            return _signed_the_old_way(authorization[4:].rpartition(":")[0].strip())
        return ANONYMOUS
    if "X-Amz-Credential=" in request.query:
        return caller_of(request.params.get("X-Amz-Credential", [""])[0])
    if "AWSAccessKeyId=" in request.query and "Signature=" in request.query:
        return _signed_the_old_way(request.params.get("AWSAccessKeyId", [""])[0])
    return ANONYMOUS


def _signed_the_old_way(key: str) -> Caller:
    """Signature Version 2 carries neither region nor service; only S3's own form of it is still in use."""
    return Caller(key, account_of(key), DEFAULT_REGION, "s3")


def _named_elsewhere(request: Request) -> str:
    target = request.headers.get("x-amz-target")
    if target is not None:
        if "." not in target:
            return "dynamodb"  # as what names nothing
        prefix = target.partition(".")[0].partition("_")[0]
        return _BY_TARGET.get(prefix, prefix.lower())
    first = request.headers.get("host", "").partition(".")[0]
    if first in (
        "apigateway",
        "dynamodb",
        "sqs",
        "sns",
        "lambda",
        "sts",
        "iam",
        "kinesis",
        "secretsmanager",
        "ssm",
        "events",
        "logs",
    ):
        return first
    if "Version=" in request.query and "Action=" in request.query:
        found = _BY_VERSION.get(request.params.get("Version", [""])[0])
        if found is not None:
            return found
    if _LAMBDA.match(request.path) is not None:
        return "lambda"
    return _by_root(request) if request.path == "/" and request.method != "GET" else "s3"


def _by_root(request: Request) -> str:
    """Who answers what names nothing and is no operation of S3's; services that speak JSON do so in one way."""
    kind = request.headers.get("content-type", "")
    if request.method == "POST" and kind.startswith("application/x-www-form-urlencoded"):
        return "sts"  # of the services with forms only this one answers what is unsigned: AssumeRoleWithWebIdentity
    if bucket_of_host(request.headers.get("host", "")) is not None or request.method == "HEAD":
        return "s3"
    if request.method == "POST" and kind.startswith(("application/json", "application/x-amz-json-1.0")):
        return "dynamodb"
    return "s3" if "origin" in request.headers or kind.startswith("multipart/form-data") else "dynamodb"


@lru_cache(_CACHED)
def bucket_of_host(host: str) -> str | None:
    """The bucket that a Host header names, or None.

    ``bucket.s3.localhost:4566``, ``bucket.s3.eu-west-1.localhost``, ``bucket.localhost:4566``,
    ``bucket.s3.localhost.localstack.cloud``, ``bucket.s3.eu-west-1.amazonaws.com``, ``bucket.s3-website.…``; bucket
    names may contain dots.
    """
    name = host.partition(":")[0]
    if not name or name.replace(".", "").isdigit():
        return None
    labels = name.lower().split(".")
    for index, label in enumerate(labels):
        if index and (label in _S3_LABELS or label.startswith("s3-")):
            return ".".join(labels[:index])
        if not index and (label in _S3_LABELS or label.startswith("s3-")) and len(labels) > 1:
            return None
    if len(labels) > 1 and labels[-1] == "localhost":
        return ".".join(labels[:-1])
    return None


_S3_LABELS: Final = frozenset({"s3", "s3-website", "s3-accelerate"})
