"""The web page in a real browser, as a fan and an artist use it. Marker `browser`; needs Chromium and the demo catalogue."""

from __future__ import annotations

import re
import shutil
import wave
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright
from tinytag import TinyTag

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
    down = phone.get_by_role("button", name="Tracks ↓")
    phone.evaluate("scrollTo(0, 0)")
    expect(down).to_be_visible(timeout=WAIT)
    down.click()
    expect(phone.locator(".ln-card").first).to_be_in_viewport(timeout=WAIT)
    expect(down).to_be_hidden(timeout=WAIT)
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


def test_an_edited_question_is_a_conversation_of_its_own(page: Page) -> None:
    say(page, "slow folk")
    expect(page.locator(".ln-card", has_text="T1").first).to_be_visible(timeout=WAIT)
    say(page, "make a playlist of 1 and 3 called Late Ferry")
    page.get_by_role("tab", name="Playlist").click()
    expect(page.locator(".ln-tray-rows li")).to_have_count(2, timeout=WAIT)
    expect(page.locator(".ln-tray-name")).to_have_value("Late Ferry")
    page.locator("#ln-chat .user.message").first.hover()
    page.locator("#ln-chat button[aria-label*='dit' i]").first.click()
    page.locator("#ln-chat textarea").first.fill("fast jazz")
    page.locator("#ln-chat button[aria-label*='ubmit' i]").first.click()
    expect(page.locator("#ln-chat .user.message")).to_have_count(1, timeout=WAIT)
    expect(page.locator("#ln-known")).to_contain_text("jazz", timeout=WAIT)
    expect(page.locator("#ln-known")).not_to_contain_text("folk")
    page.locator(".ln-thread", has_text="slow folk").click()
    expect(page.locator("#ln-chat .user.message")).to_have_count(2, timeout=WAIT)


def test_a_wish_is_taken_back_with_a_click_and_the_page_can_be_light(page: Page) -> None:
    say(page, "something calm with piano")
    page.locator(".ln-heard .ln-tag", has_text="piano").locator("button").click()
    expect(page.locator(".ln-heard")).not_to_contain_text("piano", timeout=WAIT)
    expect(page.locator("#ln-chat .user.message").last).to_contain_text("What fits now?")
    was = page.evaluate("document.body.classList.contains('dark')")
    page.locator("#ln-light").click()
    assert page.evaluate("document.body.classList.contains('dark')") != was
    page.reload()
    page.wait_for_selector("#ln-box textarea", timeout=WAIT)
    assert page.evaluate("document.body.classList.contains('dark')") != was


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty seconds in A minor at 120 BPM."""
    rate = 22050
    time = np.arange(rate * 20) / rate
    chord = sum(np.sin(2 * np.pi * f * time) for f in (220.0, 261.63, 329.63))
    click = (np.modf(time * 2)[0] < 0.02) * np.random.default_rng(1).normal(size=time.size)
    path = tmp_path_factory.mktemp("song") / "Kitchen Take.wav"
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes((8000 * (0.3 * chord + click)).clip(-32000, 32000).astype("<i2").tobytes())
    return path


def test_an_artist_reads_corrects_asks_and_sends(page: Page, song: Path) -> None:
    page.get_by_role("tab", name="My track").click()
    page.set_input_files("#ln-drop input[type=file]", str(song))
    expect(page.locator(".ln-headline")).to_contain_text("120 BPM", timeout=WAIT)
    strip = page.locator(".ln-strip")
    strip.hover(position={"x": 200, "y": 60})
    expect(page.locator(".ln-readout")).to_contain_text("A minor")
    strip.click(position={"x": 300, "y": 100})
    page.wait_for_function("() => document.querySelector('#ln-deck audio').currentTime > 3", timeout=WAIT)
    wide = strip.bounding_box()
    page.locator(".ln-zoom input").fill("4")
    assert wide and (strip.bounding_box() or {})["width"] > 3.5 * wide["width"]
    page.get_by_role("button", name="Correct what I heard").click()
    page.fill("#ln-value textarea, #ln-value input", "60")
    page.press("#ln-value textarea, #ln-value input", "Enter")
    expect(page.locator(".ln-headline")).to_contain_text("60 BPM", timeout=WAIT)
    page.locator("[data-act=uncorrect]").click()
    expect(page.locator(".ln-headline")).to_contain_text("120 BPM", timeout=WAIT)
    page.fill("#ln-question textarea, #ln-question input", "what key is it in?")
    page.press("#ln-question textarea, #ln-question input", "Enter")
    expect(page.locator("#ln-answers")).to_contain_text("A minor", timeout=WAIT)
    expect(page.locator("#ln-near .ln-card").first).to_contain_text("alike")
    page.get_by_label("press text").check()
    expect(page.locator("#ln-text textarea")).to_have_value(re.compile("Kitchen Take"), timeout=WAIT)
    with page.expect_download(timeout=WAIT) as download:
        page.get_by_role("button", name="Sheet (PNG)").click()
    assert Path(download.value.path()).read_bytes().startswith(b"\x89PNG")
    page.reload()
    page.get_by_role("tab", name="My track").click(timeout=WAIT)
    expect(page.locator(".ln-headline")).to_contain_text("Kitchen Take", timeout=WAIT)
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Take it off this machine").click()
    expect(page.locator("#ln-told")).to_contain_text("is gone", timeout=WAIT)


@pytest.fixture(scope="module")
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A page over an index of its own, into which tracks may go."""
    home = tmp_path_factory.mktemp("own")
    shutil.copytree(load().demo_index, home / "index")
    running = Site(home / "home", home / "index")
    yield running
    running.stop()


