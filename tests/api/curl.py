"""Reads a `curl` line of the documents and asks what it would ask; an option it does not know is an error."""

from __future__ import annotations

import shlex

from aiohttp import ClientSession


async def curl(web: ClientSession, line: str) -> tuple[int, bytes]:
    """Carry out one line, and give status and body."""
    name, *words = shlex.split(line)
    assert name == "curl"
    method, url, body = "", "", None
    headers: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        match word:
            case "-s":
                pass
            case "-X":
                method = next(rest)
            case "-H":
                header, _, value = next(rest).partition(": ")
                headers[header] = value
            case "-d":
                body = next(rest)
            case _:
                assert not word.startswith("-"), word
                assert not url, line
                url = word
    method = method or ("GET" if body is None else "POST")
    async with web.request(method, url, headers=headers, data=None if body is None else body.encode()) as answer:
        return answer.status, await answer.read()
