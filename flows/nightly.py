"""The flow `nightly`: ingest, then each standing request of the settings, one after the other."""

from __future__ import annotations

from prefect import flow, task

from flows.release import carry_out
from flows.steps import QUIET_FLOW, QUIET_TASK, step
from flows.verbs.runs import standing_runs


@task(name="standing-requests", **QUIET_TASK)
def standing() -> list[str]:
    """The run ids of tonight, one a standing request; the first one ingests."""
    return step("nightly", standing_runs)


@flow(name="nightly", **QUIET_FLOW)
def nightly() -> None:
    """Release what is permitted and new to every standing request."""
    for run_id in standing():
        carry_out(run_id)
