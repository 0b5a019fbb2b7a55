"""codebook.csv and codebook.html: every column once, in the layout of a REDCap data dictionary, and for reading.

A name stands once in a dictionary, so `document`, which joins the two tables, is listed where it is the key.
"""

from __future__ import annotations

import html
from collections.abc import Iterator

from pipeline.package.columns import DOCUMENTS, TURNS, Column

# The header of REDCap's import template for a data dictionary, in its order.
CODEBOOK: tuple[str, ...] = (
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
)
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#1a1a1a}"
    "table{border-collapse:collapse;width:100%}th,td{border:1px solid #999;padding:.4rem .6rem;text-align:left;"
    "vertical-align:top}th{background:#eee}code{font-size:.95em}@media print{body{margin:0;max-width:none}}"
)


def codebook_rows() -> list[dict[str, str]]:
    """One row a column."""
    return [_row(form, column) for form, column in _listed()]


def codebook_page(release_id: str) -> str:
    """The same for reading: a page of its own, without anything from outside."""
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f"<title>Codebook of release {html.escape(release_id)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>Codebook of release {html.escape(release_id)}</h1>",
        "<p>A quasi-identifier is what somebody outside may know of a session already, and so find it here. Such cells "
        "were made coarser, or read <code>suppressed</code>, until enough people share each combination of them; "
        "manifest.json says how many (<code>risk</code>). Join the tables on <code>document</code>.</p>",
    ]
    for form, columns in (("turns", TURNS), ("documents", DOCUMENTS)):
        parts.append(f"<h2>{form}</h2><table><thead><tr>")
        parts.append("".join(f'<th scope="col">{name}</th>' for name in ("Column", "Type", "Meaning", "What it is")))
        parts.append("</tr></thead><tbody>")
        parts += map(_line, columns)
        parts.append("</tbody></table>")
    return "\n".join([*parts, "</body></html>", ""])


def _listed() -> Iterator[tuple[str, Column]]:
    yield from (("documents", column) for column in DOCUMENTS)
    yield from (("turns", column) for column in TURNS if column.name not in {c.name for c in DOCUMENTS})


def _row(form: str, column: Column) -> dict[str, str]:
    return dict.fromkeys(CODEBOOK, "") | {
        "Variable / Field Name": column.name,
        "Form Name": form,
        "Field Type": "dropdown" if column.choices else "notes" if column.name == "text" else "text",
        "Field Label": column.title,
        "Choices, Calculations, OR Slider Labels": " | ".join(f"{v}, {v.replace('_', ' ')}" for v in column.choices),
        "Field Note": column.meaning,
        "Text Validation Type OR Show Slider Number": "integer" if column.kind == "integer" else "",
        "Required Field?": "y" if column.required else "",
        "Field Annotation": column.nature.value,
    }


def _line(column: Column) -> str:
    choices = f" One of: {', '.join(column.choices)}." if column.choices else ""
    cells = (
        f"<code>{column.name}</code>",
        column.kind,
        html.escape(f"{column.meaning}.{choices}"),
        column.nature.value,
    )
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
