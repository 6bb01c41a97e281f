"""The files around the code: no made-up address, no dead link, one place for what maintainers fill in."""

from __future__ import annotations

import ipaddress
import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT: dict[str, Any] = PYPROJECT["project"]
TOOLS: dict[str, Any] = PYPROJECT["tool"]
MAINTAINERS = (ROOT / "MAINTAINERS.md").read_text("utf-8")
NONE_YET = "none yet"

FOLDERS = (".ci", ".devcontainer", ".github", "deploy", "docs", "examples", "scripts", "src", "web/public", "web/src")
"""Where people and programs read addresses. Tests and benchmarks make some up, as attackers and browsers do."""
WRITTEN = {
    "",
    ".conf",
    ".cfg",
    ".html",
    ".json",
    ".md",
    ".mjs",
    ".py",
    ".service",
    ".sh",
    ".toml",
    ".ts",
    ".yaml",
    ".yml",
}
KNOWN = {
    "semver.org": "says how versions are counted",
    "www.w3.org": "names the language of pictures",
}
"""Hosts outside that may be named, and what they are there for."""
REGISTRY = re.compile(r"\b(?:ghcr\.io|quay\.io|docker\.io|registry\.gitlab\.com)/[\w./-]+")


def texts() -> Iterator[Path]:
    found = [path for path in ROOT.iterdir() if path.is_file()]
    found += [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file()]
    built = ROOT / "src/paddock/web"
    for path in found:
        if path.suffix in WRITTEN and not path.is_relative_to(built) and path.name != ".git":
            yield path


def hosts(text: str) -> set[str]:
    """Collect the hosts of the web and mail addresses in a text; those that a program fills in are left out."""
    web = re.findall(r"\bhttps?://(?:[^\s/@'\"`]+@)?([^\s/:'\"`()<>,;|\]}]+)", text)
    mail = re.findall(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)*\.[a-z]{2,})\b", text)
    return {host.rstrip(".") for host in [*web, *mail] if not set(host) & set("{}[$*")}


def made_up(host: str) -> bool:
    """Whether a host could be taken for a real one, and is none that we know."""
    if "." not in host or host in KNOWN:
        return False
    try:
        ipaddress.ip_address(host)
    except ValueError:
        # RFC 2606 keeps these for examples; a service of Kubernetes ends in `.local`.
        return not host.endswith((".example", ".local")) and not re.fullmatch(r"(.+\.)?example\.(com|net|org)", host)
    return False


def invented(text: str) -> set[str]:
    """Find addresses of the project that nobody gave it."""
    found = {host for host in hosts(text) if made_up(host) or host.startswith("paddock.")}
    # An image has the name of the repository, which the workflow reads from the forge.
    return found | {name for name in REGISTRY.findall(text) if not name.endswith("OWNER/REPOSITORY")}


def values() -> dict[str, str]:
    """Read the table of MAINTAINERS.md: what is to be filled in, and its value today."""
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| [^|]+ \|$", MAINTAINERS, re.MULTILINE)
    return {what: value for what, value in rows if what not in {"what", "---"}}


def test_no_address_is_made_up() -> None:
    wrong = {str(path.relative_to(ROOT)): found for path in texts() if (found := invented(path.read_text("utf-8")))}
    assert not wrong, f"write it into MAINTAINERS.md, or into KNOWN with a reason: {wrong}"


@pytest.mark.parametrize(
    "text",
    [
        'Documentation = "https://paddock.example/docs"',
        "see https://paddock.dev/docs.",
        "write to security@paddock.games",
        "image: ghcr.io/paddock/paddock:latest",
        "git clone https://somewhere.org/paddock.git",
    ],
)
def test_a_made_up_address_is_found(text: str) -> None:
    assert invented(text)


@pytest.mark.parametrize(
    "text", ["https://play.example/r/K7AB2", "http://127.0.0.1:8080", "http://redis:6379", "a@db.example"]
)
def test_addresses_of_examples_are_fine(text: str) -> None:
    assert not invented(text)


