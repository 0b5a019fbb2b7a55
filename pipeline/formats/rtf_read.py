"""The words of an RTF file, and those that stand at its head, foot and in its notes.

Source: Rich Text Format specification 1.9.1.

Rules:
- Read are the words of the body, of fields' results and of tables (a tab between cells, a line a row). Words of
  headers, footers and notes are read apart. Every other destination is dropped: information, comments, pictures,
  objects, fonts, styles, instructions of fields, whatever is marked `\\*`, and what is hidden or deleted.
- Bytes are letters of the font's code page; `\\uN` is a letter and takes the place of as many others as `\\uc` says.
- Groups are kept on a stack of our own, so depth costs no recursion. A group that is never closed is damage.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

# A control word with its number and the blank that ends it, a byte in hex, a symbol, a brace, or plain bytes.
_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\(.)|([{}])|[\r\n\x00]+|([^\\{}\r\n\x00]+)", re.DOTALL
)
PARAGRAPH = "\u2029"  # ends a paragraph; nobody types it
_SAID = {
    **dict.fromkeys((b"par", b"row", b"nestrow"), PARAGRAPH),
    **dict.fromkeys((b"line", b"sect", b"page", b"softline"), "\n"),
    **dict.fromkeys((b"tab", b"cell", b"nestcell"), "\t"),
    **dict.fromkeys((b"emspace", b"enspace", b"qmspace"), " "),
    b"emdash": "—",
    b"endash": "–",
    b"bullet": "•",
    b"lquote": "‘",
    b"rquote": "’",
    b"ldblquote": "“",
    b"rdblquote": "”",
}
_SYMBOLS = {b"~": " ", b"_": "-", b"\\": "\\", b"{": "{", b"}": "}", b"\n": PARAGRAPH, b"\r": PARAGRAPH, b"\t": "\t"}
# Destinations whose words are read and never released.
_APART = frozenset(b"header headerl headerr headerf footer footerl footerr footerf footnote".split())
# Destinations that hold no words of the body. Source: the index of the specification, kind "destination".
_DROPPED = frozenset(
    b"""fonttbl colortbl filetbl stylesheet listtable listoverridetable revtbl rsidtbl generator info title
    subject author manager company operator category keywords comment doccomm hlinkbase creatim revtim
    printim buptim userprops pict shppict nonshppict shp shpinst shprslt do object objdata objclass
    objname objalias objsect result fldinst datafield formfield bkmkstart bkmkend annotation atnid
    atnauthor atndate atnicn atnparent atnref atntime atrfstart atrfend xe tc rxe txe ftnsep ftnsepc
    ftncn aftnsep aftnsepc aftncn pnseclvl pntext listtext pn template private xmlnstbl themedata
    colorschememapping latentstyles datastore mailmerge docvar passwordhash writereservhash protusertbl
    falt panose fontemb fontfile ud nextfile background upr v2""".split()
)
# Number of a font's character set -> codec. Source: `\\fcharset` in the specification.
_CHARSETS = {
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "big5", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
    254: "cp437", 255: "cp850",
}  # fmt: skip
_PAGES = {10000: "mac_roman", 932: "cp932", 936: "gb18030", 949: "cp949", 950: "big5", 65001: "utf-8"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What was read, each paragraph ended by PARAGRAPH; empty `fault` where nothing is wrong."""

    body: str = field(repr=False)
    apart: str = field(repr=False)
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    dropped: bool = False
    apart: bool = False
    fonts: bool = False
    hidden: bool = False
    deleted: bool = False
    font: int = -1
    fallback: int = 1  # how many letters stand in for one `\\u`
    fresh: bool = True  # nothing but its first control word can make it a destination


def read_rtf(data: bytes, *, everything: bool = False) -> Words:
    """The words of an RTF file; with `everything` also those of each destination that is dropped, and what is hidden.
    Linear in its length."""
    reader = _Reader(everything=everything)
    for token in _tokens(data):
        if not reader.take(token):
            break
    reader.flush()
    fault = "" if reader.closed else "it ends inside a group, so it was cut off; save it again"
    return Words(body="".join(reader.body), apart="".join(reader.apart), fault=fault)


def _tokens(data: bytes) -> Iterator[re.Match[bytes]]:
    at = 0
    while (token := _TOKEN.match(data, at)) is not None:
        at = token.end()
        if token[1] == b"bin":
            at += max(0, int(token[2] or 0))
        yield token


