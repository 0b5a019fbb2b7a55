"""The flow `release`: plan, prepare by chunks, publish, tell. Parameters are ids; words stay in the vault."""

from __future__ import annotations

from prefect import flow, task

from flows.dashboard import show_outcomes
from flows.engines import prepare_all
from flows.rim import guarded
from flows.steps import QUIET_FLOW, QUIET_TASK, step
from flows.verbs.runs import ingest_run, plan_run, prepare_chunk, publish_run
from flows.wiring import engine_of_this_process


@task(name="seal-inbox", **QUIET_TASK)
def seal(run_id: str) -> None:
    """Seal what lies in the inbox, where the run asks for it."""
    step("ingest", lambda house: ingest_run(house, run_id), run=run_id)


@task(name="plan", **QUIET_TASK)
def plan(run_id: str) -> int:
    """Decide for every session; the number of chunks to prepare."""
    return step("decide", lambda house: plan_run(house, run_id), run=run_id)


@task(name="prepare", **QUIET_TASK)
def prepare(run_id: str, chunk: int) -> None:
    """Read, detect, admit, redact and inspect the sources of one chunk."""
    step("prepare", lambda house: prepare_chunk(house, run_id, chunk), run=run_id, chunk=chunk)


@task(name="publish", **QUIET_TASK)
def publish(run_id: str) -> dict[str, int]:
    """Ask for consent once more, then write everything or nothing; and the summary. Sessions by outcome."""
    return step("release", lambda house: publish_run(house, run_id), run=run_id)


def carry_out(run_id: str) -> None:
    """Every step of a run, in order; the chunks by the engine of the settings."""
    seal(run_id)
    chunks = plan(run_id)
    guarded("prepare", None, lambda: prepare_all(prepare, run_id, chunks, engine_of_this_process()))
    show_outcomes(run_id, publish(run_id))


@flow(name="release", **QUIET_FLOW)
def release(run_id: str) -> None:
    """Do what the run `run_id` asks for in the workspace that `STORYKEEPER_WORKSPACE` names."""
    carry_out(run_id)
