"""What a page of a PDF shows as text: stretches of characters, each with its place, size and direction.

Source: ISO 32000-1, chapter 8 (graphics state, forms, optional content) and 9 (text).

Rules:
- Operators are walked in the order of the page; forms are walked where they are drawn. What stands in a layer that is
  switched off is not shown and not read.
- Words in a font that tells none of its letters make the page unreadable.
- Work is counted over the whole file: one that asks for more operators or characters than its budget is refused.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any

from pypdf.errors import LimitReachedError, PdfReadError
from pypdf.generic import ArrayObject, ContentStream, DictionaryObject, StreamObject

from pipeline.formats.pdf_fonts import Face, held

# Operators, and every so many bytes of streams and characters; forms count each time they are drawn. A dense page has
# some 2,000, a thousand pages some 2 million, which takes half a minute.
_MOST_STEPS = 3_000_000
_BYTES_A_STEP, _STREAM = 40, 100  # a stream, however short, has to be read
_DEEPEST = 20  # forms within forms, states saved within states times ten
Matrix = tuple[float, float, float, float, float, float]
_ONE: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class Unreadable(Exception):  # noqa: N818 - a verdict on a page, turned into a fault by the reader
    """The letters of a page cannot be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Characters shown in one go. start, end: along the line; base: across it, growing downwards; in points."""

    text: str = field(repr=False)
    start: float
    end: float
    base: float
    size: float
    turned: int


@dataclass(slots=True, kw_only=True)
class Shown:
    """What a page shows: its runs in order, and how much of it images cover, in square points."""

    runs: list[Run] = field(default_factory=list)
    images: int = 0
    covered: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    ctm: Matrix = _ONE
    font: Face | None = None
    size: float = 0.0
    gap: float = 0.0
    word_gap: float = 0.0
    scale: float = 1.0
    leading: float = 0.0
    rise: float = 0.0


def multiply(a: Matrix, b: Matrix) -> Matrix:
    """The matrix that does `a`, then `b`."""
    return (
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    )


class Walker:
    """Walks the pages of one file. hidden: object numbers of the layers that are switched off."""

    def __init__(self, pdf: Any, hidden: frozenset[int]) -> None:
        self.shown = Shown()
        self._pdf = pdf
        self._hidden = hidden
        self._steps = 0
        self._faces: dict[int, tuple[Any, Face]] = {}

    def page(self, page: DictionaryObject) -> Shown:
        """Everything that a page shows. Raises Unreadable, and LimitReachedError for too much work."""
        self.shown = Shown()
        self.stream(held(page, "/Contents"), held(page, "/Resources"), _State(), depth=0)
        return self.shown

    def stream(self, contents: Any, resources: Any, state: _State, depth: int) -> None:
        """Walk one content stream."""
        if depth > _DEEPEST:
            raise LimitReachedError("forms within forms")
        if not isinstance(contents, StreamObject | ArrayObject):
            return
        run = _Stream(self, resources if isinstance(resources, DictionaryObject) else DictionaryObject(), state, depth)
        content = ContentStream(contents, self._pdf, "bytes")
        self.count(_STREAM + len(content.get_data()) // _BYTES_A_STEP)
        for operands, operator in content.operations:
            self.count(1)
            run.do(operator, operands)

    def count(self, steps: int) -> None:
        """Count work that was done."""
        self._steps += steps
        if self._steps > _MOST_STEPS:
            raise LimitReachedError("too many operators")

    def face(self, resource: Any) -> Face:
        """The font of a resource, read once. The resource is held, so that no other gets its identity."""
        if not isinstance(resource, DictionaryObject):
            raise PdfReadError("a font that is none")
        if id(resource) not in self._faces:
            self._faces[id(resource)] = (resource, Face(resource))
        return self._faces[id(resource)][1]

    def off(self, layer: Any) -> bool:
        """Is a layer (or one of a group of layers) switched off?"""
        numbers = [getattr(layer, "idnum", None)]
        inner = layer.get_object()
        if isinstance(inner, DictionaryObject) and "/OCGs" in inner:
            members = inner.raw_get("/OCGs")
            listed = members.get_object()
            numbers += [getattr(one, "idnum", None) for one in (listed if isinstance(listed, list) else [members])]
        return any(number in self._hidden for number in numbers)


class _Stream:
    """The state while one content stream is walked."""

    def __init__(self, walker: Walker, resources: DictionaryObject, state: _State, depth: int) -> None:
        self._walker = walker
        self._resources = resources
        self._depth = depth
        self._now = state
        self._saved: list[_State] = []
        self._marked: list[bool] = []
        self._tm, self._line = _ONE, _ONE

    def do(self, operator: bytes, operands: list[Any]) -> None:
        """Carry out one operator; those that neither move nor show text do nothing here."""
        match operator:
            case b"q":
                if len(self._saved) > 10 * _DEEPEST:
                    raise LimitReachedError("states within states")
                self._saved.append(self._now)
            case b"Q":
                self._now = self._saved.pop() if self._saved else self._now
            case b"cm":
                self._now = replace(self._now, ctm=multiply(_matrix(operands), self._now.ctm))
            case b"BDC" | b"BMC":
                self._mark(operator, operands)
            case b"EMC":
                self._marked[-1:] = []
            case b"Do" if operands:
                self._draw(str(operands[0]))
            case b"INLINE IMAGE":
                self._image()
            case b"BT":
                self._tm = self._line = _ONE
            case _:
                self._text(operator, operands)

    def _mark(self, operator: bytes, operands: list[Any]) -> None:
        off = False
        if operator == b"BDC" and len(operands) > 1 and operands[0] == "/OC":
            layers = self._resource("/Properties")
            off = str(operands[1]) in layers and self._walker.off(layers.raw_get(str(operands[1])))
        self._marked.append(off)

    def _resource(self, kind: str) -> DictionaryObject:
        found = held(self._resources, kind)
        return found if isinstance(found, DictionaryObject) else DictionaryObject()

    def _draw(self, name: str) -> None:
        thing = held(self._resource("/XObject"), name)
        if any(self._marked) or not isinstance(thing, StreamObject):
            return
        if "/OC" in thing and self._walker.off(thing.raw_get("/OC")):
            return
        if held(thing, "/Subtype") == "/Image":
            self._image()
        elif held(thing, "/Subtype") == "/Form":
            matrix = held(thing, "/Matrix")
            ctm = multiply(_matrix(matrix), self._now.ctm) if isinstance(matrix, list) else self._now.ctm
            self._walker.stream(
                thing, held(thing, "/Resources") or self._resources, replace(self._now, ctm=ctm), self._depth + 1
            )

    def _image(self) -> None:
        if not any(self._marked):
            a, b, c, d, _, _ = self._now.ctm
            self._walker.shown.images += 1
            self._walker.shown.covered += abs(a * d - b * c)

    def _text(self, operator: bytes, operands: list[Any]) -> None:
        now = self._now
        match operator, operands:
            case b"Tf", [name, size]:
                face = self._walker.face(held(self._resource("/Font"), str(name)))
                self._now = replace(now, font=face, size=float(size))
            case b"Tc", [gap]:
                self._now = replace(now, gap=float(gap))
            case b"Tw", [gap]:
                self._now = replace(now, word_gap=float(gap))
            case b"Tz", [scale]:
                self._now = replace(now, scale=float(scale) / 100)
            case b"TL", [leading]:
                self._now = replace(now, leading=float(leading))
            case b"Ts", [rise]:
                self._now = replace(now, rise=float(rise))
            case b"Tm", [*six]:
                self._tm = self._line = _matrix(six)
            case b"Td", [x, y]:
                self._move(float(x), float(y))
            case b"TD", [x, y]:
                self._now = replace(now, leading=-float(y))
                self._move(float(x), float(y))
            case b"T*", _:
                self._move(0.0, -now.leading)
            case b"Tj", [code]:
                self._show([code])
            case b"TJ", [parts]:
                self._show(parts)
            case b"'", [code]:
                self._move(0.0, -now.leading)
                self._show([code])
            case b'"', [word_gap, gap, code]:
                self._now = replace(now, word_gap=float(word_gap), gap=float(gap))
                self._move(0.0, -self._now.leading)
                self._show([code])

    def _move(self, x: float, y: float) -> None:
        self._line = multiply((1.0, 0.0, 0.0, 1.0, x, y), self._line)
        self._tm = self._line

    def _show(self, parts: list[Any]) -> None:
        """One run for each string; a number between two strings moves what follows."""
        for part in parts:
            if isinstance(part, bytes):
                self._string(part)
            elif isinstance(part, str):
                self._string(part.encode("latin-1", "replace"))
            else:
                self._advance(-float(part) / 1000 * self._now.size * self._now.scale)

    def _string(self, code: bytes) -> None:
        now = self._now
        if now.font is None:
            raise PdfReadError("text without a font")
        self._walker.count(len(code) // _BYTES_A_STEP)
        start, said, along = self._tm, [], 0.0
        for letter, width, space in now.font.letters(code):
            said.append(letter)
            along += (width / 1000 * now.size + now.gap + (now.word_gap if space else 0.0)) * now.scale
        self._advance(along)
        if any(self._marked) or not code:
            return
        if not now.font.readable and "".join(said).strip():
            raise Unreadable
        self._walker.shown.runs.append(_placed("".join(said), start, self._tm, now))

    def _advance(self, along: float) -> None:
        self._tm = multiply((1.0, 0.0, 0.0, 1.0, along, 0.0), self._tm)


def _placed(text: str, start: Matrix, end: Matrix, now: _State) -> Run:
    """A run in the direction that its line goes, in quarter turns."""
    first = multiply((1.0, 0.0, 0.0, 1.0, 0.0, now.rise), multiply(start, now.ctm))
    last = multiply(end, now.ctm)
    size = now.size * math.hypot(first[2], first[3])
    angle = math.atan2(first[1], first[0])
    cos, sin = math.cos(angle), math.sin(angle)
    return Run(
        text=text,
        start=first[4] * cos + first[5] * sin,
        end=last[4] * cos + last[5] * sin,
        base=first[4] * sin - first[5] * cos,
        size=abs(size) or 1.0,
        turned=round(angle / (math.pi / 2)) % 4,
    )


def _matrix(six: Any) -> Matrix:
    a, b, c, d, e, f = (float(n) for n in six)
    return (a, b, c, d, e, f)
