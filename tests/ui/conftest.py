"""The page in a real browser and a visitor to it, for the tests with the marker `browser`."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from assistant.settings import load
from tests.fixtures.site import CHROMIUM, QUIET, Site
from tests.fixtures.take import RATE, chord_and_clicks
from tests.fixtures.visiting import WAIT


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


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty seconds in A minor at 120 BPM."""
    chord, click = chord_and_clicks(20)
    path = tmp_path_factory.mktemp("song") / "Kitchen Take.wav"
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((8000 * (0.3 * chord + click)).clip(-32000, 32000).astype("<i2").tobytes())
    return path
