"""Takes pictures of every page in its main states, for people to look at: phone and desktop, both languages and themes.

`python scripts/screenshots.py [FOLDER] [--only ko-phone-light]` writes PNG files, by default below `.build/screenshots`
(ignored by git); `--readme` makes those in `docs/images` instead. It plays real rounds on a real server, so all of it
takes some minutes. It judges nothing: what must hold is in `tests/browser`.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from base64 import b64encode
from collections.abc import Sequence
from contextlib import AsyncExitStack
from itertools import product
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))  # the walk through the pages belongs to the tests

from playwright.async_api import Browser, expect  # noqa: E402
from tests.browser.chromium import build_client, chromium  # noqa: E402
from tests.browser.person import DESK, LIMIT_MS, PHONE, RACE_MS, Person, Theme, person  # noqa: E402
from tests.browser.walk import Walk  # noqa: E402
from tests.cluster.books import brisk, sprint, written  # noqa: E402
from tests.cluster.process import Server  # noqa: E402
from tests.gateway.wire import guest  # noqa: E402

from paddock.domain.book import Book  # noqa: E402
from paddock.races.settings import load_book  # noqa: E402

SIZES = {"phone": PHONE, "desk": DESK}
THEMES: tuple[Theme, ...] = ("light", "dark")
LANGUAGES = ("ko", "en")
RACE_PICTURE = ROOT / "docs" / "images" / "race.png"
RECORDS_PICTURE = ROOT / "docs" / "images" / "records.png"
ROUNDS = 6
"""Raced for the picture of the records."""
INTO_THE_RACE = "00:12"
IN_MID_RACE = "00:05"
LONG = {"home-options", "home-rooms", "history", "boards", "boards-empty", "stats", "me", "me-keeping"}
"""Pages whose point is below the fold."""
SETTLED = """
() => {
  const all = (root) => [...root.querySelectorAll("*")].flatMap((one) =>
    [one, ...(one.shadowRoot ? all(one.shadowRoot) : [])]);
  return all(document).flatMap((one) => one.getAnimations()).every(({ playState, effect }) =>
    playState !== "running" || effect.getComputedTiming().iterations === Infinity);
}
"""


def serving(folder: Path, book: Book) -> Server:
    """Start a server on which each phase lasts long enough for a picture."""
    server = Server(folder, book=written(book, folder / "book.json"), limits_rooms_per_minute=10_000)
    server.start()
    return server


async def all_states(browser: Browser, server: Server, into: Path, language: str, size: str, theme: Theme) -> None:
    """Walk through all states once and keep a picture of each."""
    manner = f"{language}-{size}-{theme}"
    folder = into / manner
    folder.mkdir(parents=True, exist_ok=True)
    taken = 0

    async with (
        person(browser, server.url, language=language, size=SIZES[size], theme=theme) as me,
        AsyncExitStack() as stack,
    ):

        async def look(stop: str) -> None:
            nonlocal taken
            taken += 1
            if stop == "race":
                await expect(me.sees("race-clock")).to_have_text(IN_MID_RACE)
            await me.page.wait_for_function(SETTLED)
            await me.page.screenshot(path=folder / f"{taken:02}-{stop}.png", full_page=stop in LONG)

        walk = Walk(server, me, stack, look, language)
        await walk.door()
        friends = await walk.room()
        await walk.vote_round(friends)
        race = await walk.round(friends)
        await whole_page(me, folder / "podium-whole.png")
        await walk.moved()
        await walk.replay(race)
        await whole_page(me, folder / "replay-whole.png")
        await walk.records(race)
        await walk.endings()
    print(f"{manner}: {taken} pictures")


async def whole_page(me: Person, path: Path) -> None:
    """Take a picture of the page down to its foot."""
    await me.page.screenshot(path=path, full_page=True)


async def lost(browser: Browser, server: Server, into: Path, language: str, size: str, theme: Theme) -> None:
    """Take pictures of a page whose server is gone."""
    folder = into / f"{language}-{size}-{theme}"
    async with person(browser, server.url, language=language, size=SIZES[size], theme=theme) as me:
        await me.opens("/")
        await me.makes_room("Mina")
        server.kill()
        await expect(me.sees("link-bar")).to_be_visible()
        await me.page.screenshot(path=folder / "90-link-bar.png")
        await expect(me.sees("link-overlay")).to_be_visible()
        await me.page.screenshot(path=folder / "91-link-overlay.png")
    server.start()


async def alone(browser: Browser, into: Path, language: str, size: str, theme: Theme) -> None:
    """Take a picture of a page whose server goes on without its Redis: there never was one at that address."""
    folder = into / f"{language}-{size}-{theme}"
    with tempfile.TemporaryDirectory() as made:
        server = Server(Path(made), redis="redis://127.0.0.1:1", limits_rooms_per_minute=10_000)
        server.start()
        try:
            async with person(browser, server.url, language=language, size=SIZES[size], theme=theme) as me:
                await me.opens("/")
                await me.makes_room("Mina")
                await expect(me.sees("degraded-bar")).to_be_visible()
                await me.page.screenshot(path=folder / "92-degraded-bar.png")
        finally:
            server.kill()


async def for_the_readme(browser: Browser, folder: Path) -> None:
    """Take the README's picture: the same moment of one race on a desk and on a phone, side by side."""
    server = serving(folder, load_book())
    try:
        async with (
            person(browser, server.url, language="en", size=(900, 760)) as desk,
            person(browser, server.url, language="ko", size=PHONE) as phone,
            AsyncExitStack() as stack,
        ):

            async def look(_: str) -> None:
                """Nothing to see yet."""

            walk = Walk(server, desk, stack, look, "en")
            friends = await walk.room()
            await phone.comes_in(desk.page.url, "민아")
            await phone.picks(3)
            for number, one in enumerate(friends[:3]):
                await one.asks("pick_racer", racer=(0, 2, 4)[number])
            await desk.presses("start")
            await phone.comes_to("racing")
            await expect(desk.sees("race-clock")).to_have_text(INTO_THE_RACE, timeout=RACE_MS)
            await friends[1].asks("say", text="go turtle, go!")
            await expect(phone.sees("floating-line").first).to_be_visible()
            pictures = await asyncio.gather(desk.page.screenshot(), phone.page.screenshot())
            await side_by_side(browser, pictures, RACE_PICTURE)
    finally:
        server.kill()


