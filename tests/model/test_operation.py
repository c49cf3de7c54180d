"""Request URIs taken apart."""

from __future__ import annotations

from ruststack.model import load
from ruststack.model.operation import Segment, parse_template


def test_labels_literals_and_query():
    template = parse_template("/v1/{Name}/parts/{Rest+}?list-type=2&uploads")
    assert template.segments == (
        Segment(literal="v1"),
        Segment(label="Name"),
        Segment(literal="parts"),
        Segment(label="Rest", is_greedy=True),
    )
    assert template.query == (("list-type", "2"), ("uploads", None))
    assert template.labels == ("Name", "Rest")
    assert template.is_greedy


def test_a_root_has_one_empty_segment():
    assert parse_template("/").segments == (Segment(literal=""),)


def test_a_label_may_share_its_segment():
    (segment,) = parse_template("/{Name}:start").segments
    assert segment.pattern is not None
    found = segment.pattern.fullmatch("job:start")
    assert found is not None
    assert found["value"] == "job"


def test_an_operation_knows_its_http_side():
    operation = load("s3").operations["DeleteObject"]
    assert (operation.method, operation.uri, operation.status) == ("DELETE", "/{Bucket}/{Key+}", 204)
