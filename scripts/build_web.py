"""Builds the web client into `src/paddock/web`, unless its sources are the ones it was built from.

`python -m scripts.build_web` builds, and says what a first visit has to load; `--check` only says whether it is
current; `--install` only gets its packages.
Node.js is found or fetched by `scripts/node.py`.
"""

from __future__ import annotations

import hashlib
import re
import sys
from pathlib import Path

from scripts.node import ROOT, with_node
from scripts.steps import StepFailedError, explain_error, need_writable, run_step

WEB = ROOT / "web"
OUTPUT = ROOT / "src" / "paddock" / "web"
STAMP = OUTPUT / ".stamp"
"""Written last and removed with the rest: where it is, the build is whole."""
PACKAGES = WEB / "node_modules" / ".stamp"
FIRST_LOAD_MOST = 120_000
_NOT_SOURCES = {"node_modules", "test", "dev", "vite.dev.config.ts"}


class TooHeavyError(Exception):
    """The built client is heavier than a phone should have to wait for."""


def fingerprint() -> str:
    """Hash everything the build is made from."""
    digest = hashlib.sha256()
    sources = [path for path in WEB.rglob("*") if _NOT_SOURCES.isdisjoint(path.relative_to(WEB).parts)]
    for path in sorted([*sources, Path(__file__), Path(__file__).with_name("precompress.mjs")]):
        if path.is_file():
            digest.update(f"{path.relative_to(ROOT)}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def is_current() -> bool:
    """Say whether the built client is made from the sources as they are."""
    return (OUTPUT / "index.html").exists() and STAMP.exists() and STAMP.read_text() == fingerprint()


def install(environment: dict[str, str]) -> None:
    """Get the packages of the lock file, unless they are there."""
    lock = hashlib.sha256((WEB / "package-lock.json").read_bytes()).hexdigest()
    if PACKAGES.exists() and PACKAGES.read_text() == lock:
        return
    print("web client: installing packages", flush=True)
    _npm(["ci", "--no-audit", "--no-fund", "--loglevel=error"], environment)
    PACKAGES.write_text(lock)


def build(environment: dict[str, str]) -> None:
    """Build the client and compress its files."""
    install(environment)
    made_from = fingerprint()
    print("web client: building", flush=True)
    _npm(["run", "--silent", "build", "--", "--logLevel", "warn"], environment)
    compress = ["node", str(ROOT / "scripts" / "precompress.mjs"), str(OUTPUT)]
    run_step("web client", compress, folder=ROOT, environment=environment)
    weight = first_load()
    print(f"web client: first load {weight / 1000:.1f} KB of {FIRST_LOAD_MOST // 1000} KB")
    if weight > FIRST_LOAD_MOST:
        raise TooHeavyError(f"the first load is {weight - FIRST_LOAD_MOST} bytes heavier than it may be")
    STAMP.write_text(made_from)


def first_load() -> int:
    """Count the compressed bytes of script and style that the page asks for before anything is on screen."""
    page = (OUTPUT / "index.html").read_text()
    named = re.findall(r'(?:src|href)="/(assets/[^"]+\.(?:js|css))"', page)
    # What a script imports without being asked is part of it.
    total, seen = 0, set[str]()
    while named:
        name = named.pop()
        if name in seen:
            continue
        seen.add(name)
        compressed = OUTPUT / f"{name}.br"
        total += (compressed if compressed.exists() else OUTPUT / name).stat().st_size
        if name.endswith(".js"):
            imported = re.findall(r'(?:from|import)\s*"\./([^"]+\.js)"', (OUTPUT / name).read_text())
            named += [f"assets/{one}" for one in imported]
    return total


def _npm(arguments: list[str], environment: dict[str, str]) -> None:
    run_step("web client", ["npm", *arguments], folder=WEB, environment=environment)


def main(arguments: list[str]) -> int:
    """Build, or with `--check` give 0 if the built client is current and 1 if not."""
    if "--check" in arguments:
        return 0 if is_current() else 1
    if is_current() and "--install" not in arguments:
        return 0
    try:
        need_writable(ROOT)
        environment = with_node() | {"npm_config_update_notifier": "false"}
        install(environment) if "--install" in arguments else build(environment)
    except StepFailedError as error:
        print(error, file=sys.stderr)
    except TooHeavyError as error:
        print(f"web client: {error}", file=sys.stderr)
    except OSError as error:
        print(f"web client: {explain_error(error)}.", file=sys.stderr)
    except KeyboardInterrupt:
        print("web client: interrupted; make goes on from here.", file=sys.stderr)
    else:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
