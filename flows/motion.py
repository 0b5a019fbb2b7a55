"""Sets a run in motion from the command line: enters it, starts its flow quietly, tells what came of it.

The flow gets the run's id; the workspace goes through the environment of this process. A failed step comes back as the
error of ours behind it, for the person who reads it here; Prefect has seen its kind and its id alone.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.prefect_settings import harden
from flows.rim import StepFailedError, told_again
from flows.verbs.asking import Asked, check_actor, check_asked, instant
from flows.verbs.ingest import ingest as ingest_now
from flows.verbs.packing import encrypted
from flows.verbs.plan import RECORD_FAULT
from flows.verbs.runs import begin, decide_only, told_ingest, told_run
from flows.wiring import WORKSPACE_VARIABLE, open_house
from pipeline.errors import EXIT_DONE, EXIT_NOTHING_PERMITTED, ConsentError, Fault, LeakHeldError, StorageError
from pipeline.storage.agefile import ENDING
from pipeline.summary import Outcome, Summary

# Reasons that say that the records as a whole cannot be read, and those that say that some of them cannot.
_UNREADABLE = frozenset({"STORE_UNREADABLE", "STORE_ROW_UNATTRIBUTABLE"})
_FAULTY = _UNREADABLE | {"STORE_ROW_INVALID", RECORD_FAULT[0]}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTold:
    """A run for the screen. exit_code: 0 where something went out or everything was out already, 13 where all that was
    permitted is held, 12 where nobody can say what is permitted, 3 where nothing was permitted. sealed: the release is
    an encrypted file."""

    summary: Summary
    dry: bool
    sealed: bool = False

    @property
    def exit_code(self) -> int:
        """As docs/exit-codes.md says."""
        found = self.summary.counts()
        if self.dry or self.summary.release_id or Outcome.ALREADY_RELEASED in found:
            return EXIT_DONE
        if Outcome.HELD in found:
            return LeakHeldError.exit_code
        return ConsentError.exit_code if _UNREADABLE & self._codes() else EXIT_NOTHING_PERMITTED

    def _codes(self) -> frozenset[str]:
        return frozenset(code for line in self.summary.lines for code, _ in line.reasons)

    def rows(self) -> list[tuple[str, str, str, str, str]]:
        """The closing table."""
        return [
            (
                line.session_id,
                line.outcome.value,
                str(line.kept or ""),
                str(line.withheld or ""),
                " ".join(sentence for sentence, _ in line.told()),
            )
            for line in self.summary.lines
        ]

    def closing(self) -> list[str]:
        """What to say under the table."""
        counted = ", ".join(f"{n} {outcome.value}" for outcome, n in self.summary.counts().items())
        counts = counted or "no session is listed in records/sessions.csv"
        if self.dry:
            return [f"{counts}; a dry run: nothing was opened, nothing was written"]
        lines = [counts]
        if self.summary.release_id:
            lines += self._where(self.summary.release_id)
        lines.append(f"internal summary: reports/run-{self.summary.run_id}.html and .csv")
        if _FAULTY & self._codes():
            lines.append("the records have faults: `storykeeper consent check` names each; mend them and run again")
        if Outcome.HELD in self.summary.counts():
            lines.append("next: `storykeeper review list`; a second person approves, then `storykeeper release`")
        return lines

    def _where(self, release_id: str) -> list[str]:
        if not self.sealed:
            return [f"release: releases/{release_id}"]
        name = f"{release_id}{ENDING}"
        return [
            f"release: releases/{name}, encrypted to its recipient, who opens it with their own key:",
            f"  age --decrypt --identity KEY-FILE {name} | tar --extract",
        ]

    def as_json(self) -> dict[str, Any]:
        """The same for machines."""
        s = self.summary
        return {
            "run": s.run_id,
            "use": s.use,
            "recipient": s.recipient,
            "as_of": s.as_of,
            "release": s.release_id or None,
            "encrypted": self.sealed,
            "dry_run": self.dry,
            "counts": {outcome.value: n for outcome, n in s.counts().items()},
            "sessions": [
                {
                    "session": line.session_id,
                    "outcome": line.outcome.value,
                    "turns_kept": line.kept,
                    "turns_withheld": line.withheld,
                    "reasons": [code for code, _ in line.reasons],
                }
                for line in s.lines
            ],
        }


def run(
    workspace: Path,
    *,
    use: str,
    recipient: str,
    as_of: str | None,
    actor: str,
    ingest: bool,
    encrypt_to: str = "",
    keep_clear: bool = False,
    dry_run: bool,
) -> RunTold:
    """The main job. Raises the errors of docs/exit-codes.md; a refusal is a line of the table."""
    with open_house(workspace) as house:
        asked = Asked(
            use=use,
            recipient=recipient,
            as_of=instant(house, as_of, datetime.now(UTC)).isoformat(),
            actor=actor,
            by_clock=as_of is None,
            ingest=ingest,
            encrypt_to=encrypt_to,
            keep_clear=keep_clear,
        )
        check_asked(house, asked)
        if dry_run:
            return RunTold(summary=decide_only(house, asked), dry=True)
        run_id = begin(house, asked)

    def flow() -> None:
        from flows.release import release

        release(run_id)

    start_flow(workspace, flow)
    with open_house(workspace) as house:
        told = told_run(house, run_id)
        return RunTold(summary=told, dry=False, sealed=encrypted(workspace, told.release_id) is not None)


def ingest(workspace: Path, *, actor: str, remove: bool, rehash: bool, dry_run: bool) -> dict[str, int]:
    """Seal the inbox; the counts."""
    check_actor(actor)
    now = datetime.now(UTC)
    with open_house(workspace) as house:
        if dry_run:
            return ingest_now(house, at=now, actor=actor, rehash=rehash, dry_run=True).as_json()
        asked = Asked(
            use="", recipient="", as_of=now.isoformat(), actor=actor, ingest=True, remove=remove, rehash=rehash
        )
        run_id = begin(house, asked)

    def flow() -> None:
        from flows.ingest import ingest as ingest_flow

        ingest_flow(run_id)

    start_flow(workspace, flow)
    with open_house(workspace) as house:
        return told_ingest(house, run_id).as_json()


def start_flow(workspace: Path, flow: Callable[[], None]) -> None:
    """Run a flow in this process, with Prefect hardened before it is imported."""
    harden(workspace)
    os.environ[WORKSPACE_VARIABLE] = str(workspace.resolve())
    from flows.dashboard import UNREACHABLE  # imports prefect

    failure: StepFailedError | None = None
    answered = False
    try:
        flow()
        answered = True
    except StepFailedError as error:
        failure = error
    except UNREACHABLE:  # every step of ours is inside the rim
        failure = None
    if failure is None and not answered:
        what = "its server does not answer; look for a full disk or a wrong `PREFECT_API_URL`, then run again"
        raise StorageError(
            "the flow did not run to its end; what was released is whole", [Fault(place="prefect", what=what)]
        )
    if failure is not None:
        with open_house(workspace) as house:
            raise told_again(failure, house.drafts)
