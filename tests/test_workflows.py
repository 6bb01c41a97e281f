"""The workflows of the forge and the git hook do what the Makefile does, and a broken one is found by `make lint`."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from tests.test_project_files import ROOT, supported, texts

WORKFLOWS = ROOT / ".github/workflows"
CHECK = "check.yaml"
RELEASE = "release.yaml"


def read(name: str) -> dict[str, Any]:
    workflow: dict[str, Any] = yaml.safe_load((WORKFLOWS / name).read_text("utf-8"))
    return workflow


def all_workflows() -> str:
    return "".join(path.read_text("utf-8") for path in WORKFLOWS.iterdir())


def linted(*files: Path) -> subprocess.CompletedProcess[str]:
    """Run the part of `make lint` that looks at workflows, on these."""
    command = ["make", "--no-print-directory", "workflows", f"WORKFLOWS={' '.join(map(str, files))}"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.processes
@pytest.mark.parametrize(
    ("name", "good", "bad", "says"),
    [
        (CHECK, "timeout-minutes: 90", "timeout-minutes: soon", "timeout-minutes"),
        (CHECK, "runs-on: ubuntu-24.04", "runs-on: ubuntu-1804", "unknown-runner-label"),
        (CHECK, "${{ matrix.python }}", "${{ matrix.pyton }}", "undefined-property"),
        (CHECK, "permissions:\n  contents: read\n", "", "missing-permissions"),
        (CHECK, "    timeout-minutes: 30\n", "", "missing-timeout"),
        (CHECK, "          python-version:", "          python-versions:", "unknown-action-input"),
        (RELEASE, "needs: [check, build]", "needs: [check, buidl]", "undefined-job-needs"),
        (RELEASE, "@a1948c3f048ba23858d222213b7c278aabede763 # v4.1.1", "@v4", "unpinned-uses"),
        (RELEASE, "      id-token: write # is what", "      id-tokens: write # is what", "invalid-permissions"),
        (RELEASE, "        with:\n          persist-credentials: false\n", "", "artipacked"),
        (RELEASE, 'TAG="$GITHUB_REF_NAME"', "TAG=${{ github.ref_name }}", "template-injection"),
        (RELEASE, 'tags: ["v*"]', 'tag: ["v*"]', "workflow-syntax"),
    ],
)
def test_a_broken_workflow_fails(tmp_path: Path, name: str, good: str, bad: str, says: str) -> None:
    folder = tmp_path / ".github/workflows"
    shutil.copytree(WORKFLOWS, folder)
    text = (folder / name).read_text("utf-8")
    assert linted(folder / name).returncode == 0
    assert good in text
    (folder / name).write_text(text.replace(good, bad), "utf-8")
    said = linted(folder / name)
    assert said.returncode != 0
    assert says in said.stdout


@pytest.mark.processes
def test_a_broken_dependabot_file_fails(tmp_path: Path) -> None:
    broken = tmp_path / ".github/dependabot.yaml"
    broken.parent.mkdir()
    broken.write_text((ROOT / ".github/dependabot.yaml").read_text("utf-8").replace("weekly", "at times"), "utf-8")
    assert linted(broken).returncode != 0


@pytest.mark.processes
def test_make_lint_looks_at_every_workflow() -> None:
    planned = subprocess.run(["make", "--dry-run", "lint"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert ".github/workflows/*.yaml" in planned
    assert {path.suffix for path in WORKFLOWS.iterdir()} == {".yaml"}


def targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    return set(re.findall(r"^([a-z][a-z-]*):(?!=)", makefile, re.MULTILINE))


def made(text: str) -> set[str]:
    """Collect the targets that a text calls as `make TARGET ...` in code, or as the command of a step."""
    calls = re.findall(r"(?:`|run: |entry: |\"|^)make ([^`\n\"#]*)", text, re.MULTILINE)
    words = {word for call in calls for word in call.split("=")[0].split()}
    return {word for word in words if re.fullmatch(r"[a-z][a-z-]*", word)}


@pytest.mark.parametrize(
    "path",
    [path for path in texts() if path.suffix in {".md", ".sh", ".yaml"} or path.name == "devcontainer.json"],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_what_is_called_can_be_made(path: Path) -> None:
    assert made(path.read_text("utf-8")) <= targets()


def test_what_workflows_run_of_ours_is_there() -> None:
    modules = set(
        re.findall(r"python3? -m (scripts[.\w]+)", "".join(path.read_text("utf-8") for path in WORKFLOWS.iterdir()))
    )
    assert modules
    assert all((ROOT / f"{module.replace('.', '/')}.py").exists() for module in modules)


def test_every_python_is_tested_and_the_oldest_and_newest_in_full() -> None:
    jobs = read(CHECK)["jobs"]
    goals = {row["python"]: set(row["targets"].split()) for row in jobs["test"]["strategy"]["matrix"]["include"]}
    assert list(goals) == supported()
    assert jobs["wheel"]["strategy"]["matrix"]["python"] == supported()
    assert set[str]().union(*goals.values()) <= targets()
    assert goals[supported()[0]] == goals[supported()[-1]] == {"test"}
    assert all(goal in ({"test"}, {"check", "test-fast"}) for goal in goals.values())


def test_an_action_is_the_same_commit_everywhere() -> None:
    used = re.findall(
        r"uses: ([\w./-]+)@(\w+) # (\S+)", "".join(path.read_text("utf-8") for path in WORKFLOWS.iterdir())
    )
    assert used
    by_name = {name: {(commit, version) for other, commit, version in used if other == name} for name, _, _ in used}
    assert all(len(pins) == 1 for pins in by_name.values()), by_name


def test_nothing_is_published_unchecked_or_with_a_stored_secret() -> None:
    jobs = read(RELEASE)["jobs"]
    for name in ("index", "image"):
        assert {"check", "build"} <= set(jobs[name]["needs"])
    assert set(jobs["page"]["needs"]) == {"index", "image"}
    assert "secrets." not in (WORKFLOWS / RELEASE).read_text("utf-8")
    assert jobs["index"]["permissions"] == {"id-token": "write"}
    build = next(step["with"] for step in jobs["image"]["steps"] if "build-push-action" in step.get("uses", ""))
    assert build["platforms"] == "linux/amd64,linux/arm64"
    assert (build["provenance"], build["sbom"]) == ("mode=max", True)


@pytest.mark.processes
def test_the_git_hook_lets_no_commit_through_that_lint_refuses(tmp_path: Path) -> None:
    # A repository of its own with our hook, and a `make lint` that looks for one word.
    shutil.copy(ROOT / ".pre-commit-config.yaml", tmp_path)
    (tmp_path / "Makefile").write_text("lint:\n\t@! grep -q mistake text\n")
    (tmp_path / "text").write_text("a mistake\n")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")} | {
        "PRE_COMMIT_HOME": str(tmp_path / "cache"),
        "GIT_CONFIG_GLOBAL": os.devnull,
    }

    def run(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    def commit() -> subprocess.CompletedProcess[str]:
        run("git", "add", "text", "Makefile", ".pre-commit-config.yaml")
        return run("git", "-c", "user.name=anna", "-c", "user.email=anna@cafe.example", "commit", "--message", "text")

    assert run("git", "init", "--quiet").returncode == 0
    assert run(str(ROOT / ".venv/bin/pre-commit"), "install").returncode == 0
    refused = commit()
    assert refused.returncode != 0
    assert "make lint" in refused.stderr + refused.stdout
    (tmp_path / "text").write_text("right\n")
    assert commit().returncode == 0
