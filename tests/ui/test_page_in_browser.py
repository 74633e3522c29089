"""The web page in a real browser, as a fan and a QA engineer use it. Marker `browser`; needs Chromium and the demo catalogue."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.fixtures.site import Site
from tests.fixtures.visiting import LYRICS, WAIT, fold, say

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


def test_a_fan_talks_plays_likes_and_finds_the_thread_again(page: Page, site: Site) -> None:
    say(page, "something calm with piano")
    cards = page.locator(".ln-card")
    expect(cards).to_have_count(5, timeout=WAIT)
    expect(page.locator(".ln-heard")).to_contain_text("piano")
    first = cards.first.locator("h3").inner_text()

    say(page, "without vocals")
    expect(page.locator(".ln-heard")).to_contain_text("instrumental", timeout=WAIT)
    played = cards.first.locator("h3").inner_text()

    cards.first.locator("[data-act=why]").click()
    expect(page.locator("#ln-chat .bot.message").last).to_contain_text("is here because", timeout=WAIT)

    cards.first.locator(".ln-play").click()
    page.wait_for_function("() => document.querySelector('#ln-deck audio').currentTime > 0.2", timeout=WAIT)
    expect(page.locator("#ln-deck b")).to_have_text(played.partition(" ")[2])
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
    phone.get_by_role("tab", name="Map").click()
    expect(phone.locator(".ln-map svg")).to_be_in_viewport(timeout=WAIT)
    context.close()


def test_an_answer_is_shown_from_its_question_on(page: Page) -> None:
    for text in ("something calm", "with strings", "show me more"):
        say(page, text)
        question = page.locator('#ln-chat [data-testid="user"]').last
        expect(question).to_contain_text(text, timeout=WAIT)
        page.wait_for_timeout(1000)  # until the answer is whole and the page at rest
        log, asked = page.locator("#ln-chat [role=log]").bounding_box(), question.bounding_box()
        assert log and asked and 0 <= asked["y"] - log["y"] < 60
    page.locator("#ln-chat [role=log]").hover()
    page.mouse.wheel(0, 400)
    page.wait_for_timeout(300)
    moved = question.bounding_box()
    assert moved and moved["y"] < asked["y"]  # and then it is the reader's


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
