"""A FHIR Consent as JSON becomes a tree of provisions; R4 and R5 are told apart by their shape.

- R4: one typed root `provision` with provisions nested in it. R5: `decision` and a list of `provision`, each an
  exception to its parent. No base decision: no tree.
- An element that no table below names is not understood; it is kept by name and matched as rule 7 says.
- What is not even well formed (a list where an object stands, an empty list, a date that is none) is a fault.
- `bare`: codes and actors may stand as plain strings, as in the worked cases; never in imported files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import cast

from pipeline.consent import fhir_codes as codes
from pipeline.consent.fhir_codes import Concept
from pipeline.consent.fhir_time import Stamp, Window, read_stamp, window
from pipeline.consent.fhir_tree import Actor, Provision

Json = Mapping[str, object]
Resolve = Callable[[Json], Actor]

# Nesting deeper than this is refused: no form has it, and a walk must end.
MAX_DEPTH = 32

PROVISION_KNOWN = frozenset({"id", "period", "actor", "action", "securityLabel", "purpose", "dataPeriod", "provision"})
# elements of a Consent that carry no condition, or that are read elsewhere
_PAPER = "resourceType id meta language text contained extension identifier status category verification"
R4_KNOWN = frozenset(
    f"{_PAPER} scope patient dateTime performer organization sourceAttachment sourceReference policy policyRule "
    "provision".split()
)
R5_KNOWN = frozenset(
    f"{_PAPER} subject date period grantor controller manager sourceAttachment sourceReference regulatoryBasis "
    "policyBasis policyText decision provision".split()
)


@dataclass(slots=True, kw_only=True)
class Parsing:
    """One resource being read: where times and references resolve, and every fault so far as (element, what)."""

    zone: tzinfo
    resolve: Resolve
    bare: bool = False
    faults: list[tuple[str, str]] = field(default_factory=list)

    def fault(self, path: str, what: str) -> None:
        self.faults.append((path, what))

    def item(self, value: object, path: str) -> Json | None:
        """The object at a path, or None with a fault."""
        if isinstance(value, dict):
            return cast("Json", value)
        self.fault(path, "is no object; write it as FHIR does")
        return None

    def items(self, parent: Json, name: str, path: str) -> tuple[tuple[str, object], ...] | None:
        """The values of a list element with their paths; None if it is not there. An empty list is a fault."""
        if name not in parent:
            return None
        value = parent[name]
        if not isinstance(value, list) or not value:
            self.fault(f"{path}{name}", "is no filled list; leave it out or fill it")
            return ()
        return tuple((f"{path}{name}[{n}]", v) for n, v in enumerate(value))

    def text(self, parent: Json, name: str, path: str = "") -> str | None:
        """A string element; None if it is not there or no filled string."""
        if name not in parent:
            return None
        value = parent[name]
        if not isinstance(value, str) or not value.strip():
            self.fault(f"{path}{name}", "is no filled text; leave it out or fill it")
            return None
        return value

    def stamp(self, parent: Json, name: str, path: str = "") -> Stamp | None:
        """A date or time element."""
        text = self.text(parent, name, path)
        found = None if text is None else read_stamp(text, self.zone)
        if text is not None and found is None:
            self.fault(f"{path}{name}", "is no FHIR date; use 2026-01-31")
        return found


def is_r5(resource: Json) -> bool:
    """R5 has a decision beside a list of provisions, a subject and a date; R4 has a patient and a dateTime."""
    r5 = {"decision", "subject", "date"} & resource.keys()
    r4 = {"patient", "dateTime"} & resource.keys()
    return bool(r5) if bool(r5) != bool(r4) else isinstance(resource.get("provision"), list)


def read_status(resource: Json, parsing: Parsing) -> str | None:
    """The status of a Consent; a fault where it is missing or none that FHIR knows."""
    status = parsing.text(resource, "status")
    if status not in codes.STATUSES:
        parsing.fault("status", "is missing or no status of FHIR; write `active` or what it is")
        return None
    return status


def read_tree(resource: Json, parsing: Parsing) -> Provision | None:
    """The tree of a Consent resource, or None where it has no base decision. Faults are left in `parsing`."""
    r5 = is_r5(resource)
    opaque = sorted(k for k in resource if k not in (R5_KNOWN if r5 else R4_KNOWN))
    opaque += _doubts(resource, parsing)
    root = _r5_root(resource, parsing) if r5 else _r4_root(resource, parsing)
    if root is None or not opaque:
        return root
    return _with_opaque(root, tuple(opaque))


def _with_opaque(root: Provision, opaque: tuple[str, ...]) -> Provision:
    return Provision(
        permit=root.permit,
        purposes=root.purposes,
        labels=root.labels,
        actions=root.actions,
        actors=root.actors,
        period=root.period,
        data_period=root.data_period,
        opaque=(*root.opaque, *opaque),
        exceptions=root.exceptions,
    )


def _doubts(resource: Json, parsing: Parsing) -> Iterator[str]:
    """Elements that are understood and speak against using the consent: another scope, a failed verification."""
    if "scope" in resource:
        scope = _concept(resource["scope"], "scope", "scope", parsing)
        if not (scope.certain and scope.codes):
            yield "scope"
    checks = [parsing.item(v, p) or {} for p, v in parsing.items(resource, "verification", "") or ()]
    if checks and not any(c.get("verified") is True for c in checks):
        yield "verification"


def _r4_root(resource: Json, parsing: Parsing) -> Provision | None:
    rule = None
    if "policyRule" in resource:
        rule = _concept(resource["policyRule"], "rule", "policyRule", parsing)
    root = None
    if "provision" in resource:
        body = parsing.item(resource["provision"], "provision")
        root = None if body is None else _rule(body, "provision", None, parsing, typed=True, depth=0)
        if body is not None and "type" not in body:
            root = None
    if rule is not None and rule.codes and (root is None or root.permit):
        # an opt-out that the provisions do not carry stays a whole refusal
        return Provision(permit=False)
    return root


def _r5_root(resource: Json, parsing: Parsing) -> Provision | None:
    decision = parsing.text(resource, "decision")
    if decision not in (None, "permit", "deny"):
        parsing.fault("decision", "is neither permit nor deny")
    permit = decision == "permit"
    below = _below(resource, "", permit, parsing, typed=False, depth=0)
    if decision is None:
        return None
    return Provision(permit=permit, period=_period(resource, "period", "", parsing), exceptions=below)


def _below(body: Json, path: str, permit: bool, parsing: Parsing, *, typed: bool, depth: int) -> tuple[Provision, ...]:
    if depth >= MAX_DEPTH:
        parsing.fault(f"{path}provision", "is nested too deep; split the consent")
        return ()
    rules = []
    for at, value in parsing.items(body, "provision", path) or ():
        child = parsing.item(value, at)
        if child is not None:
            rules.append(_rule(child, at, permit, parsing, typed=typed, depth=depth + 1))
    return tuple(rules)


def _rule(body: Json, at: str, parent: bool | None, parsing: Parsing, *, typed: bool, depth: int) -> Provision:
    """One provision. parent: what the parent decides (None: this is the root). A nested R4 rule without a type may be
    either, so it is read as a bare deny; in R5 a rule decides the opposite of its parent."""
    path = f"{at}."
    permit, untyped = (not parent, False) if not typed else _type(body, path, parsing)
    known = PROVISION_KNOWN | {"type"} if typed else PROVISION_KNOWN
    opaque = [k for k in sorted(body) if k not in known and k != "extension"]
    blank = _blank(body, path, parsing, opaque)
    below = _below(body, path, permit, parsing, typed=typed, depth=depth)
    return Provision(
        permit=permit,
        purposes=_concepts(body, "purpose", "purpose", path, parsing),
        labels=_concepts(body, "securityLabel", "label", path, parsing),
        actions=_concepts(body, "action", "action", path, parsing),
        actors=_actors(body, path, parsing),
        period=_period(body, "period", path, parsing),
        data_period=_period(body, "dataPeriod", path, parsing),
        opaque=tuple(opaque),
        blank=blank and not permit and not below,
        exceptions=() if untyped else below,
    )


def _type(body: Json, path: str, parsing: Parsing) -> tuple[bool, bool]:
    kind = parsing.text(body, "type", path)
    if kind not in (None, "permit", "deny"):
        parsing.fault(f"{path}type", "is neither permit nor deny")
    return kind == "permit", kind is None


def _blank(body: Json, path: str, parsing: Parsing, opaque: list[str]) -> bool:
    """Whether our own extension marks the rule as a box left blank; any other extension is not understood."""
    found = False
    for at, value in parsing.items(body, "extension", path) or ():
        part = parsing.item(value, at) or {}
        if part.get("url") == codes.BLANK and part.get("valueBoolean") is True:
            found = True
        else:
            opaque.append("extension")
    return found


def _period(body: Json, name: str, path: str, parsing: Parsing) -> Window | None:
    if name not in body:
        return None
    period = parsing.item(body[name], f"{path}{name}")
    if period is None:
        return None
    if period.keys() - {"start", "end", "id"} or not period.keys() & {"start", "end"}:
        parsing.fault(f"{path}{name}", "needs a start or an end and nothing else")
    at = f"{path}{name}."
    start, end = parsing.stamp(period, "start", at), parsing.stamp(period, "end", at)
    if start and end and end.after < start.first:
        parsing.fault(f"{at}end", "lies before the start")
    return window(start, end)


def _concepts(body: Json, name: str, kind: str, path: str, parsing: Parsing) -> tuple[Concept, ...] | None:
    found = parsing.items(body, name, path)
    return None if found is None else tuple(_concept(value, kind, at, parsing) for at, value in found)


def _concept(value: object, kind: str, at: str, parsing: Parsing) -> Concept:
    """A Coding, a CodeableConcept or (bare) a code. Several known codes that differ make it uncertain."""
    if parsing.bare and isinstance(value, str):
        return Concept(codes=frozenset({value}), certain=codes.bare_known(kind, value))
    body = parsing.item(value, at)
    if body is None:
        return Concept(codes=frozenset(), certain=False)
    codings = [body] if "coding" not in body else []
    for path, coding in parsing.items(body, "coding", f"{at}.") or ():
        one = parsing.item(coding, path)
        codings.extend([] if one is None else [one])
    pairs = [(parsing.text(c, "system", f"{at}."), parsing.text(c, "code", f"{at}.")) for c in codings]
    known = frozenset(c for s, c in pairs if s is not None and c is not None and codes.known_code(kind, s, c))
    strange = any("modifierExtension" in c for c in (body, *codings))
    return Concept(codes=known, certain=len(known) == 1 and not strange)


def _actors(body: Json, path: str, parsing: Parsing) -> tuple[Actor, ...] | None:
    found = parsing.items(body, "actor", path)
    return None if found is None else tuple(_actor(value, at, parsing) for at, value in found)


def _actor(value: object, at: str, parsing: Parsing) -> Actor:
    nobody = Actor(codes=frozenset(), certain=False)
    if parsing.bare and isinstance(value, str):
        return Actor(codes=frozenset({value}))
    body = parsing.item(value, at)
    if body is None or "reference" not in body:
        return nobody
    role = _concept(body["role"], "role", f"{at}.role", parsing) if "role" in body else None
    reference = parsing.item(body["reference"], f"{at}.reference")
    if reference is None:
        return nobody
    actor = parsing.resolve(reference)
    understood = (role is None or (role.certain and role.codes)) and not body.keys() - {"id", "role", "reference"}
    return actor if understood else Actor(codes=actor.codes, maybe=actor.maybe, certain=False)
