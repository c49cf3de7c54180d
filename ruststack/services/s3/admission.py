"""What is judged before any handler: who may, and whether a document arrived as it was sent."""

from __future__ import annotations

from ruststack.kit import Context, Input
from ruststack.services.s3.access import authorize
from ruststack.services.s3.checksums import check_content_md5

# Their bodies are digested while they arrive, and judged when they are there.
_BODIES_OF_OBJECTS = frozenset(("PutObject", "UploadPart"))


def admit(ctx: Context, req: Input) -> None:
    """Let the request pass. Raises what ``authorize`` raises, BadDigest, InvalidDigest.

    Source: "Content-MD5 ... to verify that the request body was not corrupted in transit", as in
    API_PutBucketVersioning. Unknown: whether a bucket that does not exist is told first; a wrong digest sent to one
    would tell.
    """
    authorize(ctx, req)
    if ctx.request is None or ctx.operation in _BODIES_OF_OBJECTS:
        return
    # The header, because not every operation has a member for it: DeleteObjects has none.
    given = ctx.request.headers.get("content-md5")
    if given is not None and ctx.request.body.size:
        check_content_md5({"ContentMD5": given}, ctx.request.body)