LYRICS = """[00:01.00]Nobody waits for me at the empty station
[00:03.00]I cried all night alone in the bitter rain

[00:08.00]We will rise and sing in the morning sun
[00:10.00]Happy and laughing together with everyone"""


def fold(page: Page, name: str) -> None:
    """Opens a panel of the tab for artists."""
    page.locator(".ln-fold > summary", has_text=name).click()


def test_an_artist_declares_rights_and_pastes_lyrics(page: Page, song: Path) -> None:
    page.get_by_role("tab", name="My track").click()
    page.set_input_files("#ln-drop input[type=file]", str(song))
    expect(page.locator(".ln-headline")).to_contain_text("no declaration on AI", timeout=WAIT)
    fold(page, "Rights and credits")
    page.get_by_label("Composers").fill("Cy Quarry; Dee")
    page.get_by_label("ISRC").fill("12")
    page.get_by_label("Made with AI").select_option("no part of it")
    page.locator("#ln-rights .ln-go").click()
    expect(page.locator("#ln-rights [role=alert]")).to_contain_text("is no ISRC", timeout=WAIT)
    page.get_by_label("Composers").fill("Cy Quarry; Dee")
    page.get_by_label("ISRC").fill("QZ-ABC-25-00001")
    page.get_by_label("Made with AI").select_option("no part of it")
    page.locator("#ln-rights .ln-go").click()
    expect(page.locator(".ln-headline")).to_contain_text("composer: Dee", timeout=WAIT)
    expect(page.locator(".ln-headline .ln-badge")).to_have_text("human-made, declared")
    expect(page.get_by_label("ISRC")).to_have_value("QZABC2500001")
    page.get_by_label("press text").check()
    expect(page.locator("#ln-text textarea")).to_have_value(re.compile("composer: Dee"), timeout=WAIT)
    expect(page.locator("#ln-language")).to_be_hidden()  # no language model is there
    page.locator("#ln-rights li", has_text="isrc").get_by_role("button", name="Take back").click()
    expect(page.get_by_label("ISRC")).to_have_value("", timeout=WAIT)
    expect(page.locator(".ln-headline")).to_contain_text("composer: Dee")
    fold(page, "Lyrics")
    expect(page.locator("#ln-words")).to_contain_text("No audio language model is configured")
    page.locator("#ln-words textarea").fill(LYRICS)
    page.locator("#ln-words .ln-go").click()
    expect(page.locator("#ln-words")).to_contain_text("Language: English", timeout=WAIT)
    expect(page.locator(".ln-leans rect")).to_have_count(2)
    expect(page.locator(".ln-lane[role=img], .ln-lane svg[aria-label=lyrics]")).to_be_visible()
    page.locator(".ln-verses .ln-seek").last.click()
    page.wait_for_function("() => document.querySelector('#ln-deck audio').currentTime > 7.9", timeout=WAIT)
    fold(page, "A copy with tags")
    page.locator("#ln-copies").get_by_label("with the lyrics").check()
    with page.expect_download(timeout=WAIT) as download:
        page.locator("#ln-copies .ln-go").click()
    tags = TinyTag.get(
        filename=download.value.suggested_filename, file_obj=BytesIO(Path(download.value.path()).read_bytes())
    )
    assert tags.title == "Kitchen Take" and download.value.suggested_filename == "Kitchen Take.wav"
    page.reload()
    page.get_by_role("tab", name="My track").click(timeout=WAIT)
    fold(page, "Lyrics")
    expect(page.locator("#ln-words textarea")).to_have_value(re.compile("bitter rain"), timeout=WAIT)


