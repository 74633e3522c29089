"""The web page in a real browser, as a fan and an artist use it. Marker `browser`; needs Chromium and the demo catalogue."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from assistant.settings import load
from tests.fixtures.site import CHROMIUM, QUIET, Site

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

WAIT = 30_000


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    running = Site(tmp_path_factory.mktemp("home"), load().demo_index)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """A fresh visitor; at the end no request may have left the machine, and nothing may have gone wrong."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    outside: list[str] = []
    errors: list[str] = []
    opened.on(
        "request",
        lambda r: outside.append(r.url) if not r.url.startswith(("http://127.0.0.1", "data:", "blob:")) else None,
    )
    opened.on("pageerror", lambda e: errors.append(str(e)))
    opened.goto(site.url)
    opened.wait_for_selector("#ln-box textarea", timeout=WAIT)
    yield opened
    assert outside == []
    assert errors == []
    context.close()


def say(page: Page, text: str) -> None:
    """Sends a message and waits until its answer is whole (a turn ends with the thread in the list)."""
    answers = page.locator("#ln-chat .bot.message").count()
    page.fill("#ln-box textarea", text)
    page.press("#ln-box textarea", "Enter")
    expect(page.locator("#ln-chat .user.message").filter(has_text=text)).to_be_visible(timeout=WAIT)
    page.wait_for_function(
        "n => document.querySelectorAll('#ln-chat .bot.message').length > n", arg=answers, timeout=WAIT
    )
    expect(page.locator("#ln-box textarea")).to_have_value("", timeout=WAIT)


def test_a_fan_talks_plays_likes_and_finds_the_thread_again(page: Page, site: Site) -> None:
    say(page, "something calm with piano")
    cards = page.locator(".ln-card")
    expect(cards).to_have_count(5, timeout=WAIT)
    expect(page.locator(".ln-heard")).to_contain_text("piano")
    first = cards.first.locator("h3").inner_text()

    say(page, "without vocals")
    expect(page.locator(".ln-heard")).to_contain_text("instrumental", timeout=WAIT)

    cards.first.locator("[data-act=why]").click()
    expect(page.locator("#ln-chat .bot.message").last).to_contain_text("is here because", timeout=WAIT)

    cards.first.locator(".ln-play").click()
    page.wait_for_function("() => document.querySelector('#ln-deck audio').currentTime > 0.2", timeout=WAIT)
    expect(page.locator("#ln-deck b")).to_have_text(first.partition(" ")[2])
    expect(cards.first).to_have_class("ln-card ln-playing")
    cards.nth(1).locator(".ln-play").click()
    expect(cards.nth(1)).to_have_class("ln-card ln-playing", timeout=WAIT)
    expect(page.locator(".ln-playing")).to_have_count(1)
    cards.nth(1).locator(".ln-part").last.click()
    page.wait_for_function("() => document.querySelector('#ln-deck audio').currentTime > 20", timeout=WAIT)
    page.locator("#ln-deck .ln-play").click()
    page.wait_for_function("() => document.querySelector('#ln-deck audio').paused", timeout=WAIT)

    cards.first.locator("[data-act=like]").click()
    expect(cards.first.locator("[data-act=like]")).to_have_attribute("aria-pressed", "true", timeout=WAIT)
    expect(page.locator(".ln-heard")).to_contain_text("♥")

    page.reload()
    expect(page.locator("#ln-chat .user.message").first).to_contain_text("something calm with piano", timeout=WAIT)
    expect(cards.first.locator("[data-act=like]")).to_have_attribute("aria-pressed", "true", timeout=WAIT)

    site.stop()
    site.start()
    page.goto(site.url)
    expect(page.locator(".ln-thread").first).to_contain_text("something calm", timeout=WAIT)
    expect(page.locator("#ln-chat .bot.message").first).to_contain_text("T1", timeout=WAIT)
    assert first.startswith("T1")


