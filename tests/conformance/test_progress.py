"""The progress bar: one line that fits, on a terminal only."""

import io
import time

import pytest

from conformance.report.progress import Progress


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


@pytest.mark.parametrize("columns", ["20", "40", "80", "200"])
def test_the_bar_is_one_line_that_fits(monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    progress = Progress(1000, "comparing", Terminal())
    for done in (0, 1, 500, 1000):
        progress._done = done
        assert len(progress.line("s3/a_scenario_with_a_long_name_" * 5, time.monotonic() + 100)) < int(columns)


def test_the_last_step_is_drawn_and_the_bar_taken_away():
    with Progress(2, "comparing", screen := Terminal()) as progress:
        progress.advance("s3/a")
        progress.advance("s3/b")
        assert "━" * 24 + " 2/2 s3/b" in screen.getvalue()
    assert screen.getvalue().endswith("\r\x1b[2K")


def test_nothing_is_drawn_into_a_file_or_for_one_step():
    for progress in (Progress(9, "x", screen := io.StringIO()), Progress(1, "x", screen := Terminal())):
        with progress:
            progress.advance()
        assert screen.getvalue() == ""


def test_without_unicode_the_bar_is_ascii():
    screen = Terminal()
    screen.encoding = "ascii"
    assert Progress(2, "x", screen).line("", time.monotonic()).isascii()
