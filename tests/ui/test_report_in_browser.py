"""The HTML report in a real browser, from a file, without a network. Marker `browser`; needs Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from eval_dialogs.comparison import compare
from eval_dialogs.reports.files import Told, write
from tests.eval_dialogs.made import NASTY, broken_turn, dialog, run, skipped, turn
from tests.fixtures.site import CHROMIUM, QUIET

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

# The smallest PNG there is: one clear pixel.
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
RUN = run(
    dialog("good", turn(), turn(2, user="more"), tags=("discovery",)),
    dialog("worse", broken_turn(), turn(2), tags=("state",), attempts=2),
    dialog("drawn", turn(text="Measured.", pictures=[PIXEL])),
    dialog("nasty", turn(user=NASTY, text=NASTY, outcome="error", error=NASTY), tags=(NASTY,)),
    skipped("judged"),
)
BEFORE = run(dialog("good", turn(text="Words of yesterday."), turn(2, user="more")), dialog("worse", turn()), id="20251231-000000-bbbb")  # fmt: skip


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    """The report, opened; nothing may go wrong in it and nothing may be asked of anybody."""
    (path,) = write(["html"], tmp_path, Told(RUN, BEFORE, compare(BEFORE, RUN)))
    wrong: list[str] = []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        opened = chromium.new_page()
        opened.on("console", lambda message: wrong.append(message.text))
        opened.on("pageerror", lambda error: wrong.append(str(error)))
        opened.on("dialog", lambda box: wrong.append(box.message))
        opened.on("request", lambda asked: wrong.append(asked.url) if not asked.url.startswith(("file:", "data:")) else None)  # fmt: skip
        opened.goto(path.as_uri())
        yield opened
        chromium.close()
    assert wrong == []


def shown(page: Page) -> list[str]:
    return [text.strip() for text in page.locator(".dialog:visible > summary b").all_text_contents()]


def test_what_stands_there_at_first(page: Page) -> None:
    assert shown(page) == ["good", "worse", "drawn", "nasty", "judged"]
    expect(page.locator(".tiles .failed dd")).to_have_text("1")
    expect(page.locator("#compared")).to_contain_text("newly failing   d/worse".replace("   ", " "))
    expect(page.locator(".dialog.failed .problem").first).to_be_visible()  # what failed is open
    expect(page.locator(".dialog.passed .answer").first).to_be_hidden()
    expect(page.locator(".dialog.failed .attempt")).to_have_count(2)
    expect(page.locator(".dialog.failed .timeline").first).to_be_visible()
    assert page.locator("nav").evaluate("e => getComputedStyle(e).display") == "flex"  # the style is let in


def test_filters(page: Page) -> None:
    page.click("nav [data-outcome=failed]")
    assert shown(page) == ["worse"]
    page.click("nav [data-outcome=error]")
    assert shown(page) == ["worse", "nasty"]
    page.click("nav [data-outcome=failed]")
    page.click("nav [data-outcome=error]")
    page.select_option("#tag", "discovery")
    assert shown(page) == ["good"]
    page.select_option("#tag", "")
    page.locator("body").press("/")
    page.keyboard.type("Measured")
    assert shown(page) == ["drawn"] and page.url.endswith("#words=measured")
    page.fill("#words", "zzz")
    expect(page.get_by_text("No dialog is like this.")).to_be_visible()
    page.fill("#words", "")
    page.click("#changed")
    assert shown(page) == ["good"]
    expect(page.locator("#count")).to_have_text("1 of 5")
    page.reload()
    assert shown(page) == ["good"]  # a view can be passed on


def test_details_and_the_baseline_beside(page: Page) -> None:
    page.click("#open")
    beside = page.locator(".dialog.passed .beside").first
    expect(beside).to_contain_text("Words of yesterday.")
    expect(beside).to_contain_text("Here is T1.")
    picture = page.locator("img")
    assert picture.evaluate("e => e.complete && e.naturalWidth") == 1
    expect(page.locator(".dialog.error .answer")).to_contain_text("<script>alert(1)</script>")
    page.click(".dialog.failed .trace >> nth=0")
    expect(page.get_by_text('search_tracks(want=["sad"])').first).to_be_visible()
    page.click("#open")
    expect(page.locator(".dialog.failed .problem").first).to_be_hidden()


def test_on_a_narrow_screen_nothing_sticks_out(page: Page) -> None:
    page.click("#open")
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth <= 360")