async def records_for_the_readme(browser: Browser, folder: Path) -> None:
    """Take the README's other picture: what some rounds leave behind, on phones side by side."""
    server = serving(folder, sprint())
    try:
        async with (
            person(browser, server.url, language="ko", size=PHONE) as me,
            AsyncExitStack() as stack,
        ):
            await me.opens("/")
            code = await me.makes_room("민아")
            friends = [await stack.enter_async_context(guest(server.url)) for _ in range(3)]
            for one, name in zip(friends, ("준", "소라", "도하"), strict=True):
                await one.joins(code, name)
            for turn in range(ROUNDS):
                await me.picks(turn % 5)
                for number, one in enumerate(friends, 1):
                    await one.asks("pick_racer", racer=(turn + number) % 5)
                await me.presses("start")
                await expect(me.sees("next-round")).to_be_visible(timeout=RACE_MS)
                await me.presses("next-round")
                await me.comes_to("gathering")
            pictures = [await picture_of(me, f"/r/{code}/history", "round", "fold")]
            pictures.append(await picture_of(me, "/boards?board=paid&period=week", "board-row"))
            await me.presses("lang-en")
            pictures.append(await picture_of(me, "/stats", "kind-lane"))
            pictures.append(await picture_of(me, "/me", "profile-name"))
            await side_by_side(browser, pictures, RECORDS_PICTURE, wide=1560)
    finally:
        server.kill()


async def picture_of(me: Person, path: str, there: str, press: str = "") -> bytes:
    """Open a page, wait until it shows what it should, press something first if asked, and take its picture."""
    await me.opens(path)
    await me.comes_to_see(there)
    if press:
        await me.sees(press).first.click()
    await me.page.wait_for_function(SETTLED)
    return await me.page.screenshot()


async def side_by_side(browser: Browser, pictures: Sequence[bytes], into: Path, wide: int = 1280) -> None:
    """Put pictures next to each other and keep them."""
    page = await browser.new_page(viewport={"width": wide, "height": 800})
    images = "".join(f'<img src="data:image/png;base64,{b64encode(one).decode()}">' for one in pictures)
    style = (
        "body { margin: 0; height: 800px; display: flex; gap: 20px; align-items: center; justify-content: center;"
        " background: #e9e2d0; } img { border-radius: 14px; box-shadow: 0 4px 18px rgb(0 0 0 / 0.25); height: 740px; }"
    )
    await page.set_content(f"<style>{style}</style>{images}")
    into.parent.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=into)
    await page.close()


async def main(into: Path, only: str, readme: bool) -> None:
    """Take the pictures that were asked for."""
    build_client()
    expect.set_options(timeout=LIMIT_MS)
    with tempfile.TemporaryDirectory() as made:
        async with chromium() as browser:
            if readme:
                await for_the_readme(browser, Path(made))
                with tempfile.TemporaryDirectory() as other:
                    await records_for_the_readme(browser, Path(other))
                return
            server = serving(Path(made), brisk())
            try:
                for language, size, theme in product(LANGUAGES, SIZES, THEMES):
                    if only in f"{language}-{size}-{theme}":
                        await all_states(browser, server, into, language, size, theme)
                        await lost(browser, server, into, language, size, theme)
                        await alone(browser, into, language, size, theme)
            finally:
                server.kill()


if __name__ == "__main__":
    asks = argparse.ArgumentParser(description=__doc__)
    asks.add_argument("folder", nargs="?", type=Path, default=ROOT / ".build" / "screenshots")
    asks.add_argument("--only", default="", help="part of a name, such as ko or en-phone-dark")
    asks.add_argument("--readme", action="store_true", help="make the pictures of the README")
    asked = asks.parse_args()
    asyncio.run(main(asked.folder, asked.only, asked.readme))
