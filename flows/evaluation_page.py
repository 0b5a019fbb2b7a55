"""The page of an evaluation: figures with their intervals drawn, and every miss in its line. One file, no script.

Gold documents are invented, so their words may stand here; the page is for those who mend detection.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape

from pipeline.labels import Label
from pipeline.measure import Gold, Measures, Miss, Share

_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem}
table{border-collapse:collapse;margin:1rem 0;width:100%}
th,td{padding:.25rem .6rem;text-align:left;border-bottom:1px solid #ddd}
td.n{text-align:right;font-variant-numeric:tabular-nums}svg{vertical-align:middle}
details{border-bottom:1px solid #eee;padding:.2rem 0}summary{cursor:pointer}
pre{white-space:pre-wrap;background:#f6f6f4;padding:.6rem;margin:.3rem 0}mark{background:#ffd76e}
"""
AROUND = 160  # characters of context on each side
_NONE = Share(hit=0, total=0)


def page(lights: Mapping[str, Measures], gold: Mapping[str, Gold]) -> str:
    """The whole page as HTML."""
    cold = lights["cold"]
    parts = [
        "<!doctype html><html lang=en><meta charset=utf-8><title>Detection on gold documents</title>",
        f"<style>{_STYLE}</style><h1>Detection on {len(gold)} gold documents</h1>",
        "<p>Shares with their Wilson intervals (95 percent). Leaks: identifiers not wholly covered, without ages.</p>",
        _overview(lights),
        "<h2>Identifiers by type</h2>",
        _shares(lights, lambda m: m.by_type),
        "<h2>Disclosures by type</h2>",
        _shares({name: m for name, m in lights.items() if m.disclosures.hit}, lambda m: m.disclosures_by_type),
        f"<h2>Misses, nobody known ({len(cold.misses)})</h2><p>Each opens where it stands.</p>",
        *_misses(cold.misses, gold),
        "</html>",
    ]
    return "\n".join(parts)


def _overview(lights: Mapping[str, Measures]) -> str:
    rows = "".join(
        f"<tr><td>{escape(name)}<td>{_bar(m.identifiers)}<td>{_bar(m.precision)}"
        f"<td class=n>{m.leaks_per_1000_words:.2f}"
        + (
            f"<td>{_bar(m.disclosures)}<td>{_bar(m.disclosure_precision)}"
            if m.disclosure_precision.total
            else "<td>-<td>-"
        )
        for name, m in lights.items()
    )
    return (
        "<table><tr><th>light<th>recall<th>precision (characters)<th>leaks in 1,000 words<th>disclosures"
        f"<th>their precision{rows}</table>"
    )


def _shares(lights: Mapping[str, Measures], chosen: Callable[[Measures], Mapping[Label, Share]]) -> str:
    """A row a type: a bar a light, and the way to its misses."""
    cold = chosen(lights["cold"])
    missed = {m.label for m in lights["cold"].misses}
    rows = "".join(
        f"<tr><td>{_link(label, label in missed)}<td class=n>{share.hit}/{share.total}"
        + "".join(f"<td>{_bar(chosen(m).get(label, _NONE))}" for m in lights.values())
        for label, share in cold.items()
    )
    return f"<table><tr><th>type<th>found{''.join(f'<th>{escape(name)}' for name in lights)}{rows}</table>"


def _link(label: Label, missed: bool) -> str:
    name = escape(label.value)
    return f'<a href="#{name}">{name}</a>' if missed else name


def _bar(share: Share) -> str:
    """The share as a bar, its interval as a line across the end."""
    low, high = share.interval
    width = 120
    return (
        f'<svg width="{width}" height="14" role="img" aria-label="{share.value:.3f}">'
        f'<rect width="{width}" height="14" fill="#eee"/>'
        f'<rect width="{width * share.value:.1f}" height="14" fill="#7fb3a6"/>'
        f'<line x1="{width * low:.1f}" x2="{width * high:.1f}" y1="7" y2="7" stroke="#222" stroke-width="2"/></svg>'
        f" {share.value:.3f}"
    )


def _misses(misses: Sequence[Miss], gold: Mapping[str, Gold]) -> Iterator[str]:
    for label in sorted({m.label for m in misses}):
        found = [m for m in misses if m.label is label]
        yield f'<h3 id="{escape(label.value)}">{escape(label.value)} ({len(found)})</h3>'
        yield from (_miss(m, gold[m.file]) for m in found)


def _miss(miss: Miss, gold: Gold) -> str:
    before = gold.text[max(0, miss.start - AROUND) : miss.start]
    after = gold.text[miss.end : miss.end + AROUND]
    surface = gold.text[miss.start : miss.end]
    return (
        f"<details><summary>{escape(miss.file)} at {miss.start}</summary>"
        f"<pre>{escape(before)}<mark>{escape(surface)}</mark>{escape(after)}</pre></details>"
    )
