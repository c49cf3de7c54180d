"""AWS's service models as frozen operations and shapes."""

from ruststack.model.loader import load, service_names
from ruststack.model.operation import Discriminator, Operation, Segment, UriTemplate
from ruststack.model.service import ServiceModel
from ruststack.model.shape import Member, Shape

__all__ = [
    "Discriminator",
    "Member",
    "Operation",
    "Segment",
    "ServiceModel",
    "Shape",
    "UriTemplate",
    "load",
    "service_names",
]