def test_an_artist_adds_a_track_and_takes_it_out_again(browser: Browser, own_site: Site, song: Path) -> None:
    artist, fan = (browser.new_context(viewport={"width": 1440, "height": 900}).new_page() for _ in range(2))
    for page in (artist, fan):
        page.goto(own_site.url)
        page.wait_for_selector("#ln-box textarea", timeout=WAIT)
    say(fan, "something calm with piano")  # everything is read before the track is there
    artist.get_by_role("tab", name="My track").click()
    artist.set_input_files("#ln-drop input[type=file]", str(song))
    expect(artist.locator(".ln-headline")).to_contain_text("120 BPM", timeout=WAIT)
    artist.get_by_role("button", name="Correct what I heard").click()
    artist.fill("#ln-value textarea, #ln-value input", "184")
    artist.press("#ln-value textarea, #ln-value input", "Enter")
    expect(artist.locator(".ln-headline")).to_contain_text("184 BPM", timeout=WAIT)
    fold(artist, "Add to this catalogue")
    artist.locator("#ln-joined .ln-go").click()
    expect(artist.locator("#ln-joined [role=alert]")).to_contain_text("nothing was added", timeout=WAIT)
    artist.locator("#ln-joined").get_by_role("checkbox").check()
    artist.locator("#ln-joined .ln-go").click()
    expect(artist.locator("#ln-joined")).to_contain_text("It is in this catalogue", timeout=WAIT)
    say(fan, "play me Kitchen Take")
    card = fan.locator(".ln-card", has_text="Kitchen Take")
    expect(card).to_contain_text("184 BPM", timeout=WAIT)
    card.locator(".ln-play").click()
    fan.wait_for_function("() => document.querySelector('#ln-deck audio').currentTime > 0.2", timeout=WAIT)
    dot = fan.locator(".ln-dot[aria-label*='Kitchen Take']")
    fan.get_by_role("tab", name="Map").click()
    expect(dot).to_have_count(1, timeout=WAIT)
    expect(dot).to_have_class(re.compile("ln-lit"))
    artist.on("dialog", lambda dialog: dialog.accept())
    artist.get_by_role("button", name="Withdraw it from the catalogue").click()
    expect(artist.locator("#ln-joined")).to_contain_text("It comes back only if you add it again", timeout=60_000)
    fan.get_by_role("tab", name="Results").click()
    fan.get_by_role("tab", name="Map").click()
    expect(dot).to_have_count(0, timeout=WAIT)
    fan.get_by_role("tab", name="Results").click()
    say(fan, "play me Kitchen Take, please")
    expect(fan.locator(".ln-card", has_text="Kitchen Take")).to_have_count(0)
    fan.reload()
    expect(fan.locator("#ln-chat")).to_contain_text("withdrawn", timeout=WAIT)
    artist.context.close()
    fan.context.close()


def test_qa_runs_dialogs_and_opens_a_turn(page: Page) -> None:
    page.get_by_role("tab", name="Bench").click()
    page.fill("#ln-bench-words textarea, #ln-bench-words input", "refine by exclusion")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator("#ln-bench-progress")).to_contain_text("kept as", timeout=WAIT)
    page.locator(".ln-dialog > summary").first.click()
    page.locator(".ln-turn > summary").first.click()
    expect(page.locator(".ln-turn").first).to_contain_text("search_tracks")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_for_those_who_cannot_see_it(browser: Browser, site: Site, scheme: str, song: Path) -> None:
    """axe-core's rules on every tab, filled."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    opened = context.new_page()
    opened.goto(site.url)
    opened.wait_for_selector("#ln-box textarea", timeout=WAIT)
    say(opened, "calm piano, no drums")
    expect(opened.locator(".ln-card").first).to_be_visible(timeout=WAIT)
    found = []
    for tab in ("Results", "Playlist", "Map", "My track", "Bench"):
        opened.get_by_role("tab", name=tab).click()
        if tab == "My track":
            opened.set_input_files("#ln-drop input[type=file]", str(song))
            expect(opened.locator(".ln-lanes")).to_be_visible(timeout=WAIT)
            fold(opened, "Lyrics")
            opened.locator("#ln-words textarea").fill(LYRICS)
            opened.locator("#ln-words .ln-go").click()
            expect(opened.locator(".ln-verses")).to_be_visible(timeout=WAIT)
            for name in ("Rights and credits", "Add to this catalogue", "A copy with tags"):
                fold(opened, name)
        opened.wait_for_timeout(900)
        found += [
            (tab, v["id"], v["nodes"][0]["html"][:120])
            for v in Axe().run(opened).response["violations"]
            if v["impact"] in {"serious", "critical"}
        ]
    context.close()
    assert found == []
