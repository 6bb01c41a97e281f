"""The web client's files: one page for every address, assets for ever, nothing else from the disk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession
from tests.api.server import Backstage, build, serving
from yarl import URL


@pytest.fixture
async def web(tmp_path: Path) -> AsyncIterator[ClientSession]:
    async with serving(Backstage(), build(tmp_path / "web")) as session:
        yield session


@pytest.mark.parametrize(
    "path",
    ["/", "/r/K7AB2", "/r/K7AB2/history", "/race/abcdefgh12345678", "/boards", "/stats", "/me", "/p/abcdefgh1234"],
)
async def test_the_page_is_asked_for_again_each_time(web: ClientSession, path: str) -> None:
    answer = await web.get(path)

    assert answer.status == 200
    assert "<title>Paddock" in await answer.text()
    assert answer.content_type == "text/html"
    assert answer.headers["Cache-Control"] == "no-cache"
    again = await web.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status == 304


async def test_rooms_races_and_people_stay_out_of_search_engines(web: ClientSession) -> None:
    assert "X-Robots-Tag" not in (await web.get("/")).headers
    for path in ("/r/K7AB2", "/r/K7AB2/history", "/race/abcdefgh12345678", "/me", "/p/abcdefgh1234"):
        assert (await web.get(path)).headers["X-Robots-Tag"] == "noindex", path
    robots = await (await web.get("/robots.txt")).text()
    assert all(f"Disallow: {place}" in robots for place in ("/r/", "/race/", "/p/", "/me"))


async def test_a_code_in_small_letters_is_sent_to_its_address(web: ClientSession) -> None:
    answer = await web.get("/r/k7-ab2", allow_redirects=False)

    assert answer.status == 308
    assert answer.headers["Location"] == "/r/K7AB2"


@pytest.mark.parametrize(
    "path",
    [
        "/r/K7AB1",
        "/r/K7AB22",
        "/r/K7AB1/history",
        "/p/x",
        "/p/ABCDEFGH1234",
        "/race/x",
        "/race/ABCDEFGH12345678",
        "/nowhere/at/all",
    ],
)
async def test_an_address_that_nothing_has_is_the_page_with_404(web: ClientSession, path: str) -> None:
    answer = await web.get(path, headers={"Accept": "text/html"})

    assert answer.status == 404
    assert "<title>Paddock" in await answer.text()


async def test_assets_are_kept_for_ever_and_come_compressed(web: ClientSession) -> None:
    async def body(accept: str) -> bytes:
        # The files only pretend to be compressed.
        asked = web.get("/assets/main-abc123.js", headers={"Accept-Encoding": accept}, auto_decompress=False)
        async with asked as answer:
            assert answer.status == 200
            assert answer.content_type in {"text/javascript", "application/javascript"}
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert answer.headers.get("Content-Encoding", "identity") == accept.split(",")[0]
            return await answer.content.read()

    assert await body("identity") == b"plain"
    assert await body("gzip") == b"gzip"
    assert await body("br, gzip") == b"brotli"


async def test_icons_come_from_the_root(web: ClientSession) -> None:
    answer = await web.get("/favicon.svg")

    assert (answer.status, answer.content_type) == (200, "image/svg+xml")
    assert await (await web.get("/favicon.ico")).read() == await answer.read()


@pytest.mark.parametrize(
    "path",
    [
        "/secret.txt",
        "/index.html.bak",
        "/assets/nothing.js",
        "/assets/../secret.txt",
        "/assets/%2e%2e/secret.txt",
        "/assets/..%2fsecret.txt",
        "/assets/.hidden",
        "/assets/%00",
        "/apple-touch-icon.png",
        "//etc/passwd",
    ],
)
async def test_nothing_else_comes_from_the_disk(web: ClientSession, path: str) -> None:
    origin = (await web.get("/robots.txt")).url.origin()
    answer = await web.get(URL(f"{origin}{path}", encoded=True))

    assert answer.status == 404
    assert answer.content_type == "application/problem+json"
    assert (await answer.json(content_type=None))["code"] == "not_found"


async def test_without_a_build_a_sentence_says_what_to_do(tmp_path: Path) -> None:
    async with serving(Backstage(), tmp_path) as session:
        answer = await session.get("/")

        assert answer.status == 503
        assert "make run" in await answer.text()


@pytest.mark.parametrize(
    ("accept", "coding"),
    [
        ("", "identity"),
        ("gzip;q=0", "identity"),
        ("gzip; q=0.000, br;Q=0", "identity"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0, *", "gzip"),
        ("*;q=0", "identity"),
        ("*", "br"),
        ("GZIP;q=0.5", "gzip"),
        ("br;q=nonsense", "identity"),
        ("notgzip, brotli", "identity"),
        ("identity, deflate", "identity"),
    ],
)
async def test_a_coding_that_is_refused_is_not_sent(web: ClientSession, accept: str, coding: str) -> None:
    """What broke: `gzip;q=0` got gzip, and without `Vary` a cache handed it on to everybody."""
    asked = web.get("/assets/main-abc123.js", headers={"Accept-Encoding": accept}, auto_decompress=False)
    async with asked as answer:
        assert answer.headers.get("Content-Encoding", "identity") == coding
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert (await answer.content.read()).decode() == {"identity": "plain", "br": "brotli"}.get(coding, coding)


@pytest.mark.parametrize(
    ("asked", "status", "body"),
    [
        ("bytes=0-1", 206, b"pl"),
        ("bytes=3-", 206, b"in"),
        ("bytes=-2", 206, b"in"),
        ("bytes=0-99", 206, b"plain"),
        ("bytes=9-", 416, b""),
        ("lines=0-1", 200, b"plain"),
        ("bytes=0-1,3-4", 200, b"plain"),
        ("bytes=4-1", 200, b"plain"),
        ("bytes=-0", 200, b"plain"),
        ("bytes=x-y", 200, b"plain"),
        ("bytes=-", 200, b"plain"),
        ("bytes", 200, b"plain"),
        ("bytes=99999999999999999999999-", 200, b"plain"),
        ("", 200, b"plain"),
    ],
)
async def test_a_range_that_cannot_be_read_is_ignored(web: ClientSession, asked: str, status: int, body: bytes) -> None:
    """What broke: a unit nobody knows, and whatever is no range, was answered 416 instead of with the file."""
    headers = {"Range": asked, "Accept-Encoding": "identity"}
    async with web.get("/assets/main-abc123.js", headers=headers) as answer:
        assert answer.status == status
        if status != 416:
            assert await answer.read() == body


async def test_a_range_of_another_version_gets_the_whole_file(web: ClientSession) -> None:
    headers = {"Range": "bytes=0-1", "If-Range": '"another"', "Accept-Encoding": "identity"}
    async with web.get("/assets/main-abc123.js", headers=headers) as answer:
        assert (answer.status, await answer.read()) == (200, b"plain")


async def test_what_is_known_is_not_sent_again(web: ClientSession) -> None:
    path = "/assets/main-abc123.js"
    tag = (await web.get(path, headers={"Accept-Encoding": "identity"})).headers["ETag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', f'W/"other",{tag} , "more"', "*"):
        answer = await web.get(path, headers={"If-None-Match": known, "Accept-Encoding": "identity"})
        assert (answer.status, answer.headers["ETag"]) == (304, tag), known
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    for other in ('"other"', "other", tag.strip('"'), "", '"', f'"x{tag[1:]}'):
        answer = await web.get(path, headers={"If-None-Match": other, "Accept-Encoding": "identity"})
        assert answer.status == 200, other
    compressed = await web.get(path, headers={"If-None-Match": tag, "Accept-Encoding": "gzip"}, auto_decompress=False)
    assert compressed.status == 200, "another form of the file is another one"