def test_what_maintainers_fill_in_stands_in_one_place() -> None:
    table = values()
    assert {"repository", "security contact", "conduct contact", "owners of the code"} <= set(table)
    urls: dict[str, str] = PROJECT.get("urls", {})
    if table["repository"] == NONE_YET:
        assert not urls, "the repository stands in MAINTAINERS.md first"
    else:
        assert urls, "the package names the repository too"
        assert all(url.startswith(table["repository"]) for url in urls.values())
    assert "MAINTAINERS.md" in (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    assert "security contact" in (ROOT / "SECURITY.md").read_text("utf-8")
    assert "conduct\ncontact" in (ROOT / "CODE_OF_CONDUCT.md").read_text("utf-8")


def test_owners_own_what_exists() -> None:
    owners = set[str]()
    lines = (ROOT / ".github/CODEOWNERS").read_text("utf-8").splitlines()
    for path, *names in (line.split() for line in lines if line and not line.startswith("#")):
        assert path == "*" or (ROOT / path.strip("/")).exists(), f"nothing is at {path}"
        assert not path.endswith("/") or (ROOT / path.strip("/")).is_dir()
        owners |= set(names)
    named = values()["owners of the code"]
    assert owners == (set() if named == NONE_YET else set(named.split())), "MAINTAINERS.md and CODEOWNERS name others"


def links(text: str) -> Iterable[str]:
    return re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", text, flags=re.DOTALL))


def heading(line: str) -> str:
    """Give the anchor that forges make of a heading."""
    return re.sub(r"[^\w\- ]", "", line.lstrip("# ").lower()).replace(" ", "-")


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


DOCUMENTS = [path for path in texts() if path.suffix == ".md"]


@pytest.mark.parametrize("path", DOCUMENTS, ids=relative)
def test_links_lead_somewhere(path: Path) -> None:
    for link in links(path.read_text("utf-8")):
        name, _, anchor = link.partition("#")
        if name.startswith("https://"):
            continue
        target = (path.parent / name) if name else path
        assert target.exists(), f"{link} leads nowhere"
        if anchor:
            lines = target.read_text("utf-8").splitlines()
            assert anchor in {heading(line) for line in lines if line.startswith("#")}, f"no heading for {link}"


# The changelog names what there was then.
@pytest.mark.parametrize("path", [path for path in DOCUMENTS if path.name != "CHANGELOG.md"], ids=relative)
def test_files_that_documents_name_are_there(path: Path) -> None:
    named = re.findall(r"`((?:bench|deploy|docs|scripts|src|tests|web)/[\w./-]+)`", path.read_text("utf-8"))
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("path", sorted((ROOT / ".github/ISSUE_TEMPLATE").iterdir()), ids=lambda path: path.stem)
def test_issue_forms_are_complete(path: Path) -> None:
    form: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    assert set(form) == {"name", "description", "labels", "body"}, "what a form needs, and nothing that is ignored"
    fields = [field for field in form["body"] if field["type"] != "markdown"]
    assert len({field["id"] for field in fields}) == len(fields)
    for field in form["body"]:
        assert field["type"] in {"markdown", "textarea", "input", "dropdown", "checkboxes"}
        assert field["attributes"]["value" if field["type"] == "markdown" else "label"]
        assert field["type"] != "dropdown" or field["attributes"]["options"]


def test_the_dev_container_is_made_by_the_script_and_the_makefile() -> None:
    text = (ROOT / ".devcontainer/devcontainer.json").read_text("utf-8")
    container = json.loads(re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE))
    newest = max(supported(), key=lambda version: int(version.split(".")[1]))
    assert re.fullmatch(rf"python:{newest}-[a-z]+", container["image"])
    assert container["onCreateCommand"] == "bash scripts/system_packages.sh"
    assert (ROOT / "scripts/system_packages.sh").exists()
    assert container["postCreateCommand"].split()[0] == "make"


def test_files_are_as_editors_are_told_to_write_them() -> None:
    rules = ConfigParser()
    rules.read_string(f"[top]\n{(ROOT / '.editorconfig').read_text('utf-8')}")
    assert rules["*"]["end_of_line"] == "lf"
    assert rules["*"]["trim_trailing_whitespace"] == rules["*"]["insert_final_newline"] == "true"
    assert rules["*.py"]["max_line_length"] == str(TOOLS["ruff"]["line-length"])
    wrong = [path for path in texts() if path.suffix != ".json" and not tidy(path.read_bytes().decode("utf-8"))]
    assert not wrong


def tidy(text: str) -> bool:
    """Whether a text has no carriage return, no blank at the end of a line, and a newline at its end."""
    return "\r" not in text and not re.search(r"[ \t]$", text, re.MULTILINE) and (not text or text.endswith("\n"))


@pytest.mark.parametrize("text", ["a \n", "a\t\nb\n", "a", "a\r\nb\n"])
def test_an_untidy_file_is_found(text: str) -> None:
    assert not tidy(text)


def test_the_support_statement_names_the_supported_versions() -> None:
    assert f"Python {supported()[0]} to {supported()[-1]}" in (ROOT / "SUPPORT.md").read_text("utf-8")


def supported() -> list[str]:
    """List the Python versions that the package says it runs on, oldest first."""
    named = [line.rsplit(" ", 1)[1] for line in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", line)]
    assert PROJECT["requires-python"] == f">={named[0]}"
    return named
