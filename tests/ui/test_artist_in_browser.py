"""My track in a real browser, as an artist uses it. Marker `browser`; needs Chromium and the demo catalogue."""

from __future__ import annotations

import re
import shutil
import wave
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect
from tinytag import TinyTag

from assistant.settings import load
from tests.fixtures.site import Site
from tests.fixtures.visiting import LYRICS, WAIT, fold, say

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


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
