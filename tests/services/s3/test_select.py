from __future__ import annotations

import bz2
import gzip
import json

import pytest

from ruststack.core.blobs import MemoryBlob
from ruststack.core.errors import ServiceError

pytest.importorskip("duckdb", reason="the extra `select` is not installed")

PEOPLE = b'name,age,town\nAnn,30,"Linz, AT"\nBob,9,\nCy,41,Graz\n'
DOCUMENTS = b'{"id": 1, "tags": ["a", "b"], "at": {"x": 1.5}}\n{"id": 2, "at": {"x": 2}, "on": true}\n'
HEADED = {"CSV": {"FileHeaderInfo": "USE"}}
LINES = {"JSON": {"Type": "LINES"}}


@pytest.fixture
def select(s3, bucket):
    def run(data, expression, given=HEADED, wanted=None, **req):
        s3.PutObject(Bucket=bucket, Key="k", Body=MemoryBlob(data))
        return s3.SelectObjectContent(
            Bucket=bucket,
            Key="k",
            Expression=expression,
            ExpressionType="SQL",
            InputSerialization=given,
            OutputSerialization=wanted or {"CSV": {}},
            **req,
        )["Payload"]

    return run


def text(events) -> str:
    return b"".join(event["Records"]["Payload"] for event in events if "Records" in event).decode()


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("SELECT * FROM S3Object", 'Ann,30,"Linz, AT"\nBob,9,\nCy,41,Graz\n'),
        ("select s.name from s3object s", "Ann\nBob\nCy\n"),
        ("SELECT s._2 FROM S3Object[*] AS s LIMIT 1", "30\n"),
        ("SELECT name FROM S3Object WHERE CAST(age AS INT) > 10", "Ann\nCy\n"),
        ("SELECT name FROM S3Object WHERE age > 10", "Ann\nCy\n"),
        ("SELECT s.\"name\" FROM S3Object s WHERE s.town LIKE '%z' OR s.town = ''", "Bob\nCy\n"),
        ("SELECT COUNT(*), MAX(CAST(age AS INT)) FROM S3Object", "3,41\n"),
        ("SELECT UPPER(name) FROM S3Object WHERE name IN ('Bob', 'Cy') AND NOT name = 'Cy'", "BOB\n"),
        ("SELECT SUBSTRING(name, 1, 2), CHAR_LENGTH(name) FROM S3Object WHERE name = 'Ann'", "An,3\n"),
        ("SELECT name FROM S3Object WHERE CAST(age AS INT) BETWEEN 9 AND 30", "Ann\nBob\n"),
        ("SELECT CASE WHEN name = 'Cy' THEN 'y' ELSE 'n' END FROM S3Object", "n\nn\ny\n"),
        ("SELECT AVG(CAST(s.age AS INT)) FROM S3Object s WHERE s.name <> 'Bob'", "35.5\n"),
        ("SELECT TRIM(' x ') || name FROM S3Object LIMIT 1", "xAnn\n"),
    ],
)
def test_queries_over_csv(select, expression, expected):
    assert text(select(PEOPLE, expression)) == expected


@pytest.mark.parametrize(("header", "expected"), [("NONE", "name\nAnn\nBob\nCy\n"), ("IGNORE", "Ann\nBob\nCy\n")])
def test_a_header_is_used_ignored_or_data(select, header, expected):
    assert text(select(PEOPLE, "SELECT _1 FROM S3Object", {"CSV": {"FileHeaderInfo": header}})) == expected


def test_csv_dialects_in_and_out(select):
    given = {"CSV": {"FieldDelimiter": ";", "RecordDelimiter": "|", "QuoteCharacter": "'", "Comments": "%"}}
    wanted = {"CSV": {"FieldDelimiter": "\t", "RecordDelimiter": "!", "QuoteFields": "ALWAYS"}}
    assert text(select(b"%no|'a;b';c|d;e|", "SELECT * FROM S3Object", given, wanted)) == '"a;b"\t"c"!"d"\t"e"!'


def test_json_output_is_named_by_alias_path_or_place(select):
    expression = "SELECT s.name, s.age AS years, UPPER(s.town) FROM S3Object s LIMIT 1"
    assert json.loads(text(select(PEOPLE, expression, wanted={"JSON": {}}))) == {
        "name": "Ann",
        "years": "30",
        "_3": "LINZ, AT",
    }


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("SELECT s.id FROM S3Object s WHERE s.at.x > 1.6", [{"id": 2}]),
        ("SELECT s.tags[1] FROM S3Object s WHERE s.id = 1", [{"_1": "b"}]),
        ("SELECT s.id FROM S3Object s WHERE s.tags IS MISSING", [{"id": 2}]),
        ("SELECT * FROM S3Object s WHERE s.id = 2", [{"id": 2, "at": {"x": 2.0}, "on": True}]),
        ("SELECT x FROM S3Object[*].at", [{"x": 1.5}, {"x": 2}]),
        ("SELECT * FROM S3Object[*].tags[*]", [{"_1": "a"}, {"_1": "b"}]),
    ],
)
def test_queries_over_json(select, expression, expected):
    found = [json.loads(line) for line in text(select(DOCUMENTS, expression, LINES, {"JSON": {}})).splitlines()]
    assert found == expected


