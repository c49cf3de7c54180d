"""Client certificates, by which backends may know the gateway. None is shown to a backend here.

Source: API_GenerateClientCertificate; Developer Guide, "Generate and configure an SSL certificate for backend
authentication".
"""

from __future__ import annotations

from typing import Final

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway import patches
from ruststack.services.apigateway.certificates import self_signed
from ruststack.services.apigateway.errors import BadRequestException, ClientCertificateNotFound
from ruststack.services.apigateway.members import members
from ruststack.services.apigateway.pages import page
from ruststack.services.apigateway.patches import REPLACE, Rule
from ruststack.services.apigateway.state import ClientCertificate
from ruststack.services.apigateway.tag_rules import check_tags

_LIFE_S: Final = 365 * 24 * 60 * 60
_SUBJECT: Final = {
    "C": "US",
    "ST": "Washington",
    "L": "Seattle",
    "O": "Amazon.com",
    "OU": "ApiGateway",
    "CN": "ApiGateway",
}
RULES: Final = {"/description": Rule(REPLACE, patches.text("description"))}


@operation("GenerateClientCertificate")
def generate_client_certificate(ctx: Context, req: Input) -> Output:
    """A certificate for a year, of a new key that is not kept.

    Raises BadRequestException. Unknown: the subject's names; a generated certificate would tell.
    """
    tags = check_tags(req.get("tags")) or None
    made = int(ctx.clock.now())
    pem = self_signed(ctx.ids.hex, _SUBJECT, made, made + _LIFE_S)
    certificate = ClientCertificate(ctx.ids.lower(6), pem, made, made + _LIFE_S, req.get("description") or None, tags)
    ctx.state.client_certificates[certificate.client_certificate_id] = certificate
    return members(certificate)


def _found(ctx: Context, req: Input) -> ClientCertificate:
    """Raises ClientCertificateNotFound."""
    certificate: ClientCertificate | None = ctx.state.client_certificates.get(req["clientCertificateId"])
    if certificate is None:
        raise ClientCertificateNotFound()
    return certificate


@operation("GetClientCertificate")
def get_client_certificate(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException.  Source: API_GetClientCertificate"""
    return members(_found(ctx, req))


@operation("GetClientCertificates")
def get_client_certificates(ctx: Context, req: Input) -> Output:
    """Raises BadRequestException.  Source: API_GetClientCertificates"""
    return page(req, ctx.state.client_certificates, members)


@operation("UpdateClientCertificate")
def update_client_certificate(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException, BadRequestException.  Source: API_UpdateClientCertificate"""
    changed = patches.patched(_found(ctx, req), req, RULES, patches.by_operation)
    ctx.state.client_certificates[changed.client_certificate_id] = changed
    return members(changed)


@operation("DeleteClientCertificate")
def delete_client_certificate(ctx: Context, req: Input) -> Output:
    """One that a stage uses stays.

    Raises NotFoundException, BadRequestException.  Source: API_DeleteClientCertificate
    """
    name = _found(ctx, req).client_certificate_id
    for api in ctx.state.apis.values():
        for stage in api.stages.values():
            if stage.client_certificate_id == name:
                # Unknown: AWS's words; a DeleteClientCertificate of one that a stage uses would tell.
                raise BadRequestException(f"Client certificate {name} is used by stage {api.id}:{stage.stage_name}")
    del ctx.state.client_certificates[name]
    return {}
