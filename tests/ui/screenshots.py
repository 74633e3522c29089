"""Pictures of the page at the widths of a desk and of a phone, into tests/screenshots.

usage: python -m tests.ui.screenshots [FILE]    (FILE: the track that an artist drops; without it, one of the demo's)
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from assistant.settings import load
from tests.fixtures.site import CHROMIUM, QUIET, Site

OUT = Path(__file__).parent.parent / "screenshots"
SIZES = {"desk": (1440, 900), "phone": (390, 844)}


def main(argv: list[str]) -> int:
    """The command."""
    settings = load()
    song = Path(argv[0]) if argv else sorted((settings.home / "demo").rglob("*.ogg"))[10]
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        site = Site(Path(home) / "home", settings.demo_index)
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
                for name, (width, height) in SIZES.items():
                    _taken(browser, site, name, width, height, song)
                browser.close()
        finally:
            site.stop()
    return 0


def _taken(browser: Browser, site: Site, name: str, width: int, height: int, song: Path) -> None:
    scheme = "dark" if name == "phone" else "light"
    page = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme).new_page()  # type: ignore[arg-type]
    page.goto(site.url)
    page.wait_for_selector("#ln-box textarea")
    for text in ("something warm with strings for a rainy evening", "but no drums, please"):
        answers = page.locator("#ln-chat .bot.message").count()
        page.fill("#ln-box textarea", text)
        page.press("#ln-box textarea", "Enter")
        page.wait_for_function("n => document.querySelectorAll('#ln-chat .bot.message').length > n", arg=answers)
        page.wait_for_timeout(1500)
    page.locator(".ln-card .ln-play").first.click()
    page.wait_for_timeout(1500)
    _save(page, f"discover-{name}")
    for n in range(4):
        page.get_by_role("tab", name="Results").click()
        page.locator(".ln-card [data-act=tray]").nth(n).click()
        page.wait_for_timeout(700)
    for tab in ("Playlist", "Map"):
        page.get_by_role("tab", name=tab).click()
        page.wait_for_timeout(1200)
        _save(page, f"{tab.lower()}-{name}")
    page.locator("#ln-deck .ln-play").click()
    page.get_by_role("tab", name="My track").click()
    page.set_input_files("#ln-drop input[type=file]", str(song))
    page.wait_for_selector(".ln-lanes", timeout=120_000)
    page.wait_for_timeout(2500)
    _save(page, f"my-track-{name}")
    page.context.close()


def _save(page: Page, name: str) -> None:
    page.evaluate("window.scrollTo(0, 0)")
    page.screenshot(path=OUT / f"{name}.png")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
