"""A person with a browser of their own: what they do on the page, what they see, and whether the page complained."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Response, expect
from tests.waiting import until

PHONE = (360, 740)
DESK = (1280, 800)
LIMIT_MS = 20_000
RACE_MS = 70_000
"""No race lasts longer, with its podium."""

_DIARY = """
(() => {
  // What has been on screen, in order: phases may pass faster than a test looks.
  const diary = (window.__diary = []);
  const complaints = (window.__complaints = []);
  document.addEventListener("securitypolicyviolation", (event) =>
    complaints.push(`CSP: ${event.violatedDirective} ${event.blockedURI}`));
  setInterval(() => {
    const room = document.querySelector("paddock-app")?.shadowRoot?.querySelector("paddock-room")?.shadowRoot;
    const phase = room?.querySelector("[phase]")?.getAttribute("phase");
    const stage = room?.querySelector("#content > :last-child")?.localName;
    if (!phase || !stage) return;
    const line = `${phase} ${stage}`;
    if (diary.at(-1) !== line) diary.push(line);
  }, 40);
})();
"""

_LOST = re.compile(r"ERR_CONNECTION_(REFUSED|RESET|CLOSED)|ERR_EMPTY_RESPONSE|WebSocket is closed before")
"""What Chromium itself writes to the console when a server is gone; no page can keep it from doing so."""


class Person:
    """One person at one page."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.server_may_be_gone = False
        self.may_be_refused: set[str] = set()
        """Paths that may answer with a refusal, since the test is about that."""
        self.base = base
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("response", self._answered)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        expected = self.server_may_be_gone and _LOST.search(message.text) is not None
        # An address that leads nowhere answers 404 with the page that says so.
        expected = expected or ("404" in message.text and message.location["url"] == self.page.url)
        expected = expected or urlsplit(message.location["url"]).path in self.may_be_refused
        if not expected:
            self.complaints.append(f"{message.type}: {message.text} {message.location['url']}")

    def _answered(self, answer: Response) -> None:
        allowed = answer.request.is_navigation_request() or urlsplit(answer.url).path in self.may_be_refused
        if answer.status >= 400 and not allowed:
            self.complaints.append(f"{answer.status}: {answer.url}")

    def sees(self, testid: str) -> Locator:
        """The element with this test id, wherever in the page's components it is."""
        return self.page.get_by_test_id(testid)

    async def opens(self, path: str) -> None:
        """Open an address of the server."""
        await self.page.goto(path if "://" in path else f"{self.base}{path}")

    async def makes_room(self, name: str) -> str:
        """From the first page make a room; gives its code."""
        await self.sees("name-input").fill(name)
        await self.sees("create-room").click()
        code = await self.sees("room-code").text_content()
        assert code is not None
        return code.strip().replace("-", "")

    async def comes_in(self, path: str, name: str) -> None:
        """Follow an invitation."""
        await self.opens(path)
        await self.sees("name-input").fill(name)
        await self.sees("join").click()
        await expect(self.sees("room")).to_be_visible()

    async def picks(self, racer: int) -> None:
        """Press a racer's card and see it taken."""
        card = self.sees(f"racer-{racer}")
        await card.click()
        await expect(card).to_have_attribute("aria-pressed", "true")

    async def presses(self, testid: str) -> None:
        """Press a button."""
        await self.sees(testid).click()

    async def comes_to_see(self, testid: str, limit_s: float = LIMIT_MS / 1000) -> None:
        """Load the page until it shows this: what is recorded soon after it happened may not be there yet."""
        shown = ""

        async def is_there() -> bool:
            nonlocal shown
            if shown:
                await self.page.reload()
            await expect(self.page.locator("main")).to_be_visible()
            await expect(self.page.locator("[aria-busy=true]")).to_have_count(0)
            shown = await self.page.locator("main").inner_text() or "nothing"
            return await self.sees(testid).count() > 0

        try:
            await until(is_there, testid, limit_s)
        except AssertionError as error:
            raise AssertionError(f"{error}; the page shows: {shown}") from None

    async def comes_to(self, phase: str, limit_ms: int = RACE_MS) -> None:
        """Wait until the room is in a phase."""
        await expect(self.sees("room")).to_have_attribute("phase", phase, timeout=limit_ms)

    async def order(self) -> list[tuple[int, int]]:
        """The result on the podium: racer and rank from first to last."""
        lines = await self.sees("results").locator("li[data-racer]").all()
        return [
            (int(await line.get_attribute("data-racer") or -1), int(await line.get_attribute("data-rank") or -1))
            for line in lines
        ]

    async def seats(self) -> list[tuple[str | None, str | None]]:
        """Everybody seated, by id, and whether a pick of theirs stands."""
        chips = await self.sees("seat").all()
        return sorted(
            [(await chip.get_attribute("data-player"), await chip.get_attribute("data-picked")) for chip in chips],
            key=str,
        )

    async def diary(self) -> list[str]:
        """Each phase that was on screen, with the component that showed it."""
        lines: list[str] = await self.page.evaluate("window.__diary")
        return lines

    async def all_complaints(self) -> list[str]:
        """What went wrong in the page by its own account: console, errors, refused loads, policy violations."""
        own: list[str] = await self.page.evaluate("window.__complaints ?? []")
        return [*self.complaints, *own]


Theme = Literal["light", "dark"]


@asynccontextmanager
async def person(
    browser: Browser,
    base: str,
    *,
    language: str = "ko",
    size: tuple[int, int] = PHONE,
    theme: Theme = "light",
    calm: bool = False,
    **context: Any,
) -> AsyncIterator[Person]:
    """Somebody with a new browser profile; at the end the page must not have complained."""
    made = await browser.new_context(
        locale={"ko": "ko-KR", "en": "en-US"}[language],
        viewport={"width": size[0], "height": size[1]},
        color_scheme=theme,
        reduced_motion="reduce" if calm else "no-preference",
        **context,
    )
    try:
        yield await settle(made, base)
    finally:
        await made.close()


async def settle(context: BrowserContext, base: str) -> Person:
    """Give the person a page in their profile."""
    context.set_default_timeout(LIMIT_MS)
    await context.add_init_script(_DIARY)
    return Person(await context.new_page(), base)
