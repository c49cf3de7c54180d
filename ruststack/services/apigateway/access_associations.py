"""VPC endpoints that may reach private custom domains. Source: API_CreateDomainNameAccessAssociation."""

from __future__ import annotations

from ruststack.core.arn import partition_of
from ruststack.kit import Context, Input, Output, operation
from ruststack.services.apigateway.errors import BadRequestException, ConflictException, NotFoundException
from ruststack.services.apigateway.members import members
from ruststack.services.apigateway.pages import page
from ruststack.services.apigateway.state import DomainNameAccessAssociation
from ruststack.services.apigateway.tag_rules import check_tags


@operation("CreateDomainNameAccessAssociation")
def create_domain_name_access_association(ctx: Context, req: Input) -> Output:
    """Raises BadRequestException, ConflictException.

    Unknown: AWS's words; an association with a public domain, and the same one twice, would tell.
    """
    arn, source = req["domainNameArn"], req["accessAssociationSource"]
    records = [domain.record for domain in ctx.state.domain_names.values()]
    record = next((each for each in records if each.domain_name_arn == arn and each.domain_name_id), None)
    if record is None:
        raise BadRequestException("Invalid domain name identifier specified")
    if any(
        (each.domain_name_arn, each.access_association_source) == (arn, source)
        for each in ctx.state.access_associations.values()
    ):
        raise ConflictException("The domain name access association already exists.")
    start = f"arn:{partition_of(ctx.region)}:apigateway:{ctx.region}:{ctx.account}"
    place = f"domainname/{record.domain_name}+{record.domain_name_id}/vpcesource/{source}"
    name = f"{start}:/domainnameaccessassociations/{place}"
    association = DomainNameAccessAssociation(
        name, arn, req["accessAssociationSourceType"], source, check_tags(req.get("tags")) or None
    )
    ctx.state.access_associations[name] = association
    return members(association)


@operation("GetDomainNameAccessAssociations")
def get_domain_name_access_associations(ctx: Context, req: Input) -> Output:
    """Raises BadRequestException.  Source: API_GetDomainNameAccessAssociations"""
    shown = {} if req.get("resourceOwner") == "OTHER_ACCOUNTS" else ctx.state.access_associations
    return page(req, shown, members)


@operation("DeleteDomainNameAccessAssociation")
def delete_domain_name_access_association(ctx: Context, req: Input) -> Output:
    """Raises NotFoundException. Unknown: AWS's words; an association that is not there would tell."""
    if ctx.state.access_associations.pop(req["domainNameAccessAssociationArn"], None) is None:
        raise NotFoundException("Invalid domain name access association identifier specified")
    return {}


@operation("RejectDomainNameAccessAssociation")
def reject_domain_name_access_association(ctx: Context, req: Input) -> Output:
    """The domain's owner ends an association; it must be that domain's.

    Raises NotFoundException.  Source: API_RejectDomainNameAccessAssociation
    """
    arn = req["domainNameAccessAssociationArn"]
    association = ctx.state.access_associations.get(arn)
    if association is None or association.domain_name_arn != req["domainNameArn"]:
        raise NotFoundException("Invalid domain name access association identifier specified")
    del ctx.state.access_associations[arn]
    return {}
