"""Engines: who prepares the chunks of a run. One process, a pool of processes, or a Dask cluster; the same results.

- A chunk is asked for by the run's id and its number alone. What it made lies on the run's shelf, so a chunk that is
  asked for twice is made once.
- Codes and names are allotted before the first chunk (`plan_run`), so no engine and no order changes what goes out.
- A worker that is killed takes its pool along; what is left is given to a new pool, three times at most. A step that
  breaks by itself is no matter of the engine: it ends the run.
- Processes are spawned, one model each, and end with the process that started them.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from prefect import Task
from prefect.task_runners import ProcessPoolTaskRunner

from flows.dashboard import chunks_shown
from flows.rim import StepFailedError
from flows.settings import EngineKind, EngineSection
from pipeline.errors import Fault, StorageError

POOLS = 3
_PARENT_ASKED_S = 1.0


def prepare_all(prepare: Task[..., None], run_id: str, chunks: int, engine: EngineSection) -> None:
    """Prepare every chunk of a run. Raises StepFailedError where one breaks, StorageError where workers keep dying."""
    left = list(range(chunks))
    with chunks_shown(chunks) as show:
        if engine.kind is EngineKind.IN_PROCESS or (engine.kind is EngineKind.PROCESSES and chunks < 2):
            for chunk in left:
                prepare(run_id, chunk)
                show(chunk + 1)
            return
        for _ in range(POOLS):
            left = _attempt(prepare, run_id, left, engine, lambda still: show(chunks - still))
            if not left:
                return
    what = f"{len(left)} of {chunks} chunks; look for a lack of memory, then run again: what was made is kept"
    raise StorageError("the workers of the engine died again and again", [Fault(place=engine.kind.value, what=what)])


def _attempt(
    prepare: Task[..., None], run_id: str, left: list[int], engine: EngineSection, still: Callable[[int], None]
) -> list[int]:
    """Give the chunks that are left to one pool; those that are left after it."""
    lost = []
    with _runner(engine, len(left)) as runner:
        asked = {chunk: runner.submit(prepare, {"run_id": run_id, "chunk": chunk}) for chunk in left}
        for n, (chunk, future) in enumerate(asked.items(), start=1):
            if not _made(future):
                lost.append(chunk)
            still(len(left) - n + len(lost))
    return lost


def _made(future: Any) -> bool:
    """Is the chunk made? False where its worker is gone. StepFailedError where the step itself broke."""
    try:
        future.wait()
        future.result()
    except StepFailedError:
        raise
    except Exception:  # noqa: BLE001 - of pool and cluster: a worker is gone, and each library says so in its own way
        return False
    return True


@contextmanager
def _runner(engine: EngineSection, chunks: int) -> Iterator[Any]:
    if engine.kind is EngineKind.PROCESSES:
        workers = min(engine.workers, chunks)
        with ProcessPoolTaskRunner(max_workers=workers, initializer=_end_with, initargs=(os.getpid(),)) as runner:
            yield runner
        return
    from prefect_dask.task_runners import DaskTaskRunner

    with DaskTaskRunner(**_dask(engine)) as runner:
        yield runner


def _dask(engine: EngineSection) -> dict[str, Any]:
    """A scheduler that is there, or a cluster of this machine. No dashboard: it shows arguments to whoever looks."""
    if engine.address:
        return {"address": engine.address}
    kept_here = os.environ.get("PREFECT_HOME", ".")  # private, 0700; nothing but references is ever spilled
    return {
        "cluster_kwargs": {
            "n_workers": engine.workers,
            "threads_per_worker": 1,
            "dashboard_address": None,
            "host": "127.0.0.1",
            "local_directory": kept_here,
        }
    }


def _end_with(parent: int) -> None:
    """In a worker: end when the process that started it has ended, also by a kill, which tells nobody."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_PARENT_ASKED_S)
        os._exit(1)

    threading.Thread(target=watch, name="parent", daemon=True).start()
