"""A first run that cannot be done ends with one sentence that says what to do, and the next one goes on from there."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Sequence

import pytest
from scripts.steps import explain
from tests.setup.checkout import Checkout, Ended
from tests.setup.networks import breaking_proxy, closed_port

pytestmark = pytest.mark.timeout(400)
AGAIN = "then run make again."


def says(ended: Ended, *words: str) -> None:
    """Check that it failed with one sentence, which has these words, and with no traceback."""
    assert ended.code != 0
    assert len(ended.sentences) == 1, ended.output
    for word in (*words, AGAIN):
        assert word in ended.sentences[0]


def test_everything_is_made_and_nothing_twice(bare_checkout: Checkout) -> None:
    first = bare_checkout.make("web")
    assert first.output.splitlines() == [
        "environment: making .venv",
        "environment: installing packages",
        "web client: installing packages",
        "web client: building",
        "web client: first load 0.0 KB of 120 KB",
    ]
    assert bare_checkout.has("alpha")
    assert not bare_checkout.has("beta")
    assert bare_checkout.make("web") == (0, "")


def test_no_python_is_a_sentence(bare_checkout: Checkout) -> None:
    (bare_checkout.bin / "python3").unlink()
    for target in ("run", "web", "check"):
        says(
            bare_checkout.make(target),
            "Python 3.11 or newer",
            "there is no python3",
            "apt-get install python3 python3-venv",
        )


def test_an_old_python_is_a_sentence_and_a_newer_one_beside_it_is_used(bare_checkout: Checkout) -> None:
    bare_checkout.add("python3", 'case "$2" in *print*) echo 3.9 ;; *) exit 1 ;; esac')
    for target in ("run", "test"):
        says(bare_checkout.make(target), "Python 3.11 or newer", "python3 here is 3.9", "PYTHON=/path/to/python3")
    newer = bare_checkout.environment["REAL_PYTHON"]
    assert bare_checkout.run(["sh", "scripts/setup.sh", "python"], PYTHON=newer) == (0, f"{newer}\n")
    bare_checkout.add("python3.14", 'exec "$REAL_PYTHON" "$@"')
    assert bare_checkout.run(["sh", "scripts/setup.sh", "python"]) == (0, f"{bare_checkout.bin}/python3.14\n")


@pytest.mark.parametrize(
    ("output", "advice"),
    [
        ("The virtual environment was not created successfully because ensurepip is not available.", "python3-venv"),
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
        ("npm error code ENOSPC", "the disk is full"),
        ("error: Failed to fetch\n  Caused by: invalid peer certificate: UnknownIssuer", "PIP_CERT"),
        ("npm error code SELF_SIGNED_CERT_IN_CHAIN", "PIP_CERT"),
        ("npm error code EAI_AGAIN", "cannot be reached"),
        ("  Caused by: dns error: failed to lookup address information", "cannot be reached"),
        ("ERROR: Could not install packages due to an OSError: [Errno 30] Read-only file system", "cannot be written"),
        ("npm error code EACCES", "cannot be written"),
        ("ERROR: HTTP error 407 while getting", "a password"),
        ("ERROR: No matching distribution found for alpha==1.0", "does not have a package"),
        ("src/home.ts(1,7): error TS2322: Type 'string' is not assignable to type 'number'.", None),
    ],
)
def test_what_installers_say_is_known(output: str, advice: str | None) -> None:
    told = explain(output)
    assert (told is None) if advice is None else (told is not None and advice in told)


def test_no_network_is_a_sentence(checkout: Checkout) -> None:
    address = f"http://127.0.0.1:{closed_port()}/simple"
    ended = checkout.make("run", PIP_NO_INDEX="", PIP_FIND_LINKS="", PIP_INDEX_URL=address, PIP_RETRIES="1")
    says(ended, "the package index cannot be reached", "HTTPS_PROXY")
    assert "installing packages" in checkout.make("web").output
    assert checkout.has("alpha")


def test_no_network_for_the_web_client_is_a_sentence(checkout: Checkout) -> None:
    checkout.add_npm_dependency()
    ended = checkout.make("web", NPM_CONFIG_REGISTRY=f"http://127.0.0.1:{closed_port()}/")
    says(ended, "the package index cannot be reached", "NPM_CONFIG_REGISTRY")


def test_a_proxy_that_breaks_tls_is_a_sentence(checkout: Checkout) -> None:
    with breaking_proxy() as proxy:
        index = {"PIP_NO_INDEX": "", "PIP_FIND_LINKS": "", "PIP_INDEX_URL": "https://index.invalid/simple"}
        ended = checkout.make("run", HTTPS_PROXY=proxy, PIP_RETRIES="0", **index)
        says(ended, "a certificate that is not trusted", "PIP_CERT=FILE NODE_EXTRA_CA_CERTS=FILE")
        checkout.add_npm_dependency()
        ended = checkout.make("web", HTTPS_PROXY=proxy, NPM_CONFIG_REGISTRY="https://index.invalid/")
        says(ended, "a certificate that is not trusted", "PIP_CERT=FILE NODE_EXTRA_CA_CERTS=FILE")


def test_another_package_than_the_locked_one_is_a_sentence(checkout: Checkout) -> None:
    lock = checkout.folder / "requirements.lock"
    lock.write_text(lock.read_text()[:-5] + "0000\n")
    says(checkout.make("run"), "is not the one that the lock file names")


def test_a_full_disk_is_a_sentence_and_the_next_run_goes_on(checkout: Checkout) -> None:
    small = checkout.make("web", prefix=(_found("prlimit"), "--fsize=100"))
    says(small, "the disk is full")
    assert checkout.make("web").code == 0
    assert checkout.has("alpha")


def test_a_folder_that_cannot_be_written_is_a_sentence(bare_checkout: Checkout) -> None:
    folder = str(bare_checkout.folder)
    if os.geteuid() == 0:
        # In a chroot / is no mount of its own: there it stays shared as it is.
        script = (
            f"{{ mount --make-rprivate / 2>/dev/null || true; }} && mount --bind {folder} {folder} "
            f'&& mount -o remount,bind,ro {folder} && cd {folder} && exec "$@"'
        )
        unshare = (_found("unshare"), "--mount", "--propagation", "unchanged")
        prefix: Sequence[str] = (*unshare, _found("sh"), "-c", script, "sh")
        bare_checkout.add("mount", f'exec {_found("mount")} "$@"')
    else:
        bare_checkout.folder.chmod(0o555)
        prefix = ()
    try:
        ended = bare_checkout.make("run", prefix=prefix)
    finally:
        bare_checkout.folder.chmod(0o755)
    says(ended, folder, "cannot be written", "git clone")


def test_a_port_in_use_is_a_sentence(checkout: Checkout) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = checkout.make("run", f"PORT={taken.getsockname()[1]}", "HOST=127.0.0.1")
    assert ended.code != 0
    assert ended.output.count("is in use: choose another (--port, make run PORT=") == 1
    assert "Traceback" not in ended.output


def test_without_permission_for_packages_the_command_is_told(bare_checkout: Checkout) -> None:
    """Whoever may not install ends at once with the command, and nothing is made before that."""
    # The Python of the tests may be in a folder that only root may read.
    bare_checkout.add("python3", "exit 0")
    as_user = ("--reuid=nobody", "--regid=nogroup", "--clear-groups") if os.geteuid() == 0 else ()
    ended = bare_checkout.make("test", prefix=(_found("setpriv"), *as_user))
    assert ended.code != 0
    assert "Install them, then run make again:" in ended.output
    assert "chromium" in ended.output
    assert "PADDOCK_CHROMIUM" in ended.output
    assert not (bare_checkout.folder / ".venv").exists()


def _found(program: str) -> str:
    found = shutil.which(program)
    assert found is not None, f"these tests need {program} of util-linux"
    return found
