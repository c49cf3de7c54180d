"""The page, in a real browser: what it shows, how it filters and links, that it fits a phone and obeys nobody."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import zlib
from dataclasses import replace
from datetime import date

import pytest
from playwright.sync_api import sync_playwright

from conformance.compare.mismatch import Judgement, Mismatch, Severity, Verdict
from conformance.exchange import Response
from conformance.gap import Gap
from conformance.report.page import to_html
from conformance.report.score import Run
from tests.conformance.golden import EXCHANGES, recording
from tests.conformance.test_reports import CODE, judgement, run

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
HOSTILE = "</script><script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'><!--\u2028"


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        assert "RUSTSTACK_REQUIRE_ALL" not in os.environ, "there is no Chromium"
        pytest.skip("there is no Chromium")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"], timeout=90_000)
        yield found
        found.close()


@pytest.fixture
def opened(browser, tmp_path):
    """Opens runs as a page; everything that it asks for or complains of is an error."""
    contexts = []

    def open_page(*runs, width=1280, height=900, address="", **options):
        path = tmp_path / "report.html"
        path.write_text(to_html(runs), encoding="utf-8")
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(90_000)
        page.complaints = []
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on(
            "request", lambda request: page.complaints.append(request.url) if "report.html" not in request.url else 0
        )
        page.goto(f"{path.as_uri()}{address}")
        page.locator("#foot:not(:empty)").wait_for(state="attached")
        return page

    yield open_page
    complaints = [each for context in contexts for page in context.pages for each in page.complaints]
    for context in contexts:
        context.close()
    assert complaints == []


def answered(position, verdict, *mismatches, body=b"<Error><Code>NoSuchBucket</Code></Error>", **changes):
    answer = replace(EXCHANGES[position].response, body=body)
    return replace(judgement(position, verdict, *mismatches), response=answer, **changes)


def several(number):
    """A run of many exchanges that differ."""
    judgements = []
    for index in range(number):
        each = replace(answered(5, Verdict.DIFFERS, CODE), scenario=f"s3/number_{index:05d}")
        judgements.append(each)
    return Run("many 1", judgements, {each.scenario: recording().source for each in judgements})


def rows(page):
    return page.locator("#differences .item")


def test_it_says_the_score_where_it_comes_from_and_what_is_to_settle(opened):
    page = opened(run())
    assert page.title() == "AWS conformance of ruststack 1"
    summary = page.locator("#summary").inner_text()
    assert "14.2 %" in summary and "28.5 % with waived" in summary
    assert "1 match" in summary and "2 differs" in summary
    assert "localstack" in summary and "none of them seen on AWS" in summary and "2026-10-28" in summary
    assert "known gap x expired" in page.locator("#problems").inner_text()


def test_the_worst_comes_first_and_waived_ones_are_asked_for(opened):
    page = opened(run())
    assert rows(page).count() == 5
    assert "crashed" in rows(page).first.inner_text()
    page.get_by_label("Verdict", exact=True).select_option("waived")
    assert rows(page).count() == 1
    page.get_by_role("button", name="show all").click()
    assert rows(page).count() == 6
    assert "6 exchanges of 6" in page.get_by_role("status").inner_text()


def test_an_exchange_opens_side_by_side_with_what_differs_marked(opened):
    page = opened(Run("x", [answered(5, Verdict.DIFFERS, CODE)], {"s3/golden": recording().source}))
    rows(page).first.get_by_role("button").first.click()
    exchange = page.locator(".exchange")
    assert "GET /b/a" in exchange.locator("pre").first.inner_text()
    marked = exchange.locator(".bad").all_inner_texts()
    assert marked == ["  <Code>InvalidRange</Code>", "  <Code>NoSuchBucket</Code>"]
    assert exchange.locator(".left.bad mark").inner_text() == "InvalidRange"
    assert "Reproduce" not in exchange.inner_text()
    rows(page).first.get_by_role("button").first.click()
    assert page.locator(".exchange").count() == 0


def test_reproductions_can_be_copied(opened):
    judged = run()
    judged.details["s3/golden", 6] = {
        "request": {"headers": [], "body": None},
        "expected": {"status": 1, "reason": "", "headers": [], "body": None},
        "actual": None,
        "curl": "curl 'x'",
        "boto3": "import boto3",
    }
    page = opened(judged, address="#s3/golden/6")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").first.click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "curl 'x'"


def test_a_known_gap_says_why(opened):
    gap = Gap("display-name", "recording", "*", "AWS stopped sending them", "s3.shapes.jsonl", date(2030, 1, 2))
    page = opened(replace(run(), gaps=(gap,)), address="#s3/golden/4")
    text = page.locator(".gap").inner_text()
    assert "AWS stopped sending them" in text and "s3.shapes.jsonl" in text and "expires 2030-01-02" in text


def test_filters_and_search_narrow_the_list(opened):
    page = opened(run())
    page.get_by_label("Operation", exact=True).select_option("s3.GetObject")
    assert rows(page).count() == 2
    page.get_by_label("Severity", exact=True).select_option("critical")
    assert rows(page).count() == 1
    page.get_by_role("button", name="show all").click()
    page.get_by_label("Known gap", exact=True).select_option("display-name")
    assert rows(page).count() == 3
    page.get_by_role("button", name="show all").click()
    page.keyboard.press("/")
    page.keyboard.type("NoSuchKey past the end")
    assert rows(page).count() == 1
    page.keyboard.type(" nonsense")
    assert "Nothing here" in page.locator(".items").inner_text()


def test_a_count_in_the_matrix_shows_what_it_counts(opened):
    page = opened(run())
    row = page.locator("#matrix tr", has_text="s3.ListObjectVersions")
    row.get_by_role("button").click()
    assert rows(page).all_inner_texts()[0].startswith("›\ncrashed")
    assert rows(page).count() == 1


def test_the_keyboard_alone_is_enough(opened):
    page = opened(run())
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    assert page.locator(".exchange").count() == 1
    assert page.locator(".item:has(.exchange)").get_attribute("id") == "s3/golden/6"
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.closest('.item').id") == "s3/golden/5"


def test_an_address_opens_its_exchange_even_when_filters_hide_it(opened):
    page = opened(run(), address="#s3/golden/2")
    assert page.locator(".item:has(.exchange)").get_attribute("id") == "s3/golden/2"
    page.evaluate("location.hash = '#s3/golden/6'")
    page.locator("[id='s3/golden/6'] .exchange").wait_for()
    assert page.locator("[id='s3/golden/6']").is_visible()


def test_several_targets_stand_side_by_side(opened):
    page = opened(run(), replace(run(), target="moto 5"), address="#s3/golden/6@2")
    heads = page.locator("#matrix thead").inner_text()
    assert "ruststack 1" in heads and "moto 5" in heads
    assert "moto 5" in page.locator(".exchange .about").inner_text()
    page.get_by_label("Target", exact=True).select_option("moto 5")
    assert all("moto 5" in text for text in rows(page).all_inner_texts())


def test_hostile_text_stays_text(opened):
    hostile = replace(CODE, path=f"body {HOSTILE}", expected=HOSTILE, actual=HOSTILE)
    bad = answered(5, Verdict.DIFFERS, hostile, body=HOSTILE.encode(), scenario=f"s3/{HOSTILE[:20]}", note=HOSTILE)
    bad = replace(bad, exchange=replace(bad.exchange, step=HOSTILE, operation=f"s3.{HOSTILE}"))
    source = replace(recording().source, version=HOSTILE)
    page = opened(Run(HOSTILE, [bad], {bad.scenario: source}, [HOSTILE], [HOSTILE], url=HOSTILE, started=HOSTILE))
    rows(page).first.get_by_role("button").first.click()
    page.get_by_role("button", name="s3").first.click()
    assert page.evaluate("window.hacked") is None
    assert page.locator("img").count() == 0
    assert HOSTILE.replace("\u2028", "") in page.locator(".exchange").inner_text().replace("\u2028", "")


def data_of(text):
    packed = re.search(r'<script type="text/plain" id="data">([A-Za-z0-9+/=]*)</script>', text).group(1)
    return json.loads(zlib.decompress(base64.b64decode(packed)))


def test_the_document_has_no_way_out_of_its_data():
    text = to_html([replace(run(), target=HOSTILE)])
    assert text.count("<script") == 2 and text.count("</script>") == 2
    assert data_of(text)["runs"][0]["target"] == HOSTILE


def test_bodies_of_every_kind_are_shown(opened):
    bodies = {
        b'{"a": [1, {"b": null}]}': '"a": [\n    1,',
        b"\x00\x01\xff": "00 01 ff",
        b"<a><b>1</b><c/></a>": "  <b>1</b>\n  <c/>",
        b"<a><b></a>": "<a>",
        b"<": "<",
        b"x" * 70_000: "only the beginning is shown",
        b"": "no body",
    }
    judgements = [
        answered(5, Verdict.DIFFERS, CODE, body=body, scenario=f"s3/{number}") for number, body in enumerate(bodies)
    ]
    page = opened(Run("x", judgements, {each.scenario: recording().source for each in judgements}))
    for number, shown in enumerate(bodies.values()):
        page.evaluate(f"location.hash = '#s3/{number}/6'")
        exchange = page.locator(f"[id='s3/{number}/6'] .exchange")
        exchange.wait_for()
        right = "\n".join(each.text_content() for each in exchange.locator(".right").all())
        assert shown in right


def test_no_answer_is_shown_as_none(opened):
    page = opened(Run("x", [judgement(4, Verdict.CRASHED, note="no answer in time")], {}), address="#s3/golden/5")
    assert "no answer" in page.locator(".right.note").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone(opened, scheme):
    page = opened(run(), width=390, height=844, color_scheme=scheme, address="#s3/golden/6")
    for each in rows(page).all():
        if each.locator(".exchange").count() == 0:
            each.get_by_role("button").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    left, right = (page.locator(f".exchange .{side}.note").first.bounding_box() for side in ("left", "right"))
    assert right["y"] > left["y"]  # one under the other


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read(opened, scheme):
    page = opened(run(), color_scheme=scheme, address="#s3/golden/6")
    weak = page.evaluate(CONTRAST)
    assert weak == []


def test_thousands_of_exchanges_are_not_all_made_at_once(opened):
    page = opened(several(5000))
    assert rows(page).count() == 100
    page.get_by_role("button", name="Show more").click()
    assert rows(page).count() == 200
    page.get_by_label("Search").fill("number_04321")
    assert rows(page).count() == 1
    page.get_by_label("Search").fill("")
    page.evaluate("location.hash = '#s3/number_04999/6'")
    page.locator("[id='s3/number_04999/6'] .exchange").wait_for()
    assert page.get_by_label("Search").input_value() == "s3/number_04999 #" and rows(page).count() == 1


def test_thousands_of_exchanges_are_packed():
    judged = several(5000)
    for each in judged.judgements:
        detail = {"request": {"headers": [["A", "b" * 900]], "body": None}, "expected": None, "actual": None}
        judged.details[each.scenario, each.exchange.number] = detail
    assert len(to_html([judged])) < 1_000_000


def test_a_browser_that_cannot_unpack_the_data_says_so(browser, tmp_path):
    path = tmp_path / "report.html"
    path.write_text(to_html([run()]), encoding="utf-8")
    page = browser.new_page()
    page.add_init_script("delete window.DecompressionStream")
    page.goto(path.as_uri())
    assert "too old" in page.locator("main .notice").inner_text()
    page.close()


def test_bodies_of_what_matches_are_left_out():
    secret = replace(EXCHANGES[0], response=Response(200, "OK", (), b"a body that matched"))
    text = to_html([Run("x", [Judgement("s3/golden", secret, Verdict.MATCH)])])
    assert "a body that matched" not in json.dumps(data_of(text))


def test_an_empty_report_is_a_page_too(opened):
    page = opened(Run("x", []))
    assert "Nothing here" in page.locator(".items").inner_text()


def test_the_severities_are_told_in_words(opened):
    small = Mismatch("header date", "value", Severity.MINOR, "a", "b")
    page = opened(Run("x", [answered(5, Verdict.DIFFERS, small, CODE)], {}), address="#s3/golden/6")
    assert page.locator(".mismatches .severity").all_inner_texts() == ["critical", "minor"]


# WCAG's contrast of every element that has text of its own, against the first opaque background behind it.
CONTRAST = """
() => {
  const parse = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const channel = (value) => (value /= 255) <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = (node) => {
    for (; node; node = node.parentElement) {
      const text = getComputedStyle(node).backgroundColor;
      const colour = parse(text);
      if (text.startsWith("rgb") && (colour.length === 3 || colour[3] === 1)) return colour;
    }
    return [255, 255, 255];
  };
  const weak = [];
  for (const node of document.querySelectorAll("main *, header *, footer *")) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
    if (!own || node.closest(".zero, option, [aria-hidden=true], svg") || !node.checkVisibility()) continue;
    const [a, b] = [light(parse(getComputedStyle(node).color)), light(behind(node))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) weak.push(`${node.className} ${node.textContent.slice(0, 20)} ${ratio.toFixed(2)}`);
  }
  return [...new Set(weak)];
}
"""