class _Reader:
    def __init__(self, *, everything: bool) -> None:
        self._everything = everything
        self.body: list[str] = []
        self.apart: list[str] = []
        self.closed = False
        self._group = _Group()
        self._stack: list[_Group] = []
        self._starred = False
        self._skip = 0  # letters that only stand in for a `\\u` before them
        self._bytes = bytearray()  # letters of the font's code page that were not decoded yet
        self._high = ""  # the first half of a letter beyond the first 65,536
        self._page = "cp1252"
        self._fonts: dict[int, str] = {}
        self._default = -1

    def take(self, token: re.Match[bytes]) -> bool:
        """Take one token; False when the last group was closed."""
        word, number, byte, symbol, brace, plain = token.groups()
        if brace is not None:
            return self._brace(brace)
        if word is not None:
            self._word(word, None if number is None else int(number))
        elif byte is not None:
            self._letters(bytes((int(byte, 16),)))
        elif symbol == b"*":
            self._starred = True
        elif symbol is not None:
            self._say(_SYMBOLS.get(symbol, ""))
        elif plain is not None:
            self._letters(plain)
        if word is not None or plain is not None or byte is not None:
            self._group = self._group if not self._group.fresh else replace(self._group, fresh=False)
        return True

    def _brace(self, brace: bytes) -> bool:
        self.flush()
        self._skip, self._starred = 0, False
        if brace == b"{":
            self._stack.append(self._group)
            self._group = replace(self._group, fresh=True)
        elif self._stack:
            self._group = self._stack.pop()
        self.closed = not self._stack
        return not self.closed

    def _word(self, word: bytes, number: int | None) -> None:
        if self._group.fresh and (self._starred or word in _DROPPED or word in _APART):
            self.flush()
            self._group = replace(
                self._group,
                dropped=self._group.dropped or self._starred or word in _DROPPED,
                apart=self._group.apart or word in _APART,
                fonts=word == b"fonttbl",
            )
        if word == b"u" and number is not None:
            self._unicode(number)
        elif word in _SAID:
            self._say(_SAID[word])
        else:
            self._format(word, number)

    def _format(self, word: bytes, number: int | None) -> None:
        """What changes how the letters after it are read."""
        self.flush()
        group = self._group
        match word:
            case b"v":
                self._group = replace(group, hidden=number != 0)
            case b"deleted":
                self._group = replace(group, deleted=number != 0)
            case b"plain":
                self._group = replace(group, hidden=False, font=self._default)
            case b"uc":
                self._group = replace(group, fallback=min(max(number or 0, 0), 100))
            case b"f":
                self._group = replace(group, font=-1 if number is None else number)
            case b"deff":
                self._default = -1 if number is None else number
                self._group = replace(group, font=self._default)
            case b"mac":
                self._page = "mac_roman"
            case b"ansicpg":
                self._page = _codec(number)
            case b"fcharset" if group.fonts and number in _CHARSETS:
                self._fonts[group.font] = _CHARSETS[number]

    def _unicode(self, number: int) -> None:
        self._decode()
        self._skip = 0
        unit = chr(number & 0xFFFF)
        if "\ud800" <= unit <= "\udbff":
            self._put("\ufffd" if self._high else "")
            self._high = unit
        elif "\udc00" <= unit <= "\udfff":
            whole = (self._high + unit).encode("utf-16-le", "surrogatepass") if self._high else b""
            self._high = ""
            self._put(whole.decode("utf-16-le", "replace") or "\ufffd")
        else:
            self._say(unit)
        self._skip = self._group.fallback

    def _letters(self, letters: bytes) -> None:
        gone = min(self._skip, len(letters))
        self._skip -= gone
        self._bytes += letters[gone:]

    def _say(self, text: str) -> None:
        if text and self._skip:
            self._skip -= 1
            return
        self.flush()
        self._put(text)

    def flush(self) -> None:
        """Write what waits: bytes to decode, half a letter."""
        self._decode()
        if self._high:
            self._high = ""
            self._put("\ufffd")

    def _decode(self) -> None:
        if self._bytes:
            text = self._bytes.decode(self._fonts.get(self._group.font, self._page), "replace")
            self._bytes.clear()
            if self._high:
                self.flush()
            self._put(text)

    def _put(self, text: str) -> None:
        group = self._group
        if self._everything or not (group.dropped or group.hidden or group.deleted):
            (self.apart if group.apart else self.body).append(text)


def _codec(page: int | None) -> str:
    """The Python codec of a code page; Windows-1252 for one that is unknown."""
    name = _PAGES.get(page or 0, f"cp{page}")
    try:
        b"a".decode(name)
    except LookupError:
        return "cp1252"
    return name
