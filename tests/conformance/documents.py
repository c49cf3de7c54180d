"""A small recording of each protocol besides S3's, with the faults and the equalities to plant into it."""

import json
import zlib
from dataclasses import replace

from conformance.exchange import Exchange, Recording, Request, Response, Source
from tests.conformance import faults

ID, OTHER_ID = "3f0a6f2c-8d2b-5d3a-9f0e-1a2b3c4d5e6f", "00000000-1111-2222-3333-444444444444"
DATE = ("Date", "Wed, 28 Oct 2026 22:32:00 GMT")


def recording(operation, *responses):
    exchanges = tuple(
        Exchange(number, operation, "main", Request("POST", "/", (("Host", "localhost"),)), response)
        for number, response in enumerate(responses, start=1)
    )
    source = Source("aws", "", "us-east-1", "2026-10-28", "boto3", True)
    return Recording(f"{operation.partition('.')[0]}/golden", "", source, {"main": "000000000000"}, (), exchanges)


def answered(status, kind, body, *headers):
    ids = (("x-amzn-RequestId", ID), DATE, ("Content-Type", kind), ("Content-Length", str(len(body))))
    return Response(status, "OK" if status == 200 else "Bad Request", (*ids, *headers), body)


def changes_of(made, *makers):
    def changes():
        responses = [each.response for each in made.exchanges]
        for position, response in enumerate(responses):
            for maker in makers:
                for name, changed in maker(response):
                    if changed != response:
                        yield f"#{position + 1} {name}", [*responses[:position], changed, *responses[position + 1 :]]

    return changes


def with_other_ids(response):
    headers = tuple(
        (name, {"x-amzn-RequestId": OTHER_ID, "Date": "Thu, 29 Oct 2026 01:02:03 GMT"}.get(name, value))
        for name, value in response.headers
    )
    return replace(response, headers=headers, body=response.body.replace(ID.encode(), OTHER_ID.encode()))


def equals_of(made, *more):
    def equals():
        responses = [each.response for each in made.exchanges]
        yield "another id and date", [with_other_ids(each) for each in responses]
        turned = tuple(tuple(reversed(each.headers)) for each in responses)
        yield "headers turned", [replace(r, headers=h) for r, h in zip(responses, turned, strict=True)]
        for name, change in more:
            yield name, [faults.sized(each, change(each.body)) for each in responses]

    return equals


def turned_members(body):
    def turned(tree):
        if isinstance(tree, dict):
            return {name: turned(tree[name]) for name in reversed(tree)}
        return [turned(each) for each in tree] if isinstance(tree, list) else tree

    return faults.dumped(turned(json.loads(body)))


def json_recording(operation, kind, good, bad, *headers):
    one, two = faults.dumped(good), faults.dumped(bad)
    made = recording(operation, answered(200, kind, one), answered(400, kind, two, *headers))
    makers = (faults.status_faults, faults.header_faults, faults.body_faults, faults.tree_faults, faults.layout_faults)
    return made, changes_of(made, *makers), equals_of(made, ("members turned", turned_members))


def dynamodb():
    made, _, _ = json_recording(
        "dynamodb.GetItem",
        "application/x-amz-json-1.0",
        {
            "Item": {
                "id": {"S": "a"},
                "n": {"N": "1.0"},
                "set": {"SS": ["x", "y"]},
                "l": {"L": [{"N": "1"}, {"N": "2"}]},
            }
        },
        {"__type": "com.amazon.coral.validate#ValidationException", "message": "1 validation error"},
    )

    def summed(response):
        return replace(response, headers=(*response.headers, ("x-amz-crc32", str(zlib.crc32(response.body)))))

    made = replace(made, exchanges=tuple(replace(e, response=summed(e.response)) for e in made.exchanges))

    def changes():
        responses = [each.response for each in made.exchanges]
        for name, response in faults.header_faults(responses[0]):
            yield name, [response, responses[1]]
        for position in (0, 1):
            for name, body in faults.tree_changes(json.loads(responses[position].body)):
                if name != "SS turned":
                    yield name, _with(responses, position, faults.dumped(body))
        yield "a checksum that is wrong", _with(responses, 0, responses[0].body, crc="1")

    def equals():
        responses = [each.response for each in made.exchanges]
        other = json.loads(responses[0].body)
        other["Item"]["set"]["SS"].reverse()
        yield "a set in another order, with its own checksum", _with(responses, 0, faults.dumped(other))

    return made, changes, equals


def _with(responses, position, body, crc=None):
    changed = faults.sized(responses[position], body)
    right = str(zlib.crc32(body)) if crc is None else crc
    headers = tuple((name, right if name == "x-amz-crc32" else value) for name, value in changed.headers)
    return [*responses[:position], replace(changed, headers=headers), *responses[position + 1 :]]


def query():
    namespace = 'xmlns="https://sts.amazonaws.com/doc/2011-06-15/"'
    good = (
        f"<GetCallerIdentityResponse {namespace}>\n  <GetCallerIdentityResult>\n    <Account>000000000000</Account>\n"
        f"  </GetCallerIdentityResult>\n  <ResponseMetadata>\n    <RequestId>{ID}</RequestId>\n  </ResponseMetadata>\n"
        "</GetCallerIdentityResponse>\n"
    ).encode()
    bad = (
        f"<ErrorResponse {namespace}>\n  <Error>\n    <Type>Sender</Type>\n    <Code>InvalidAction</Code>\n"
        f"    <Message>No</Message>\n  </Error>\n  <RequestId>{ID}</RequestId>\n</ErrorResponse>\n"
    ).encode()
    made = recording("sts.GetCallerIdentity", answered(200, "text/xml", good), answered(400, "text/xml", bad))

    def xml_faults(response):
        for name, changed in faults.xml_faults(response):
            if name != "no declaration":  # these answers have none
                yield name, changed

    def layouts(response):
        yield "on one line", faults.sized(response, response.body.replace(b"\n", b"").replace(b"  ", b""))
        yield "no line break at the end", faults.sized(response, response.body.rstrip())

    makers = (faults.status_faults, faults.header_faults, xml_faults, layouts)
    return made, changes_of(made, *makers), equals_of(made)


