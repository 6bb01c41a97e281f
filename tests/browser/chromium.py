"""The browser and the page for it: finds a Chromium, starts it, and builds the web client when it is out of date."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Playwright, async_playwright

ROOT = Path(__file__).parents[2]
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
)


class NoChromiumError(Exception):
    """There is no Chromium on this machine; the message says what to do."""


def find_chromium(playwright: Playwright) -> Path:
    """Give the browser to use: the one named, the system's, one on the PATH, Playwright's own.

    Raises:
        NoChromiumError: there is none.
    """
    on_path = shutil.which("chromium")
    places = (os.environ.get("PADDOCK_CHROMIUM"), "/usr/bin/chromium", on_path, playwright.chromium.executable_path)
    for place in places:
        if place and Path(place).is_file():
            return Path(place)
    raise NoChromiumError(
        "no Chromium: apt-get install chromium, or python -m playwright install chromium, "
        "or name one in PADDOCK_CHROMIUM"
    )


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A running browser; each context in it is a person with a phone of their own."""
    async with async_playwright() as playwright:
        path = find_chromium(playwright)
        browser = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        await browser.close()


def build_client() -> None:
    """Build the web client unless it is current; several test processes at once build it once.

    Raises:
        RuntimeError: it cannot be built; the message is what the build said.
    """
    lock = ROOT / ".build" / "web.lock"
    lock.parent.mkdir(exist_ok=True)
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        built = subprocess.run(
            [sys.executable, "-m", "scripts.build_web"], cwd=ROOT, capture_output=True, text=True, check=False
        )
    if built.returncode != 0:
        raise RuntimeError(f"the web client could not be built\n{built.stdout}{built.stderr}")
