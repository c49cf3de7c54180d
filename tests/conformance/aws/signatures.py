"""The double's doorkeeper: signatures are checked by botocore's own signer, for the host, region and service asked."""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

# Services whose host names no region, and the region that they are signed for.
_GLOBAL = {"iam.amazonaws.com": ("iam", "us-east-1"), "sts.amazonaws.com": ("sts", "us-east-1")}
_HOST = re.compile(r"(?:(?P<bucket>.+)\.)?(?P<service>[a-z0-9-]+)\.(?P<region>[a-z]{2}-[a-z]+-\d)\.amazonaws\.com")
_AUTHORIZATION = re.compile(r"AWS4-HMAC-SHA256 Credential=(\S+?),\s*SignedHeaders=(\S+?),\s*Signature=([0-9a-f]{64})")


class Refused(Exception):
    """The request is not signed as AWS wants it; ``code`` is AWS's."""

    def __init__(self, code, why):
        super().__init__(f"{code}: {why}")
        self.code = code


@dataclass(frozen=True)
class Place:
    """What a host name means: the service, its region, and of S3 the bucket before it."""

    service: str
    region: str
    bucket: str = ""


def place_of(host):
    """Raises KeyError for a host that AWS does not have."""
    if host in _GLOBAL:
        return Place(*_GLOBAL[host])
    if host == "s3.amazonaws.com" or host.endswith(".s3.amazonaws.com"):
        return Place("s3", "us-east-1", host.removesuffix("s3.amazonaws.com").rstrip("."))
    found = _HOST.fullmatch(host)
    if not found or (found["bucket"] and found["service"] != "s3"):
        raise KeyError(host)
    return Place(found["service"], found["region"], found["bucket"] or "")


def access_key(method, target, headers, body, place, keys):
    """The key that signed; empty for an unsigned request. ``keys`` holds (secret, token) by key. Raises Refused."""
    host = headers["host"]
    query = dict(parse_qsl(target.partition("?")[2], keep_blank_values=True))
    if "X-Amz-Signature" in query:
        credential, names, proof = query["X-Amz-Credential"], query["X-Amz-SignedHeaders"], query["X-Amz-Signature"]
        stamp, token = query["X-Amz-Date"], query.get("X-Amz-Security-Token")
    elif "authorization" in headers:
        found = _AUTHORIZATION.fullmatch(headers["authorization"])
        if not found:
            raise Refused("IncompleteSignature", "the Authorization header cannot be read")
        credential, names, proof = found.groups()
        stamp, token = headers.get("x-amz-date", ""), headers.get("x-amz-security-token")
    else:
        return ""
    key, date, region, service, end = credential.split("/")
    if (region, service, end) != (place.region, place.service, "aws4_request") or date != stamp[:8]:
        raise Refused("SignatureDoesNotMatch", f"the scope {credential} is not that of {host}")
    if abs((datetime.now(UTC) - datetime.strptime(stamp, "%Y%m%dT%H%M%S%z")).total_seconds()) > 900:
        raise Refused("RequestTimeTooSkewed", stamp)
    if key not in keys:
        raise Refused("InvalidClientTokenId", key)
    secret, wanted = keys[key]
    if token != wanted:
        raise Refused("InvalidToken", "the token is not that of the key")
    if "host" not in names.split(";"):
        raise Refused("SignatureDoesNotMatch", "Host is not signed")
    _check_payload(headers, body)
    right = _signature(method, target, headers, names, body, Credentials(key, secret), place, stamp, "X-Amz-" in target)
    if right != proof:
        raise Refused("SignatureDoesNotMatch", f"{method} {host}{target}")
    return key


def _check_payload(headers, body):
    said = headers.get("x-amz-content-sha256", "UNSIGNED-PAYLOAD")
    if len(said) == 64 and hashlib.sha256(body).hexdigest() != said:
        raise Refused("XAmzContentSHA256Mismatch", "the body is not what was signed")


def _signature(method, target, headers, names, body, keys, place, stamp, is_query):
    is_s3 = place.service == "s3"
    signer = {(True, False): S3SigV4Auth, (True, True): S3SigV4QueryAuth, (False, True): SigV4QueryAuth}
    auth = signer.get((is_s3, is_query), SigV4Auth)(keys, place.service, place.region)
    path, _, query = target.partition("?")
    query = "&".join(each for each in query.split("&") if not each.startswith("X-Amz-Signature="))
    signed = {name: headers.get(name, "") for name in names.split(";")}
    request = AWSRequest(method, f"https://{headers['host']}{path}" + (f"?{query}" if query else ""), signed, body)
    request.context["timestamp"] = stamp
    return auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
