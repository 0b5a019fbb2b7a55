"""What an inspection finds: a place, a kind, a reason, and whether it blocks. It holds no words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Kind(StrEnum):
    """What was found in a copy."""

    KNOWN_NAME = "known_name"
    KNOWN_VALUE = "known_value"
    ECHO = "echo"
    NOT_AS_REDACTED = "not_as_redacted"
    SSN = "ssn"
    PHONE = "phone"
    EMAIL = "email"
    URL = "url"
    IP = "ip"
    HANDLE = "handle"
    DIGITS = "digits"
    SPOKEN_DIGITS = "spoken_digits"
    CODE = "code"
    DATE = "date"
    OLD_AGE = "old_age"
    ADDRESS = "address"


REASONS = MappingProxyType(
    {
        Kind.KNOWN_NAME: "the name of somebody of the program is left",
        Kind.KNOWN_VALUE: "a number, address or code of somebody of the program is left",
        Kind.ECHO: "words that were replaced in one place stand in another",
        Kind.NOT_AS_REDACTED: "the copy is not what the redaction says it is",
        Kind.SSN: "looks like a social security number",
        Kind.PHONE: "looks like a phone number",
        Kind.EMAIL: "looks like an e-mail address",
        Kind.URL: "looks like a web address",
        Kind.IP: "looks like an address on the internet",
        Kind.HANDLE: "looks like a user name",
        Kind.DIGITS: "five digits or more in a row",
        Kind.SPOKEN_DIGITS: "seven spoken digits or more in a row",
        Kind.CODE: "looks like the number of a record, card or case",
        Kind.DATE: "looks like a date finer than a year",
        Kind.OLD_AGE: "looks like an age over 89",
        Kind.ADDRESS: "looks like a street address",
    }
)


class Where(StrEnum):
    """The part of a copy that a finding lies in."""

    BODY = "body"
    LABEL = "label"
    FREE = "free text"
    LAYOUT = "layout"
    FILE_NAME = "file name"
    METADATA = "metadata"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Finding:
    """One thing that a stranger could see. start, end: code points of the copy's text (of the name, for a file name).

    turn: number of the turn in the copy, None outside turns. blocks: True keeps the copy in until it is made again;
    False holds it for a person.
    """

    where: Where
    start: int
    end: int
    kind: Kind
    blocks: bool
    turn: int | None = None

    @property
    def reason(self) -> str:
        """One sentence for a reviewer."""
        return REASONS[self.kind]
