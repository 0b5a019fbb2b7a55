"""The flow `ingest`: one task, one parameter, an id."""

from __future__ import annotations

from prefect import flow, task

from flows.steps import QUIET_FLOW, QUIET_TASK, step
from flows.verbs.runs import ingest_run


@task(name="seal-inbox", **QUIET_TASK)
def seal_inbox(run_id: str) -> None:
    """Seal what lies in the inbox."""
    step("ingest", lambda house: ingest_run(house, run_id))


@flow(name="ingest", **QUIET_FLOW)
def ingest(run_id: str) -> None:
    """Seal the inbox of the workspace that `STORYKEEPER_WORKSPACE` names, as the run `run_id` asks."""
    seal_inbox(run_id)
