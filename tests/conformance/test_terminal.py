"""On a real terminal of 80 columns: a bar that goes away, colour unless it is not wanted; in a pipe neither."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from conformance.target import opened

ROOT = Path(__file__).parents[2]
RECORDINGS = sorted((ROOT / "recordings" / "s3").glob("bucket_*.yaml"))[:8]
COLOUR = re.compile(r"\x1b\[[\d;]+m")
CLEAR = "\r\x1b[2K"


@pytest.fixture(scope="module")
def target():
    with opened("embedded") as found:
        yield found


@pytest.fixture
def run():
    """Runs the command with its outputs on a terminal, or with one of them in a pipe; gives what either received."""

    def call(*words, columns=80, piped=(), **environment):
        screen, end = pty.openpty()
        fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        known = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "LINES")}
        process = subprocess.Popen(
            [sys.executable, "-m", "conformance.cli", *map(str, words)],
            cwd=ROOT,
            env={
                **known,
                "TERM": "xterm-256color",
                "PYTHONIOENCODING": "utf-8",
                "PYTHONPATH": str(ROOT),
                **environment,
            },
            stdin=end,
            stdout=subprocess.PIPE if "stdout" in piped else end,
            stderr=subprocess.STDOUT if set(piped) == {"stdout", "stderr"} else end,
        )
        os.close(end)
        seen = b"".join(iter(lambda: chunk(screen), b""))
        os.close(screen)
        received = process.stdout.read().decode() if process.stdout else ""
        if process.stdout:
            process.stdout.close()
        process.wait(timeout=60)
        return seen.decode(), received

    return call


def chunk(screen):
    try:
        return os.read(screen, 65536)
    except OSError:  # Linux says so when the other end is closed
        return b""


def shown(text):
    """The lines that stay on the screen, and the bars that were drawn on the way."""
    drawn = [line.split(CLEAR) for line in COLOUR.sub("", text).replace("\r\n", "\n").split("\n")]
    lines, bars = [each[-1] for each in drawn], [bar for each in drawn for bar in each[:-1] if bar]
    assert "\x1b" not in "".join(lines) and "\r" not in "".join(lines)
    return lines, bars


def test_a_bar_moves_and_goes_away(run, target):
    seen, _ = run("compare", "--no-gaps", "--target", target.url, *RECORDINGS)
    assert re.search(r"━{24} 8/8", seen)
    lines, bars = shown(seen)
    assert bars and all(bar.startswith("comparing ") and len(bar) < 80 for bar in bars)
    assert not any("━" in line for line in lines)
    assert any("exchanges match" in line for line in lines)
    assert COLOUR.search(seen)


@pytest.mark.parametrize("columns", [40, 200])
def test_the_bar_fits_any_terminal(run, columns):
    seen, _ = run("coverage", "--missing", *RECORDINGS, columns=columns)
    _, bars = shown(seen)
    assert bars and all(bar.startswith("reading ") and len(bar) < min(columns, 80) for bar in bars)


def test_no_colour_is_honoured(run, target):
    seen, _ = run("compare", "--no-gaps", "--target", target.url, *RECORDINGS, NO_COLOR="1")
    assert "8/8" in seen and not COLOUR.search(seen)


def test_a_pipe_gets_the_text_and_the_terminal_the_bar(run, target):
    seen, received = run("compare", "--no-gaps", "--target", target.url, *RECORDINGS, piped=("stdout",))
    assert "8/8" in seen and "exchanges match" not in seen
    assert "exchanges match" in received and "\x1b" not in received and "\r" not in received


@pytest.mark.parametrize(
    "words",
    [
        ("compare", "--no-gaps", *RECORDINGS, "--target"),
        ("coverage", *RECORDINGS),
        ("coverage", *RECORDINGS[:1], "--of", *RECORDINGS),
    ],
)
def test_nothing_moves_and_nothing_is_coloured_in_a_pipe(run, target, words):
    words = (*words, target.url) if words[-1] == "--target" else words
    seen, received = run(*words, piped=("stdout", "stderr"))
    assert seen == "" and len(received.splitlines()) > 3
    assert "\x1b" not in received and "\r" not in received and "━" not in received