def _text(value):
    data = value.encode()
    return bytes([0x60 | len(data)]) + data


def cbor():
    kind = "application/cbor"
    head = b"\xa3" + _text("Name") + _text("abc") + _text("Data") + b"\x42\x01\x02"
    body = head + _text("At") + b"\xc1\xfb\x41\xda\x00\x00\x00\x00\x00\x00"
    made = recording("rpc.Describe", answered(200, kind, body))

    def changes():
        (response,) = (each.response for each in made.exchanges)
        for name, old, new in (
            ("text", b"abc", b"abd"),
            ("bytes", b"\x42\x01\x02", b"\x42\x01\x03"),
            ("bytes as text", b"\x42\x01\x02", b"\x62\x01\x02"),
            ("no tag", b"\xc1\xfb", b"\xfb"),
            ("another tag", b"\xc1\xfb", b"\xc2\xfb"),
            ("a whole number", b"\xfb\x41\xda\x00\x00\x00\x00\x00\x00", b"\x1a\x68\x00\x00\x00"),
            ("a member less", b"\xa3" + _text("Name") + _text("abc"), b"\xa2"),
            ("a name", _text("Name"), _text("name")),
            ("a name twice", _text("Data"), _text("Name")),
        ):
            yield name, [faults.sized(response, body.replace(old, new))]
        yield "cut", [faults.sized(response, body[:-1])]
        yield "more", [faults.sized(response, body + b"\x00")]
        yield from ((name, [changed]) for name, changed in faults.header_faults(response))

    def equals():
        (response,) = (each.response for each in made.exchanges)
        opened = b"\xbf" + body[1:] + b"\xff"
        yield "a map of open length", [faults.sized(response, opened)]
        turned = b"\xa3" + _text("Data") + b"\x42\x01\x02" + _text("Name") + _text("abc") + body[len(head) :]
        yield "members turned", [faults.sized(response, turned)]

    return made, changes, equals


def frame(headers, payload):
    block = b"".join(
        bytes([len(name)]) + name.encode() + b"\x07" + len(value).to_bytes(2) + value.encode()
        for name, value in headers.items()
    )
    prelude = (16 + len(block) + len(payload)).to_bytes(4) + len(block).to_bytes(4)
    message = prelude + zlib.crc32(prelude).to_bytes(4) + block + payload
    return message + zlib.crc32(message).to_bytes(4)


def events():
    records = {":message-type": "event", ":event-type": "Records", ":content-type": "application/octet-stream"}
    end = {":message-type": "event", ":event-type": "End"}
    first, second, last = frame(records, b"a,b\n"), frame(records, b"c,d\n"), frame(end, b"")
    headers = (("x-amzn-RequestId", ID), DATE, ("Content-Type", "application/vnd.amazon.eventstream"))
    response = Response(200, "OK", (*headers, ("Transfer-Encoding", "chunked")), first + second + last)
    made = recording("s3.SelectObjectContent", response)

    def changes():
        for name, body in (
            ("a frame less", first + last),
            ("frames turned", second + first + last),
            ("no end", first + second),
            ("another payload", first + frame(records, b"c,e\n") + last),
            ("another header", first + frame({**records, ":event-type": "Cont"}, b"c,d\n") + last),
            ("a header less", first + frame(end, b"c,d\n") + last),
            ("frames made one", frame(records, b"a,b\nc,d\n") + last),
            ("a wrong checksum", response.body[:-1] + b"\x00"),
            ("a wrong checksum of a prelude", response.body.replace(first[8:12], b"\x00" * 4, 1)),
            ("cut", response.body[:-5]),
            ("more", response.body + b"x"),
        ):
            yield name, [replace(response, body=body)]

    def equals():
        turned = dict(reversed(records.items()))
        yield "headers turned", [replace(response, body=frame(turned, b"a,b\n") + second + last)]

    return made, changes, equals


DOCUMENTS = {
    "cbor": cbor(),
    "dynamodb": dynamodb(),
    "events": events(),
    "json-1.0": json_recording(
        "sqs.ReceiveMessage",
        "application/x-amz-json-1.0",
        {"Messages": [{"Body": "a", "Attributes": {"Count": "1"}}, {"Body": "b"}], "Next": None},
        {"__type": "com.amazonaws.sqs#QueueDoesNotExist", "message": "No such queue"},
        ("x-amzn-query-error", "AWS.SimpleQueueService.NonExistentQueue;Sender"),
    ),
    "json-1.1": json_recording(
        "secretsmanager.DescribeSecret",
        "application/x-amz-json-1.1",
        {"Name": "a", "Days": 1, "Ratio": 0.5, "IsOn": True, "Tags": [{"Key": "k", "Value": "v"}], "Empty": {}},
        {"__type": "ResourceNotFoundException", "Message": "Secrets Manager can't find the specified secret."},
    ),
    "query": query(),
    "rest-json": json_recording(
        "lambda.ListFunctions",
        "application/json",
        {"Functions": [{"Timeout": 3, "Layers": []}], "NextMarker": ""},
        {"Type": "User", "Message": "Function not found"},
        ("x-amzn-ErrorType", "ResourceNotFoundException"),
    ),
}
