"""The words that a web page shows, as plain text.

Source: the HTML standard for which elements make a block of their own and which are never shown.

Rules:
- Shown words only: no attribute, comment, script, style, title or hidden element is read.
- A block begins on a line of its own, a paragraph after an empty line; cells are parted by a bar, items begin with a
  dash, a quotation with `> ` on each line, as e-mail quotes.
- The tree is walked without recursion. `to_xhtml` is the way back: what it writes is read as the same text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape

from lxml import etree, html

_UNSEEN = frozenset(
    re.findall(r"\S+", "head script style title template noscript iframe object embed svg math textarea select")
)
_PARAGRAPHS = frozenset(
    re.findall(r"\S+", "p h1 h2 h3 h4 h5 h6 blockquote table ul ol dl pre article section figure fieldset")
)
_BLOCKS = _PARAGRAPHS | frozenset(
    re.findall(r"\S+", "div li tr dt dd caption header footer main nav aside address form hr body")
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f\u00a0]+")
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


@dataclass(slots=True)
class _Page:
    lines: list[str] = field(default_factory=list)
    line: str = ""
    quoted: int = 0
    wanted: bool = False  # an empty line, before the next words

    def end_line(self) -> None:
        if self.line.strip():
            if self.wanted and self.lines:
                self.lines.append("")
            self.lines.append("> " * self.quoted + self.line.strip(" "))
            self.wanted = False
        self.line = ""

    def say(self, words: str | None, *, as_is: bool) -> None:
        """Add words; as they are (line breaks are kept) inside of `pre`."""
        words = _INVISIBLE.sub("", words or "")
        if as_is:
            for n, line in enumerate(words.split("\n")):
                if n:
                    self.break_line()
                self.add(line)
        else:
            self.add(words)

    def add(self, words: str) -> None:
        words = _SPACES.sub(" ", words)
        self.line += words.lstrip(" ") if self.line.endswith(" ") or not self.line else words

    def break_line(self) -> None:
        self.wanted = self.wanted or not self.line.strip()
        self.end_line()


def html_text(page: str) -> str:
    """The text of a page, a fragment or nothing. Raises ValueError for what no parser takes."""
    if not page.strip():
        return ""
    try:
        root = html.document_fromstring(page.encode("utf-8", "replace"), parser=_parser())
    except (etree.LxmlError, AssertionError) as error:
        raise ValueError("no web page") from error
    out = _Page()
    unseen = verbatim = 0
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        tag = element.tag if isinstance(element.tag, str) else ""
        hides = not tag or tag in _UNSEEN or "hidden" in element.attrib or _is_hidden(element)
        if event == "start":
            unseen += hides
            verbatim += tag == "pre"
            if not unseen:
                _open(out, tag)
                out.say(element.text, as_is=verbatim > 0)
            continue
        if event == "end":
            unseen -= hides
            if not unseen:
                _close(out, tag)
            verbatim -= tag == "pre"
        if not unseen:
            out.say(element.tail, as_is=verbatim > 0)
    out.end_line()
    return "\n".join(out.lines) + "\n" if out.lines else ""


def to_xhtml(text: str) -> str:
    """Paragraphs and line breaks, and nothing else, for the inside of a page."""
    blocks = (block.strip("\n") for block in re.split(r"\n[ \t]*\n+", text))
    made = ("<br/>".join(map(escape, block.split("\n"))) for block in blocks if block.strip())
    return "".join(f"<p>{block}</p>" for block in made)


def _parser() -> html.HTMLParser:
    return html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)


def _is_hidden(element: etree._Element) -> bool:
    return _HIDDEN.search(str(element.get("style", ""))) is not None


def _open(out: _Page, tag: str) -> None:
    if tag in _BLOCKS:
        out.end_line()
        out.wanted = out.wanted or tag in _PARAGRAPHS
    if tag == "br":
        out.break_line()
    elif tag == "blockquote":
        out.quoted += 1
    elif tag == "li":
        out.line = "- "
    elif tag in ("td", "th") and out.line.strip():
        out.line = out.line.rstrip(" ") + " | "


def _close(out: _Page, tag: str) -> None:
    if tag in _BLOCKS:
        out.end_line()
        out.wanted = out.wanted or tag in _PARAGRAPHS
    if tag == "blockquote":
        out.quoted -= 1
