"""The flow `nightly`: whether a recall is due, then ingest and each standing request of the settings, one by one."""

from __future__ import annotations

from prefect import flow, task

from flows.release import carry_out
from flows.steps import QUIET_FLOW, QUIET_TASK, step
from flows.verbs.recall import check_recall
from flows.verbs.runs import standing_runs


@task(name="recall-check", **QUIET_TASK)
def recall_due() -> int:
    """How many releases hold what is no longer permitted; reports/recall-due.json names them."""
    return step("recall-check", check_recall)


@task(name="standing-requests", **QUIET_TASK)
def standing() -> list[str]:
    """The run ids of tonight, one a standing request; the first one ingests."""
    return step("nightly", standing_runs)


@flow(name="nightly", **QUIET_FLOW)
def nightly() -> None:
    """Look whether anything has to be called back; release what is permitted and new to every standing request."""
    recall_due()
    for run_id in standing():
        carry_out(run_id)
