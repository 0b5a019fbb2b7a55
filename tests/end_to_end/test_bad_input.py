"""Bad input gets its exit code and a message that says where and what to do, never a word; the rest goes out."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from flows import cli
from flows.motion import RunTold
from flows.verbs.asking import Asked, check_asked
from flows.verbs.init import init
from flows.verbs.verify import verify_release
from flows.wiring import open_house
from pipeline.errors import StorykeeperError
from tests.docx_made import packed, parts
from tests.end_to_end.canary import NAMES, WORD, leaks, plant, told_in
from tests.end_to_end.workspaces import AS_OF, ROOT, run

pytestmark = pytest.mark.xdist_group("sample")

Break = Callable[[Path], object]
DOCX = parts()
CALL, NOTE, NOTES = (f"inbox/{NAMES['file']} {name}" for name in ("call.vtt", "note.txt", "notes.csv"))
ALL_OUT = {"S-1": "released", "S-2": "released", "S-3.1": "released", "S-3.2": "not permitted"}


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What a run came to: its exit code, the outcome of each session, all that it said."""

    code: int
    outcomes: dict[str, str]
    said: str


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    init(tmp_path / "ws", name="Canary", contact="office", now=AS_OF)
    plant(tmp_path / "ws")
    return tmp_path / "ws"


def written(place: str, data: bytes | str) -> Break:
    return lambda ws: (ws / place).write_bytes(data if isinstance(data, bytes) else data.encode())


def edited(place: str, old: str, new: str) -> Break:
    def change(ws: Path) -> None:
        text = (ws / place).read_text(encoding="utf-8")
        assert old in text, f"nothing to break: {old}"
        (ws / place).write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def appended(place: str, text: str) -> Break:
    return lambda ws: (ws / place).write_text((ws / place).read_text(encoding="utf-8") + text, encoding="utf-8")


def without(place: str) -> Break:
    return lambda ws: (ws / place).unlink()


def ran(workspace: Path) -> Ran:
    """A run by its verbs, told as the command tells it."""
    asked = Asked(use="group", recipient="program", as_of=AS_OF.isoformat(), actor="manager-1", ingest=True)
    try:
        with open_house(workspace) as house:
            check_asked(house, asked)
            told = RunTold(summary=run(house, asked), dry=False)
    except StorykeeperError as error:
        return Ran(code=error.exit_code, outcomes={}, said=str(error))
    said = json.dumps([told.as_json(), told.rows(), told.closing()])
    outcomes = {line.session_id: line.outcome.value for line in told.summary.lines}
    return Ran(code=told.exit_code, outcomes=outcomes, said=said)


def planted(text: str) -> list[str]:
    seen = told_in(text.encode())
    return [token for token in (*NAMES.values(), WORD) if token.lower() in seen]


def check_whole(workspace: Path) -> None:
    """Nothing is half done and nothing leaked."""
    assert leaks(workspace) == []
    assert not [p for p in workspace.rglob("*") if p.name.startswith((".staging-", ".tmp-"))]
    with open_house(workspace) as house:
        assert house.ledger.verify().verifies
        assert house.releases.unfinished() == ()
    for release in (workspace / "releases").iterdir():
        assert verify_release(release, workspace / "public-key.pem").report.proven


