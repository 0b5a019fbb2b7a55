"""Who a reference means, looked up in the file that holds it and nowhere else.

- Found by `fullUrl`, by `Type/id`, or `#id` among the contained; never over the network. Two resources under one key
  that mean different people mean nobody.
- A person goes by the identifier of our system `urn:storykeeper:person`, else by the id of the Patient. A relative
  reference to a Patient that is not in the file counts where its id is a person of the program.
- A recipient goes by the identifier of our system `urn:storykeeper:recipient`, or by an id that is registered.
  Anybody else may be a registered one under another name: a permit does not match, a deny does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import cast

from pipeline.consent.fhir_codes import PERSON, RECIPIENT
from pipeline.consent.fhir_parse import Json
from pipeline.consent.fhir_tree import Actor

_CODE = re.compile(r"[!-~]{1,256}")
_RELATIVE = re.compile(r"(?P<type>[A-Z][A-Za-z]+)/(?P<id>[A-Za-z0-9.-]{1,64})")


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """Everything in one file that can be referred to. contained: inside the consent that is being read. people,
    recipients: codes that the program knows."""

    found: Mapping[str, tuple[Json, ...]] = field(default_factory=dict, repr=False)
    contained: Mapping[str, tuple[Json, ...]] = field(default_factory=dict, repr=False)
    people: frozenset[str] = frozenset()
    recipients: frozenset[str] = frozenset()

    def within(self, resource: Json) -> References:
        """The same, with what the resource contains."""
        inner = resource.get("contained")
        parts = [cast("Json", c) for c in inner if isinstance(c, dict)] if isinstance(inner, list) else []
        local = {f"#{c['id']}": (c,) for c in parts if isinstance(c.get("id"), str)}
        return References(found=self.found, contained=local, people=self.people, recipients=self.recipients)

    def _at(self, target: str) -> tuple[Json, ...]:
        return (self.contained if target.startswith("#") else self.found).get(target, ())

    def person(self, reference: object) -> str | None:
        """The program code of the person meant, or None where nobody or several are."""
        if not isinstance(reference, dict) or "modifierExtension" in reference:
            return None
        said = _ours(reference.get("identifier"), PERSON)
        target = reference.get("reference")
        if isinstance(target, str):
            codes = {_person_code(r) for r in self._at(target)}
            relative = _RELATIVE.fullmatch(target)
            if not codes and relative and relative["type"] == "Patient" and relative["id"] in self.people:
                codes = {relative["id"]}
            said = said | codes if codes or not said else said
        return said.pop() if len(said) == 1 else None

    def recipient(self, reference: Json) -> Actor:
        """The recipient meant, by its codes."""
        codes = set(_ours(reference.get("identifier"), RECIPIENT))
        target = reference.get("reference")
        if isinstance(target, str) and not codes:
            for resource in self._at(target):
                codes |= _ours(resource.get("identifier"), RECIPIENT) or _one(resource.get("id")) & self.recipients
            relative = _RELATIVE.fullmatch(target)
            if not self._at(target) and relative:
                codes |= {relative["id"]} & self.recipients
        known = frozenset(c for c in codes if c is not None)
        return Actor(codes=known, certain=len(known) == 1)


def self_contained(resource: Json, references: References, person: str) -> dict[str, object]:
    """The Consent with its person and its known recipients named by our own identifiers, so that it says the same
    without the file that it came in. A reference to somebody unknown stays as it is."""
    name = "subject" if "subject" in resource else "patient"
    whole = {key: _named(value, references) for key, value in resource.items()}
    return {**whole, name: {**_bare(resource[name]), "identifier": {"system": PERSON, "value": person}}}


def _named(value: object, references: References) -> object:
    """A part of the resource with every actor that is certainly known named by its code."""
    if isinstance(value, list):
        return [_named(one, references) for one in value]
    if not isinstance(value, dict):
        return value
    found = {key: _named(one, references) for key, one in value.items()}
    several = found.get("actor")
    for actor in several if isinstance(several, list) else []:
        reference = actor.get("reference") if isinstance(actor, dict) else None
        if isinstance(reference, dict):
            known = references.recipient(reference)
            if known.certain:
                code = next(iter(known.codes))
                actor["reference"] = {**_bare(reference), "identifier": {"system": RECIPIENT, "value": code}}
    return found


def _bare(reference: object) -> dict[str, object]:
    """A reference without its target and without the words that display it."""
    whole = reference if isinstance(reference, dict) else {}
    return {key: value for key, value in whole.items() if key not in ("reference", "display")}


def index(resources: Iterable[tuple[str | None, Json]]) -> dict[str, tuple[Json, ...]]:
    """Resources of a file by what refers to them: (fullUrl or None, resource)."""
    found: dict[str, list[Json]] = {}
    for url, resource in resources:
        keys = {url} if url else set()
        kind, name = resource.get("resourceType"), resource.get("id")
        if isinstance(kind, str) and isinstance(name, str):
            keys.add(f"{kind}/{name}")
        for key in keys:
            found.setdefault(key, []).append(resource)
    return {key: tuple(value) for key, value in found.items()}


def _person_code(resource: Json) -> str | None:
    """The code of a Patient; None (nobody) for anything else and for one with several codes of ours."""
    if resource.get("resourceType") != "Patient":
        return None
    codes = _ours(resource.get("identifier"), PERSON) or _one(resource.get("id"))
    return next(iter(codes)) if len(codes) == 1 else None


def _ours(identifier: object, system: str) -> set[str | None]:
    """The values of one or several identifiers that are of our system."""
    several = identifier if isinstance(identifier, list) else [identifier]
    values = [i.get("value") for i in several if isinstance(i, dict) and i.get("system") == system]
    return {v if isinstance(v, str) and _CODE.fullmatch(v) else None for v in values}


def _one(value: object) -> set[str | None]:
    return {value} if isinstance(value, str) and _CODE.fullmatch(value) else set()
