"""The flow `recall`: decide again about all that is out, then each release that may hold too much by itself."""

from __future__ import annotations

from prefect import flow, task

from flows.steps import QUIET_FLOW, QUIET_TASK, step
from flows.verbs.recall import call_back as call_one_back
from flows.verbs.recall import look_run


@task(name="look", **QUIET_TASK)
def look(run_id: str) -> int:
    """Decide again about everything that is out; how many releases may hold too much."""
    return step("recall-look", lambda house: look_run(house, run_id))


@task(name="call-back", **QUIET_TASK)
def call_back(run_id: str, n: int) -> None:
    """Call back what may no longer be out of one release, and put what is left in its place."""
    step("recall", lambda house: call_one_back(house, run_id, n))


@flow(name="recall", **QUIET_FLOW)
def recall(run_id: str) -> None:
    """Do what the recall `run_id` asks for in the workspace that `STORYKEEPER_WORKSPACE` names."""
    for n in range(look(run_id)):
        call_back(run_id, n)
