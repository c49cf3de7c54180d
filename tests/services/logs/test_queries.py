"""Logs Insights: what queries find, and how they are asked for."""

from __future__ import annotations

import json
import random
from contextlib import suppress

import pytest

from ruststack.core.errors import ServiceError
from tests.services.logs.conftest import NOW_MS

REPORT = (
    "REPORT RequestId: 11-22\tDuration: 12.50 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\t"
    "Max Memory Used: 40 MB\tInit Duration: 101.25 ms\t\n"
)
SPAN = {"startTime": NOW_MS // 1000 - 60, "endTime": NOW_MS // 1000 + 60}


def document(**members):
    return json.dumps(members)


@pytest.fixture
def found(logs):
    """Asks a query, and gives its rows as dicts without @ptr."""
    logs.make("g", "s", "t")
    logs.put("ERROR disk full", "INFO user=ann, took 12 ms", "INFO user=bob, took 30 ms")
    logs.put(
        document(level="WARN", took=5, user={"name": "ann"}, tags=["x", "y"], ok=True),
        document(level="ERROR", took=25, user={"name": "bob"}),
        stream="t",
        at=NOW_MS + 1000,
    )

    def ask(query, **req):
        number = logs.StartQuery(**{"logGroupName": "g", "queryString": query} | SPAN | req)["queryId"]
        answer = logs.GetQueryResults(queryId=number)
        assert answer["status"] == "Complete"
        return [{each["field"]: each["value"] for each in row if each["field"] != "@ptr"} for row in answer["results"]]

    return ask


def column(rows, name):
    return [row.get(name) for row in rows]


def test_the_newest_come_first_with_time_and_message(found):
    rows = found("")
    assert column(rows, "@message")[-1] == "ERROR disk full"
    assert rows[-1] == {"@timestamp": "2026-09-21 14:13:20.000", "@message": "ERROR disk full"}
    assert len(rows) == 5


def test_fields_of_json_and_of_the_event(found):
    rows = found(
        "fields @logStream, @log, user.name, tags.1, ok, took * 2 as twice | filter ispresent(level) | limit 2"
    )
    assert rows == [
        {"@logStream": "t", "@log": "000000000000:g", "user.name": "bob", "twice": "50"},
        {"@logStream": "t", "@log": "000000000000:g", "user.name": "ann", "tags.1": "y", "ok": "1", "twice": "10"},
    ]


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        ("@message like /ERROR/", 2),
        ("@message like 'ERROR'", 2),
        ("@message like /(?i)error/", 2),
        ("@message =~ /took \\d+ ms/", 2),
        ("@message not like /INFO/", 3),
        ("level = 'WARN'", 1),
        ('level != "WARN"', 4),
        ("took > 5", 1),
        ("took >= 5 and took < 25", 1),
        ("took < 10 or took > 20", 2),
        ("not (took > 5)", 4),
        ("level in ['WARN', 'ERROR']", 2),
        ("level not in ['WARN']", 4),
        ("user.name = 'ann' and level = 'WARN'", 1),
        ("took + 5 = 10", 1),
        ("took / 0 = 1", 0),
        ("strcontains(@message, 'disk')", 1),
        ("toupper(level) = 'WARN'", 1),
        ("strlen(level) = 5", 1),
        ("coalesce(level, 'none') = 'none'", 3),
        ("isempty(level)", 3),
        ("abs(-took) = 5", 1),
        ("substr(level, 1, 2) = 'AR'", 1),
        ("concat(level, '-', took) = 'WARN-5'", 1),
        ("`level` = 'WARN'", 1),
        ("missing = 1", 0),
        ("tomillis(@timestamp) >= 1790000001000", 2),
    ],
)
def test_filters(found, condition, count):
    assert len(found(f"fields @message | filter {condition}")) == count


def test_rows_are_sorted_and_limited(found):
    assert column(found("fields took | filter ispresent(took) | sort took asc"), "took") == ["5", "25"]
    assert column(found("fields took | sort took desc, @timestamp asc | limit 1"), "took") == ["25"]
    assert column(found("fields @message | sort @timestamp asc | head 1"), "@message") == ["ERROR disk full"]
    assert len(found("fields @message", limit=2)) == 2


