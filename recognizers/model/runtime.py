"""The trained model at work: `load_model().hear(document)`.

Rules:
- The files are read once, checked against digest.txt, and refused where they differ.
- onnxruntime and the tokenizer are imported when a model is loaded, not before; one thread, so that one process a core
  is the way to use more.
- Only this document decides: windows are run one by one, nothing is kept between documents.
- A turn made only of words that can be neither name nor disclosure (plain_words.txt) is not run.
- Every other word is looked at: the windows cover every line and nothing is cut off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.errors import Fault, VerificationError
from pipeline.labels import CATEGORY_OF, Label
from pipeline.model import Document, Span
from recognizers.agreement import Heard
from recognizers.model import decode, files
from recognizers.model.decode import Bars, Mark, Reduced
from recognizers.model.plain import read_plain, without_plain
from recognizers.model.stitch import Line, lines
from recognizers.model.tags import read_labels
from recognizers.model.tokens import CLASSIFY, SEPARATE, Tokens, tokenize, windows

SOURCE = "model"
VERSION = "3"  # raised when this code reads or decodes otherwise, since spans are cached by digest
FAINT = 0.02  # least probability of a word that the agreement with the rules hears of


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the network said of one document: its lines, their tokens, and the probabilities of each token."""

    lines: tuple[Line, ...] = field(repr=False)
    tokens: Tokens = field(repr=False)
    reduced: Reduced = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """Loaded weights. digest: SHA-256 of weights, tokenizer, labels, word list, bars and the version of this code."""

    digest: str
    labels: tuple[Label, ...]
    plain: frozenset[str] = field(repr=False)
    bars: Bars
    session: Any = field(repr=False)
    tokenizer: Any = field(repr=False)

    def spans(self, document: Document) -> list[Span]:
        """What the model marks in BODY, LABEL and FREE regions, in order. Marks of one family are disjoint, a
        disclosure may overlap an identifier. The same document always gives the same spans."""
        return decoded(self.look(document), self.labels, self.bars)

    def hear(self, document: Document) -> Heard:
        """What it marks by its bars, and every word of which it suspects anything: for the agreement with the rules."""
        look = self.look(document)
        return Heard(spans=decoded(look, self.labels, self.bars), faint=faint(look, self.labels))

    def look(self, document: Document) -> Look:
        """Run the network over a document; decoding with other bars then costs no second run."""
        read = tuple(without_plain(lines(document), self.plain))
        tokens = tokenize((line.text for line in read), self.tokenizer)
        return Look(lines=read, tokens=tokens, reduced=self._run(tokens))

    def _run(self, tokens: Tokens) -> Reduced:
        """What decoding needs of each token, taken from the window in whose middle it stands."""
        parts: list[Reduced] = []
        for start, end, first, last in windows(tokens.line):
            ids = np.concatenate(([CLASSIFY], tokens.ids[start:end], [SEPARATE]))
            (probabilities,) = self.session.run(None, {"ids": ids})
            kept = probabilities[1 + first - start : 1 + last - start]
            parts.append(decode.reduce(kept, self.labels))
        if not parts:
            return decode.reduce(np.zeros((0, 1 + 2 * len(self.labels)), dtype=np.float32), self.labels)
        return Reduced(
            inside=np.concatenate([part.inside for part in parts]),
            label=np.concatenate([part.label for part in parts]),
            begins=np.concatenate([part.begins for part in parts]),
        )


def decoded(look: Look, labels: tuple[Label, ...], bars: Bars) -> list[Span]:
    """The spans of a look by these bars, in order."""
    texts = tuple(line.text for line in look.lines)
    found = decode.marks(look.reduced, look.tokens, texts, labels, bars)
    return sorted({span for mark in found for span in _spans(mark, look.lines)})


def faint(look: Look, labels: tuple[Label, ...]) -> list[Span]:
    """The words of a look of which the model suspects anything, each as a span."""
    marks = decode.whispers(look.reduced, look.tokens, labels, FAINT)
    return sorted({span for mark in marks for span in _spans(mark, look.lines)})


def load_model(folder: Path = files.FOLDER, bars: Bars | None = None) -> Model:
    """Read the model in `folder`. VerificationError where a file is missing or differs from the digest beside it."""
    try:
        digest = files.digest_of(folder)
        told = (folder / files.DIGEST).read_text(encoding="utf-8").strip()
    except FileNotFoundError as missing:
        raise _refused("a file of the model is missing") from missing
    if digest != told:
        raise _refused("the model's files differ from their digest")
    import onnxruntime
    from tokenizers import Tokenizer

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(folder / files.WEIGHTS), options, providers=["CPUExecutionProvider"])
    plain_text = files.PLAIN_WORDS.read_text(encoding="utf-8")
    chosen = bars or Bars()
    return Model(
        digest=files.full_digest(digest, plain_text, repr(chosen), VERSION),
        labels=read_labels((folder / files.LABELS_FILE).read_text(encoding="utf-8")),
        plain=read_plain(plain_text),
        bars=chosen,
        session=session,
        tokenizer=Tokenizer.from_file(str(folder / files.TOKENIZER)),
    )


def _refused(what: str) -> VerificationError:
    fault = Fault(place="recognizers/model", what=f"{what}; install the package again or export the weights anew")
    return VerificationError("the model cannot be loaded", [fault])


def _spans(mark: Mark, read: Sequence[Line]) -> list[Span]:
    places = read[mark.line].places(mark.start, mark.end)
    return [
        Span(start=s, end=e, label=mark.label, score=mark.score, source=SOURCE, category=CATEGORY_OF.get(mark.label))
        for s, e in places
    ]
