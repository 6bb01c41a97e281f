"""`make dev`: a change is on the open page soon, in the same room; what is wrong ends nothing but one try."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, expect
from tests.browser.development import Development, development
from tests.browser.person import DESK, Person, person
from tests.waiting import until

VIEWS = "src/paddock/domain/views.py"
SHOWN = "MemberView(member.player, member.name,"
GRACE_MS = 20_000
"""A busy machine may take longer than the three seconds that are promised; what it took is printed."""
CONSOLE = re.compile(
    r"Lit is in dev mode|\[vite\]|^(error: .*)?(500|502|503)\b|status of 50[023]|ERR_CONNECTION|WebSocket connection to"
)
"""What development versions of libraries say, and Chromium of a server that starts anew."""

pytestmark = pytest.mark.timeout(240)
"""Every test starts three programs and a browser's page from several hundred files."""


@pytest.fixture
def checkout(client: None, tmp_path: Path) -> Development:
    """A copy of the checkout without anything running."""
    return Development(tmp_path)


@pytest_asyncio.fixture(loop_scope="session")
async def dev(client: None, tmp_path: Path) -> AsyncIterator[Development]:
    """A development server in a copy of the checkout."""
    with development(tmp_path) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def mina(browser: Browser, dev: Development) -> AsyncIterator[Person]:
    """Mina at the first page."""
    async with person(browser, dev.url, language="en", size=DESK) as who:
        await who.opens("/")
        yield who
        complaints = [one for one in await who.all_complaints() if CONSOLE.search(one) is None]
        assert not complaints, "\n".join(complaints)


async def seen(what: str, locator: Locator, text: str) -> float:
    """Wait until the page shows a text, and print and give the seconds since now."""
    began = time.monotonic()
    await expect(locator).to_contain_text(text, timeout=GRACE_MS)
    took = time.monotonic() - began
    print(f"{what}: on the page after {took:.2f} s")
    return took


async def is_in(who: Person, code: str, name: str) -> None:
    """See the person seated in the room, connected."""
    assert who.page.url.endswith(f"/r/{code}")
    await expect(who.sees("room")).to_be_visible()
    await expect(who.sees("seat")).to_have_count(1)
    await expect(who.sees("seat")).to_contain_text(name)
    await expect(who.sees("link-bar")).to_have_count(0)
    await expect(who.sees("link-overlay")).to_have_count(0)


async def test_what_changes_is_on_the_open_page(dev: Development, mina: Person) -> None:
    code = await mina.makes_room("Mina")
    await mina.page.evaluate("window.__kept = true")

    began = time.monotonic()
    dev.changes("web/src/style/page.css", "line-height: 1.45;", "line-height: 1.45; tab-size: 7;")
    await expect(mina.page.locator("html")).to_have_css("tab-size", "7", timeout=GRACE_MS)
    print(f"a style: on the page after {time.monotonic() - began:.2f} s")
    assert await mina.page.evaluate("window.__kept"), "styles come without a reload"
    await is_in(mina, code, "Mina")

    dev.changes("web/src/words/round.en.ts", '"Secretly pick a racer"', '"Quietly pick a racer"')
    await seen("a TypeScript file", mina.sees("phase-told"), "Quietly")
    await is_in(mina, code, "Mina")

    dev.changes(VIEWS, SHOWN, SHOWN.replace("member.name", '"Lady " + member.name'))
    await seen("a Python file", mina.sees("seat"), "Lady Mina")
    await is_in(mina, code, "Lady Mina")


async def test_what_is_wrong_is_shown_and_the_next_change_goes_on(dev: Development, mina: Person) -> None:
    code = await mina.makes_room("Mina")

    dev.changes(VIEWS, SHOWN, SHOWN.replace("(", "(("))
    await until(lambda: "SyntaxError" in dev.output and "the next change" in dev.output, f"the error in {dev.output}")
    await expect(mina.sees("link-bar").or_(mina.sees("link-overlay"))).to_be_visible()

    dev.changes(VIEWS, SHOWN.replace("(", "(("), SHOWN.replace("member.name", '"Lady " + member.name'))
    await seen("a Python file that was mended", mina.sees("seat"), "Lady Mina")
    await is_in(mina, code, "Lady Mina")


