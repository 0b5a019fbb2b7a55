"""Work that takes longer than a page waits: one piece after the other, in one thread of its own.

- A job is known by the id of what it is about; asking twice starts it once.
- What became of it is kept until it is asked about again from the start; of a failure the message alone, which holds no
  word of a document by rule. Everything else that breaks is noted sealed, and its id told.
- While a job is under way a draft stands for it in the vault. One that no process works on says that the pages were
  stopped before it was done: it was interrupted, and has to be asked for again.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from enum import StrEnum
from threading import Lock

from pipeline.errors import StorykeeperError
from pipeline.storage.drafts import Drafts

_SHELF = "jobs"


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job. told: what it returned, or why it failed."""

    state: JobState
    told: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Jobs:
    """The jobs of one process. drafts: where they stand while they are under way, and the stories of breakages."""

    drafts: Drafts = field(repr=False)
    _known: dict[str, Job] = field(default_factory=dict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)
    _worker: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(max_workers=1, thread_name_prefix="storykeeper-job"), repr=False
    )

    def start(self, name: str, work: Callable[[], str]) -> None:
        """Have `work` done under a name; nothing where it is under way."""
        with self._lock:
            known = self._known.get(name)
            if known is not None and known.state is JobState.WAITING:
                return
            self.drafts.put(_SHELF, name, b"")
            self._known[name] = Job(state=JobState.WAITING)
        self._worker.submit(self._do, name, work)

    def get(self, name: str) -> Job | None:
        """What is known of a job; None where nobody asked for it."""
        with self._lock:
            known = self._known.get(name)
            interrupted = known is None and self.drafts.has(_SHELF, name)
        return Job(state=JobState.INTERRUPTED) if interrupted else known

    def forget(self, name: str) -> None:
        """Forget a job that has ended."""
        with self._lock:
            self._known.pop(name, None)

    def close(self) -> None:
        """Wait for the job under way; those behind it are dropped."""
        self._worker.shutdown(wait=True, cancel_futures=True)

    def _do(self, name: str, work: Callable[[], str]) -> None:
        job = Job(state=JobState.DONE)
        try:
            job = replace(job, told=work())
        except StorykeeperError as error:
            job = Job(state=JobState.FAILED, told=str(error))
        except Exception as error:  # noqa: BLE001 - the rim: a traceback could hold a word of a document
            error_id = self.drafts.note("".join(traceback.format_exception(error)))
            job = Job(
                state=JobState.FAILED, told=f"something broke; `storykeeper doctor --error {error_id}` tells more"
            )
        with self._lock:
            self._known[name] = job
            self.drafts.remove(_SHELF, name)
