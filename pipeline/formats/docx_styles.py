"""The styles of a Word document under names that tell nothing, and the fonts of its theme.

Rules:
- A style that Word ships keeps its name, and its id is made of that; any other is called `Style 7`.
- A style that hides its text is told, so that the text is dropped; in the copy nothing hides.
"""

from __future__ import annotations

import re

from lxml import etree

from pipeline.formats.docx_clean import Cleaner, is_on
from pipeline.formats.wordml import W, attribute, local, shipped_style


def style_ids(styles: etree._Element | None) -> dict[str, str]:
    """New ids of the styles by their old ones."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for style in _styles(styles):
        old, name = attribute(style, "styleId"), _name(style)
        if old is None or old in found:
            continue
        new = "".join(word[:1].upper() + word[1:] for word in re.findall(r"\w+", name)) if shipped_style(name) else ""
        if not new or new in taken:
            new = f"Style{len(found) + 1}"
        found[old] = new
        taken.add(new)
    return found


def hidden_styles(styles: etree._Element | None) -> frozenset[str]:
    """Old ids of the styles that hide their text."""
    properties = ((style, one) for style in _styles(styles) for one in style if local(one) == "rPr")
    return frozenset(attribute(style, "styleId") or "" for style, one in properties if is_on(one, "vanish"))


def theme_fonts(theme: etree._Element | None) -> dict[str, str]:
    """`major` and `minor` -> the Latin font of a theme."""
    found: dict[str, str] = {}
    for one in theme.iter() if theme is not None else ():
        name = etree.QName(one).localname if isinstance(one.tag, str) else ""
        if name in ("majorFont", "minorFont") and len(one):
            found[name[:5]] = str(one[0].get("typeface") or "")
    return found


def clean_styles(styles: etree._Element, cleaner: Cleaner) -> etree._Element:
    """The part of the styles, cleaned; `cleaner` has their ids."""
    made = etree.Element(f"{{{W}}}styles", nsmap={"w": W})
    made.extend(cleaner.clean(one) for one in styles if local(one) == "docDefaults")
    done: set[str] = set()
    for style in _styles(styles):
        old = attribute(style, "styleId")
        new = cleaner.styles.get(old or "")
        if old is None or new is None or old in done:
            continue
        done.add(old)
        one = cleaner.clean(style)
        one.set(f"{{{W}}}styleId", new)
        name = etree.Element(f"{{{W}}}name", {f"{{{W}}}val": re.sub("^Style(?=[0-9])", "Style ", new)})
        if shipped_style(_name(style)) and not new.startswith("Style"):
            name.set(f"{{{W}}}val", _name(style))
        one.insert(0, name)
        made.append(one)
    return made


def _styles(styles: etree._Element | None) -> list[etree._Element]:
    return [one for one in styles if local(one) == "style"] if styles is not None else []


def _name(style: etree._Element) -> str:
    return next((attribute(one, "val") or "" for one in style if local(one) == "name"), "")