def test_stats(found):
    (row,) = found("filter ispresent(took) | stats count(*), sum(took), avg(took) as mean, min(took), max(took)")
    assert row == {"count(*)": "2", "sum(took)": "30", "mean": "15", "min(took)": "5", "max(took)": "25"}
    rows = found("stats count(*) as n, count_distinct(level) as levels by @logStream | sort n desc")
    assert rows == [
        {"@logStream": "s", "n": "3", "levels": "0"},
        {"@logStream": "t", "n": "2", "levels": "2"},
    ]
    rows = found("stats count(*) by bin(1s) as at | sort at asc")
    assert rows == [
        {"at": "2026-09-21 14:13:20.000", "count(*)": "3"},
        {"at": "2026-09-21 14:13:21.000", "count(*)": "2"},
    ]
    assert found("stats pct(took, 50), latest(level), earliest(level)") == [
        {"pct(took, 50)": "5", "latest(level)": "ERROR", "earliest(level)": "WARN"}
    ]
    assert found("stats count(*) as n by level | filter n > 1") == [{"n": "3"}]


def test_messages_are_parsed(found):
    rows = found("parse @message 'user=*, took * ms' as who, ms | filter ispresent(who) | fields who, ms | sort ms asc")
    assert [(row["who"], row["ms"]) for row in rows] == [("ann", "12"), ("bob", "30")]
    rows = found(r"parse @message /user=(?<who>\w+)/ | filter who = 'bob' | display who")
    assert rows == [{"who": "bob"}]


def test_doubles_are_left_out(found):
    assert len(found("fields level | filter ispresent(level) | dedup @logStream")) == 1


def test_the_figures_of_lambda(logs, found):
    logs.put(REPORT, at=NOW_MS + 2000)
    (row,) = found(
        "filter @type = 'REPORT' "
        "| fields @requestId, @duration, @billedDuration, @initDuration, @maxMemoryUsed / 1000000"
    )
    assert row == {
        "@requestId": "11-22",
        "@duration": "12.5",
        "@billedDuration": "13",
        "@initDuration": "101.25",
        "@maxMemoryUsed / 1000000": "40",
    }


def test_what_does_not_follow_the_language(logs, refused):
    logs.make()
    for query in ("fields", "nonsense x", "filter (", "fields @message |", "stats count(", "parse @message 'a*'", "~"):
        error = refused(logs.StartQuery, logGroupName="g", queryString=query, **SPAN)
        assert error.code == "MalformedQueryException", query
    deep = "filter " + "(" * 1000 + "a" + ")" * 1000
    assert refused(logs.StartQuery, logGroupName="g", queryString=deep, **SPAN).code == "MalformedQueryException"


def test_what_is_not_here_says_so(logs, refused):
    logs.make()
    for query in ("pattern @message", "fields jsonParse(@message)", "stats count(*) by bin(1mo)", "stats mode(x)"):
        error = refused(logs.StartQuery, logGroupName="g", queryString=query, **SPAN)
        assert error.status == 501, query
        assert error.headers["x-ruststack-unimplemented"].startswith("logs.StartQuery with ")
    error = refused(logs.StartQuery, logGroupName="g", queryString="", queryLanguage="SQL", **SPAN)
    assert error.status == 501


def test_queries_of_several_groups_and_of_none(logs, refused, found):
    logs.make("h", "s")
    logs.put("elsewhere", group="h")
    rows = found("", logGroupName=None, logGroupIdentifiers=["g", logs.state.groups["h"].arn])
    assert len(rows) == 6
    assert len(found("", logGroupName=None, logGroupNames=["h"])) == 1
    assert refused(logs.StartQuery, queryString="", **SPAN).code == "InvalidParameterException"
    error = refused(logs.StartQuery, logGroupName="none", queryString="", **SPAN)
    assert error.message == "The specified log group does not exist."
    wrong = {"startTime": 2, "endTime": 1}
    assert refused(logs.StartQuery, logGroupName="g", queryString="", **wrong).code == "InvalidParameterException"


