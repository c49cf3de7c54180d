"""Times in each of AWS's forms."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruststack.protocol.timestamps import epoch_seconds, http_date, iso8601, parse_http_date, parse_iso8601, utc

MOMENT = datetime(2009, 10, 12, 17, 50, 30, tzinfo=UTC)
ANY_TIME = st.datetimes(timezones=st.just(UTC))


@given(ANY_TIME)
def test_iso_comes_back(time):
    assert parse_iso8601(iso8601(time)) == time


@given(ANY_TIME)
def test_an_http_date_comes_back_to_the_second(time):
    assert parse_http_date(http_date(time)) == time.replace(microsecond=0)


@pytest.mark.parametrize(
    ("time", "plain", "with_milliseconds"),
    [
        (MOMENT, "2009-10-12T17:50:30Z", "2009-10-12T17:50:30.000Z"),
        (MOMENT.timestamp(), "2009-10-12T17:50:30Z", "2009-10-12T17:50:30.000Z"),
        (MOMENT + timedelta(milliseconds=5), "2009-10-12T17:50:30.005Z", "2009-10-12T17:50:30.005Z"),
        (MOMENT + timedelta(microseconds=5), "2009-10-12T17:50:30.000005Z", "2009-10-12T17:50:30.000Z"),
        (1255369830.5, "2009-10-12T17:50:30.500Z", "2009-10-12T17:50:30.500Z"),
        (-1, "1969-12-31T23:59:59Z", "1969-12-31T23:59:59.000Z"),
    ],
)
def test_iso_has_milliseconds_when_asked_or_needed(time, plain, with_milliseconds):
    assert iso8601(time) == plain
    assert iso8601(time, has_milliseconds=True) == with_milliseconds


@pytest.mark.parametrize(
    "text",
    [
        "2009-10-12T17:50:30Z",
        "2009-10-12T17:50:30.000Z",
        "2009-10-12T19:50:30+02:00",
        "2009-10-12T17:50:30",
        " 2009-10-12t17:50:30z ",
    ],
)
def test_iso_is_read_in_its_usual_spellings(text):
    assert parse_iso8601(text) == MOMENT


def test_a_date_alone_is_its_midnight():
    assert parse_iso8601("2009-10-12") == datetime(2009, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["Mon, 12 Oct 2009 17:50:30 GMT", "Monday, 12-Oct-09 17:50:30 GMT", "Mon Oct 12 17:50:30 2009"],
)
def test_http_dates_are_read_in_the_three_forms_of_rfc_9110(text):
    assert parse_http_date(text) == MOMENT


@pytest.mark.parametrize("text", ["", "x", "2009-13-12T00:00:00Z", "2009-10-12T25:00:00Z", "0001-01-01T00:00:00+01:00"])
def test_what_is_no_iso_time_is_a_value_error(text):
    with pytest.raises(ValueError):
        parse_iso8601(text)


@pytest.mark.parametrize("text", ["", "x", "Mon, 12 Foo 2009 17:50:30 GMT", "Mon, 32 Oct 2009 17:50:30 GMT"])
def test_what_is_no_http_date_is_a_value_error(text):
    with pytest.raises(ValueError):
        parse_http_date(text)


@pytest.mark.parametrize("seconds", [1e300, float("nan"), float("inf")])
def test_what_is_no_time_is_a_value_error(seconds):
    with pytest.raises(ValueError, match="no time"):
        utc(seconds)


def test_a_time_without_a_zone_is_utc():
    assert epoch_seconds(datetime(1970, 1, 1, 0, 0, 1)) == 1
    assert epoch_seconds(datetime(1970, 1, 1, 1, 0, 1, tzinfo=timezone(timedelta(hours=1)))) == 1
