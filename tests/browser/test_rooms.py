"""The list of open rooms on the first page: found by typing, read page by page, with nothing but the keyboard."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest
from playwright.async_api import expect
from tests.browser.conftest import Arrives
from tests.cluster.process import Server
from tests.gateway.wire import guest

ROOMS = 24


@pytest.mark.parametrize("language", ["ko", "en"])
async def test_a_room_is_found_by_typing_and_the_rest_by_asking_for_more(
    quick: Server, arrives: Arrives, language: str
) -> None:
    async with AsyncExitStack() as stack:
        hosts = [await stack.enter_async_context(guest(quick.url)) for _ in range(ROOMS)]
        titles = [f"{language} 커피 {number:02}" for number in range(ROOMS)]
        await asyncio.gather(*(host.opens(title=title) for host, title in zip(hosts, titles, strict=True)))
        other = await stack.enter_async_context(guest(quick.url))
        await other.opens(title="Found by no search here")
        me = await arrives(quick, language=language)
        await me.opens("/")
        await me.sees("room-search").focus()
        await me.page.keyboard.insert_text(f"{language}커피")
        await expect(me.sees("rooms-count")).to_have_text(str(ROOMS))
        await expect(me.sees("room-line")).to_have_count(20)

        for _ in range(21):
            await me.page.keyboard.press("Tab")
        await expect(me.sees("rooms-more")).to_be_focused()
        await me.page.keyboard.press("Enter")
        await expect(me.sees("room-line")).to_have_count(ROOMS)
        await expect(me.sees("room-line").nth(20)).to_be_focused()
        await expect(me.sees("rooms-more")).to_have_count(0)

        # The list is live: a room that takes another name leaves the search, and one that takes such a name comes in.
        await hosts[3].asks("change_settings", title="Quite another")
        await expect(me.sees("room-line")).to_have_count(ROOMS - 1)
        await me.sees("room-search").fill(hosts[7].code.lower())
        await expect(me.sees("room-line")).to_have_count(1)
        await expect(me.sees("room-line")).to_contain_text(titles[7])
        await me.sees("room-search").fill("zzzzzzzzz")
        await expect(me.sees("room-line")).to_have_count(0)
        await me.sees("room-search").fill("")
        await expect(me.sees("rooms-more")).to_be_visible()
