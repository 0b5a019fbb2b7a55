"""`storykeeper review --gold FILE`: annotate a gold document in the browser, in the types of the guide.

- The file that was named is read and written, and nothing else; no workspace is opened and nothing can be released.
- Whoever has the address that the command printed may annotate: it holds a key that works once.
- Each change is written at once, whole or not at all. Where the file was changed by somebody else meanwhile, nothing is
  written: load the page again.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from fastapi import FastAPI
from jinja2 import Environment
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response

from flows.web import words
from flows.web.assets import serve_assets
from flows.web.call import RefusedError, build_templates, csrf_of
from flows.web.forms import read_form
from flows.web.selecting import selected
from flows.web.serve import listen, run
from flows.web.shield import Shield
from flows.web.turns import Shown
from pipeline.errors import Fault, InputError, StateError, StorykeeperError
from pipeline.gold import alike, unmarked, with_marks, without, write_gold
from pipeline.labels import Label
from pipeline.measure import Gold, Mark, read_gold
from pipeline.reviewing.marks import Marks, Verdict
from pipeline.reviewing.sheet import Piece, Sheet, SheetTurn
from pipeline.storage.disk import write_whole
from pipeline.storage.faults import naming

COOKIE = "storykeeper-gold"
_NO_MARKS = Marks(text_digest="", source_id="")


@dataclass(slots=True, kw_only=True)
class Annotation:
    """One gold document at work: the file, what it holds, and what it held before each change of this sitting."""

    path: Path
    gold: Gold = field(repr=False)
    digest: str
    version: int = 0
    before: list[Gold] = field(default_factory=list, repr=False)
    lock: Lock = field(default_factory=Lock, repr=False)

    @classmethod
    def of(cls, path: Path) -> Annotation:
        """Open a file. InputError where it is not UTF-8 or its marks cannot be read."""
        with naming("gold document"):
            data = path.read_bytes()
        return cls(path=path, gold=_read(data), digest=hashlib.sha256(data).hexdigest())

    def change(self, gold: Gold) -> None:
        """Write a changed document; the one before it can be brought back."""
        self.before.append(self.gold)
        self._write(gold)

    def undo(self) -> None:
        """Bring back what was before the last change; nothing where there was none."""
        if self.before:
            self._write(self.before.pop())

    def _write(self, gold: Gold) -> None:
        with naming("gold document"):
            there = self.path.read_bytes()
            if hashlib.sha256(there).hexdigest() != self.digest:
                what = "somebody else changed the file meanwhile; stop and open it again"
                raise StateError("nothing was written", [Fault(place="gold document", what=what)])
            data = write_gold(gold).encode("utf-8")
            write_whole(self.path, data)
        self.gold, self.digest = gold, hashlib.sha256(data).hexdigest()
        self.version += 1


def serve_gold(path: Path, *, port: int, ready: Callable[[str], None]) -> None:
    """Serve one gold document on loopback until it is stopped. InputError, StateError."""
    annotation = Annotation.of(path)
    key = secrets.token_urlsafe(24)
    with closing(listen("127.0.0.1", port)) as listening:
        bound = listening.getsockname()[1]
        hosts = frozenset({f"127.0.0.1:{bound}", f"localhost:{bound}"})
        app = build_gold_app(annotation, key=key, hosts=hosts)
        run(app, listening, lambda: ready(f"http://127.0.0.1:{bound}/?key={key}"))


def build_gold_app(annotation: Annotation, *, key: str, hosts: frozenset[str]) -> Shield:
    """The pages of one gold document. key: opens them once."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    templates = build_templates()
    keys = {key}
    token = secrets.token_urlsafe(32)

    async def enter(request: Request) -> Response:
        given = request.query_params.get("key", "")
        if given in keys:
            keys.discard(given)
            response = RedirectResponse("/", status_code=303)
            response.set_cookie(COOKIE, token, httponly=True, samesite="strict", path="/")
            return response
        _check(request, token)
        return HTMLResponse(await run_in_threadpool(_page, annotation, templates, token))

    def changing(act: Callable[[Annotation, dict[str, str]], None]) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            _check(request, token)
            form = await read_form(request, token)
            return await run_in_threadpool(_changed, annotation, dict(form), act)

        return answer

    app.add_api_route("/", enter, methods=["GET"], response_model=None)
    app.add_api_route("/marks", changing(_decide), methods=["POST"], response_model=None)
    app.add_api_route("/undo", changing(lambda held, _: held.undo()), methods=["POST"], response_model=None)
    serve_assets(app)
    app.add_exception_handler(RefusedError, _refused)
    app.add_exception_handler(HTTPException, _unknown)
    return Shield(app=app, hosts=hosts, https=False, note=lambda _: "of this sitting, which is not kept")


