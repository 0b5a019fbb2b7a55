"""The report as one HTML page: self-contained, without script, prints well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files as package_files

from jinja2 import Environment, StrictUndefined

from pipeline.consent.small_cells import HIDDEN
from pipeline.report import Cell, Report


def page(
    report: Report,
    *,
    internal: bool,
    files: Mapping[str, int],
    themes: Mapping[str, Sequence[Cell]],
    charts: Mapping[str, str],
) -> str:
    """The page of the internal part or of the part to share. charts: SVG by name (files, voices, themes)."""
    template = package_files("pipeline").joinpath("texts/report.html").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    return environment.from_string(template).render(
        report=report, internal=internal, files=files, themes=themes, charts=charts, hidden=HIDDEN
    )
