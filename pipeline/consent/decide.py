"""The decision before any text is opened: stages 0 to 3 and the session rows of stage 4 of docs/consent.md.

- The rows stand in the order of the table: (reason, whether the row applies). A stage that denies ends it; all reasons
  of that stage are collected.
- Stage 2 is `standing.py` (record_stage, signers, revocations, supersession), stage 3 is `cells.py`; after detection
  `admit.py` goes on with the segments, and `exit.py` holds stage 5.
- Pure: the instant, the records and the rule are arguments. Closed: what no row permits is denied.
"""

from __future__ import annotations

from pipeline.consent.cells import Cell
from pipeline.consent.decision import Denial, Permit, Question
from pipeline.consent.reasons import Reason, ReasonCode
from pipeline.consent.records import ConsentStore, Use
from pipeline.consent.request import Request
from pipeline.consent.session import GroupMode, GroupRule, Session, SessionKind
from pipeline.consent.standing import Memo


def decide(
    session: Session,
    request: Request,
    store: ConsentStore,
    *,
    rule: GroupRule | None = None,
    memo: Memo | None = None,
) -> Permit | Denial:
    """Decide one session for one request at `request.as_of`.

    rule: the policy's rule for groups (strict where none is given). memo: made for this store and this instant, to
    decide many sessions; raises ValueError if it was made for another.
    """
    if memo is None:
        memo = Memo(store, request.as_of)
    elif memo.store is not store or memo.as_of != request.as_of:
        raise ValueError("the memo was made for another store or instant")
    question = Question(session=session, request=request, rule=rule or GroupRule(), memo=memo)
    for stage, rows in ((0, _request_rows), (1, _session_rows)):
        if reasons := rows(question, store):
            return Denial(session_id=session.session_id, stage=stage, reasons=reasons)
    cells = {person: question.cell(person) for person in session.members}
    if reasons := _whole_session_rows(question, cells):
        return Denial(session_id=session.session_id, stage=4, reasons=reasons)
    return Permit(question=question, cells=cells)


def _request_rows(q: Question, store: ConsentStore) -> tuple[Reason, ...]:
    """Stage 0: the request and the records as a whole."""
    use, recipient = q.request.use, q.request.recipient
    rows = (
        (ReasonCode.REQ_USE_UNKNOWN, use is None),
        (ReasonCode.REQ_RECIPIENT_UNKNOWN, recipient is None or not recipient.recipient_id or not recipient.registered),
        (ReasonCode.REQ_LEGAL_PROCEEDING, recipient is not None and recipient.legal),
        (ReasonCode.REQ_RESEARCH_APPROVAL_MISSING, use is Use.RESEARCH and not _approved(q, store)),
        (ReasonCode.STORE_UNREADABLE, bool(store.unreadable)),
        (ReasonCode.STORE_ROW_UNATTRIBUTABLE, bool(store.unattributable)),
    )
    roster = dict.fromkeys(p.person_id for p in q.session.roster)
    bad = [Reason(code=ReasonCode.STORE_ROW_INVALID, person_id=p) for p in roster if p in store.invalid]
    return (*_applying(rows), *bad)


def _session_rows(q: Question, store: ConsentStore) -> tuple[Reason, ...]:
    """Stage 1: the session."""
    s = q.session
    today = q.request.as_of.astimezone(store.zone).date()
    return _applying(
        (
            (ReasonCode.SESSION_NO_SUBJECT, not any(s.clients)),
            (ReasonCode.SESSION_DATE_MISSING, s.session_date is None),
            (ReasonCode.SESSION_DATE_FUTURE, s.session_date is not None and s.session_date > today),
            (ReasonCode.SESSION_NOTE_CLASS_UNKNOWN, s.note_class is None),
            (ReasonCode.SESSION_MUTUAL_AID, s.kind is SessionKind.MUTUAL_AID),
            (ReasonCode.ROSTER_INCOMPLETE, s.kind is SessionKind.GROUP and not s.roster_complete),
        )
    )


def _whole_session_rows(q: Question, cells: dict[str, Cell]) -> tuple[Reason, ...]:
    """Stage 4, the rows that need no text: one no of the client, one no in a strict group, no yes in any group."""
    asked = q.session.members if q.session.kind is SessionKind.GROUP else q.session.clients
    no = [cells[p] for p in asked if not cells[p].permitted]
    whose = tuple(r for c in no for r in c.reasons)
    if q.session.kind is not SessionKind.GROUP:
        return whose
    if q.rule.mode is not GroupMode.SEGMENT:
        return (*(Reason(code=ReasonCode.GROUP_MEMBER_NOT_PERMITTED, person_id=c.person_id) for c in no), *whose)
    return (Reason(code=ReasonCode.NO_SUBJECT_PERMITS), *whose) if len(no) == len(asked) else ()


def _approved(q: Question, store: ConsentStore) -> bool:
    """Research needs an approval that is in force on the day and names the recipient."""
    approval, recipient = q.request.approval, q.request.recipient
    today = q.request.as_of.astimezone(store.zone).date()
    return approval is not None and recipient is not None and approval.covers(recipient.recipient_id, today)


def _applying(rows: tuple[tuple[ReasonCode, bool], ...]) -> tuple[Reason, ...]:
    return tuple(Reason(code=code) for code, applies in rows if applies)
