"""What a program settles once: `storykeeper.toml` at the root of its workspace.

Rules: an unknown key is a fault (a typo must not fall back to a default); all faults of the file come together; a
variable `STORYKEEPER_<SECTION>__<KEY>` overrides a key, so that a database password need not stand in the file.
"""

from __future__ import annotations

import re
import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from pipeline.errors import Fault, InputError
from pipeline.storage.faults import naming

SETTINGS_FILE = "storykeeper.toml"


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError("is no time zone of the IANA list, for instance America/New_York") from error
    return name


class Section(BaseModel):
    """A part of the file; frozen, and closed to keys that nobody reads."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ProgramSection(Section):
    """Who the program is. `contact` stands in every release: whom a recipient writes to."""

    name: str
    contact: str
    time_zone: Annotated[str, AfterValidator(_known_zone)] = "America/New_York"


class PolicySection(Section):
    """Which policy a use is redacted by: the name of a shipped one, or a TOML file of the workspace."""

    group: str = "group"
    research: str = "research-safe-harbor"


class StorageSection(Section):
    """Where the ledger and the catalog are. An empty URL: `ledger.db` in the workspace."""

    database_url: str = ""


class TableSection(Section):
    """Which column of a table file is what; a column that is not named here never leaves. dictionary: a REDCap data
    dictionary of the workspace, which names what is left out here. sheet: of a workbook; else the first shown."""

    person: str | None = None
    key: str | None = None
    date: str | None = None
    author: str | None = None
    text: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    sheet: str | None = None
    dictionary: str | None = None

    @model_validator(mode="after")
    def _whole(self) -> TableSection:
        named = {"person": self.person, "key": self.key, "date": self.date, "text": self.text}
        missing = [f"`{name}`" for name, value in named.items() if not value]
        if missing and self.dictionary is None:
            raise ValueError(f"names no {', no '.join(missing)}; name the columns, or a REDCap dictionary")
        columns = [*(c for c in (self.person, self.key, self.date, self.author) if c), *self.text, *self.keep]
        if len(set(columns)) != len(columns):
            raise ValueError("names one column twice; name each once")
        return self


class StandingSection(Section):
    """A request that the nightly run makes every time."""

    use: Literal["group", "research"]
    recipient: str


class EngineKind(StrEnum):
    """Who prepares the chunks of a run."""

    IN_PROCESS = "in-process"
    PROCESSES = "processes"
    DASK = "dask"


class EngineSection(Section):
    """The engine. workers: processes of this machine; address: of a Dask scheduler that is there already; chunk_bytes:
    originals that one worker takes at a time, some 20 s of detection at 4,000 words/s."""

    kind: EngineKind = EngineKind.IN_PROCESS
    workers: Annotated[int, Field(ge=1, le=64)] = 2
    address: str = ""
    chunk_bytes: Annotated[int, Field(ge=1)] = 400_000


class ScheduleSection(Section):
    """When `storykeeper serve` starts what, as cron lines in the program's time zone; empty: only when asked for."""

    nightly: str = "30 1 * * *"
    quality: str = ""


class QualitySection(Section):
    """The program's own gold documents, a folder of the workspace, and the floor under which the check fails."""

    gold: str = ""
    floor: str = ""


class ReviewSection(Section):
    """How copies are read. second_reader: share of the copies (0..1) that two people read; the digest of a copy draws.
    public_host: the name under which a proxy that ends TLS serves the pages; without it they answer this machine
    alone. bind: the address that such a proxy reaches."""

    second_reader: Annotated[float, Field(ge=0, le=1)] = 0.0
    public_host: Annotated[str, Field(pattern=r"^[a-z0-9.-]*(:[0-9]+)?$")] = ""
    bind: str = "127.0.0.1"


class Settings(BaseSettings):
    """The whole file. Unknown keys are faults."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True, env_prefix="STORYKEEPER_", env_nested_delimiter="__")

    program: ProgramSection
    policy: PolicySection = PolicySection()
    storage: StorageSection = StorageSection()
    review: ReviewSection = ReviewSection()
    engine: EngineSection = EngineSection()
    schedule: ScheduleSection = ScheduleSection()
    quality: QualitySection = QualitySection()
    tables: dict[str, TableSection] = Field(default_factory=dict)
    standing: tuple[StandingSection, ...] = ()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment first, then the file; no `.env`, no secrets directory."""
        return env_settings, init_settings


def read_settings(workspace: Path) -> Settings:
    """The settings of a workspace. InputError names every wrong key at once, never a value; StorageError."""
    path = workspace / SETTINGS_FILE
    if not path.is_file():
        raise InputError(f"no `{SETTINGS_FILE}` here; make a workspace with `storykeeper init DIR`")
    try:
        with naming(SETTINGS_FILE):
            text = path.read_text(encoding="utf-8-sig")
        found = tomllib.loads(text)
    except UnicodeDecodeError:
        fault = Fault(place=SETTINGS_FILE, what="is not UTF-8; save it as UTF-8")
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line ([0-9]+)", str(error))  # all else that it says may quote the file
        where = "this line" if at else "its end"
        fault = Fault(place=SETTINGS_FILE, line=int(at[1]) if at else None, what=f"is not TOML; mend {where}")
    else:
        try:
            return _together(Settings(**found))
        except ValidationError as error:
            faults = [_fault(list(map(str, e["loc"])), e["type"], e["msg"]) for e in error.errors(include_input=False)]
            raise InputError("the settings cannot be used; mend each and run again", faults) from None
    raise InputError("the settings cannot be read", [fault])


def _together(settings: Settings) -> Settings:
    """What one key asks of another. InputError."""
    if settings.engine.address and not settings.storage.database_url:
        what = "workers of other machines need one database for all; set `storage.database_url` to PostgreSQL"
        raise InputError(
            "the settings cannot be used", [Fault(place=SETTINGS_FILE, column="engine.address", what=what)]
        )
    return settings


def _fault(where: list[str], kind: str, message: str) -> Fault:
    what = "is a key that nobody reads; a typo?" if kind == "extra_forbidden" else message.removeprefix("Value error, ")
    return Fault(place=SETTINGS_FILE, column=".".join(where), what=what[:1].lower() + what[1:])
