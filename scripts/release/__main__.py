"""Prepares a release: `make release VERSION=1.2.3`. It commits, tags and publishes nothing; it prints the commands.

Everything is made and tried in a copy of the last commit. The tree gets its new version, dated changelog and `dist/`
at the very end, so whatever fails before leaves it as it was.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final, NamedTuple

from scripts.node import ROOT
from scripts.release import changelog, dist, tree, version
from scripts.release.commands import ReleaseError, run, step, told
from scripts.release.smoke_test import LOCK, smoke_test
from scripts.release.version import Version

ALL_CHECKS: Final = "test"
NO_CHECKS: Final = "none"


class Release(NamedTuple):
    """What is to be released, and how.

    Attributes:
        version: its version.
        checks: the make target that must be green before; `none` for none.
        dry: the tree gets nothing but `dist/`.
        options: of `paddock serve`, for the race.
    """

    version: Version
    checks: str
    dry: bool
    options: list[str]


def release(root: Path, wanted: Release) -> None:
    """Prepare a release of the tree `root`.

    Raises:
        ReleaseError: it cannot be released; the tree is as it was.
    """
    step(f"looking at the tree, for {wanted.version}")
    commit = tree.head(root)
    _check_version(root, wanted.version)
    _check(root, wanted.checks)
    if tree.head(root) != commit:
        raise ReleaseError("Something was committed meanwhile: begin again.")
    with tempfile.TemporaryDirectory(prefix="paddock-release-") as temporary:
        folder = Path(temporary)
        copied = tree.copy(root, commit, folder)
        step("writing the version and the day of the changelog")
        _state(folder, wanted.version, datetime.now(UTC).date())
        files = tree.changed(copied, folder)
        built = dist.build(folder, wanted.version, folder / dist.DIST)
        smoke_test(built.wheel, folder / LOCK, wanted.options)
        built = dist.keep(built, root / dist.DIST)
        if not wanted.dry:
            tree.write(files, root)
    print(f"\n{built_text(wanted, built)}\n{next_steps(wanted, sorted(map(str, files)), built)}", flush=True)


def _check_version(root: Path, wanted: Version) -> None:
    text = (root / changelog.FILE).read_text("utf-8")
    current = version.stated((root / version.FILE).read_text("utf-8"))
    version.check_order(wanted, current, changelog.released(text) | tree.tagged(root))
    changelog.check_unreleased(text)


def _check(root: Path, checks: str) -> None:
    if checks != ALL_CHECKS:
        print(f"\n    {warning(checks)}\n", flush=True)
    if checks != NO_CHECKS:
        step(f"checking: make {checks}")
        began = time.monotonic()
        run(
            ["make", "--no-print-directory", checks],
            root,
            f"`make {checks}` is not green: correct what it says above, and commit that.",
        )
        step(f"make {checks} was green after {time.monotonic() - began:.0f} s")


def _state(folder: Path, wanted: Version, day: date) -> None:
    """Write the version, the changelog's day, and what is generated from the version."""
    source, log = folder / version.FILE, folder / changelog.FILE
    source.write_text(version.restated(source.read_text("utf-8"), wanted), "utf-8")
    log.write_text(changelog.dated(log.read_text("utf-8"), wanted, day), "utf-8")
    # With this environment, which has the tree's package in it; the copy's comes first.
    generate = ["make", "--no-print-directory", "-o", ".venv/.run", "generate", f"PY={sys.executable}"]
    run(
        generate,
        folder,
        "What is made from the version cannot be made: see that `make generate` works.",
        PYTHONPATH=str(folder / "src"),
    )


def warning(checks: str) -> str:
    """Say aloud that less was checked than a release needs."""
    what = "NOTHING IS CHECKED" if checks == NO_CHECKS else f"ONLY `make {checks}` IS CHECKED"
    return f"{what} (CHECKS={checks}): this is for trying, do not publish what comes of it."


def built_text(wanted: Release, built: dist.Built) -> str:
    """Say what is in `dist/`."""
    return f"Paddock {wanted.version} is in {dist.DIST}/:\n{dist.describe(built)}\n"


def next_steps(wanted: Release, files: list[str], built: dist.Built) -> str:
    """Give the commands that publish a release, or say why there are none."""
    if wanted.dry:
        return f"This was a dry run: nothing else has changed. It would have written {', '.join(files)}."
    names = " ".join(files)
    lines = [
        "Written, and for you to commit, tag and publish:",
        f"  git diff {names}",
        f'  git commit -m "Release {wanted.version}" -- {names}',
        f'  git tag -a {wanted.version.tag} -m "Paddock {wanted.version}"',
        f"  git push --atomic origin {tree.BRANCH} {wanted.version.tag}",
        "Where no workflow publishes what is tagged:",
        f"  uv publish {' '.join(f'{dist.DIST}/{path.name}' for path in built)}",
        "To take it back before the commit:",
        f"  git checkout -- {names}",
    ]
    if wanted.checks != ALL_CHECKS:
        lines.insert(0, warning(wanted.checks))
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Prepare a release, and give the exit code."""
    parser = argparse.ArgumentParser(prog="make release")
    parser.add_argument("version")
    parser.add_argument("--checks", default=ALL_CHECKS, help="a make target, or `none`")
    parser.add_argument("--dry-run", action="store_true")
    parser.epilog = "What comes after -- are options of `paddock serve` for the race."
    end = arguments.index("--") if "--" in arguments else len(arguments)
    given, options = parser.parse_args(arguments[:end]), arguments[end + 1 :]
    try:
        release(ROOT, Release(version.wanted(given.version), given.checks, given.dry_run, options))
    except (ReleaseError, OSError) as error:
        sentence = told(error) if isinstance(error, OSError) else error
        print(f"release: stopped, the tree is as it was\nrelease: {sentence}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nrelease: interrupted, the tree is as it was", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
