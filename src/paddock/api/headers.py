"""The security headers of every answer; pages may load nothing from elsewhere and run nothing inline."""

from __future__ import annotations

from typing import Final

from aiohttp import web

# `'self'` in connect-src covers the WebSocket to this server too (CSP level 3).
CONTENT_SECURITY_POLICY: Final = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
SECURITY_HEADERS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    # A room's address invites: it must not leak to other sites.
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
SERVER: Final = "paddock"
"""Not which library in which version."""
ALL_HEADERS: Final = {**SECURITY_HEADERS, "Server": SERVER}
"""For answers that no application makes: to what is no request."""


async def secure(request: web.Request, response: web.StreamResponse) -> None:
    """Add the headers to an answer that is about to be sent (a signal handler of aiohttp)."""
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["Server"] = SERVER
