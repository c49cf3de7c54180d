"""The policies that the scenarios use: whom a role trusts, what a policy allows."""

from __future__ import annotations

import json

MISSING = "NoSuchEntity"
EXISTS = "EntityAlreadyExists"
CONFLICT = "DeleteConflict"
INVALID = "ValidationError"
MALFORMED = "MalformedPolicyDocument"
LIMIT = "LimitExceeded"


def trust(service: str = "lambda.amazonaws.com") -> str:
    """An assume-role policy for a service."""
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def allow(action: str = "s3:GetObject", resource: str = "*") -> str:
    """A policy of one statement."""
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
