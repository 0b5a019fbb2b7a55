"""A Word document taken out of its container clean, and put into a new one.

Rules:
- Of the parts are read: the document, the headers, footers, foot- and endnotes that it refers to, styles and lists, the
  fonts of the theme. Every other part stays behind: comments, properties, custom XML, people, pictures, thumbnails,
  settings, and with them authors, companies, links, templates and revision ids.
- A relation that brings in another document or an object is refused, whatever the part is called.
- The new container has the names, types, relations and settings that are written here, in a fixed order and with a
  fixed date: the same words give the same bytes.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from lxml import etree

from pipeline.errors import Fault, InputError
from pipeline.formats.docx_clean import Cleaner, is_on
from pipeline.formats.docx_styles import clean_styles, hidden_styles, style_ids, theme_fonts
from pipeline.formats.wordml import R, W, attribute, local, relation_of
from pipeline.formats.zips import Package

_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_FIXED_DATE = (1980, 1, 1, 0, 0, 0)
_READ = frozenset({"styles", "numbering", "theme", "footnotes", "endnotes", "settings"})
_ROOTS = {"header": "hdr", "footer": "ftr"}
_ACTIVE = frozenset({"aFChunk", "oleObject", "package", "control", "vbaProject"})
_NOTES = ("footnote", "endnote")
# Without it Word lays the copy out as Word 2003 did.
_COMPATIBLE = (
    f'<w:settings xmlns:w="{W}"><w:defaultTabStop w:val="720"/><w:compat><w:compatSetting w:name="compatibilityMode" '
    'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A clean document. root: `w:document`. stories: headers and footers by relation id (`header1`), in the order in
    which the document refers to them. notes: foot- and endnotes by kind and id. odd_even: do even pages differ?"""

    root: etree._Element = field(repr=False)
    stories: Mapping[str, etree._Element] = field(repr=False)
    notes: Mapping[tuple[str, str], etree._Element] = field(repr=False)
    styles: etree._Element | None = field(repr=False)
    numbering: etree._Element | None = field(repr=False)
    odd_even: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Related:
    """A relation: its kind (the last word of its type) and the part it leads to, None where that is not inside."""

    kind: str
    part: str | None


def open_word(package: Package) -> Word:
    """The document of a checked container, clean. Raises InputError for what is damaged or brings others along."""
    names = {name.casefold(): name for name in package.names}
    main = next((r.part for r in _related(package, names, "").values() if r.kind == "officeDocument"), None)
    body = next((one for one in package.xml(main) if local(one) == "body"), None) if main is not None else None
    if main is None or body is None:
        _refuse(package, "there is no document in it; open it in the program that wrote it and save it again")
    related = _related(package, names, main)
    if any(r.kind in _ACTIVE and r.part is not None for r in related.values()):
        _refuse(package, "another file is embedded in it; take it out, or save it beside as a file of its own")
    parts = {r.kind: _root(package, r) for r in related.values() if r.part is not None and r.kind in _READ}
    stories = _stories(body, related)
    cleaner = Cleaner(
        styles=style_ids(parts.get("styles")),
        hidden=hidden_styles(parts.get("styles")),
        theme=theme_fonts(parts.get("theme")),
        stories={old: new for old, (new, _) in stories.items()},
    )
    root = etree.Element(f"{{{W}}}document", nsmap={"w": W, "r": R})
    root.append(cleaner.clean(body))
    return Word(
        root=root,
        stories={new: cleaner.clean(_root(package, one)) for new, one in stories.values()},
        notes={
            (kind, attribute(note, "id") or ""): cleaner.clean(note)
            for kind in _NOTES
            for note in parts.get(f"{kind}s", ())
            if local(note) == kind
        },
        styles=clean_styles(parts["styles"], cleaner) if "styles" in parts else None,
        numbering=cleaner.clean(parts["numbering"]) if "numbering" in parts else None,
        odd_even="settings" in parts and is_on(parts["settings"], "evenAndOddHeaders"),
    )


