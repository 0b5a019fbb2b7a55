"""How a flow and its tasks are declared here, so that Prefect stores ids and nothing else.

Measured on prefect 3.8.8 (docs/operations.md): parameters, names, states, artifacts and exceptions stand in its
database in clear; results are pickled where persistence or a cache policy asks for it. So parameters are ids, nothing
is persisted or cached, prints are not logged, and every body runs inside the rim.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, TypeVar

from prefect.cache_policies import NO_CACHE

from flows.dashboard import try_events_briefly
from flows.journal import step_noted
from flows.memory import keep_memory_private
from flows.rim import guarded
from flows.wiring import House, house_of_this_process

T = TypeVar("T")

QUIET_FLOW: dict[str, Any] = {"persist_result": False, "log_prints": False, "retries": 0}
QUIET_TASK: dict[str, Any] = {**QUIET_FLOW, "cache_policy": NO_CACHE}


def step(name: str, work: Callable[[House], T], **which: str | float) -> T:
    """Open the workspace of this process, do one step in it, close it; inside the rim throughout. which: the run and
    the chunk, for the journal."""
    keep_memory_private()
    try_events_briefly()
    with step_noted(name, **which), ExitStack() as stack:
        house = guarded(name, None, lambda: stack.enter_context(house_of_this_process()))
        return guarded(name, house.drafts, lambda: work(house))
