"""The samples for containers, read as their tools read them: what each part runs, with which environment and files.

No container is started: the commands are run on this machine with the real programs, in folders that stand for volumes.
"""

from __future__ import annotations

import re
import secrets
import subprocess
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]
from msgspec import Struct

DEPLOY = Path(__file__).parents[2] / "deploy"
_VARIABLE = re.compile(r"\$\{(\w+):\?[^}]*\}|\$\((\w+)\)")


class Part(Struct, frozen=True):
    """One program of a sample: its arguments, its environment, and which paths are files of the sample or volumes."""

    arguments: list[str]
    environment: dict[str, str]
    files: dict[str, str]
    """The text of files by their path."""
    volumes: list[str]
    """Paths that are kept."""


def compose() -> dict[str, Part]:
    """Return the parts of compose.yaml by name."""
    text = (DEPLOY / "compose.yaml").read_text()
    password = made_by(text)
    found = {}
    for name, service in yaml.safe_load(text)["services"].items():
        files: dict[str, str] = {}
        volumes: list[str] = []
        for volume in service["volumes"]:
            source, path, *_ = volume.split(":")
            if source.startswith("."):
                files[path] = (DEPLOY / source).read_text()
            else:
                volumes.append(path)
        environment = {key: _filled(value, password) for key, value in service.get("environment", {}).items()}
        found[name] = Part(service.get("command", []), environment, files, volumes)
    return found


def kubernetes() -> dict[str, Part]:
    """Return the parts of kubernetes.yaml by name."""
    text = (DEPLOY / "kubernetes.yaml").read_text()
    password = made_by(text)
    documents = [document for document in yaml.safe_load_all(text) if document]
    configs = {one["metadata"]["name"]: one["data"] for one in documents if one["kind"] == "ConfigMap"}
    return {
        one["metadata"]["name"]: _pod(one["spec"], password, configs)
        for one in documents
        if one["kind"] in {"Deployment", "StatefulSet"}
    }


def _pod(spec: Any, password: dict[str, str], configs: Any) -> Part:
    (container,) = spec["template"]["spec"]["containers"]
    values: dict[str, str] = {}
    for variable in container.get("env", []):
        match variable.get("valueFrom", {}):
            case {"secretKeyRef": {"key": key}}:
                values[variable["name"]] = password[key]
            case {"fieldRef": {"fieldPath": "status.podIP"}}:
                values[variable["name"]] = "127.0.0.1"
            case _:
                values[variable["name"]] = _filled(variable["value"], values)
    kept = {claim["metadata"]["name"] for claim in spec.get("volumeClaimTemplates", [])}
    sources = {one["name"]: one for one in spec["template"]["spec"].get("volumes", [])}
    files: dict[str, str] = {}
    volumes: list[str] = []
    for mount in container["volumeMounts"]:
        config = sources.get(mount["name"], {}).get("configMap")
        if config is not None:
            files |= {f"{mount['mountPath']}/{name}": body for name, body in configs[config["name"]].items()}
        if mount["name"] in kept:
            volumes.append(mount["mountPath"])
    return Part(container.get("args", []), values, files, volumes)


def made_by(text: str) -> dict[str, str]:
    """Run what the first lines say makes the password, with a program that is here for `openssl` and none to put it."""
    (name,) = re.findall(r'(\w+)="?\$\(openssl rand -hex 32\)"?', text)
    made = subprocess.run(["openssl", "rand", "-hex", "32"], capture_output=True, text=True, check=False)
    password = made.stdout.strip() or secrets.token_hex(32)
    assert len(password) >= 32
    return {name: password}


def _filled(value: str, values: dict[str, str]) -> str:
    return _VARIABLE.sub(lambda found: values[found[1] or found[2]], value)


def placed(part: Part, root: Path) -> list[str]:
    """Put a part's files and volumes below a folder, and return its arguments with the paths there."""
    root.mkdir(parents=True, exist_ok=True)
    for path, text in part.files.items():
        place = root / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    for path in part.volumes:
        (root / path.lstrip("/")).mkdir(parents=True, exist_ok=True)
    return [str(root / word.lstrip("/")) if word.startswith("/") else word for word in part.arguments]
