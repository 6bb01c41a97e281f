"""Which pages may talk to the server: the same-origin rule, the application's exceptions, and the CORS headers.

Pure. Never trusts a header to prove identity: requests without an Origin come from programs, not from pages.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from .limits import Options

_DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


def origin_allowed(origin: str | None, host: str, options: Options) -> bool:
    """Return whether a request with these Origin and Host headers may be answered.

    Schemes are not compared: a proxy that ends TLS hides them. A port that is not given is the scheme's own.
    """
    if origin is None:
        return True
    if _same_host(origin, host):
        return True
    return options.allow_origin is not None and options.allow_origin(origin)


def cors_headers(origin: str | None, host: str, options: Options) -> dict[str, str]:
    """Return the headers that let a page of an allowed foreign origin read the answer."""
    if origin is None or options.allow_origin is None or _same_host(origin, host):
        return {}
    headers = {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}
    if options.allow_credentials:
        headers["Access-Control-Allow-Credentials"] = "true"
    return headers


def preflight_headers(requested: str | None) -> dict[str, str]:
    """Return what a browser wants to know before a foreign page may send a request, for the headers it asks about."""
    headers = {"Access-Control-Allow-Methods": "GET, POST", "Access-Control-Max-Age": "600"}
    if requested:
        headers["Access-Control-Allow-Headers"] = requested
    return headers


def _same_host(origin: str, host: str) -> bool:
    if host and origin in (f"http://{host}", f"https://{host}"):
        return True
    try:
        page = urlsplit(origin)
        here = urlsplit(f"//{host}")
        default = _DEFAULT_PORTS.get(page.scheme)
        if page.hostname is None or page.hostname != here.hostname:
            return False
        port = here.port
        # Behind a proxy the Host header often has no port, whatever scheme the page has.
        return (page.port or default) == port if port is not None else page.port in (None, default)
    except ValueError:
        return False
