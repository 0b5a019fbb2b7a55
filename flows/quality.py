"""The flow `quality`: detection measured on the program's own gold documents, against its floor."""

from __future__ import annotations

from prefect import flow, task

from flows.steps import QUIET_FLOW, QUIET_TASK, step
from flows.verbs.quality import check_quality


@task(name="measure", **QUIET_TASK)
def measure() -> None:
    """Measure; reports/quality.json holds the figures. Breaks where one is under the floor."""
    step("quality", check_quality)


@flow(name="quality", **QUIET_FLOW)
def quality() -> None:
    """Say whether detection is as good as the program's floor asks."""
    measure()
