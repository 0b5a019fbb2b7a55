"""What Prefect's pages show of a run: how many chunks are prepared, and at the end how many sessions had each outcome.

Counts alone, under the names of the outcomes: Prefect keeps artifacts and events in clear. The dashboard is for
looking; where it cannot be reached the run goes on, and the ledger tells everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from uuid import UUID

import httpx
from prefect.artifacts import create_progress_artifact, create_table_artifact, update_progress_artifact
from prefect.events import emit_event
from prefect.events.clients import PrefectEventsClient
from prefect.events.worker import EventsWorker
from prefect.exceptions import PrefectException
from prefect.settings import PREFECT_API_URL

UNREACHABLE = (PrefectException, httpx.HTTPError, RuntimeError)  # what Prefect raises where its server is gone


def try_events_briefly() -> None:
    """Prefect sends an event for each task, tries each eleven times with a second between, and waits for all of them at
    the end of the process: minutes for nothing where its server is gone. Three times at once is enough for a dashboard.
    (An embedded server has no URL; it ends with the process.)"""
    if PREFECT_API_URL.value():
        EventsWorker.set_client_override(PrefectEventsClient, reconnection_attempts=2)


@contextmanager
def chunks_shown(chunks: int) -> Iterator[Callable[[int], None]]:
    """A progress bar over the chunks; call what is given with how many are done. A server that did not answer once is
    not asked again: Prefect's client tries each call for a minute, which would be a minute a chunk."""
    artifact: object = None
    with suppress(*UNREACHABLE):
        artifact = create_progress_artifact(0.0, key="chunks-prepared")

    def show(done: int) -> None:
        nonlocal artifact
        if isinstance(artifact, UUID):
            asked, artifact = artifact, None
            with suppress(*UNREACHABLE):
                update_progress_artifact(asked, 100.0 * done / max(1, chunks))
                artifact = asked

    yield show


def show_outcomes(run_id: str, counts: Mapping[str, int]) -> None:
    """A table of the outcomes, and an event with the same counts for automations."""
    with suppress(*UNREACHABLE):
        create_table_artifact([{"outcome": name, "sessions": n} for name, n in counts.items()], key="outcomes")
        resource = {"prefect.resource.id": f"storykeeper.run.{run_id}"}
        emit_event("storykeeper.run.told", resource=resource, payload=dict(counts))
