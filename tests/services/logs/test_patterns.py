"""Filter patterns: what AWS's user guide says of them, form by form."""

from __future__ import annotations

import json
import random

import pytest

from ruststack.services.logs.patterns import PatternError, compile_pattern

DOCUMENT = json.dumps(
    {
        "eventType": "UpdateTrail",
        "sourceIPAddress": "111.111.111.111",
        "arrayKey": ["value", "another value"],
        "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}],
        "SomeObject": None,
        "ThisFlag": True,
        "user": {"id": 1, "email": "John.Stiles@example.com"},
        "users": [{"id": 2, "email": "John.Doe@example.com"}, {"id": 3, "email": "Jane.Doe@example.com"}],
        "actions": ["GET", "PUT", "DELETE"],
        "coordinates": [[0, 1, 2], [4, 5, 6], [7, 8, 9]],
        "latency": 500.5,
        "kebab-case": "Ev*ent",
    }
)
ACCESS = '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534'


@pytest.mark.parametrize(
    ("pattern", "message", "is_match"),
    [
        ("", "anything", True),
        ("  ", "anything", True),
        ("ERROR", "[ERROR] A fatal exception has occurred", True),
        ("ERROR", "Exiting with ERRORCODE: -1", True),
        ("ERROR", "error", False),
        ('ERROR -"Exiting"', "Exiting with ERRORCODE: -1", False),
        ('"ERROR" - "Exiting"', "Exiting with ERRORCODE: -1", False),
        ('"ERROR" - "Exiting"', "ERROR", True),
        ("-ERROR", "fine", True),
        ("ERROR Exception", "[ERROR] Caught IllegalArgumentException", True),
        ("ERROR Exception", "[ERROR] Caught nothing", False),
        ("Failed to process the request", "[ERROR] Unable to continue: Failed to process the request", True),
        ("?ERROR ?WARN", "WARN message", True),
        ("?ERROR ?WARN", "INFO message", False),
        ("?ERROR ?WARN INFO", "INFO message", True),
        ("?ERROR ?WARN INFO", "ERROR message", False),
        ('"disk full"', "the disk full of", True),
        ('"disk full"', "disk is full", False),
        (r'"say \"hi\""', 'they say "hi"', True),
        ("%AUTHORIZED%", "[ERROR 401] UNAUTHORIZED REQUEST", True),
        ("%^[hc]at%", "hat", True),
        ("%^[hc]at%", "a hat", False),
        (r"%\d{3}%", "code 404", True),
        (r"%\x28x\x29%", "f(x)", True),
        ("-%[Ee]rror%", "an error", False),
        ("%[[a]%", "[", True),
    ],
)
def test_words(pattern, message, is_match):
    assert compile_pattern(pattern).matches(message) is is_match


@pytest.mark.parametrize(
    ("pattern", "is_match"),
    [
        ('{ $.eventType = "UpdateTrail" }', True),
        ("{$.eventType=UpdateTrail}", True),
        ('{ $.eventType != "UpdateTrail" }', False),
        ("{ $.sourceIPAddress != 123.123.* }", True),
        ("{ $.sourceIPAddress = 111.111.* }", True),
        ('{ $.arrayKey[0] = "value" }', True),
        ('{ $.arrayKey[1] = "*value" }', True),
        ('{ $.arrayKey[2] = "value" }', False),
        ("{ $.objectList[1].id = 2 }", True),
        ("{ $.eventType[0] = U }", False),
        ("{ $.SomeObject IS NULL }", True),
        ("{ $.ThisFlag IS NULL }", False),
        ("{ $.SomeOtherObject NOT EXISTS }", True),
        ("{ $.SomeObject NOT EXISTS }", False),
        ("{ $.ThisFlag IS TRUE }", True),
        ("{ $.ThisFlag IS FALSE }", False),
        ('{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }', True),
        ('{ ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET" }', False),
        (
            '{ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = nonmatch && $.actions[2] = nomatch }',
            True,
        ),
        (
            '{ ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = nonmatch) '
            "&& $.actions[2] = nomatch }",
            False,
        ),
        ("{ $.users = 1 }", False),
        ("{ $.users != 1 }", False),
        ("{ $.nowhere != 1 }", False),
        ("{ $.latency >= 500 }", True),
        ("{ $.latency < 10e3 }", True),
        ("{ $.latency < 10e-3 }", False),
        ("{ $.latency <= 500.5 }", True),
        ("{ $.latency > +1000 }", False),
        ("{ $.latency = * }", True),
        ("{ $.coordinates[1][2] = 6.0 }", True),
        ("{ $.eventType > 1 }", False),
        ("{ $.kebab-case = Ev*ent }", True),
        ("{ $.eventType = *Trail }", True),
        ("{ $.eventType = Update* }", True),
        ('{ $.eventType = "*date*" }', True),
        ("{ $.eventType = %^Up.+l$% }", True),
    ],
)
def test_json(pattern, is_match):
    assert compile_pattern(pattern).matches(DOCUMENT) is is_match


