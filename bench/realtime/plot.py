"""The run as a picture: one panel per measure, one line per server, over the number of sockets."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from .candidate import CANDIDATES, FLOOR, NODE, PADDOCK, PYTHON_SOCKETIO
from .goals import MEASURES, Measure
from .results import Results

# Distinguishable without colours too: by marker and by the order of the lines.
LOOKS = {
    NODE.name: ("#2b8a3e", "s"),
    PYTHON_SOCKETIO.name: ("#1c6ea4", "^"),
    PADDOCK.name: ("#c2410c", "o"),
    FLOOR.name: ("#8a8a8a", "."),
}


def draw(results: Results, stem: Path) -> None:
    """Write `stem`.svg and `stem`.png."""
    mpl.rcParams["svg.hashsalt"] = "paddock"
    figure, panels = plt.subplots(2, 3, figsize=(13, 7.5), layout="constrained")
    places = list(panels.flat)
    for measure, panel in zip(MEASURES, places, strict=False):
        _panel(results, measure, panel)
    legend = places[len(MEASURES)]
    legend.axis("off")
    handles, labels = places[0].get_legend_handles_labels()
    legend.legend(handles, labels, loc="center", frameon=False, fontsize=12, title="less is better")
    told = results.machine
    figure.suptitle(
        f"Three Socket.IO servers in one run: median of {results.rounds()}, bars from least to most\n"
        f"{told['processor']}, {told['cores']} cores; Node {told['node']}, Python {told['python']}",
        fontsize=11,
    )
    figure.savefig(stem.with_suffix(".svg"), metadata={"Date": None})
    figure.savefig(stem.with_suffix(".png"), dpi=110)
    plt.close(figure)


def _panel(results: Results, measure: Measure, panel: Axes) -> None:
    sizes = results.sizes()
    for candidate in CANDIDATES:
        colour, marker = LOOKS[candidate.name]
        spreads = [results.spread(candidate.name, sockets, measure.figure) for sockets in sizes]
        middles = [spread.median / measure.scale for spread in spreads]
        panel.errorbar(
            sizes,
            middles,
            yerr=[
                [(spread.median - spread.least) / measure.scale for spread in spreads],
                [(spread.most - spread.median) / measure.scale for spread in spreads],
            ],
            label=candidate.name,
            color=colour,
            marker=marker,
            capsize=3,
            linewidth=1.8,
        )
    panel.set_xscale("log")
    panel.set_yscale("log")
    panel.set_xticks(sizes, [f"{size:,}" for size in sizes])
    panel.xaxis.set_minor_locator(mpl.ticker.NullLocator())
    panel.yaxis.set_major_formatter(mpl.ticker.FormatStrFormatter("%g"))
    panel.yaxis.set_minor_formatter(mpl.ticker.FuncFormatter(_label))
    panel.set_title(measure.title, fontsize=11)
    panel.set_xlabel("sockets")
    panel.grid(alpha=0.25, which="both")


def _label(value: float, place: int) -> str:
    """Label 2 and 5 between the powers of ten."""
    digit = f"{value:e}"[0]
    return f"{value:g}" if digit in "25" else ""
