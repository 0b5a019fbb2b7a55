"""The texts that travel with every release: the notice of 42 CFR 2.32 and what the consents cover.

- NOTICE.txt: one line of ours, then the statements of 42 CFR 2.32(a)(1) and (a)(2), 2024 wording, from package data
  whose SHA-256 is checked each time. Missing or altered: no release (PACKAGE_NOTICE_MISSING).
- CONSENT_SCOPE.txt: what was said yes to and what the recipient may not do. It counts nobody and names nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from importlib import resources

from pipeline.consent.exit import notice_rows
from pipeline.errors import Fault, VerificationError
from pipeline.labels import Category

NOTICE_SHA256 = "0b546af1abd00f95a430c364d30637768dee939b053baeb851f1125a834a08d6"
_OURS = (
    "This file was made from peer-support records by a de-identification process. Should any person still be "
    "identifiable in it, the following applies to you:"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What the consents behind a release cover, as far as a recipient may learn it.

    recipient: registered id. note_classes, categories: those included. latest_expiry: the day on which the last consent
    ends, None: by event. contact: where to write.
    """

    use: str
    recipient: str
    note_classes: tuple[str, ...]
    categories: tuple[Category, ...]
    latest_expiry: date | None = None
    contact: str


def notice() -> str:
    """NOTICE.txt. Raises VerificationError where the packaged text is missing or altered."""
    try:
        data = resources.files("pipeline").joinpath("texts", "notice-2.32.txt").read_bytes()
    except OSError:
        data = b""
    return checked_notice(data)


def checked_notice(statement: bytes) -> str:
    """NOTICE.txt from the bytes of the statement. Raises VerificationError where they are not the text of the rule."""
    wrong = notice_rows({"NOTICE.txt": statement}, {"NOTICE.txt": NOTICE_SHA256})
    if wrong:
        faults = [Fault(place="pipeline/texts", what=f"{reason}; install the program again") for reason in wrong]
        raise VerificationError("the notice of 42 CFR 2.32 cannot be enclosed; nothing is released", faults)
    return f"{_OURS}\n\n{statement.decode('utf-8').rstrip()}\n"


def consent_scope(scope: Scope, dates: str) -> str:
    """CONSENT_SCOPE.txt. dates: of the sessions, no more of them than the tables show."""
    expiry = "when the event named in the consent occurs" if scope.latest_expiry is None else str(scope.latest_expiry)
    return f"""WHAT THE CONSENTS BEHIND THIS RELEASE COVER

Use                 {scope.use}
Recipient           {scope.recipient}
Kinds of record     {_list(scope.note_classes)}
Matters included    {_list(c.value for c in scope.categories)}
Sessions            {dates}
Latest expiry       {expiry}
Contact             {scope.contact}

What is in this release may be used for this use, by this recipient, and for nothing else.

- Do not try to find out who anybody in it is, and do not contact anybody you believe you recognise.
- Do not link it with other records, files or registers.
- Do not pass it on, whole or in part, and do not publish passages from which a person could be recognised.
- Do not use it in any civil, criminal, administrative or legislative proceeding against anybody in it.
- Should you recognise somebody by accident, stop, tell nobody who it is, and write to the contact above.

Recall: a person may take their consent back. You will then get a list of row codes. Destroy those rows in every copy
you hold, and what was derived from them alone, put the replacement in their place, and confirm it to the contact.
"""


def _list(names: Iterable[str]) -> str:
    return ", ".join(sorted(set(names))) or "none"
