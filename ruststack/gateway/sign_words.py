"""In which words services other than S3 refuse a signature: each family of protocols has a status and codes of its own.

Source: for JSON, answers of Cloud9 (iann0036/cloud9-sync#10) and Cognito (ArranJacques/laravel-aws-cognito-auth#25),
both 400; for REST, of Lambda (erlcloud/erlcloud#690) and EKS, both 403; for queries, of SQS (ex-aws/ex_aws#220) and the
"Common errors" pages of the SQS and IAM references; for DynamoDB, architect/dynalite's tests, recorded from DynamoDB,
and its developer guide, Programming.Errors. Five minutes: answers of API Gateway and EKS; fifteen: of DynamoDB.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from ruststack.core.errors import ServiceError

_CORAL: Final = "com.amazon.coral.service"
_IN_QUERIES: Final = {
    "IncompleteSignatureException": ("IncompleteSignature", 400),
    "InvalidSignatureException": ("SignatureDoesNotMatch", 403),
    "MissingAuthenticationTokenException": ("MissingAuthenticationToken", 403),
    "UnrecognizedClientException": ("InvalidClientTokenId", 403),
}


class Words(NamedTuple):
    """A family: the status of its refusals, what stands before their codes, and how old a signature may be.

    ``codes`` are those that have another name and status of their own. ``hides`` says that what was sent as
    Authorization is told by its hash.
    """

    status: int
    missing: str = "Missing Authentication Token"
    namespace: str = ""
    codes: Mapping[str, tuple[str, int]] = {}
    minutes: int = 5
    hides: bool = True

    def of(self, error: ServiceError) -> ServiceError:
        """An error of `sign_errors` as this family tells it."""
        if error.code == "MissingAuthenticationTokenException":
            error.message = self.missing
        error.code, error.status = self.codes.get(error.code, (error.code, self.status))
        error.namespace = self.namespace
        return error


DYNAMODB: Final = Words(400, "Request is missing Authentication Token", _CORAL, minutes=15, hides=False)
REST: Final = Words(403)
_QUERY: Final = Words(403, "Request is missing Authentication Token", codes=_IN_QUERIES, minutes=15)
_BY_PROTOCOL: Final = {"json": Words(400), "query": _QUERY, "ec2": _QUERY, "rest-xml": _QUERY}


def words_of(service: str, protocol: str) -> Words:
    """How a service refuses, by botocore's name of it and of the protocol."""
    return DYNAMODB if service in ("dynamodb", "dynamodbstreams") else _BY_PROTOCOL.get(protocol, REST)