@pytest.mark.parametrize(("name", "pack"), [("GZIP", gzip.compress), ("BZIP2", bz2.compress)])
def test_a_compressed_object_is_read(select, name, pack):
    packed = pack(PEOPLE)
    events = select(packed, "SELECT name FROM S3Object", HEADED | {"CompressionType": name})
    assert text(events) == "Ann\nBob\nCy\n"
    stats = events[-2]["Stats"]["Details"]
    assert stats == {"BytesScanned": len(packed), "BytesProcessed": len(PEOPLE), "BytesReturned": 11}


def test_a_scan_range_takes_the_records_that_begin_in_it(select):
    given = {"CSV": {}}
    scan = {"Start": 1, "End": 8}
    assert text(select(b"aa,1\nbb,2\ncc,3\n", "SELECT _1 FROM S3Object", given, ScanRange=scan)) == "bb\n"


def test_the_stream_ends_with_stats_and_end(select):
    events = select(PEOPLE, "SELECT name FROM S3Object", RequestProgress={"Enabled": True})
    assert [next(iter(event)) for event in events] == ["Records", "Progress", "Stats", "End"]


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("UPDATE S3Object", "ParseUnexpectedToken"),
        ("SELECT 1", "ParseSelectMissingFrom"),
        ("SELECT * FROM other", "InvalidDataSource"),
        ("SELECT name FROM S3Object GROUP BY name", "ParseExpectedIdentForGroupName"),
        ("SELECT name FROM S3Object JOIN S3Object", "ParseMalformedJoin"),
        ("SELECT name FROM S3Object ORDER BY name", "UnsupportedSqlStructure"),
        ("SELECT (SELECT 1) FROM S3Object", "UnsupportedSqlStructure"),
        ("SELECT *, name FROM S3Object", "ParseAsteriskIsNotAloneInSelectList"),
        ("SELECT _9 FROM S3Object", "InvalidColumnIndex"),
        ("SELECT colour FROM S3Object", "EvaluatorBindingDoesNotExist"),
        ("SELECT CAST(name AS INT) FROM S3Object", "CastFailed"),
        ("SELECT read_text('/etc/passwd') FROM S3Object", "UnsupportedFunction"),
        ("SELECT \"read_text\"('/etc/passwd') FROM S3Object", "UnsupportedFunction"),
        ("SELECT name FROM S3Object; DROP TABLE s3object", "LexerInvalidChar"),
        ("SELECT name FROM S3Object WHERE", "ParseUnexpectedToken"),
        ("SELECT , FROM S3Object", "ParseExpectedExpression"),
        ("SELECT " + "x" * 262_144, "ExpressionTooLong"),
    ],
)
def test_what_the_dialect_lacks_is_refused(select, expression, code):
    with pytest.raises(ServiceError) as caught:
        select(PEOPLE, expression)
    assert (caught.value.code, caught.value.status) == (code, 400)


@pytest.mark.parametrize(
    ("data", "given", "code"),
    [
        (b"{", LINES, "JSONParsingError"),
        (b"\xff", LINES, "InvalidTextEncoding"),
        (b'"a', HEADED, "CSVParsingError"),
        (b"PAR1", {"Parquet": {}}, "ParquetParsingError"),
        (b"x", HEADED | {"CompressionType": "GZIP"}, "TruncatedInput"),
        (b"x", HEADED | {"CompressionType": "ZIP"}, "InvalidCompressionFormat"),
        (b"x", HEADED | LINES, "ObjectSerializationConflict"),
        (b"x", {"CompressionType": "NONE"}, "InvalidDataSource"),
        (b"x", {}, "MissingRequiredParameter"),
    ],
)
def test_input_that_cannot_be_read_is_refused(select, data, given, code):
    with pytest.raises(ServiceError) as caught:
        select(data, "SELECT * FROM S3Object", given)
    assert caught.value.code == code


@pytest.mark.parametrize("data", [b"", b"name,age\n"])
def test_no_records_give_no_records(select, data):
    assert text(select(data, "SELECT * FROM S3Object")) == ""