async def test_a_mistake_in_typescript_is_shown_on_the_page(dev: Development, mina: Person) -> None:
    code = await mina.makes_room("Mina")
    overlay = mina.page.locator("vite-error-overlay")

    dev.changes("web/src/words/en.ts", "export const", "export export const")
    await expect(overlay).to_be_visible(timeout=GRACE_MS)
    await expect(overlay.locator(".backdrop")).to_have_css("position", "fixed")

    dev.changes("web/src/words/en.ts", "export export const", "export const")
    await is_in(mina, code, "Mina")
    await expect(overlay).to_have_count(0)


async def test_messages_that_change_want_generated_files(dev: Development) -> None:
    dev.changes("src/paddock/gateway/messages.py", "\n    racer: ", "\n    runner: ")
    await until(lambda: "web/src/wire.gen.ts, docs/wire.md; run `make generate`" in dev.output, "what to run")


async def test_the_page_comes_back_when_all_of_it_is_started_anew(dev: Development, mina: Person) -> None:
    code = await mina.makes_room("Mina")
    await asyncio.to_thread(dev.interrupt)
    await expect(mina.sees("link-bar").or_(mina.sees("link-overlay"))).to_be_visible()
    async with mina.page.expect_event("load", timeout=60_000):
        await asyncio.to_thread(dev.start)
    await is_in(mina, code, "Mina")


async def test_addresses_work_as_in_production(dev: Development, mina: Person) -> None:
    code = await mina.makes_room("Mina")
    await mina.opens(f"/r/{code.lower()}")
    await is_in(mina, code, "Mina")
    await mina.presses("qr")
    await expect(mina.sees("qr-link")).to_have_text(f"{dev.url}/r/{code}")

    asks = mina.page.context.request
    page = await asks.get(f"{dev.url}/r/{code}", headers={"Accept": "text/html"})
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert page.headers["x-robots-tag"] == "noindex"
    assert "/src/main.ts" in await page.text()
    assert (await asks.get(f"{dev.url}/nowhere", headers={"Accept": "text/html"})).status == 404
    assert (await (await asks.get(f"{dev.url}/healthz")).json())["state"] == "ready"
    assert "REST" in await (await asks.get(f"{dev.url}/api/docs", headers={"Accept": "text/html"})).text()
    stranger = await asks.get(f"{dev.url}/", headers={"Host": "stranger.example", "Accept": "text/html"})
    assert stranger.status == 403


async def test_ctrl_c_ends_everything(dev: Development) -> None:
    assert len(dev.processes()) == 3, "this one, Vite and the server"
    assert await asyncio.to_thread(dev.interrupt) == 0
    await until(lambda: not dev.processes(), f"the end of {dev.processes()}")
    assert "Traceback" not in dev.output


async def test_nobody_outlives_one_that_is_killed(dev: Development) -> None:
    dev.kill()
    await until(lambda: not dev.processes(), f"the end of {dev.processes()}")


async def test_all_of_it_ends_with_who_started_it(dev: Development) -> None:
    dev.let_go()
    await until(lambda: not dev.processes(), f"the end of {dev.processes()}")


async def test_a_port_in_use_is_one_sentence(dev: Development) -> None:
    before = dev.output
    assert await asyncio.to_thread(dev.launch(dev.port).wait) == 1
    (said,) = dev.output.removeprefix(before).splitlines()
    assert f"port {dev.port} of 127.0.0.1 is in use" in said
    assert "PORT=" in said


@pytest.mark.parametrize("port", ["0", "eighty", "65536"])
async def test_no_port_is_one_sentence(checkout: Development, port: str) -> None:
    assert await asyncio.to_thread(checkout.launch(port).wait) == 1
    (said,) = checkout.output.splitlines()
    assert f"{port} is no port" in said