def _root(package: Package, related: _Related) -> etree._Element:
    """The root of a part that a relation leads to, which is of the kind that the relation says."""
    root = package.xml(related.part or "")
    if local(root) != _ROOTS.get(related.kind, related.kind) and related.kind != "theme":
        _refuse(package, "a part of it is not what it says; open it in the program that wrote it and save it again")
    return root


def _stories(body: etree._Element, related: Mapping[str, _Related]) -> dict[str, tuple[str, _Related]]:
    """The headers and footers that sections refer to: old relation id -> new one, and what it leads to."""
    found: dict[str, tuple[str, _Related]] = {}
    for one in body.iter():
        old = relation_of(one) if local(one) in ("headerReference", "footerReference") else None
        to = related.get(old or "")
        if old is not None and to is not None and to.part is not None and to.kind in _ROOTS and old not in found:
            found[old] = (f"{to.kind}{len(found) + 1}", to)
    return found


def write_word(word: Word) -> bytes:
    """The bytes of a new container with the document in it."""
    parts = dict(_parts(word))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, root in (
            ("[Content_Types].xml", _types(parts)),
            ("_rels/.rels", _relations({"document": "officeDocument"}, "word/")),
            *((f"word/{part}.xml", root) for part, (_, root) in parts.items()),
            (
                "word/_rels/document.xml.rels",
                _relations({part: kind for part, (kind, _) in parts.items() if part != "document"}, ""),
            ),
        ):
            info = zipfile.ZipInfo(name, _FIXED_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))
    return out.getvalue()


def _parts(word: Word) -> Iterator[tuple[str, tuple[str, etree._Element]]]:
    """Name of the part -> its kind and root, the document first."""
    yield "document", ("document.main", word.root)
    if word.styles is not None:
        yield "styles", ("styles", word.styles)
    if word.numbering is not None:
        yield "numbering", ("numbering", word.numbering)
    settings = etree.fromstring(_COMPATIBLE)
    if word.odd_even:
        settings.insert(0, etree.Element(f"{{{W}}}evenAndOddHeaders"))
    yield "settings", ("settings", settings)
    for kind in _NOTES:
        notes = [note for (one, _), note in word.notes.items() if one == kind]
        if notes:
            root = etree.Element(f"{{{W}}}{kind}s", nsmap={"w": W})
            root.extend(notes)
            yield f"{kind}s", (f"{kind}s", root)
    for name, story in word.stories.items():
        yield name, (name.rstrip("0123456789"), story)


def _types(parts: Mapping[str, tuple[str, etree._Element]]) -> etree._Element:
    rels = "application/vnd.openxmlformats-package.relationships+xml"
    every = "".join(
        f'<Override PartName="/word/{part}.xml" ContentType="{_TYPE}{kind}+xml"/>' for part, (kind, _) in parts.items()
    )
    return etree.fromstring(
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="{rels}"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{every}</Types>'
    )


def _relations(targets: Mapping[str, str], folder: str) -> etree._Element:
    """The relations part -> kind; their ids are the names of the parts."""
    every = "".join(
        f'<Relationship Id="{part}" Type="{R}/{kind}" Target="{folder}{part}.xml"/>' for part, kind in targets.items()
    )
    return etree.fromstring(f'<Relationships xmlns="{_PACKAGE}/relationships">{every}</Relationships>')


def _related(package: Package, names: Mapping[str, str], part: str) -> dict[str, _Related]:
    """The relations of a part (of the container where it is empty) by their ids."""
    folder, name = posixpath.split(part)
    place = names.get(posixpath.join(folder, "_rels", f"{name}.rels").casefold())
    found: dict[str, _Related] = {}
    for one in package.xml(place) if place is not None else ():
        target = posixpath.normpath(posixpath.join("/", folder, one.get("Target") or "")).lstrip("/")
        inside = one.get("TargetMode") != "External"
        kind = (one.get("Type") or "").rpartition("/")[2]
        found[one.get("Id") or ""] = _Related(kind=kind, part=names.get(target.casefold()) if inside else None)
    return found


def _refuse(package: Package, what: str) -> NoReturn:
    raise InputError(f"`{package.place}` cannot be read", [Fault(place=package.place, what=what)])
