"""Faults, one at a time, in every dimension of an answer: the judge has to see each of them."""

import json
import re
from dataclasses import replace

LEAF = re.compile(rb"<([A-Za-z]+)>([^<]*)</\1>")
JSON_LEAF = re.compile(rb'"(\w+)":("[^"]*"|\d+|true)')


def sized(response, body):
    """The response with another body, and the length that goes with it."""
    headers = tuple((n, str(len(body)) if n == "Content-Length" else v) for n, v in response.headers)
    return replace(response, headers=headers, body=body)


def status_faults(response):
    for status in (200, 400, 403, 404, 500, 503):
        if status != response.status:
            yield f"status {status}", replace(response, status=status)
    yield "reason", replace(response, reason="Fine")


def header_faults(response):
    for position, (name, value) in enumerate(response.headers):
        others = response.headers[:position], response.headers[position + 1 :]
        if name != "Content-Length":
            yield f"{name} missing", replace(response, headers=(*others[0], *others[1]))
            yield f"{name} lower case", replace(response, headers=(*others[0], (swapped(name), value), *others[1]))
            yield f"{name} twice", replace(response, headers=(*response.headers, (name, value)))
            yield f"{name} renamed", replace(response, headers=(*others[0], (f"{name}-x", value), *others[1]))
        yield f"{name} cut", replace(response, headers=(*others[0], (name, value[:-1]), *others[1]))
        yield f"{name} empty", replace(response, headers=(*others[0], (name, ""), *others[1]))
    yield "extra header", replace(response, headers=(*response.headers, ("x-amz-extra", "1")))


def length_faults(response):
    """What the answer says of its length, where it says any."""
    others = tuple(each for each in response.headers if each[0].lower() != "content-length")
    name = next((name for name, _ in response.headers if name.lower() == "content-length"), "")
    if not name:
        if all(each.lower() != "transfer-encoding" for each, _ in response.headers):
            yield "a length", replace(response, headers=(*others, ("Content-Length", str(len(response.body)))))
        return
    said = response.header(name)
    yield "no length", replace(response, headers=others)
    for label, value in (("more", int(said) + 1), ("less", int(said) - 1), ("text", "many"), ("empty", "")):
        yield f"length {label}", replace(response, headers=(*others, (name, str(value))))
    yield "length twice", replace(response, headers=(*response.headers, (name, said)))
    yield "length renamed", replace(response, headers=(*others, (swapped(name), said)))


def swapped(name):
    return name.lower() if name != name.lower() else name.upper()


def body_faults(response):
    body = response.body
    yield "no body", sized(response, b"")
    yield "a byte less", sized(response, body[:-1])
    yield "a byte more", sized(response, body + b"x")
    yield "another first byte", sized(response, b"?" + body[1:])
    yield "length lies", replace(response, body=body[:-1])


def encoding_faults(response):
    """Of a document: what stands before and behind it, and how its text is written."""
    body = response.body
    yield "byte order mark", sized(response, b"\xef\xbb\xbf" + body)
    yield "a line break behind", sized(response, body + b"\n")
    yield "a space before", sized(response, b" " + body)
    yield "a null byte behind", sized(response, body + b"\0")
    yield "in another encoding", sized(response, body.decode().encode("utf-16"))
    if not body.isascii():
        yield "in Latin letters", sized(response, body.decode().encode("latin-1", "replace"))
    if body[:5] == b"<?xml":
        yield "declared otherwise", sized(response, body.replace(b"?>", b' standalone="yes"?>', 1))
        yield "no line break behind the declaration", sized(response, re.sub(rb"\?>\s+", b"?>", body, count=1))
        yield "nothing but the declaration", sized(response, body[: body.index(b"?>") + 2])


def order_faults(response):
    """Of XML: two neighbours that change places, and an attribute that is another or gone."""
    body = response.body
    pairs = list(re.finditer(rb"(<(\w+)>[^<]*</\2>)(<(\w+)>[^<]*</\4>)", body))
    for found in pairs[:4]:
        if found.group(1) != found.group(3):
            turned = body[: found.start()] + found.group(3) + found.group(1) + body[found.end() :]
            yield f"{found.group(2).decode()} after {found.group(4).decode()}", sized(response, turned)
    yield "another type", sized(response, re.sub(rb'(xsi:type=")(\w)', rb"\1X\2", body, count=1))
    yield "no type", sized(response, re.sub(rb' xsi:type="\w+"', b"", body, count=1))