def test_results_come_in_pages_with_statistics(logs, found, refused):
    number = logs.StartQuery(logGroupName="g", queryString="filter @message like /took/", **SPAN)["queryId"]
    first = logs.GetQueryResults(queryId=number, maxItems=3)
    rest = logs.GetQueryResults(queryId=number, maxItems=3, nextToken=first["nextToken"])
    assert (len(first["results"]), len(rest["results"])) == (3, 1)
    assert "nextToken" not in rest
    statistics = first["statistics"]
    assert (statistics["recordsMatched"], statistics["recordsScanned"]) == (4.0, 5.0)
    assert refused(logs.GetQueryResults, queryId=number, nextToken="x").code == "InvalidParameterException"
    assert refused(logs.GetQueryResults, queryId="none").code == "ResourceNotFoundException"


def test_queries_are_described_and_cannot_be_stopped_any_more(logs, found, refused):
    found("fields @message")
    (told,) = logs.DescribeQueries(logGroupName="g")["queries"]
    assert (told["status"], told["queryLanguage"], told["createTime"]) == ("Complete", "CWLI", NOW_MS)
    assert told["queryString"] == f'SOURCE "g" START={SPAN["startTime"]}000 END={SPAN["endTime"]}999 | fields @message'
    assert logs.DescribeQueries(status="Running")["queries"] == []
    assert refused(logs.StopQuery, queryId=told["queryId"]).code == "InvalidParameterException"
    assert refused(logs.StopQuery, queryId="none").code == "ResourceNotFoundException"


def test_a_pointer_leads_to_all_fields_of_an_event(logs, found, refused):
    number = logs.StartQuery(logGroupName="g", queryString="fields level | limit 1", **SPAN)["queryId"]
    (row,) = logs.GetQueryResults(queryId=number)["results"]
    pointer = row[-1]["value"]
    record = logs.GetLogRecord(logRecordPointer=pointer)["logRecord"]
    assert (record["level"], record["user.name"], record["@logStream"]) == ("ERROR", "bob", "t")
    assert record["@timestamp"] == str(NOW_MS + 1001)
    for bad in ("x", "W10=", "bnVsbA=="):
        assert refused(logs.GetLogRecord, logRecordPointer=bad).code == "InvalidParameterException"
    logs.DeleteLogStream(logGroupName="g", logStreamName="t")
    assert refused(logs.GetLogRecord, logRecordPointer=pointer).code == "ResourceNotFoundException"


def test_only_the_latest_queries_are_remembered(logs, found):
    for _ in range(102):
        found("limit 1")
    assert len(logs.DescribeQueries()["queries"]) == 100


WORDS = (
    *("fields", "display", "filter", "sort", "stats", "parse", "dedup", "limit", "by", "as", "and", "or", "not", "in"),
    *("like", "asc", "desc", "@message", "@timestamp", "took", "level", "user.name", "missing", "big", "x"),
    *(
        "count(*)",
        "sum(",
        "avg(",
        "pct(",
        "max(",
        "bin(",
        "5m",
        "concat(",
        "substr(",
        "abs(",
        "datefloor(",
        "frommillis(",
    ),
    *("|", "|", "|", ",", ",", "(", ")", ")", "[", "]", "=", "!=", "<", ">", "+", "-", "*", "/", "^", "%", "=~"),
    *(
        "1",
        "0",
        "-1",
        "1e999",
        "1e308",
        "99999999999999999999",
        "'text'",
        '"nan"',
        "/a+/",
        "/(?<n>e)/",
        "'a*b'",
        "~",
        "`b t`",
    ),
)


def test_no_query_is_answered_with_a_failure(logs, found):
    logs.put('{"big": 1e308, "x": "inf", "y": "nan"}', "[1", at=NOW_MS + 3000)
    chance = random.Random(5)
    done = 0
    for _ in range(6000):
        query = " ".join(chance.choice(WORDS) for _ in range(chance.randrange(1, 12)))
        with suppress(ServiceError):
            found(query)
            done += 1
    assert done > 20


def test_what_cannot_be_told_is_nothing(found):
    made = "1e308 * 10 as a, 'nan' + 1 as b, frommillis(1e300) as c, substr('abc', 'x') as d, 2 ^ 0.5 as e"
    (row,) = found(f"limit 1 | fields {made}")
    assert {name: value for name, value in row.items() if name in "abde"} == {"e": "1.4142"}
    assert set(row["c"][1:]) != {"0"}
