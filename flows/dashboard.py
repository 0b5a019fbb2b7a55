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
from prefect.exceptions import PrefectException

_UNREACHABLE = (PrefectException, httpx.HTTPError, RuntimeError)


@contextmanager
def chunks_shown(chunks: int) -> Iterator[Callable[[int], None]]:
    """A progress bar over the chunks; call what is given with how many are done. A server that did not answer once is
    not asked again: Prefect's client tries each call for a minute, which would be a minute a chunk."""
    artifact: object = None
    with suppress(*_UNREACHABLE):
        artifact = create_progress_artifact(0.0, key="chunks-prepared")

    def show(done: int) -> None:
        nonlocal artifact
        if isinstance(artifact, UUID):
            asked, artifact = artifact, None
            with suppress(*_UNREACHABLE):
                update_progress_artifact(asked, 100.0 * done / max(1, chunks))
                artifact = asked

    yield show


def show_outcomes(run_id: str, counts: Mapping[str, int]) -> None:
    """A table of the outcomes, and an event with the same counts for automations."""
    with suppress(*_UNREACHABLE):
        create_table_artifact([{"outcome": name, "sessions": n} for name, n in counts.items()], key="outcomes")
        resource = {"prefect.resource.id": f"storykeeper.run.{run_id}"}
        emit_event("storykeeper.run.told", resource=resource, payload=dict(counts))