def xml_faults(response):
    body = response.body
    for found in LEAF.finditer(body):
        name, text = found.group(1).decode(), found.group(2)
        before, after = body[: found.start()], body[found.end() :]
        yield f"{name} missing", sized(response, before + after)
        yield f"{name} renamed", sized(response, before + b"<X>" + text + b"</X>" + after)
        yield f"{name} changed", sized(response, before + found.group().replace(b">" + text, b">~" + text) + after)
        yield f"{name} twice", sized(response, before + found.group() * 2 + after)
    yield "no declaration", sized(response, body.partition(b"\n")[2])
    yield "encoding", sized(response, body.replace(b"UTF-8", b"utf-8"))
    yield "quotes", sized(response, body.replace(b'"1.0"', b"'1.0'"))
    yield "root", sized(response, re.sub(rb"<(/?)(ListVersionsResult|Error)", rb"<\1Root", body))
    yield "extra member", sized(response, re.sub(rb"(</\w+>)$", rb"<New>1</New>\1", body))
    yield (
        "no namespace",
        sized(response, body.replace(b" xmlns=", b" not="))
        if b"xmlns" in body
        else sized(response, body.replace(b"<Error>", b'<Error xmlns="urn:x">')),
    )


def json_faults(response):
    body = response.body
    for found in JSON_LEAF.finditer(body):
        before, after = body[: found.start()], body[found.end() :]
        for label, value in (("null", b"null"), ("string", b'"?"'), ("number", b"77"), ("list", b"[]")):
            changed = b'"%b":%b' % (found.group(1), value)
            yield f"{found.group(1).decode()} {label}", sized(response, before + changed + after)
        yield f"{found.group(1).decode()} renamed", sized(response, before + b'"z":' + found.group(2) + after)
    yield "list order", sized(response, body.replace(b'["x","y"]', b'["y","x"]'))
    yield "extra key", sized(response, body[:-1] + b',"more":1}')


def layout_faults(response):
    body = response.body
    yield "layout", sized(response, body.replace(b"><", b">\n  <", 2) if body[:1] == b"<" else _spaced(body))
    if body[:1] == b"<" and b"</" in body:
        yield (
            "nested namespace",
            sized(response, re.sub(rb"<(\w+)></\1>|<(\w+)>(?=[^<]+</\2>)", _with_space, body, count=1)),
        )


def _with_space(tag):
    return tag.group().replace(b">", b' xmlns:x="urn:x">', 1)


def _spaced(body):
    return body.replace(b'":', b'" : ', 1)


def tree_faults(response):
    """Of a JSON document: every leaf in other types, every member gone, renamed or new, every list turned."""
    tree = json.loads(response.body)
    for name, changed in tree_changes(tree):
        yield name, sized(response, dumped(changed))
    text = response.body.rstrip()
    if isinstance(tree, dict) and tree:
        member = json.dumps(next(iter(tree)))
        yield (
            "a member twice",
            sized(response, text[:-1] + f",{member}:{json.dumps(tree[json.loads(member)])}}}".encode()),
        )
    yield "cut", sized(response, text[:-1])
    yield "not a number", sized(response, text[:-1] + (b"," if tree else b"") + b'"x":NaN}')


def dumped(tree):
    return json.dumps(tree, separators=(",", ":"), ensure_ascii=False).encode()


def tree_changes(tree, name="root"):
    """The tree with one thing changed, in turn."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            rest = {other: each for other, each in tree.items() if other != key}
            yield f"{key} missing", rest
            yield f"{key} renamed", {**rest, swapped_first(key): value}
            for what, changed in tree_changes(value, key):
                yield what, {**tree, key: changed}
        yield f"{name} with one more", {**tree, "NewMember": "1"}
    elif isinstance(tree, list):
        for position, value in enumerate(tree[:3]):
            yield f"{name} entry missing", tree[:position] + tree[position + 1 :]
            for what, changed in tree_changes(value, name):
                yield what, [*tree[:position], changed, *tree[position + 1 :]]
        if tree != tree[::-1]:
            yield f"{name} turned", tree[::-1]
        yield f"{name} no list", {}
    else:
        for what, changed in leaf_changes(tree):
            yield f"{name} {what}", changed


def swapped_first(name):
    return (
        (name[:1].lower() if name[:1].isupper() else name[:1].upper()) + name[1:] if name[:1].isalpha() else f"x{name}"
    )


def leaf_changes(value):
    if isinstance(value, bool):
        yield from (("inverted", not value), ("a number", int(value)), ("text", str(value).lower()), ("null", None))
    elif isinstance(value, int | float):
        yield from (("more", value * 1000 + 7), ("text", str(value)), ("null", None), ("a list", [value]))
        if isinstance(value, int) and value < 10**9:
            yield "with a point", float(value)
        if value == 1:
            yield "true", True
    elif value is None:
        yield from (("text", ""), ("zero", 0), ("false", False))
    else:
        yield from (("longer", f"~{value}"), ("a number", 77), ("null", None), ("a list", [value]))
        if value.isdigit() and str(int(value)) == value:
            yield "unquoted", int(value)
