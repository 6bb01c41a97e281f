"""The page for whoever opens the server under a name that it does not know: what to do, for players and operators.

It stands alone, because nothing else is answered under that name: its style is part of it, allowed by its hash, and it
has no script. It looks like the client's pages (`web/src/art/tokens.css`).
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from html import escape
from http import HTTPStatus
from typing import Final

from aiohttp import hdrs, web

LONGEST: Final = 80
"""Characters of a name that are shown."""
_COMMAND_SAFE: Final = re.compile(r"[a-z0-9][a-z0-9.-]*").fullmatch

_STYLE: Final = """
:root{color-scheme:light dark;--paper:#f5ecd9;--raised:#fffaee;--ink:#2b2520;--soft:#665a4a;--turf:#3d7846;\
--line:#d8c9ab;--shadow:rgb(73 52 20/.18)}
@media (prefers-color-scheme:dark){:root{--paper:#151c1a;--raised:#202a27;--ink:#f4ecd9;--soft:#bcb4a0;\
--turf:#2c6239;--line:#3b4742;--shadow:rgb(0 0 0/.5)}}
*{box-sizing:border-box}
html{background:var(--paper);color:var(--ink);font:16px/1.5 "Pretendard Variable",Pretendard,"Apple SD Gothic Neo",\
"Noto Sans KR","Malgun Gothic",NanumGothic,system-ui,sans-serif;word-break:keep-all;overflow-wrap:anywhere;\
-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;min-height:100dvh;display:grid;align-content:center;justify-items:center;padding:24px 16px}
main{width:100%;max-width:600px;background:var(--raised);border:1px solid var(--line);border-radius:24px;\
border-top:10px solid var(--turf);padding:24px;box-shadow:0 6px 24px var(--shadow)}
h1{margin:0 0 12px;font-size:28px;line-height:1.25}
h2{margin:24px 0 4px;font-size:16px}
p{margin:0 0 12px}
.soft{color:var(--soft)}
code{display:block;margin:8px 0 12px;padding:12px;border:1px solid var(--line);border-radius:8px;\
background:var(--paper);font:14px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;word-break:break-word}
b{font-weight:800}
"""
_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True)
class Words:
    """The page in one language; `{host}` is where the name stands."""

    title: str
    what: str
    why: str
    player: str
    player_does: str
    operator: str
    operator_does: str
    proxy: str


_WORDS: Final = {
    "ko": Words(
        "이 주소로는 열 수 없어요",
        "이 Paddock 서버는 <b>{host}</b> 주소를 몰라요.",
        "다른 사이트가 제 이름을 이 서버로 돌려 몰래 들여다보는 일(DNS 리바인딩)을 막으려고, 서버는 아는 이름으로 온 "
        "요청에만 답해요.",
        "놀러 왔다면",
        "초대받은 링크를 그대로 열어 보세요. 그래도 이 화면이 나오면 서버를 운영하는 사람에게 이 화면을 보여 주세요.",
        "서버를 운영한다면",
        "이 이름을 <b>allowed_hosts</b>에 넣고 서버를 다시 시작하세요.",
        "앞에 프록시가 있다면 <b>public_url</b>에 사람들이 여는 주소를 적고, 프록시가 <b>Host</b> 헤더를 그대로 넘기게 "
        "하세요.",
    ),
    "en": Words(
        "This address does not open here",
        "This Paddock server does not know the name <b>{host}</b>.",
        "Other sites could lead a name of theirs to this server and read what it answers (DNS rebinding). So it "
        "answers only to names that it knows.",
        "If you came to play",
        "Open the link exactly as it was sent to you. If you still see this page, show it to the person who runs the "
        "server.",
        "If you run the server",
        "Add the name to <b>allowed_hosts</b> and start the server again:",
        "If there is a proxy in front, set <b>public_url</b> to the address that players open, and let the proxy pass "
        "the <b>Host</b> header on.",
    ),
}


def host_page(host: str, languages: str) -> web.Response:
    """Answer with the page in the language that `Accept-Language` prefers."""
    language = preferred(languages)
    words = _WORDS[language]
    name = host.rpartition(":")[0] if re.search(r":\d*$", host) else host
    shown = escape(name if len(name) <= LONGEST else f"{name[:LONGEST]}…") or "?"
    setting = name.lower() if len(name) <= LONGEST and _COMMAND_SAFE(name.lower()) else "play.example"
    text = f"""\
<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{words.title} · Paddock</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
<h1>{words.title}</h1>
<p>{words.what.format(host=shown)}</p>
<p class="soft">{words.why}</p>
<h2>{words.player}</h2>
<p>{words.player_does}</p>
<h2>{words.operator}</h2>
<p>{words.operator_does}</p>
<code>paddock serve --set allowed_hosts={setting}</code>
<p>{words.proxy}</p>
</main>
</body>
</html>
"""
    return web.Response(
        status=HTTPStatus.MISDIRECTED_REQUEST,
        text=text,
        content_type="text/html",
        headers={
            hdrs.CACHE_CONTROL: "no-store",
            hdrs.VARY: "Accept-Language",
            "Content-Security-Policy": _POLICY,
            "X-Robots-Tag": "noindex",
        },
    )


def preferred(languages: str) -> str:
    """Return "ko" or "en", whichever an `Accept-Language` header wants more; English when it wants neither."""
    best, choice = 0.0, "en"
    for part in languages[:500].split(","):
        tag, _, weight = part.strip().lower().partition(";q=")
        language = tag.partition("-")[0]
        try:
            wanted = float(weight) if weight else 1.0
        except ValueError:
            continue
        if language in _WORDS and wanted > best:
            best, choice = wanted, language
    return choice
