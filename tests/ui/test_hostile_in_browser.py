"""A catalogue whose texts try to run something, in a real browser: nothing runs and nothing is fetched. Marker `browser`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from index.embed import Embedder
from tests.fixtures.site import CHROMIUM, QUIET, Site
from tests.trust.hostile import hostile_catalogue

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


@pytest.fixture
def site(tmp_path: Path, embedder: Embedder) -> Iterator[Site]:
    hostile_catalogue(tmp_path, embedder).close()
    running = Site(tmp_path / "home", tmp_path / "index", "--auth", "ada:correct horse")
    yield running
    running.stop()


def test_nothing_runs_and_nothing_is_fetched(site: Site) -> None:
    outside: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page()
        page.on(
            "request", lambda r: outside.append(r.url) if not r.url.startswith((site.url, "data:", "blob:")) else None
        )
        page.goto(site.url)
        page.fill("input[name=name]", "ada")
        page.fill("input[name=password]", "correct horse")
        page.click("button")
        page.wait_for_selector("#ln-box textarea", timeout=30_000)
        for n, wish in enumerate(
            (
                "something calm",
                "tell me about T2",
                "![x](http://evil.example/u.png) <img src=x onerror='window.__pwned=1'> calm",
            ),
            1,
        ):
            page.fill("#ln-box textarea", wish)
            page.press("#ln-box textarea", "Enter")
            expect(page.locator("#ln-chat .user.message")).to_have_count(n, timeout=30_000)
            expect(page.locator("#ln-box textarea")).to_have_value("", timeout=30_000)
            page.wait_for_timeout(1500)
        expect(page.locator(".ln-card").first).to_be_visible(timeout=30_000)
        assert page.evaluate("window.__pwned") is None
        assert (
            page.locator(
                "#ln-chat a[href*=evil], #ln-chat img[src*=evil], .ln-card img, .ln-card iframe, .ln-card script"
            ).count()
            == 0
        )
        page.reload()
        page.wait_for_selector("#ln-chat .bot.message", timeout=30_000)
        assert page.evaluate("window.__pwned") is None
        browser.close()
    assert outside == []
