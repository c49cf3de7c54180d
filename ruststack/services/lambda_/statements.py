"""Statements of resource policies, as Lambda writes them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from ruststack.core.arn import partition_of
from ruststack.kit import Context, Input
from ruststack.services.lambda_.errors import (
    InvalidParameterValueException,
    PolicyLengthExceededException,
    ResourceConflictException,
)
from ruststack.services.lambda_.limits import POLICY_BYTES

Statement = dict[str, Any]

_ACCOUNT: Final = re.compile(r"\d{12}")
_SERVICE: Final = re.compile(r"[a-zA-Z0-9.-]+\.(amazonaws\.com(\.cn)?|amazon\.com|aws\.internal)")
_ROLE: Final = re.compile(r"arn:aws[a-z-]*:(iam|sts)::(\d{12}|aws):.+")


def statement(ctx: Context, req: Input, resource: str) -> Statement:
    """What AddPermission's members come down to. Raises InvalidParameterValueException."""
    made: Statement = {
        "Sid": req["StatementId"],
        "Effect": "Allow",
        "Principal": principal(ctx, req["Principal"]),
        "Action": req["Action"],
        "Resource": resource,
    }
    condition = _condition(req)
    if condition:
        made["Condition"] = condition
    return made


def principal(ctx: Context, given: str) -> Any:
    """Raises InvalidParameterValueException."""
    if given == "*":
        return "*"
    if _ACCOUNT.fullmatch(given):
        return {"AWS": f"arn:{partition_of(ctx.region)}:iam::{given}:root"}
    if _ROLE.fullmatch(given):
        return {"AWS": given}
    if _SERVICE.fullmatch(given):
        return {"Service": given}
    raise InvalidParameterValueException(
        "The provided principal was invalid. Please check the principal and try again."
    )


def _condition(req: Input) -> dict[str, Any]:
    equals = {
        key: req[name]
        for name, key in (
            ("SourceAccount", "AWS:SourceAccount"),
            ("EventSourceToken", "lambda:EventSourceToken"),
            ("FunctionUrlAuthType", "lambda:FunctionUrlAuthType"),
            ("PrincipalOrgID", "aws:PrincipalOrgID"),
        )
        if req.get(name)
    }
    condition: dict[str, Any] = {"StringEquals": equals} if equals else {}
    if req.get("SourceArn"):
        condition["ArnLike"] = {"AWS:SourceArn": req["SourceArn"]}
    if req.get("InvokedViaFunctionUrl") is not None:
        condition["Bool"] = {"lambda:InvokedViaFunctionUrl": str(req["InvokedViaFunctionUrl"]).lower()}
    return condition


def added(statements: Mapping[str, Statement], new: Statement) -> dict[str, Statement]:
    """All statements with another one. Raises ResourceConflictException, PolicyLengthExceededException."""
    if new["Sid"] in statements:
        raise ResourceConflictException(
            f"The statement id ({new['Sid']}) provided already exists. "
            "Please provide a new statement id, or remove the existing statement."
        )
    after = {**statements, new["Sid"]: new}
    size = len(document(after.values()))
    if size > POLICY_BYTES:
        # Source: the words that AWS answers, as users report them.
        raise PolicyLengthExceededException(
            f"The final policy size ({size}) is bigger than the limit ({POLICY_BYTES})."
        )
    return after


def document(statements: Iterable[Statement]) -> str:
    """A policy of these statements."""
    return dump({"Version": "2012-10-17", "Id": "default", "Statement": list(statements)})


def dump(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
