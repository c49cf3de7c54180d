"""Where code can be downloaded: the links that GetFunction and GetLayerVersion give, and what answers them.

AWS links to a bucket of its own; here the links lead to this server. They are signed, and good for ten minutes.
Source: API_FunctionCodeLocation ("A presigned URL that you can use to download the deployment package");
API_LayerVersionContentOutput; the developer guide: "The presigned URL is valid for 10 minutes".
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, unquote

from ruststack.core.sigv4 import Signatory, presigned
from ruststack.kit import Context, Request, Response
from ruststack.services.lambda_.names import Named
from ruststack.services.lambda_.state import Code, LambdaState, LayerVersion, Version

_PREFIX: Final = "/2015-03-31/code/"
_VALID_S: Final = 600
_DEFAULT_ACCOUNT: Final = "000000000000"
_UNSIGNED: Final = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>'
)
_MISSING: Final = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b"<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>"
)


def function_location(ctx: Context, which: Named, version: Version) -> str:
    """A link to a version's code; for code that is used in place, its folder."""
    if version.code.folder:
        return f"file://{version.code.folder}"
    return _link(ctx, which.account, which.region, "functions", which.name, version.number)


def layer_location(ctx: Context, layer: LayerVersion) -> str:
    """A link to a layer version's content; for a folder in place, the folder."""
    if layer.code.folder:
        return f"file://{layer.code.folder}"
    _, _, _, region, account, _, name, number = layer.arn.split(":")
    return _link(ctx, account, region, "layers", name, number)


def _link(ctx: Context, *steps: str) -> str:
    path = "/".join(quote(step, safe="") for step in steps)
    account, region = steps[:2]
    settings = ctx.world.settings
    is_own = account == _DEFAULT_ACCOUNT and not settings.access_key_id.isdigit()
    who = Signatory(settings.access_key_id if is_own else account, settings.secret_access_key, region, "lambda")
    return presigned(f"{base_url(ctx)}{_PREFIX}{path}", who, ctx.clock.now(), _VALID_S)


def base_url(ctx: Context) -> str:
    """This server, as the client of this request reaches it."""
    host = ctx.request.headers.get("host") if ctx.request is not None else None
    if host:
        return f"http://{host}"
    return ctx.live.endpoint if ctx.world.live is not None else "http://localhost"


def download(ctx: Context, request: Request) -> Response | None:
    """The code that a link leads to; None for a request that is none. The gateway has checked what signature there is,
    and asks for one only where it is told to: without one there is no code here.
    """
    if request.method not in ("GET", "HEAD") or not request.path.startswith(_PREFIX):
        return None
    steps = [unquote(step) for step in request.path.removeprefix(_PREFIX).split("/")]
    if len(steps) == 5 and "X-Amz-Signature" not in request.params:
        return Response(403, [("Content-Type", "application/xml")], _UNSIGNED)
    code = _linked(ctx, steps) if len(steps) == 5 else None
    if code is None or code.archive is None:
        return Response(404, [("Content-Type", "application/xml")], _MISSING)
    return Response(200, [("Content-Type", "application/zip")], code.archive)


def _linked(ctx: Context, steps: list[str]) -> Code | None:
    account, region, kind, name, number = steps
    state = ctx.world.standing("lambda", account, region)
    return _in_state(state, kind, name, number) if state is not None else None


def _in_state(state: LambdaState, kind: str, name: str, number: str) -> Code | None:
    if kind == "functions" and name in state.functions:
        version = state.functions[name].version(number)
        return version.code if version is not None else None
    if kind == "layers" and name in state.layers and number.isdecimal():
        layer = state.layers[name].versions.get(int(number))
        return layer.code if layer is not None else None
    return None
