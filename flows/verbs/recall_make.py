"""recall, the second half: what is left of a release becomes its replacement, under the same codes.

- A copy of which nothing goes is given again byte by byte, as it was read and approved; where its bytes are not here
  any more, it is made again of the same turns.
- A copy of which a part goes is made again without that part and looked at like every new copy: what is flagged on it
  waits for a second person and goes out with the next release.
- The order numbers of turns stay, so that what was cited can be found; a gap is what was called back.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from flows.verbs.chunk import keep
from flows.verbs.closing import Recalled
from flows.verbs.drafted import Drafted, Heading, drafted, heading
from flows.verbs.packing import RELEASES, encrypted
from flows.verbs.prepare import Prepared, Workbench
from flows.verbs.recall_look import Look, Verdict
from flows.wiring import House
from pipeline.package.recalled import Notice, row_code
from pipeline.recall import Cause
from pipeline.release import MANIFEST, SIGNATURE, SUMS
from pipeline.reviewing.review import ReviewState
from pipeline.storage.faults import naming


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What is left of a release. drafts: what lies on the shelf. unchanged: source ids of those that are given
    again as they are. held: how many wait for a second person."""

    drafts: tuple[Heading, ...] = field(repr=False)
    unchanged: frozenset[str]
    held: int


def make_left(bench: Workbench, found: Look, shelf: str) -> Left:
    """Put on a shelf what may stay of a release."""
    drafts: list[Heading] = []
    unchanged: set[str] = set()
    held = 0
    for n, verdict in enumerate(found.verdicts):
        if verdict.draft is None or not (verdict.stays or verdict.left):
            continue
        if verdict.stays and (data := _bytes_of(bench.house, found.release.release_id, verdict.draft)) is not None:
            verdict.draft.keep(bench.house, shelf, n, data)
            drafts.append(heading(n, verdict.draft))
            unchanged.add(verdict.source_id)
            continue
        made = _made_again(bench, verdict, shelf, n)
        if made is None:
            held += 1
        else:
            drafts.append(heading(n, made))
    return Left(drafts=tuple(drafts), unchanged=frozenset(unchanged), held=held)


@naming(RELEASES)
def _bytes_of(house: House, release_id: str, draft: Drafted) -> bytes | None:
    """The copy as it went out, where it is still here and the one that was entered for review."""
    path = house.workspace / RELEASES / release_id / "data" / draft.name
    if path.is_symlink() or not path.is_file():
        return None
    data = path.read_bytes()
    entered = house.reviews.show(draft.item_id).copy.digest
    return data if hashlib.sha256(data).hexdigest() == entered else None


def _made_again(bench: Workbench, verdict: Verdict, shelf: str, n: int) -> Drafted | None:
    """A copy of what is left of a document; None where it cannot go out now."""
    if verdict.item is None or verdict.draft is None:
        return None
    made = bench.prepare(verdict.item, among=verdict.left)
    if not isinstance(made, Prepared):
        return None
    keep(bench, shelf, n, made)
    fresh = _as_cited(drafted(bench.house, shelf, n), verdict.draft)
    fresh.keep(bench.house, shelf, n, made.copy)
    out = bench.house.reviews.show(fresh.item_id).state is ReviewState.RELEASED
    return fresh if fresh.ready or out else None


def _as_cited(fresh: Drafted, before: Drafted) -> Drafted:
    """With the order numbers under which its turns went out before."""
    known = dict(zip(before.places, (turn.order for turn in before.turns), strict=True))
    moved = {turn.order: known[place] for place, turn in zip(fresh.places, fresh.turns, strict=True)}
    lines = tuple(replace(line, kept=min(line.kept, len(fresh.turns))) for line in fresh.lines)
    return replace(
        fresh,
        lines=lines,
        turns=tuple(replace(turn, order=moved[turn.order]) for turn in fresh.turns),
        log=tuple(replace(swap, order=moved[swap.order]) for swap in fresh.log),
    )


