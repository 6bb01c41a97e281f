"""Other ways to use the page: by keyboard alone, without motion, without a seat, without JavaScript."""

from __future__ import annotations

import pytest
from playwright.async_api import expect
from tests.browser.conftest import Arrives
from tests.browser.person import DESK, RACE_MS, Person
from tests.browser.test_round import as_shown, record_of
from tests.cluster.process import Server
from tests.cluster.table import seated

MOST_TABS = 40
_FOCUSED = """
() => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  const style = element && getComputedStyle(element);
  const visible = style?.outlineStyle !== "none" && style?.outlineWidth !== "0px";
  return { at: element?.dataset?.testid ?? "", visible };
}
"""
_MOVING = """
() => {
  const all = (root) => [...root.querySelectorAll("*")].flatMap((one) =>
    [one, ...(one.shadowRoot ? all(one.shadowRoot) : [])]);
  return all(document).flatMap((one) => one.getAnimations())
    .filter((one) => one.playState === "running" && Number(one.effect.getComputedTiming().duration) > 1)
    .map((one) => `${one.animationName ?? one.transitionProperty} on ${one.effect.target.localName}`);
}
"""


async def tabs_to(who: Person, testid: str) -> None:
    """Press Tab until this element has the focus, and see that it shows."""
    for _ in range(MOST_TABS):
        focused = await who.page.evaluate(_FOCUSED)
        if focused["at"] == testid:
            assert focused["visible"], f"no outline shows that {testid} has the focus"
            return
        await who.page.keyboard.press("Tab")
    pytest.fail(f"{testid} cannot be reached by Tab")


async def test_from_the_first_page_to_the_start_by_keyboard_alone(quick: Server, arrives: Arrives) -> None:
    mina = await arrives(quick, language="en", size=DESK)
    jun = await arrives(quick, language="ko")
    keys = mina.page.keyboard
    await mina.opens("/")
    await tabs_to(mina, "name-input")
    await keys.type("Mina")
    await tabs_to(mina, "create-room")
    await keys.press("Enter")
    await expect(mina.sees("alone")).to_be_visible()

    await jun.opens(mina.page.url)
    await tabs_to(jun, "name-input")
    await jun.page.keyboard.type("준")
    await jun.page.keyboard.press("Enter")
    await expect(jun.sees("room")).to_be_visible()
    await tabs_to(jun, "pick-for-me")
    await jun.page.keyboard.press("Space")
    await expect(jun.sees("pick-for-me")).to_have_attribute("aria-pressed", "true")

    await tabs_to(mina, "racer-3")
    await keys.press("Space")
    await expect(mina.sees("racer-3")).to_have_attribute("aria-pressed", "true")
    await tabs_to(mina, "chat-input")
    await keys.type("go!")
    await keys.press("Enter")
    await expect(jun.sees("chat-line")).to_have_count(1)
    await tabs_to(mina, "start")
    await keys.press("Enter")
    await mina.comes_to("racing")


async def test_without_motion_the_race_is_positions_and_an_order(quick: Server, arrives: Arrives) -> None:
    async with seated(quick, "Mina", "Jun") as table:
        sora = await arrives(quick, language="en", calm=True)
        await sora.comes_in(f"/r/{table.host.code}", "Sora")
        await table.all_pick(0, 1)
        await sora.picks(2)
        await table.host.asks("start_race")
        for phase in ("drawing", "countdown", "racing"):
            await sora.comes_to(phase)
            assert await sora.page.evaluate(_MOVING) == []
        await expect(sora.sees("order").locator("li")).to_have_count(3)
        await expect(sora.sees("commentary")).not_to_be_empty()
        await expect(sora.sees("podium")).to_be_visible(timeout=RACE_MS)


async def test_a_race_can_be_watched_and_checked_by_whoever_has_its_link(quick: Server, arrives: Arrives) -> None:
    async with seated(quick, "Mina", "Jun") as table:
        await table.all_pick(0, 1)
        await table.host.asks("start_race")
        race = (await table.comes_to_one_payer())[0]["card"]["race"]
    stranger = await arrives(quick, language="en")
    await stranger.opens(f"/race/{race}")
    kept = record_of(quick, race)
    await expect(stranger.sees("payer")).to_contain_text(kept.names[kept.payers[0]])
    await expect(stranger.sees("verify-verdict")).to_have_attribute("data-verdict", "yes")
    await expect(stranger.sees("results").locator("li")).to_have_count(len(kept.card.picked))
    shown = [await line.get_attribute("data-racer") for line in await stranger.sees("results").locator("li").all()]
    assert shown == [str(lane) for lane, _ in as_shown(kept)]
    await expect(stranger.sees("race-clock")).to_have_text("00:01")
    assert await stranger.page.evaluate("localStorage.getItem('paddock.seats')") is None


async def test_without_javascript_one_sentence_says_so(quick: Server, arrives: Arrives) -> None:
    reader = await arrives(quick, java_script_enabled=False)
    await reader.opens("/")
    sentence = reader.page.locator("noscript p")
    await expect(sentence).to_be_visible()
    await expect(sentence).to_contain_text("자바스크립트가 꺼져 있어요")
    await expect(sentence).to_contain_text("JavaScript is off")


async def test_every_connection_bound_for_a_room_says_so_in_its_address(quick: Server, arrives: Arrives) -> None:
    mina = await arrives(quick, language="en")
    asked: list[str] = []
    mina.page.on("request", lambda request: asked.append(request.url))
    mina.page.on("websocket", lambda socket: asked.append(socket.url))
    await mina.opens("/")
    code = await mina.makes_room("Mina")
    asked.clear()
    await mina.page.reload()
    await expect(mina.sees("room")).to_be_visible()
    connections = [url for url in asked if "/socket.io/" in url]
    assert connections and all(f"room={code}" in url for url in connections), connections
