"""Draws docs/images/performance.png from docs/performance.json: `python -m docs.performance_plots`.

A panel a question; one is left out where nothing was measured for it. Drawn when figures are measured, not by `make
docs`: the bytes of a picture differ from one version of the drawing library to the next.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from docs.performance_page import KEPT, SIZES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PICTURE = KEPT.parent / "images" / "performance.png"
Figures = Mapping[str, float]
# Told apart by colour-blind eyes and in grey: the palette of Okabe and Ito (2008).
BLUE, ORANGE, GREY = "#0072B2", "#E69F00", "#999999"


def draw(kept: Mapping[str, Figures], path: Path) -> None:
    """All panels for which there are figures."""
    from matplotlib.figure import Figure

    panels = [(name, panel) for name, panel in PANELS.items() if name in kept]
    figure = Figure(figsize=(11, 3.2 * -(-len(panels) // 2)), layout="constrained")
    for n, (name, panel) in enumerate(panels, start=1):
        axes = figure.add_subplot(-(-len(panels) // 2), 2, n)
        panel(axes, kept[name])
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=110, metadata={"Software": None})


def _detection(axes: Axes, figures: Figures) -> None:
    names = ("ours", "presidio batch", "presidio")
    bars = axes.barh(names, [figures[f"{n} words/s"] for n in names], color=[BLUE, GREY, GREY])
    axes.bar_label(bars, fmt="{:,.0f}", padding=3)
    axes.set(title="Detection: words a second and core", xlim=(0, 1.2 * figures["ours words/s"]))
    axes.invert_yaxis()


def _stages(axes: Axes, figures: Figures) -> None:
    spent = {key.removesuffix(" s").removeprefix("prepare: "): value for key, value in figures.items()
             if key.endswith(" s") and key != "prepare s"}  # fmt: skip
    whole = sum(figures[f"{name} s"] for name in ("ingest", "plan", "prepare", "publish"))
    told = sorted(spent.items(), key=lambda stage: -stage[1])
    bars = axes.barh([name for name, _ in told], [100 * value / whole for _, value in told], color=ORANGE)
    axes.bar_label(bars, fmt="{:.1f}", padding=3)
    axes.set(title="A whole run: percent of its time", xlim=(0, 100))
    axes.invert_yaxis()


def _growth(axes: Axes, figures: Figures) -> None:
    sizes = [n for n in SIZES if f"{n} documents, MB" in figures]
    axes.plot(sizes, [figures[f"{n} documents, ms each"] for n in sizes], "o-", color=BLUE, label="ms a document")
    axes.plot(sizes, [figures[f"{n} documents, MB"] for n in sizes], "s--", color=ORANGE, label="MB resident")
    axes.set(title="A release from cached spans, as the corpus grows", xlabel="documents", xscale="log")
    axes.set_ylim(0, 1.15 * axes.get_ylim()[1])
    axes.legend(frameon=False)


def _roster(axes: Axes, figures: Figures) -> None:
    people = [100, 1_000, 10_000, 100_000]
    axes.plot(people, [figures[f"{n} people, ms"] for n in people], "o-", color=BLUE)
    axes.set(title="A document of 400 words, as the program grows", xlabel="people on record", xscale="log")
    axes.set(ylabel="ms", ylim=(0, 1.15 * axes.get_ylim()[1]))


PANELS: Mapping[str, Callable[[Axes, Figures], None]] = {
    "detection": _detection,
    "stages": _stages,
    "growth": _growth,
    "roster": _roster,
}


def main() -> None:
    """Draw what was measured."""
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    draw(kept, PICTURE)


if __name__ == "__main__":
    main()
