"""The Tagging document that a browser's form carries in one of its fields."""

from __future__ import annotations

from xml.etree import ElementTree

from ruststack.services.s3 import object_tags
from ruststack.services.s3.errors import MalformedXML


def read(text: str) -> dict[str, str]:
    """The tags of a Tagging document. Raises MalformedXML, InvalidTag. Source: recorded answers of PostObject."""
    if "<!" in text:
        raise MalformedXML()
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError:
        raise MalformedXML() from None
    tag_set = next((child for child in root if _local(child) == "TagSet"), None)
    if _local(root) != "Tagging" or tag_set is None:
        raise MalformedXML()
    return dict(object_tags.checked([_tag(element) for element in tag_set]))


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _tag(element: ElementTree.Element) -> dict[str, str]:
    members = {_local(child): child.text or "" for child in element}
    if _local(element) != "Tag" or members.keys() != {"Key", "Value"}:
        raise MalformedXML()
    return members
