"""A badge: the score as a small SVG for a README, which says itself in words to who cannot see it."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from conformance.report.junit import xml_text
from conformance.report.score import Run

LABEL = "AWS conformance"
# White on each of them has a contrast of at least 4.5 to 1.
_COLOURS = ((95.0, "#1a7f37"), (80.0, "#4d7c0f"), (50.0, "#9a6700"), (0.0, "#b42318"))
_GREY, _DARK = "#6b7280", "#3f4650"
_SIZE, _HEIGHT, _PAD = 11, 20, 6
# How wide letters are in Verdana, in hundredths of the font's size: every sans-serif is drawn to these lengths.
_WIDTHS = {
    28: "'ijl", 30: "IJ", 32: " ,.·", 34: "/:;\\|", 35: "f", 36: "-", 39: "()[]t", 40: "!", 41: "r", 46: '"',
    50: "*_`", 52: "sz", 53: "?", 55: "c", 56: "L", 58: "Fk", 59: "vxy", 60: "P", 61: "TYao", 62: "e", 63: "Ehnu",
    64: "0123456789$Sbdgpq{}", 66: "K", 68: "AVXZ", 69: "B", 70: "CR", 73: "U", 75: "HN", 77: "D", 78: "&G",
    79: "OQ", 82: "w", 84: "#+<=>^~", 86: "M", 95: "%", 97: "m", 99: "W",
}  # fmt: skip
_WIDTH = {letter: width for width, letters in _WIDTHS.items() for letter in letters}
_WIDEST = 100


def to_badge(runs: Sequence[Run]) -> str:
    """One score, or with several targets each with its name. The colour is the lowest score's."""
    judged = [run for run in runs if run.total().total]
    if not judged:
        return _svg("nothing judged", _GREY, "nothing was judged")
    value = " · ".join(_value(run, is_named=len(runs) > 1) for run in judged)
    lowest = min(float(run.total().percent()) for run in judged)
    colour = next(colour for least, colour in _COLOURS if lowest >= least)
    return _svg(value, colour, "; ".join(_said(run) for run in judged))


def _value(run: Run, *, is_named: bool) -> str:
    score = f"{run.total().percent()} %"
    return f"{run.target.partition(' ')[0]} {score}" if is_named else score


def _said(run: Run) -> str:
    total = run.total()
    return f"{run.target}: {total.matched} of {total.total} recorded exchanges match, {total.percent()} %"


def text_width(text: str) -> float:
    """In pixels, as the badge draws it."""
    return sum(_WIDTH.get(letter, _WIDEST) for letter in text) * _SIZE / 100


def _svg(value: str, colour: str, said: str) -> str:
    value, said = xml_text(value), xml_text(said)
    left, right = (round(text_width(text) + 2 * _PAD) for text in (LABEL, value))
    title = f"{LABEL}: {said}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="{_HEIGHT}" role="img" '
        f"aria-label={quoteattr(title)}>\n"
        f"<title>{escape(title)}</title>\n"
        f'<clipPath id="r"><rect width="{left + right}" height="{_HEIGHT}" rx="3"/></clipPath>\n'
        f'<g clip-path="url(#r)"><rect width="{left}" height="{_HEIGHT}" fill="{_DARK}"/>'
        f'<rect x="{left}" width="{right}" height="{_HEIGHT}" fill="{colour}"/></g>\n'
        f'<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="{_SIZE}">\n'
        f"{_text(LABEL, _PAD)}{_text(value, left + _PAD)}"
        "</g>\n</svg>\n"
    )


def _text(text: str, x: int) -> str:
    return f'<text x="{x}" y="14" textLength="{text_width(text):.1f}">{escape(text)}</text>\n'
