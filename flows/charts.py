"""Charts as inline SVG: bars by month. Matplotlib draws; the page carries no script and no other file.

Every chart has a title and a description in words for who does not see it, and hatched bars for what may not be shown.
The same figures give the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from html import escape

from pipeline.consent.small_cells import HIDDEN
from pipeline.report import Cell

# Told apart by colour-blind eyes and in grey: the palette of Okabe and Ito (2008).
_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#555555")
_UNDER = 11  # a bar of what is hidden: it stands for 1 to 10


def bars(title: str, months: Sequence[str], rows: Mapping[str, Sequence[Cell]]) -> str:
    """Grouped bars, a group a month. Hidden cells are hatched bars without a height that tells anything."""
    import matplotlib
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "storykeeper", "font.family": "sans-serif"}):
        figure = Figure(figsize=(7.6, 2.4), layout="constrained")
        axes = figure.add_subplot()
        width = min(0.3, 0.8 / max(1, len(rows)))
        for n, (name, cells) in enumerate(rows.items()):
            at = [m + (n - (len(rows) - 1) / 2) * width for m in range(len(months))]
            heights = [_UNDER if cell == HIDDEN else int(cell) for cell in cells]
            drawn = axes.bar(at, heights, width * 0.92, color=_COLOURS[n % len(_COLOURS)], label=name.replace("_", " "))
            for bar, cell in zip(drawn, cells, strict=True):
                if cell == HIDDEN:
                    bar.set(facecolor="none", edgecolor=_COLOURS[n % len(_COLOURS)], hatch="////")
        axes.set_xticks(range(len(months)), months)
        axes.set_xlim(-0.6, max(3, len(months)) - 0.4)  # one month is no wall
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.spines[["top", "right"]].set_visible(False)
        if len(rows) > 1:
            axes.legend(frameon=False, fontsize=8, ncols=4, loc="upper center", bbox_to_anchor=(0.5, -0.12))
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    drawing = out.getvalue()
    words = "; ".join(f"{name}: {', '.join(map(str, cells))}" for name, cells in rows.items())
    label = escape(f"{title}. {', '.join(months)}. {words}", quote=True)
    return drawing[drawing.index("<svg") :].replace("<svg", f'<svg role="img" aria-label="{label}"', 1)