def recalled_of(house: House, found: Look, left: Left) -> Recalled:
    """What is said in the program's own ledger of a recall: who and what, in ids."""
    affected = [v for v in found.verdicts if v.source_id not in left.unchanged]
    release = found.release
    items = [v.draft.item_id for v in affected if v.draft is not None]
    for v in affected:
        if v.draft is None:
            known = house.reviews.list(source_id=v.source_id, use=release.use, recipient=release.recipient)
            items += [item.item_id for item in known if item.release_id == release.release_id]
    called_back = found.affected
    causes = {cause for v in called_back for cause in v.causes}
    return Recalled(
        release_id=release.release_id,
        use=release.use,
        recipient=release.recipient,
        as_of=found.asked.as_of,
        actor=found.asked.actor,
        sources=tuple(v.source_id for v in called_back),
        sessions=tuple(s for v in called_back for s in sessions_gone(v)),
        persons=tuple(sorted({person for v in called_back for person in v.persons})),
        causes=tuple(c.value for c in Cause if c in causes),
        rows=len(rows_of(found)),
        items=tuple(items),
        work_keys=tuple(v.draft.work_key for v in affected if v.draft is not None),
    )


def sessions_gone(verdict: Verdict) -> Iterator[str]:
    """The sessions of which something is called back: of a table, those of its rows."""
    draft = verdict.draft
    if draft is None:
        return
    if verdict.item is not None and verdict.item.rows is not None:
        yield from (f"{draft.session_id}.{place + 1}" for place in sorted(verdict.gone))
    elif len(draft.sessions) > 1 or draft.sessions != (draft.session_id,):
        yield from draft.sessions
    else:
        yield draft.session_id


def rows_of(found: Look) -> tuple[str, ...]:
    """The codes of the rows that are called back."""
    rows = []
    for v in found.verdicts:
        if v.draft is not None:
            told = zip(v.draft.places, v.draft.turns, strict=True)
            rows += [row_code(v.draft.document, turn.order) for place, turn in told if place in v.gone]
    return tuple(sorted(rows))


def documents_of(house: House, found: Look) -> tuple[str, ...]:
    """The codes of the documents that are called back whole."""
    whole = [v.draft.document for v in found.affected if v.draft is not None and not v.left]
    shredded = [v.source_id for v in found.affected if v.draft is None]
    return tuple(sorted([*whole, *house.crosswalk.name_copies(found.release.series, shredded).values()]))


def notice_of(house: House, found: Look, left: Left, replaced_by: str | None) -> Notice:
    """What the recipient is told."""
    return Notice(
        release_id=found.release.release_id,
        use=found.release.use,
        recipient=found.release.recipient,
        day=found.asked.at.astimezone(house.zone).date().isoformat(),
        documents=documents_of(house, found),
        files=_files_to_delete(house, found, left),
        rows=rows_of(found),
        replaced_by=replaced_by,
        contact=house.settings.program.contact,
    )


@naming(RELEASES)
def _files_to_delete(house: House, found: Look, left: Left) -> tuple[tuple[str, str], ...]:
    """Every file of the release but the copies that the replacement gives again as they are; of one that went out
    encrypted, that file."""
    sealed = encrypted(house.workspace, found.release.release_id)
    if sealed is not None:
        with sealed.open("rb") as stream:
            return ((sealed.name, hashlib.file_digest(stream, "sha256").hexdigest()),)
    folder = house.workspace / RELEASES / found.release.release_id
    if not (folder / MANIFEST).is_file():
        return ()
    listed = {entry["path"]: entry["sha256"] for entry in json.loads((folder / MANIFEST).read_bytes())["files"]}
    for name in (MANIFEST, SIGNATURE, SUMS):
        if (folder / name).is_file():
            listed[name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    same = {f"data/{draft.name}" for draft in left.drafts if draft.source_id in left.unchanged}
    return tuple(sorted((path, digest) for path, digest in listed.items() if path not in same))
