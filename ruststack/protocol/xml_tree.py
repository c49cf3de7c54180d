"""XML documents from strangers: parsed by expat into a small tree, with nothing of a DTD and bounded depth and size."""

from __future__ import annotations

from pyexpat import ExpatError, ParserCreate, XMLParserType

MAX_DEPTH = 64
MAX_ELEMENTS = 500_000
MAX_SIZE_BYTES = 32 * 1024 * 1024


class NotXml(ValueError):
    """The document is not well-formed, or uses what no AWS request needs (a DTD, entities, absurd depth or size)."""


class Element:
    """An element: local name, attributes by name as written, children in order, and its own text."""

    __slots__ = ("attributes", "children", "name", "text")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.children: list[Element] = []
        self.text = ""


class _Builder:
    """Collects expat's events into a tree."""

    def __init__(self) -> None:
        self.root: Element | None = None
        self.open: list[Element] = []
        self.count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if len(self.open) >= MAX_DEPTH or self.count > MAX_ELEMENTS:
            raise NotXml("too deep or too many elements")
        element = Element(name.rpartition(":")[2], attributes)
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)

    def end(self, _name: str) -> None:
        self.open.pop()

    def text(self, data: str) -> None:
        element = self.open[-1]
        element.text = element.text + data if element.text else data


def _refuse(*_arguments: object) -> int:
    raise NotXml("a DTD or an entity")


def _parser(builder: _Builder) -> XMLParserType:
    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.ExternalEntityRefHandler = _refuse
    return parser


def parse(document: bytes) -> Element:
    """The root element. Raises NotXml."""
    if len(document) > MAX_SIZE_BYTES:
        raise NotXml("too large")
    builder = _Builder()
    try:
        _parser(builder).Parse(document, True)
    except (ExpatError, LookupError, ValueError) as error:
        raise NotXml(str(error)) from error
    assert builder.root is not None, "expat accepts no document without a root"
    return builder.root
