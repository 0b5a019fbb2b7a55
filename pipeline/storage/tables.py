"""The tables, as SQLAlchemy Core describes them; `migrations/` makes them.

Nothing here holds a word of a document, a name or a file name in clear. Ids, digests, counts and states are in clear,
so that the program can be asked; whatever points to a person outside (file name, crosswalk) is sealed or a keyed tag.
Times are ISO 8601 in UTC, given by the caller.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

# Every data key, wrapped by the program key. `wrapped` is NULL once the key was destroyed (crypto-shredding).
data_keys = Table(
    "data_keys",
    metadata,
    Column("key_id", String(32), primary_key=True),
    Column("purpose", String(16), nullable=False),
    Column("program_key", String(16), nullable=False),
    Column("wrapped", LargeBinary),
    Index("data_keys_purpose", "purpose"),
)

# Sealed originals. `place_tag` is a keyed digest of the place in the inbox, `sealed_place` the place itself, sealed.
sources = Table(
    "sources",
    metadata,
    Column("source_id", String(32), primary_key=True),
    Column("key_id", String(32), nullable=False),
    Column("place_tag", String(64), nullable=False),
    Column("sealed_place", LargeBinary, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("inode", BigInteger, nullable=False),
    Column("container", String(32), nullable=False),
    Column("state", String(16), nullable=False),
    Column("nth", Integer, nullable=False, unique=True),
    Index("sources_place", "place_tag", "state"),
    Index("sources_digest", "digest"),
)

# The ledger: one row an event, and one signed head a batch.
events = Table(
    "events",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", String(40), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("details", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Index("events_kind", "kind"),
)
ledger_heads = Table(
    "ledger_heads",
    metadata,
    Column("batch", BigInteger, primary_key=True, autoincrement=False),
    Column("count", BigInteger, nullable=False),
    Column("head", String(64), nullable=False),
    Column("signer", String(64), nullable=False),
    Column("signature", LargeBinary, nullable=False),
)

# Public signing keys that were in force before, sealed, so that nobody adds one of their own. No row: none was changed.
signing_keys = Table(
    "signing_keys",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("nth", Integer, nullable=False, unique=True),
    Column("sealed", LargeBinary, nullable=False),
)

# Spans by the digest of (text, detector, roster), compact and sealed. `source_id`: whose, to forget them with it.
span_cache = Table(
    "span_cache",
    metadata,
    Column("cache_key", String(64), primary_key=True),
    Column("key_id", String(32), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("source_id", String(32)),
    Index("span_cache_source", "source_id"),
)

# Who is which code, per series. `subject_tag` is a keyed digest; the person and the shift are sealed.
crosswalk_subjects = Table(
    "crosswalk_subjects",
    metadata,
    Column("subject_tag", String(64), primary_key=True),
    Column("key_id", String(32), nullable=False),
)
crosswalk = Table(
    "crosswalk",
    metadata,
    Column("series", String(300), primary_key=True),
    Column("subject_tag", String(64), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("code", String(16), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    UniqueConstraint("series", "number", name="crosswalk_number"),
    UniqueConstraint("series", "code", name="crosswalk_code"),
)
copy_names = Table(
    "copy_names",
    metadata,
    Column("series", String(300), primary_key=True),
    Column("source_id", String(32), primary_key=True),
    Column("name", String(32), nullable=False, unique=True),
)

# Copies on their way out: detected -> needs_review -> approved | returned -> released | withheld.
reviews = Table(
    "reviews",
    metadata,
    Column("item_id", String(32), primary_key=True),
    Column("source_id", String(32), nullable=False),
    Column("session_id", String(300), nullable=False),
    Column("use", String(16), nullable=False),
    Column("recipient", String(300), nullable=False),
    Column("copy_digest", String(64), nullable=False),
    Column("findings", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("requested_by", String(64), nullable=False),
    Column("requested_at", String(40), nullable=False),
    Column("decided_by", String(64)),
    Column("decided_at", String(40)),
    Column("release_id", String(300)),
    Column("nth", Integer, nullable=False, unique=True),
    UniqueConstraint("session_id", "source_id", "use", "recipient", "copy_digest", name="reviews_copy"),
    Index("reviews_state", "state"),
)

releases = Table(
    "releases",
    metadata,
    Column("release_id", String(300), primary_key=True),
    Column("series", String(300), nullable=False),
    Column("use", String(16), nullable=False),
    Column("recipient", String(300), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("manifest_digest", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("at", String(40), nullable=False),
    Column("replaced_by", String(300)),
    Column("nth", Integer, nullable=False, unique=True),
    Column("people", Text),
    Index("releases_fingerprint", "fingerprint"),
)

# What went out of one source in one release, and what was replaced by what in it (the restricted log): sealed with the
# key of the source, so that both go with it.
release_sheets = Table(
    "release_sheets",
    metadata,
    Column("release_id", String(300), primary_key=True),
    Column("source_id", String(32), primary_key=True),
    Column("nth", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Index("release_sheets_source", "source_id"),
)

# One row a run of a verb over a batch; `fingerprint` is what makes a rerun change nothing.
runs = Table(
    "runs",
    metadata,
    Column("run_id", String(32), primary_key=True),
    Column("verb", String(16), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("started_at", String(40), nullable=False),
    Column("ended_at", String(40)),
    Column("counts", Text, nullable=False),
    Column("nth", Integer, nullable=False, unique=True),
    Index("runs_fingerprint", "verb", "fingerprint"),
)

# Who may sign in to the review pages. `password_hash` is Argon2's own text; `originals`: may open originals.
users = Table(
    "users",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("originals", Boolean, nullable=False),
    Column("state", String(16), nullable=False),
    Column("password_hash", String(255), nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", String(40)),
    Column("added_at", String(40), nullable=False),
)
# Who is signed in: of the token in their cookie its digest alone.
logins = Table(
    "logins",
    metadata,
    Column("token_digest", String(64), primary_key=True),
    Column("name", String(64), nullable=False),
    Column("begun_at", String(40), nullable=False),
    Column("seen_at", String(40), nullable=False),
    Index("logins_name", "name"),
)

# What reviewers decided about the spans of one text: positions and labels, sealed.
review_marks = Table(
    "review_marks",
    metadata,
    Column("text_digest", String(64), primary_key=True),
    Column("source_id", String(32), nullable=False),
    Column("version", Integer, nullable=False),
    Column("key_id", String(32), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Index("review_marks_source", "source_id"),
)
# Who read a copy that was drawn for a second reader and said yes to it.
review_readings = Table(
    "review_readings",
    metadata,
    Column("item_id", String(32), primary_key=True),
    Column("reader", String(64), primary_key=True),
    Column("at", String(40), nullable=False),
)

# Releases that somebody asked for on the pages: asked -> approved -> released; a second person approves.
release_requests = Table(
    "release_requests",
    metadata,
    Column("request_id", String(32), primary_key=True),
    Column("use", String(16), nullable=False),
    Column("recipient", String(300), nullable=False),
    Column("read_all", Boolean, nullable=False),
    Column("state", String(16), nullable=False),
    Column("copies", Text, nullable=False),
    Column("requested_by", String(64), nullable=False),
    Column("requested_at", String(40), nullable=False),
    Column("decided_by", String(64)),
    Column("decided_at", String(40)),
    Column("release_id", String(300)),
    Column("nth", Integer, nullable=False, unique=True),
)