@pytest.mark.parametrize("message", ["text", "[1]", '{"a":', "", "null"])
def test_a_message_that_is_no_json_object_matches_no_json_pattern(message):
    assert not compile_pattern("{ $.a NOT EXISTS }").matches(message)


@pytest.mark.parametrize(
    ("pattern", "is_match"),
    [
        ("[ip, user, username, timestamp, request, status_code, bytes]", True),
        ("[ip, user, username, timestamp, request, status_code]", False),
        ("[..., status_code, bytes]", True),
        ("[ip, user, ..., status_code, bytes]", True),
        ("[ip, user, ...]", True),
        ("[ip, user, username, timestamp, request, status_code, bytes > 1000]", True),
        ("[ip, user, username, timestamp, request, status_code, bytes > 2000]", False),
        ("[ip, user, username, timestamp, request, status_code = 200, bytes]", False),
        ("[ip, user, username, timestamp, request, status_code = 4*, bytes]", True),
        ("[ip, user, username, timestamp, request = *html*, status_code = 4*, bytes]", True),
        ("[ip, user, username, timestamp, request, status_code = 4* && status_code != 403, bytes]", True),
        ("[ip, user, username, timestamp, request, status_code = 403 || status_code = 404, bytes]", True),
        ("[ip, user, username, timestamp, request, status_code = 403 || status_code = 405, bytes]", False),
        ('[..., request = "GET /index.html HTTP/1.0", status_code, bytes]', True),
        (r"[ip=%127\.0\.0\.[1-9]%, ...]", True),
        ("[ip != 127.*, ...]", False),
        ("[...]", True),
        ("[]", True),
    ],
)
def test_fields(pattern, is_match):
    assert compile_pattern(pattern).matches(ACCESS) is is_match


def test_fields_are_extracted_by_name_or_place():
    assert compile_pattern("[..., request=*.html*, status_code=4*,]").extract(ACCESS) == {
        "$status_code": "404",
        "$request": "GET /index.html HTTP/1.0",
        "$7": "1534",
        "$4": "10/Oct/2000:13:25:15 -0700",
        "$3": "frank",
        "$2": "-",
        "$1": "127.0.0.1",
    }
    assert compile_pattern("ERROR").extract("ERROR") == {}


@pytest.mark.parametrize(
    "pattern",
    [
        "a@b",
        "1.2",
        '"open',
        "%open",
        "%something!%",
        "%(group)%",
        "%é%",
        "%[%",
        "?",
        "-",
        "{ }",
        "{",
        "[",
        "{ $.a = 1",
        "[a, b",
        "{ $.a }",
        "{ a = 1 }",
        "{ $ = 1 }",
        "{ $.a > x }",
        "{ $.a IS MAYBE }",
        "{ $.a EXISTS }",
        "{ $.a = 1 && }",
        "{ ($.a = 1 }",
        "{ $.a = 1) }",
        "{ $.a = b@c }",
        "{ $.a = é! }",
        "{ $.a = %x% && $.b = %y% && $.c = %z% }",
        "{" + "(" * 1000 + "$.a = 1" + ")" * 1000 + "}",
        "[a, , b]",
        "[..., ...]",
        "[a b]",
        "[a =]",
        "[ip, user, username, timestamp, request, status_code = 4* && bytes > 1000]",
    ],
)
def test_what_does_not_follow_the_syntax_is_refused(pattern):
    with pytest.raises(PatternError):
        compile_pattern(pattern)


PIECES = (
    *("ERROR", "?", "-", '"a b"', "%a+%", "%(%", "{", "}", "[", "]", "$.a", "$.b[0]", "$.c.d", "=", "!=", ">", "1"),
    *("1e9999", "*", "a*", "*a", "&&", "||", "(", ")", "IS", "NULL", "NOT", "EXISTS", "...", ",", "w1", "é", "\\", '"'),
)
MESSAGES = ("ERROR x", DOCUMENT, ACCESS, "", '{"a": 1e999}', "[1]", '"', "[", '{"a": null, "b": [2]}')


def test_no_pattern_and_no_message_make_it_fail():
    chance = random.Random(3)
    compiled = 0
    for _ in range(5000):
        text = "".join(chance.choice(PIECES) + chance.choice(("", " ")) for _ in range(chance.randrange(1, 9)))
        text = chance.choice(("{0}", "{{{0}}}", "[{0}]")).format(text)
        try:
            pattern = compile_pattern(text)
        except PatternError:
            continue
        compiled += 1
        for message in MESSAGES:
            assert pattern.matches(message) in (True, False)
            pattern.extract(message)
    assert compiled > 100