def test_an_artist_uploads_a_track_and_sees_it_drawn(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "my demo.wav"
    rate, seconds = 22050, 12
    time = np.arange(rate * seconds) / rate
    chord = sum(np.sin(2 * np.pi * f * time) for f in (220.0, 261.63, 329.63))
    click = (np.modf(time * 2)[0] < 0.02) * np.random.default_rng(1).normal(size=time.size)
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes((8000 * (0.3 * chord + click)).clip(-32000, 32000).astype("<i2").tobytes())
    page.set_input_files("#ln-box input[type=file]", str(path))
    expect(page.get_by_role("button", name="Remove file")).to_be_visible(timeout=WAIT)
    page.fill("#ln-box textarea", "analyze my track")
    page.press("#ln-box textarea", "Enter")
    expect(page.locator("#ln-chat .bot.message").last).to_contain_text("I measured my demo.wav", timeout=WAIT)
    expect(page.locator("#ln-chat .bot.message").last).to_contain_text("120 BPM")
    expect(page.locator(".ln-plot img")).to_be_visible(timeout=WAIT)


def test_two_visitors_see_only_their_own_threads(browser: Browser, page: Page, site: Site) -> None:
    say(page, "a waltz with accordion")
    expect(page.locator(".ln-thread").first).to_contain_text("a waltz", timeout=WAIT)
    other = browser.new_context().new_page()
    other.goto(site.url)
    other.wait_for_selector(".ln-threads", timeout=WAIT)
    expect(other.locator(".ln-thread")).to_have_count(0)
    other.context.close()


def test_it_fits_a_phone(browser: Browser, site: Site) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    phone = context.new_page()
    phone.goto(site.url)
    phone.wait_for_selector("#ln-box textarea", timeout=WAIT)
    say(phone, "upbeat dance music")
    expect(phone.locator(".ln-card").first).to_be_visible(timeout=WAIT)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


def test_a_playlist_a_link_and_the_map(browser: Browser, page: Page, site: Site) -> None:
    say(page, "something calm with strings")
    for n in range(3):
        page.locator(".ln-card [data-act=tray]").nth(n).click()
        page.get_by_role("tab", name="Playlist").click()
        expect(page.locator("[data-row]")).to_have_count(n + 1, timeout=WAIT)
        page.get_by_role("tab", name="Results").click()
    page.get_by_role("tab", name="Playlist").click()
    names = page.locator("[data-row] b").all_inner_texts()
    page.locator("[data-row]").first.press("ArrowDown")
    expect(page.locator("[data-row] b").first).to_have_text(names[1], timeout=WAIT)
    page.wait_for_timeout(500)
    with page.expect_download(timeout=WAIT) as download:
        page.get_by_role("button", name="M3U8").click()
    listed = Path(download.value.path()).read_text()
    assert listed.startswith("#EXTM3U") and listed.index(names[1]) < listed.index(names[0])
    link = page.locator("[data-copy-link]").get_attribute("data-copy-link")
    friend = browser.new_context().new_page()
    friend.goto(f"{site.url}/?list={link}")
    friend.get_by_role("tab", name="Playlist").click(timeout=WAIT)
    expect(friend.locator("[data-row] b").first).to_have_text(names[1], timeout=WAIT)
    assert "list=" not in friend.url
    friend.context.close()
    page.get_by_role("tab", name="Map").click()
    expect(page.locator(".ln-dot.ln-lit")).to_have_count(5, timeout=WAIT)
    page.locator(".ln-dot:not(.ln-lit)").first.click()
    page.get_by_role("button", name="More around here").click()
    expect(page.locator("#ln-chat .user.message").last).to_contain_text("More like “", timeout=WAIT)


def test_a_wish_is_taken_back_with_a_click_and_the_page_can_be_light(page: Page) -> None:
    say(page, "something calm with piano")
    page.locator(".ln-heard .ln-tag", has_text="piano").locator("button").click()
    expect(page.locator(".ln-heard")).not_to_contain_text("piano", timeout=WAIT)
    expect(page.locator("#ln-chat .user.message").last).to_contain_text("Search again")
    was = page.evaluate("document.body.classList.contains('dark')")
    page.locator("#ln-light").click()
    assert page.evaluate("document.body.classList.contains('dark')") != was
    page.reload()
    page.wait_for_selector("#ln-box textarea", timeout=WAIT)
    assert page.evaluate("document.body.classList.contains('dark')") != was
