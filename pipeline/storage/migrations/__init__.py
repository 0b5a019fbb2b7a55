"""The history of the tables, run by Alembic from inside the package (no ini file, no command).

`HEAD` names the newest revision, so that an up-to-date database is recognised by one query and without loading Alembic.
A test compares it with what Alembic finds, and the migrated tables with `pipeline.storage.tables`.
"""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

from pipeline.errors import Fault, StorageError

HEAD = "v0004"
LOCATION = "pipeline.storage:migrations"


def is_current(connection: Connection) -> bool:
    """Whether the database stands at the newest revision."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == HEAD


def upgrade(connection: Connection) -> None:
    """Bring the tables to `HEAD` inside the caller's transaction."""
    from alembic import command  # only a new or an old database pays for loading it
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", LOCATION)
    config.attributes["connection"] = connection
    newer = False
    try:
        command.upgrade(config, "head")
    except CommandError:  # it stands at a revision that this version does not have
        newer = True
    if newer:
        what = "it was made by a newer version of storykeeper; install that version and run again"
        raise StorageError("the database was not opened", [Fault(place="database", what=what)])
