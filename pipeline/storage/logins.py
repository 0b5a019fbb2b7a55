"""Who is signed in. The cookie holds a random token; of it the digest alone is kept, so a copy of the database opens
nothing.

- A login ends when it was not used for a while, and in any case some hours after it began.
- When it was last used is written down once a minute at most: a page that asks often is no load.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, insert, or_, select, update

from pipeline.storage.database import Database, Transaction
from pipeline.storage.tables import logins

# NIST SP 800-63B, AAL2: again after 30 minutes without a sign of life, and after 12 hours whatever happens.
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
_WRITTEN_EVERY = timedelta(minutes=1)


class Logins:
    """The logins of one workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, name: str, *, at: datetime, joined: Transaction | None = None) -> str:
        """The token (43 letters) of a new login; logins that have ended are forgotten."""
        token = secrets.token_urlsafe(32)
        with self._database.writing(joined) as transaction:
            over = or_(logins.c.seen_at <= _text(at - IDLE), logins.c.begun_at <= _text(at - LONGEST))
            transaction.connection.execute(delete(logins).where(over))
            row = {"token_digest": _digest(token), "name": name, "begun_at": _text(at), "seen_at": _text(at)}
            transaction.connection.execute(insert(logins).values(row))
        return token

    def who(self, token: str, *, at: datetime) -> str | None:
        """Whose login a token is; None where it is none or has ended."""
        here = logins.c.token_digest == _digest(token)
        with self._database.reading() as connection:
            row = connection.execute(select(logins).where(here)).first()
        if row is None:
            return None
        seen, begun = datetime.fromisoformat(row.seen_at), datetime.fromisoformat(row.begun_at)
        if at - seen >= IDLE or at - begun >= LONGEST:
            return None
        if at - seen >= _WRITTEN_EVERY:
            with self._database.writing() as transaction:
                transaction.connection.execute(update(logins).where(here).values(seen_at=_text(at)))
        return str(row.name)

    def end(self, token: str) -> None:
        """Sign out."""
        with self._database.writing() as transaction:
            transaction.connection.execute(delete(logins).where(logins.c.token_digest == _digest(token)))

    def end_all(self, name: str, *, joined: Transaction | None = None) -> None:
        """End every login of an account."""
        with self._database.writing(joined) as transaction:
            transaction.connection.execute(delete(logins).where(logins.c.name == name))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
