"""The request log: the line's form, its levels, and that nothing is lost."""

from __future__ import annotations

import asyncio
import io
import re

from ruststack.log import RequestLog


def logged(level: str, *requests: tuple[str, int, str]) -> str:
    async def story() -> str:
        stream = io.StringIO()
        log = RequestLog(level, stream)
        for title, status, code in requests:
            log.request("s3", title, status, code)
        assert stream.getvalue() == ""
        log.flush()
        return stream.getvalue()

    return asyncio.run(story())


def test_a_request_is_one_line_and_an_error_says_its_code() -> None:
    first, second = logged("requests", ("s3.PutObject", 200, ""), ("s3.GetObject", 404, "NoSuchKey")).splitlines()
    stamp = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}"
    assert re.fullmatch(stamp + r" AWS s3\.PutObject => 200", first)
    assert re.fullmatch(stamp + r" AWS s3\.GetObject => 404 \(NoSuchKey\)", second)


def test_the_level_errors_leaves_successes_out() -> None:
    assert "PutObject" not in logged("errors", ("s3.PutObject", 200, ""), ("s3.GetObject", 404, "NoSuchKey"))


def test_lines_are_written_without_being_asked() -> None:
    async def story() -> None:
        stream = io.StringIO()
        RequestLog("requests", stream).request("s3", "s3.PutObject", 200, "")
        while not stream.getvalue():
            await asyncio.sleep(0.01)

    asyncio.run(story())


def test_a_failure_of_ours_is_written_at_once_after_what_came_before() -> None:
    async def story() -> str:
        stream = io.StringIO()
        log = RequestLog("requests", stream)
        log.request("s3", "s3.PutObject", 200, "")
        log.crashed(ZeroDivisionError("boom"), "s3.GetObject")
        return stream.getvalue()

    text = asyncio.run(story())
    assert text.index("PutObject") < text.index("RustStack failed in s3.GetObject:") < text.index("boom")


def test_off_is_silent() -> None:
    stream = io.StringIO()
    RequestLog("off", stream).crashed(ZeroDivisionError("boom"), "s3.GetObject")
    assert stream.getvalue() == ""
