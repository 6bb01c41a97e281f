"""The run as a picture: CPU per delivery of small rooms, and how it grows with rooms and servers."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
from bench.realtime.results import Spread
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from .candidate import FEED, GAME, KINDS, NODE, PYTHON_SOCKETIO
from .parts import NODES, PARTS, ROOMS, SMALL, Part
from .results import Results

LOOKS = {
    NODE.name: ("#2b8a3e", "s"),
    PYTHON_SOCKETIO.name: ("#1c6ea4", "^"),
    FEED.name: ("#c2410c", "o"),
    GAME.name: ("#7c2d12", "D"),
}
"""Distinguishable without colours too."""


def draw(results: Results, path: Path) -> None:
    """Write the picture, if everything that is in it was measured."""
    if not {part.name for part in PARTS} <= {sample.part for sample in results.samples}:
        return
    mpl.rcParams["svg.hashsalt"] = "paddock"
    figure, panels = plt.subplots(1, 3, figsize=(14, 4.6), layout="constrained")
    _bars(results, panels[0])
    _lines(results, ROOMS, [setting.rooms for setting in ROOMS.settings], panels[1])
    panels[1].set(title="rooms of 4 over 2 servers", xlabel="rooms", xscale="log")
    _lines(results, NODES, [setting.nodes for setting in NODES.settings], panels[2])
    panels[2].set(title="100 rooms of 4 at each server", xlabel="servers")
    for panel in panels:
        panel.set_ylim(bottom=0)
        panel.grid(alpha=0.25)
    panels[1].legend(frameon=False, fontsize=9)
    told = results.machine
    figure.suptitle(
        f"us of CPU per delivery, all servers together; {told['processor']}, {told['cores']} cores", fontsize=11
    )
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def _bars(results: Results, panel: Axes) -> None:
    setting = SMALL.settings[0]
    for place, kind in enumerate(KINDS):
        servers = results.spread(SMALL.name, kind.name, setting.name, "servers_us")
        redis = results.spread(SMALL.name, kind.name, setting.name, "redis_us")
        panel.bar(place, servers.median, color=LOOKS[kind.name][0], yerr=_reach([servers]), capsize=3)
        panel.bar(place, redis.median, bottom=servers.median, color="#b9b9b9")
    panel.set_xticks(range(len(KINDS)), [kind.name.replace(", ", ",\n") for kind in KINDS], fontsize=8)
    panel.set_title("10 rooms of 16 over 2 servers (grey: Redis)")


def _lines(results: Results, part: Part, places: list[int], panel: Axes) -> None:
    for kind in part.kinds:
        colour, marker = LOOKS[kind.name]
        spreads = [results.spread(part.name, kind.name, setting.name, "servers_us") for setting in part.settings]
        middles = [one.median for one in spreads]
        panel.errorbar(
            places,
            middles,
            yerr=_reach(spreads),
            label=kind.name,
            color=colour,
            marker=marker,
            capsize=3,
            linewidth=1.8,
        )
    panel.set_xticks(places, [f"{place:,}" for place in places])
    panel.xaxis.set_minor_locator(mpl.ticker.NullLocator())


def _reach(spreads: list[Spread]) -> list[list[float]]:
    return [[one.median - one.least for one in spreads], [one.most - one.median for one in spreads]]