def sheet_of_gold(gold: Gold) -> Sheet:
    """The document as the reading page shows it: a turn a line."""
    turns, at = [], 0
    marks = list(gold.marks)
    groups: dict[tuple[Label, str], int] = {}
    for n, line in enumerate(gold.text.split("\n")):
        pieces, here, end = [], at, at + len(line)
        while marks and marks[0].start < end:
            mark = marks.pop(0)
            pieces += _plain(gold, here, mark.start)
            said = gold.text[mark.start : mark.end]
            group = groups.setdefault((mark.label, said), len(groups) + 1)
            pieces.append(Piece(text=said, start=mark.start, end=mark.end, label=mark.label, group=group))
            here = mark.end
        pieces += _plain(gold, here, end)
        turns.append(SheetTurn(n=n, who="", kept=True, pieces=tuple(pieces)))
        at = end + 1
    return Sheet(text_digest="", effect="", turns=tuple(turns))


def _plain(gold: Gold, start: int, end: int) -> list[Piece]:
    return [Piece(text=gold.text[start:end], start=start, end=end)] if start < end else []


def _page(annotation: Annotation, templates: Environment, token: str) -> str:
    with annotation.lock:
        shown = Shown(sheet=sheet_of_gold(annotation.gold), marks=_NO_MARKS).all()
        values = {"shown": shown, "version": annotation.version, "csrf": csrf_of(token), "words": words}
        return templates.get_template("gold.html").render(values, labels=list(Label), n=len(annotation.gold.marks))


def _changed(
    annotation: Annotation, form: dict[str, str], act: Callable[[Annotation, dict[str, str]], None]
) -> Response:
    """Do it; the lines that look different now."""
    error, status = "", 200
    with annotation.lock:
        before = annotation.gold
        try:
            if form.get("version") != str(annotation.version):
                error, status = "another window changed the document; load the page again", 409
            else:
                act(annotation, form)
        except (ValueError, KeyError) as wrong:
            error, status = str(wrong) if str(wrong).startswith(("a mark", "there is")) else "no such place", 409
        except StorykeeperError as refused:
            error, status = refused.faults[0].what if refused.faults else str(refused), 409
        after = annotation.gold
        new, old = (set(gold.marks) for gold in (after, before))
        sheet = sheet_of_gold(after)
        turns = Shown(sheet=sheet, marks=_NO_MARKS).some([(m.start, m.end) for m in new ^ old])
        told = {"error": error, "version": annotation.version, "turns": turns, "done": len(after.marks)}
    return JSONResponse(told | {"total": len(after.marks), "changed": False, "refusal": ""}, status_code=status)


def _decide(annotation: Annotation, form: dict[str, str]) -> None:
    gold, verdict = annotation.gold, Verdict(form.get("verdict", ""))
    everywhere = form.get("alike") == "yes"
    if verdict is Verdict.ADD:
        start, end = selected(sheet_of_gold(gold), form)
        after = with_marks(gold, [(start, end)], Label(form["label"]))
        if everywhere:
            after = with_marks(after, list(unmarked(after, gold.text[start:end])), Label(form["label"]))
        annotation.change(after)
        return
    place = int(form["start"]), int(form["end"])
    mark = next((m for m in gold.marks if (m.start, m.end) == place), None)
    if mark is None:
        raise ValueError("there is no mark at that place")
    about: tuple[Mark, ...] = alike(gold, mark) if everywhere else (mark,)
    if verdict is Verdict.REJECT:
        annotation.change(without(gold, about))
    elif verdict is Verdict.RELABEL:
        annotation.change(with_marks(without(gold, about), [(m.start, m.end) for m in about], Label(form["label"])))


def _check(request: Request, token: str) -> None:
    if not hmac.compare_digest(request.cookies.get(COOKIE, "").encode("utf-8", "replace"), token.encode()):
        raise RefusedError(403, "open the address that the command printed; its key works once")


def _read(data: bytes) -> Gold:
    wrong = ""
    try:
        gold = read_gold(data.decode("utf-8"))
    except UnicodeDecodeError:
        wrong = "is not UTF-8; save it as UTF-8"
    except ValueError:
        wrong = "holds a mark with a label that is not in the guide"
    if not wrong and ("⟦" in gold.text or "⟧" in gold.text):
        wrong = "holds a mark that is nested, unbalanced or runs over a line break"
    if wrong:
        raise InputError("the gold document cannot be opened", [Fault(place="gold document", what=wrong)])
    return gold


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    return PlainTextResponse(f"{error}\n", status_code=error.status)


async def _unknown(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return PlainTextResponse("there is no such page\n", status_code=error.status_code)
