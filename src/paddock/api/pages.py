"""The web client as files: one page for all addresses, and assets whose names change with their content.

The files come from the build (`scripts.build_web`), precompressed beside the plain ones. No name from a request
becomes part of a path unless the route's pattern allows it, and no pattern allows a slash or a leading dot.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from pathlib import Path
from typing import Final

from aiohttp import web

from paddock.api.static_file import StaticFile
from paddock.archive.contract import PROFILE_PATTERN
from paddock.domain.ids import CODE_PATTERN, RACE_PATTERN

ASSET: Final = r"/assets/{name:[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}}"
ROOT_FILE: Final = r"/{name:[a-z0-9][a-z0-9-]{0,60}\.(?:svg|png|ico|webmanifest)}"

_FOR_EVER: Final = "public, max-age=31536000, immutable"
_CODE: Final = re.compile(CODE_PATTERN)
_RACE: Final = re.compile(RACE_PATTERN)
_PROFILE: Final = re.compile(PROFILE_PATTERN)
_NOT_BUILT: Final = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Paddock</title>
<p>The server runs, but its web client has not been built.
Run <code>make run</code>, or <code>make web</code>, and load this page again.</p>
</html>
"""
_ROBOTS: Final = "User-agent: *\nDisallow: /r/\nDisallow: /race/\nDisallow: /p/\nDisallow: /me\nDisallow: /api/\n"


class Pages:
    """Serves the web client from a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def home(self, request: web.Request) -> web.StreamResponse:
        """Answer with the client's page."""
        return self._index()

    async def room(self, request: web.Request) -> web.StreamResponse:
        """Answer with the client's page for a room; a code typed in small letters is sent to its proper address."""
        typed = request.match_info["code"]
        code = typed.replace("-", "").replace(" ", "").upper()
        if _CODE.fullmatch(code) is None:
            return self.nowhere(request)
        if code != typed:
            raise web.HTTPPermanentRedirect(f"/r/{code}")
        return self._index(private=True)

    async def history(self, request: web.Request) -> web.StreamResponse:
        """Answer with the client's page for the history of a room."""
        if _CODE.fullmatch(request.match_info["code"]) is None:
            return self.nowhere(request)
        return self._index(private=True)

    async def profile(self, request: web.Request) -> web.StreamResponse:
        """Answer with the client's page for a person's record."""
        if _PROFILE.fullmatch(request.match_info["profile"]) is None:
            return self.nowhere(request)
        return self._index(private=True)

    async def own(self, request: web.Request) -> web.StreamResponse:
        """Answer with the client's page for the record of whoever asks; the page itself says nothing of them."""
        return self._index(private=True)

    async def race(self, request: web.Request) -> web.StreamResponse:
        """Answer with the client's page for a recorded race."""
        if _RACE.fullmatch(request.match_info["race"]) is None:
            return self.nowhere(request)
        return self._index(private=True)

    def nowhere(self, request: web.Request) -> web.StreamResponse:
        """Answer for an address that nothing has: the client's page says so in the reader's language."""
        response = self._index(private=True)
        if response.status == HTTPStatus.OK:
            response.set_status(HTTPStatus.NOT_FOUND)
        return response

    async def asset(self, request: web.Request) -> web.StreamResponse:
        """Answer with a file whose name holds its content's hash: it may be kept for ever."""
        return self._file(Path("assets", request.match_info["name"]), _FOR_EVER)

    async def root_file(self, request: web.Request) -> web.StreamResponse:
        """Answer with an icon or the manifest."""
        return self._file(Path(request.match_info["name"]), "public, max-age=86400")

    async def old_icon(self, request: web.Request) -> web.StreamResponse:
        """Send browsers that ask for the icon by its old name to the one there is."""
        raise web.HTTPPermanentRedirect("/favicon.svg")

    async def robots(self, request: web.Request) -> web.Response:
        """Tell search engines to leave rooms and races alone."""
        return web.Response(text=_ROBOTS, headers={"Cache-Control": "public, max-age=86400"})

    def _index(self, *, private: bool = False) -> web.StreamResponse:
        page = self._folder / "index.html"
        if not page.is_file():
            return web.Response(
                status=HTTPStatus.SERVICE_UNAVAILABLE,
                text=_NOT_BUILT,
                content_type="text/html",
                headers={"Cache-Control": "no-store"},
            )
        headers = {"Cache-Control": "no-cache"}
        if private:
            headers["X-Robots-Tag"] = "noindex"
        return StaticFile(page, headers)

    def _file(self, name: Path, cache: str) -> StaticFile:
        path = self._folder / name
        if not path.is_file():
            raise web.HTTPNotFound
        return StaticFile(path, {"Cache-Control": cache})
