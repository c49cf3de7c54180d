"""Requests that the service model does not know: preflights, browsers' forms, and visits to a website."""

from __future__ import annotations

from ruststack.kit import Context, Instead, Request, Response
from ruststack.services.s3 import cors_requests, post_object, website_serving


def intercept(ctx: Context, request: Request) -> Response | Instead | None:
    """Answer what is not an operation of the model; None for everything else."""
    if request.host_bucket is not None and website_serving.is_website(request):
        return website_serving.serve(ctx, request)
    if request.method == "OPTIONS":
        return cors_requests.preflight(ctx, request)
    if request.method == "POST" and post_object.is_form(request):
        return post_object.posted(ctx, request)
    return None
