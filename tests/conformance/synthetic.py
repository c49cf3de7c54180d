"""A service that mints all that AWS mints, refuses what it has not minted, and a client that wanders over it."""

import base64
import json
import random
import string
from urllib.parse import parse_qs, quote, unquote

from conformance.exchange import Exchange, Request, Response

ALNUM = string.ascii_letters + string.digits
LOWER = string.ascii_lowercase + string.digits


class Service:
    """Each instance mints values of its own; a request that carries another's is answered 404."""

    def __init__(self, seed, account="000000000000"):
        self._random = random.Random(seed)
        self._account = account
        self._known = set()

    def _text(self, alphabet, length):
        return "".join(self._random.choice(alphabet) for _ in range(length))

    def _mint(self, value):
        self._known.add(value)
        return value

    def answer(self, request):
        path = [unquote(part) for part in request.path.strip("/").split("/")]
        query = {name: values[0] for name, values in parse_qs(request.query).items()}
        body = json.loads(request.body) if request.body[:1] == b"{" else {}
        if path[0] == "make":
            return self._made(body["Name"])
        carried = {
            "path": lambda: path[1],
            "query": lambda: query["Token"],
            "header": lambda: request.header("X-Handle"),
            "host": lambda: request.header("host").partition(".")[0],
            "json": lambda: body["List"][0]["Value"],
            "nested": lambda: json.loads(body["Document"])["value"],
            "wrapped": lambda: json.loads(base64.b64decode(body["Data"]))["value"],
            "arn": lambda: body["Arn"].rpartition(":")[2],
            "form": lambda: parse_qs(request.body.decode())["Item.1.Value"][0],
            "xml": lambda: request.body.decode().partition("<V>")[2].partition("</V>")[0].replace("&amp;", "&"),
        }[path[0]]()
        is_known = str(carried) in self._known
        return Response(200 if is_known else 404, "OK" if is_known else "Not Found", (), b"{}")

    def _made(self, name):
        api = self._mint(self._text(LOWER, self._random.choice((6, 8, 10))))
        tail = self._mint(f"{name}-{self._text(ALNUM, 6)}")
        digits = self._mint(str(self._random.randrange(10**18, 10**19)))
        inner = json.dumps({"sessionToken": self._mint(self._text(ALNUM, 24))})
        document = {
            "Name": name,
            "id": api,
            "Arn": f"arn:aws:thing:us-east-1:{self._account}:thing:{tail}",
            "Url": f"http://{self._mint(self._text(LOWER, 20))}.on.localhost:4566/{name}",
            "ReceiptHandle": self._mint(self._text(ALNUM + "+/", 60) + "=="),
            "NextToken": self._mint(base64.b64encode(self._text(ALNUM, 21).encode()).decode()),
            "SequenceNumber": digits,
            "Number": int(self._mint(str(self._random.randrange(10**12, 10**13)))),
            "Envelope": inner,
            "Items": [{"Label": label, "Id": self._mint(self._text(LOWER, 7))} for label in "abc"],
            "Status": "ACTIVE",
            "Region": "us-east-1",
        }
        self._random.shuffle(document["Items"])
        tag = ("ETag", f'"{self._mint(self._text("0123456789abcdef", 32))}"')
        return Response(200, "OK", (tag,), json.dumps(document).encode())


def wander(service, seed, steps):
    """A client that makes things and uses, in any field, what their answers gave; returns the exchanges."""
    choose = random.Random(seed)
    exchanges, values = [], []
    for number in range(1, steps + 1):
        if not values or choose.random() < 0.2:
            name = choose.choice(("photos", "users-2", "orders_of_2026", "a-much-longer-name-of-a-thing"))
            request = Request("POST", "/make", (("Host", "localhost:4566"),), json.dumps({"Name": name}).encode())
            response = service.answer(request)
            values += _values(response)
        else:
            request = _use(choose, *choose.choice(values))
            response = service.answer(request)
        exchanges.append(Exchange(number, "", "main", request, response))
    return tuple(exchanges)


def _values(response):
    made = json.loads(response.body)
    arn = made["Arn"]
    found = [("id", made["id"]), ("arn", arn), ("host", made["Url"].partition("//")[2].partition(".")[0])]
    found += [("text", made[each]) for each in ("ReceiptHandle", "NextToken", "SequenceNumber")]
    found += [("number", made["Number"]), ("text", json.loads(made["Envelope"])["sessionToken"])]
    found += [("id", each["Id"]) for each in made["Items"]]
    return [*found, ("text", response.header("ETag").strip('"'))]


def _use(choose, kind, value):
    host = (("Host", "localhost:4566"),)
    as_json = json.dumps({"List": [{"Value": value}]}).encode()
    if kind == "number":
        return Request("POST", "/json", host, as_json)
    if kind == "arn":
        return Request("POST", "/arn", host, json.dumps({"Arn": value}, separators=(",", ":")).encode())
    ways = [
        Request("GET", f"/path/{quote(value, safe='')}", host),
        Request("GET", f"/query?Token={quote(value, safe='')}&n=1", host),
        Request("POST", "/json", host, as_json),
        Request("POST", "/nested", host, json.dumps({"Document": json.dumps({"value": value})}).encode()),
        Request("POST", "/form", host, f"Action=Use&Item.1.Value={quote(value, safe='')}".encode()),
        Request("POST", "/xml", host, f"<R><V>{value}</V></R>".encode()),
        Request("GET", "/header", (*host, ("X-Handle", value))),
    ]
    wrapped = base64.b64encode(json.dumps({"value": value}).encode()).decode()
    ways.append(Request("POST", "/wrapped", host, json.dumps({"Data": wrapped}).encode()))
    if kind in ("id", "host"):
        ways.append(Request("GET", "/host", (("Host", f"{value}.on.localhost:4566"),)))
    return choose.choice([each for each in ways if "/" not in value or not each.target.startswith("/path")])
