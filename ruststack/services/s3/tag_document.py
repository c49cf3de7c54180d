"""The Tagging document that a browser's form carries in one of its fields."""

from __future__ import annotations

from xml.parsers import expat

from ruststack.services.s3 import object_tags
from ruststack.services.s3.errors import MalformedXML

_TAG = ["Tagging", "TagSet", "Tag"]


def read(text: str) -> dict[str, str]:
    """The tags of a Tagging document. Raises MalformedXML, InvalidTag. Source: recorded answers of PostObject."""
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.data
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError:
        raise MalformedXML() from None
    if not reader.has_set or any(tag.keys() != {"Key", "Value"} for tag in reader.tags):
        raise MalformedXML()
    return dict(object_tags.checked(reader.tags))


def _refuse(*_: object) -> None:
    raise MalformedXML()


class _Reader:
    """Collects the tags while the parser goes through the document."""

    def __init__(self) -> None:
        self.path: list[str] = []
        self.tags: list[dict[str, str]] = []
        self.has_set = False

    def start(self, name: str, _: dict[str, str]) -> None:
        self.path.append(name.rpartition(" ")[2])
        if self.path == _TAG[:2]:
            self.has_set = True
        elif self.path == _TAG:
            self.tags.append({})
        elif self.path[:3] == _TAG and len(self.path) == 4:
            self.tags[-1][self.path[-1]] = ""
        elif self.path != _TAG[:1]:
            raise MalformedXML()

    def end(self, _: str) -> None:
        self.path.pop()

    def data(self, text: str) -> None:
        if len(self.path) == 4:
            self.tags[-1][self.path[-1]] += text