# what is broken -> how, what stays in and how it is called, and what the table says of it
FILES: dict[str, tuple[Break, dict[str, str], str]] = {
    "empty file": (written(CALL, b""), {"S-1": "could not be read"}, "empty"),
    "only a byte order mark": (written(CALL, b"\xef\xbb\xbf"), {"S-1": "could not be read"}, "empty"),
    "binary": (written(CALL, bytes(range(256)) * 20), {"S-1": "could not be read"}, "save it as UTF-8"),
    "an archive": (written(NOTE, b"PK\x03\x04" + bytes(200)), {"S-2": "could not be read"}, "cut off or damaged"),
    "a Word document with macros": (
        written(NOTE, packed(DOCX | {"word/vbaProject.bin": b"x"})), {"S-2": "could not be read"}, "it holds macros"
    ),
    "a Word document with a password": (
        written(NOTE, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")),
        {"S-2": "could not be read"}, "it has a password",
    ),
    "a zip bomb": (
        written(NOTE, packed(DOCX | {"word/media/a.png": bytes(40 << 20)})), {"S-2": "could not be read"}, "a zip bomb"
    ),
    "wrong encoding": (
        edited(CALL, "WEBVTT\n", "WEBVTT\n\x00\x01"), {"S-1": "could not be read"}, "encoding"
    ),
    "VTT without its header": (edited(CALL, "WEBVTT\n", ""), {"S-1": "could not be read"}, "line 5: times of a cue"),
    "VTT with broken times": (
        edited(CALL, "00:00:05.000 -->", "00:0o:05 -->"), {"S-1": "could not be read"}, "line 10: times that do not"
    ),
    "VTT cut off in a cue": (
        edited(CALL, f"Dana {NAMES['staff']}: Good to hear that.\n", ""), {"S-1": "could not be read"}, "ends inside"
    ),
    "CSV without a mapped column": (
        edited(NOTES, "client_id", "client_nr"), {"S-3": "could not be read", "S-3.1": "", "S-3.2": ""}, "line 1: "
    ),
    "CSV with a stray quote": (
        edited(NOTES, "2026-03-02", '2026-03"-02'), {"S-3": "could not be read", "S-3.1": "", "S-3.2": ""},
        "line 2: a stray quote",
    ),
    "CSV with a quote never closed": (
        edited(NOTES, "P-1,", '"P-1,'), {"S-3": "could not be read", "S-3.1": "", "S-3.2": ""}, "never closed"
    ),
    "table without columns in the settings": (
        edited("storykeeper.toml", f"[tables.\"{NAMES['file']} notes.csv\"]", "[tables.\"other.csv\"]"),
        {"S-3": "could not be read", "S-3.1": "", "S-3.2": ""}, "names no columns",
    ),
    "settings that name a column that is not there": (
        edited("storykeeper.toml", '\nauthor = "author"', '\nauthor = "wrter"'),
        {"S-3": "could not be read", "S-3.1": "", "S-3.2": ""}, "line 1: ",
    ),
    "file that never came in": (without(CALL), {"S-1": "could not be read"}, "never came in"),
    "somebody on the roster who is in no people table": (
        appended("records/participants.csv", "S-2,P-77,client,,\n"),
        {"S-2": "not permitted"}, "consent check",
    ),
    "session date that is none": (
        edited("records/sessions.csv", "S-1,2026-03-01", "S-1,2026-13-01"), {"S-1": "not permitted"}, "consent check"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_bad_file_stays_in_with_line_and_cause_and_the_others_go_out(workspace: Path, name: str) -> None:
    breaking, staying, said = FILES[name]
    breaking(workspace)
    told = ran(workspace)
    assert told.code == 0
    wanted = {session: outcome for session, outcome in (ALL_OUT | staying).items() if outcome}
    assert {s: o for s, o in told.outcomes.items() if not s.startswith("file ")} == wanted
    assert said in told.said
    assert planted(told.said) == []
    check_whole(workspace)


def test_a_file_without_an_entry_stays_in_and_has_a_line(workspace: Path) -> None:
    (workspace / "inbox" / f"{NAMES['surname']}.txt").write_text(f"{NAMES['person']}: {WORD}\n")
    told = ran(workspace)
    assert told.code == 0
    loose = {s: o for s, o in told.outcomes.items() if s.startswith("file ")}
    assert list(loose.values()) == ["not permitted"]
    assert "stands in no row of the session table" in told.said
    assert planted(told.said) == []
    check_whole(workspace)


def test_a_mended_file_goes_out_with_the_next_run_alone(workspace: Path) -> None:
    whole = (workspace / CALL).read_bytes()
    (workspace / CALL).write_bytes(b"")
    ran(workspace)
    (workspace / CALL).write_bytes(whole)
    told = ran(workspace)
    assert told.outcomes == ALL_OUT | {"S-2": "already released", "S-3.1": "already released"} | {"S-1": "released"}


def misspelt_policy(ws: Path) -> None:
    shipped = (ROOT / "pipeline" / "policies" / "group.toml").read_text(encoding="utf-8")
    (ws / "mine.toml").write_text(shipped.replace("name =", "naem =", 1), encoding="utf-8")
    edited("storykeeper.toml", 'group = "group"', 'group = "mine.toml"')(ws)


# what is broken -> how, exit code of a run, what it says
RECORDS: dict[str, tuple[Break, int, str]] = {
    "consents with an unknown column": (
        edited("records/consents.csv", "recorded_at", f"recorded_at,{NAMES['person']}"), 12, "consent check"
    ),
    "consents in another encoding": (
        lambda ws: (ws / "records/consents.csv").write_bytes((ws / "records/consents.csv").read_bytes() + b"\xff\xfe"),
        12, "consent check",
    ),
    "consents with a row of nobody": (edited("records/consents.csv", ",P-1,", ",,"), 12, "consent check"),
    "no consents": (without("records/consents.csv"), 12, "consent check"),
    "no recipients": (written("records/recipients.toml", "[oops"), 12, "consent check"),
    "no people": (without("records/people.csv"), 3, "consent check"),
    "no records": (lambda ws: shutil.rmtree(ws / "records"), 17, "records: "),
    "no inbox": (lambda ws: shutil.rmtree(ws / "inbox"), 17, "inbox: make the folder"),
    "a policy with a typo": (misspelt_policy, 11, "unknown key `naem`; did you mean `name`?"),
    "a policy in another encoding": (
        lambda ws: (
            (ws / "mine.toml").write_bytes(b"name = \"\xff\"\n"),
            edited("storykeeper.toml", 'group = "group"', 'group = "mine.toml"')(ws),
        ),
        11, "mine.toml: is not UTF-8",
    ),
    "a policy of no such name": (edited("storykeeper.toml", 'group = "group"', 'group = "grup"'), 11, "policy.group"),
    "a setting with a typo": (
        edited("storykeeper.toml", "time_zone", "timezone"), 10, "storykeeper.toml column `program.timezone`"
    ),
    "a time zone of no such name": (
        edited("storykeeper.toml", "America/New_York", NAMES["person"]), 10, "program.time_zone"
    ),
    "settings that are no TOML": (
        lambda ws: (ws / "storykeeper.toml").write_text(f"[program]\nname = {NAMES['person']}\n"),
        10, "storykeeper.toml:2: is not TOML",
    ),
    "settings in another encoding": (written("storykeeper.toml", b"name = '\xff'"), 10, "is not UTF-8"),
    "no settings": (without("storykeeper.toml"), 10, "storykeeper init"),
    "no key": (without("secrets/program.key"), 17, "program key: "),
    "a key that is none": (written("secrets/program.key", "abc"), 16, "program key: it holds no key"),
    "another key": (written("secrets/program.key", "ab" * 32 + "\n"), 16, "another key"),
    "a key that others may read": (lambda ws: (ws / "secrets/program.key").chmod(0o644), 16, "0600"),
}  # fmt: skip


@pytest.mark.parametrize("name", RECORDS)
def test_bad_records_or_settings_release_nothing_and_say_where(workspace: Path, name: str) -> None:
    with open_house(workspace):  # a workspace that was in use before
        pass
    breaking, code, said = RECORDS[name]
    whole = {p: p.read_bytes() for p in (workspace / "storykeeper.toml", workspace / "secrets/program.key")}
    breaking(workspace)
    told = ran(workspace)
    assert (told.code, said in told.said) == (code, True), told.said
    assert planted(told.said) == []
    assert list((workspace / "releases").iterdir()) == []
    for path, data in whole.items():
        path.write_bytes(data)
        path.chmod(0o600)
    check_whole(workspace)


def typed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[int, str]:
    """The command in this process: exit code, and all that it printed."""
    monkeypatch.setattr(sys, "argv", ["storykeeper", *arguments])
    try:
        code = cli._run()
    except SystemExit as end:
        code = int(end.code or 0)
    printed = capsys.readouterr()
    return code, printed.out + printed.err


GOOD = {"--use": "group", "--recipient": "program", "--as-of": "2026-06-15", "--as": "manager-1"}
# what is typed -> exit code, what is said
TYPED: dict[str, tuple[dict[str, str], int, str]] = {
    "no such use": ({"--use": "training"}, 2, "`--use` is `group` or `research`"),
    "no such recipient": ({"--recipient": NAMES["person"]}, 2, "registered: `program`"),
    "a time that is none": ({"--as-of": f"the day of {NAMES['person']}"}, 2, "`--as-of`"),
    "a date that is none": ({"--as-of": "2026-02-30"}, 2, "`--as-of`"),
    "a name in place of an id": ({"--as": f"Dana {NAMES['staff']}"}, 2, "`--as` is an id without blanks"),
    "nobody": ({"--as": ""}, 2, "`--as`"),
    "no such workspace": ({"--workspace": "/nowhere"}, 10, "storykeeper init"),
}


@pytest.mark.parametrize("name", TYPED)
@pytest.mark.parametrize("verb", ["run", "release"])
def test_what_cannot_be_asked_is_refused_before_anything_is_entered(
    workspace: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, verb: str, name: str
) -> None:
    changed, code, said = TYPED[name]
    options = {"--workspace": str(workspace)} | GOOD | changed
    got = typed(capsys, monkeypatch, verb, *(word for pair in options.items() for word in pair))
    assert (got[0], said in got[1]) == (code, True), got
    assert planted(got[1]) == []
    with open_house(workspace) as house:
        assert house.runs.list() == ()
    check_whole(workspace)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("ingest", "--as", "two words"), 2, "`--as`"),
        (("review", "approve", "abcdef", "--as", "two words"), 2, "`--as`"),
        (("review", "approve", "abcdef", "--as", "reviewer-1"), 14, "names no single item"),
        (("review", "show", ""), 14, "names no single item"),
        (("decide", "S-99", "--use", "group", "--recipient", "program"), 2, "consent check"),
        (("decide", "S-1", "--use", "other", "--recipient", "program"), 2, "`--use`"),
        (("doctor", "--error", "feedfeedfeed"), 14, "a draft is missing"),
        (("run", "--use", "group"), 2, "--recipient"),
    ],
)
def test_other_commands_refuse_what_they_cannot_take(
    workspace: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    got = typed(capsys, monkeypatch, *arguments, "--workspace", str(workspace))
    assert (got[0], said in got[1]) == (code, True), got


def test_the_check_of_the_records_names_table_line_and_column(
    workspace: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    edited("records/consents.csv", "recorded_at", f"recorded_at,{NAMES['person']} {NAMES['surname']}")(workspace)
    edited("records/sessions.csv", "S-2,2026-03-01", "S-2,2026-13-01")(workspace)
    code, said = typed(capsys, monkeypatch, "consent", "check", "--workspace", str(workspace))
    assert code == 12
    assert "consents:1" in said
    assert "sessions:3 column `session_date`" in said
    assert planted(said) == []


@pytest.mark.parametrize(
    ("name", "data", "code", "said"),
    [
        ("empty.vtt", b"", 10, "empty.vtt: it is empty"),
        ("broken.vtt", b"WEBVTT\n\n00:00:0x --> 00:00:02.000\nA: b\n", 10, "broken.vtt:3: times that do not read"),
        ("binary.txt", bytes(range(256)), 10, "binary.txt: "),
    ],
)
def test_detect_names_file_and_line(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    data: bytes,
    code: int,
    said: str,
) -> None:
    (tmp_path / name).write_bytes(data)
    got = typed(capsys, monkeypatch, "detect", str(tmp_path / name))
    assert (got[0], said in got[1]) == (code, True), got
