"""`paddock cluster`: several servers on this machine, for trying what happens when some of them die."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from paddock.cli.settings import Failure, read, settings_options

if TYPE_CHECKING:
    from paddock.cluster.cluster import NodeState, Screen

_COLOURS = {"ready": "green", "draining": "yellow", "starting": "yellow", "degraded": "yellow"}


@click.command()
@click.option("--nodes", type=click.IntRange(1, 16), default=3, show_default=True, help="How many servers.")
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Where people come in.")
@click.option("--port", type=click.IntRange(0, 65_535), default=8080, show_default=True, help="0 takes a free one.")
@click.option("--data", type=click.Path(path_type=Path), metavar="FOLDER", help="Kept afterwards; else nothing is.")
@click.option("--chaos", is_flag=True, help="Kill and freeze nodes by dice while a room plays on, and judge it.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), help="The dice of the chaos.  [default: new ones]")
@click.option("--for", "seconds", type=click.FloatRange(1), metavar="SECONDS", help="End after so long.")
@settings_options
@click.pass_context
def cluster(
    context: click.Context,
    file: Path | None,
    settings: tuple[str, ...],
    nodes: int,
    host: str,
    port: int,
    data: Path | None,
    *,
    chaos: bool,
    seed: int | None,
    seconds: float | None,
) -> None:
    """Run a whole cluster on this machine until Ctrl-C: nodes, a Redis of its own, and nginx if there is one.

    Exit code 0: it ended as told, and with --chaos nothing was lost; 1: something was; 2: it could not be run.
    """
    import asyncio
    import secrets
    import tempfile

    from paddock import telemetry
    from paddock.cluster.balancer import NoBalancer
    from paddock.cluster.cluster import Plan, run_cluster
    from paddock.files.folder_lock import held
    from paddock.files.permissions import private_umask
    from paddock.supervisor.embedded_redis import EmbeddedRedisError
    from paddock.supervisor.supervisor import PoolFailed

    config = read(file, settings, {}).config
    private_umask()
    given = [word for setting in settings for word in ("--set", setting)]
    given += ["--config", str(file)] if file is not None else []
    with ExitStack() as stack:
        folder = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="paddock-cluster-")))
        try:
            stack.enter_context(held(folder))
        except OSError as error:
            raise Failure(f"The cluster could not be run: {error}.") from error
        log = stack.enter_context((folder / "cluster.log").open("a"))
        telemetry.configure(config.log_level, as_json=config.log_json, stream=log)
        node = (sys.executable, "-P", "-m", "paddock", "serve", "--host", "127.0.0.1", "--data", str(folder))
        # nginx runs here, and says where players come from.
        command = (*node, "--set", "trusted_proxies=127.0.0.1/32", *given)
        dice = (secrets.randbelow(1_000_000) if seed is None else seed) if chaos else None
        plan = Plan(command, nodes, host, port, folder, dice, seconds)
        screen = stack.enter_context(_Table()) if sys.stdout.isatty() else _Lines()
        try:
            verdict = asyncio.run(run_cluster(plan, screen))
        except asyncio.CancelledError:
            raise Failure("Ended before the last races were over: there is no verdict.") from None
        except (OSError, EmbeddedRedisError, PoolFailed, NoBalancer) as error:
            raise Failure(f"The cluster could not be run: {error}.", *_last_lines(folder)) from error
    context.exit(0 if verdict is None or verdict.sound else 1)


def _last_lines(folder: Path) -> list[str]:
    log = folder / "nodes.log"
    return log.read_text().splitlines()[-3:] if log.exists() else []


class _Lines:
    """For a file or a program: one line for each change."""

    def __init__(self) -> None:
        self._states: dict[int, tuple[str, int]] = {}

    def say(self, line: str) -> None:
        click.echo(line)

    def show(self, nodes: tuple[NodeState, ...]) -> None:
        for node in nodes:
            now = (node.state, node.restarts)
            if self._states.get(node.number) != now:
                self._states[node.number] = now
                click.echo(f"node {node.number} {node.state}, pid {node.pid or '-'}, restarts {node.restarts}")


class _Table:
    """For people: a table that changes in its place, with what happens above it."""

    def __init__(self) -> None:
        from rich.live import Live

        self._live = Live(auto_refresh=False)

    def __enter__(self) -> Screen:
        self._live.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._live.stop()

    def say(self, line: str) -> None:
        self._live.console.print(line, highlight=False)

    def show(self, nodes: tuple[NodeState, ...]) -> None:
        from rich.table import Table

        table = Table("node", "address", "pid", "state", "connections", "restarts", box=None, header_style="bold")
        for node in nodes:
            colour = _COLOURS.get(node.state, "red")
            state = f"[{colour}]{node.state}[/{colour}]"
            pid = str(node.pid or "-")
            table.add_row(str(node.number), node.url, pid, state, str(node.connections), str(node.restarts))
        self._live.update(table, refresh=True)
