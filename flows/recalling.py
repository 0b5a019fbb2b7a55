"""Sets a recall in motion from the command line, and tells what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.motion import start_flow
from flows.verbs.asking import check_actor
from flows.verbs.recall import ReleaseTold, asked_now, begin_recall, look_only, told_recall
from flows.wiring import open_house
from pipeline.errors import EXIT_DONE, ConsentError
from pipeline.package.recalled import CANNOT_BE_CALLED_BACK


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallTold:
    """A recall for the screen of the program. exit_code: 12 where something could not be decided, else 0."""

    releases: tuple[ReleaseTold, ...]
    dry: bool

    @property
    def exit_code(self) -> int:
        """As docs/exit-codes.md says."""
        return ConsentError.exit_code if any(r.undecided for r in self.releases) and not self.dry else EXIT_DONE

    @property
    def called_back(self) -> tuple[ReleaseTold, ...]:
        """The releases of which something is called back, or would be."""
        return tuple(r for r in self.releases if r.documents)

    def rows(self) -> list[tuple[str, ...]]:
        """Release, recipient, what is called back, why, whose answer, what took its place."""
        return [
            (
                r.release_id,
                r.recipient,
                f"{r.documents} documents: {', '.join(r.sessions)}",
                ", ".join(r.causes).replace("_", " "),
                ", ".join(r.persons),
                r.replaced_by or r.state,
            )
            for r in self.called_back
        ]

    def closing(self) -> list[str]:
        """What to say under the table, and what to do next."""
        lines = [f"releases out: {len(self.releases)}; with something no longer permitted: {len(self.called_back)}"]
        undecided = sorted({s for r in self.releases for s in r.undecided})
        if undecided:
            lines.append(
                f"cannot be decided today: {', '.join(undecided)}; `storykeeper consent check` names what to mend"
            )
        if self.dry:
            return [*lines, "a dry run: nothing was opened, nothing was written"]
        for r in self.called_back:
            left = f"replaced by releases/{r.replaced_by}" if r.replaced_by else "nothing of it is left"
            lines.append(f"{r.release_id}: {r.rows} rows called back, {left}; notice: recalls/{r.release_id}")
            if r.held:
                lines.append(f"  {r.held} documents of it wait for a second person: `storykeeper review list`")
        if self.called_back:
            lines.append("next: send each notice to its recipient, then `storykeeper notice mark RELEASE sent`")
            lines.append(f"note: {CANNOT_BE_CALLED_BACK[0].lower()}{CANNOT_BE_CALLED_BACK[1:]}")
        return lines

    def as_json(self) -> dict[str, Any]:
        """The same for machines."""
        return {
            "dry_run": self.dry,
            "out": len(self.releases),
            "called_back": len(self.called_back),
            "releases": [r.as_json() for r in self.releases],
            "cannot_be_called_back": CANNOT_BE_CALLED_BACK,
        }


def recall(workspace: Path, *, as_of: str | None, actor: str, labels: bool, dry_run: bool) -> RecallTold:
    """Decide again about all that is out, and call back what may no longer be. Raises as docs/exit-codes.md says."""
    check_actor(actor)
    with open_house(workspace) as house:
        asked = asked_now(house, as_of, actor=actor, labels=labels)
        if dry_run:
            return RecallTold(releases=look_only(house, asked), dry=True)
        run_id = begin_recall(house, asked)

    def flow() -> None:
        from flows.recall import recall as recall_flow

        recall_flow(run_id)

    start_flow(workspace, flow)
    with open_house(workspace) as house:
        return RecallTold(releases=told_recall(house, run_id), dry=False)
