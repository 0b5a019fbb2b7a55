"""The ten rules of FHIR Consent in docs/consent.md, each by examples: bare codes, R4 and R5."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.consent.fhir import evaluate
from pipeline.errors import ConsentError

ATOM = {"as_of": "2026-06-01T12:00:00", "session_date": "2026-03-01", "actors": ["UNIV-A"], "purpose": "HRESCH"}


def r4(provision: Any, **more: Any) -> dict[str, Any]:
    return {"status": "active", "dateTime": "2026-01-10", "provision": provision, **more}


def r5(decision: str | None, *provisions: Any, **more: Any) -> dict[str, Any]:
    body = {"status": "active", "date": "2026-01-10", **more}
    if decision is not None:
        body["decision"] = decision
    return {**body, "provision": list(provisions)} if provisions else body


def permit(*nested: Any, **attributes: Any) -> dict[str, Any]:
    return {"type": "permit", **attributes, **({"provision": list(nested)} if nested else {})}


def deny(*nested: Any, **attributes: Any) -> dict[str, Any]:
    return {"type": "deny", **attributes, **({"provision": list(nested)} if nested else {})}


def outcome(*consents: Any, **atom: Any) -> str:
    return evaluate(list(consents), {**ATOM, **atom})[0]


# rule -> (what it shows, consents, changes to the atom, expected)
CASES: list[tuple[str, str, list[Any], dict[str, Any], str]] = [
    ("1", "no consent at all", [], {}, "DENY"),
    ("1", "active permit", [r4(permit())], {}, "PERMIT"),
    ("1", "active permit, R5", [r5("permit")], {}, "PERMIT"),
    *(
        ("1", f"status {s}", [r4(permit(), status=s)], {}, "DENY")
        for s in ("draft", "proposed", "rejected", "inactive", "entered-in-error", "not-done", "unknown", "ACTIVE")
    ),
    ("1", "an inactive refusal does not count", [r4(permit()), r4(deny(), status="inactive")], {}, "PERMIT"),
    ("1", "no date", [{"status": "active", "provision": permit()}], {}, "DENY"),
    ("1", "signed later", [r4(permit(), dateTime="2026-06-02")], {}, "DENY"),
    ("1", "signed this morning, date only", [r4(permit(), dateTime="2026-06-01")], {}, "PERMIT"),
    ("1", "signed an hour later", [r4(permit(), dateTime="2026-06-01T13:00:00Z")], {}, "DENY"),
    ("1", "no base decision, R4", [r4({"purpose": ["HRESCH"]})], {}, "DENY"),
    ("1", "no base decision, R5", [r5(None, {"purpose": ["HRESCH"]})], {}, "DENY"),
    ("1", "no base decision says nothing against others", [r4(permit()), r4({"purpose": ["HRESCH"]})], {}, "PERMIT"),
    ("1", "no purpose in the request", [r4(permit())], {"purpose": None}, "DENY"),
    ("2", "a permit in a permit has no effect", [r4(permit(permit(purpose=["TREAT"])))], {}, "PERMIT"),
    ("2", "a deny in a deny has no effect", [r4(deny(deny(permit(), purpose=["HRESCH"])))], {}, "DENY"),
    ("2", "but a deny below it still counts", [r4(permit(permit(deny(purpose=["HRESCH"]))))], {}, "DENY"),
    ("2", "a nested rule without a type may be a deny", [r4(permit({"purpose": ["HRESCH"]}))], {}, "DENY"),
    ("2", "and is no permit", [r4(deny({"purpose": ["HRESCH"]}))], {}, "DENY"),
    (
        "2",
        "nor through what is nested in it",
        [r4(permit({"purpose": ["HRESCH"], "provision": [permit()]}))],
        {},
        "DENY",
    ),
    (
        "7",
        "a permitted exception that is not understood",
        [r4(deny(permit(purpose=["HRESCH"], code=["x"])))],
        {},
        "DENY",
    ),
    (
        "4",
        "the first moment after the end",
        [r4(permit(period={"end": "2026-05-31"}))],
        {"as_of": "2026-06-01"},
        "DENY",
    ),
    ("10", "an opt-out rule over a permit", [r4(permit(), policyRule="OPTOUT")], {}, "DENY"),
    ("3", "four levels", [r4(deny(permit(deny(permit(actor=["UNIV-A"]), purpose=["HRESCH"]))))], {}, "PERMIT"),
    ("3", "four levels, another actor", [r4(deny(permit(deny(permit(actor=["B"]), purpose=["HRESCH"]))))], {}, "DENY"),
    (
        "3",
        "R5 alternates",
        [r5("deny", {"purpose": ["HRESCH"], "provision": [{"securityLabel": ["SUD"]}]})],
        {"label": "SUD"},
        "DENY",
    ),
    (
        "3",
        "R5 alternates, other label",
        [r5("deny", {"purpose": ["HRESCH"], "provision": [{"securityLabel": ["SUD"]}]})],
        {"label": "HIV"},
        "PERMIT",
    ),
    (
        "3",
        "deny-overrides among siblings",
        [r4(deny(permit(purpose=["HRESCH"]), permit(deny(actor=["UNIV-A"]))))],
        {},
        "DENY",
    ),
    ("4", "ends yesterday", [r4(permit(period={"end": "2026-05-31"}))], {}, "DENY"),
    ("4", "ends today", [r4(permit(period={"end": "2026-06-01"}))], {}, "PERMIT"),
    ("4", "ends this month", [r4(permit(period={"end": "2026-06"}))], {}, "PERMIT"),
    ("4", "ended last year", [r4(permit(period={"end": "2025"}))], {}, "DENY"),
    ("4", "ended an hour ago", [r4(permit(period={"end": "2026-06-01T11:00:00Z"}))], {}, "DENY"),
    ("4", "ends this moment", [r4(permit(period={"end": "2026-06-01T12:00:00Z"}))], {}, "PERMIT"),
    ("4", "starts tomorrow", [r4(permit(period={"start": "2026-06-02"}))], {}, "DENY"),
    ("4", "R5 period of the consent", [r5("permit", period={"end": "2026-05-31"})], {}, "DENY"),
    ("4", "the last day of the data", [r4(permit(dataPeriod={"end": "2026-03-01"}))], {}, "PERMIT"),
    ("4", "the day before the data", [r4(permit(dataPeriod={"start": "2026-03-02"}))], {}, "DENY"),
    ("4", "data from noon on: part of the day", [r4(permit(dataPeriod={"start": "2026-03-01T12:00:00Z"}))], {}, "DENY"),
    ("4", "a denied part of the day", [r4(permit(deny(dataPeriod={"start": "2026-03-01T12:00:00Z"})))], {}, "DENY"),
    (
        "4",
        "session date unknown, permit",
        [r4(permit(dataPeriod={"end": "2026-03-01"}))],
        {"session_date": None},
        "DENY",
    ),
    (
        "4",
        "session date unknown, deny",
        [r4(permit(deny(dataPeriod={"end": "2020-01-01"})))],
        {"session_date": None},
        "DENY",
    ),
    ("5", "parent covers child", [r4(permit(purpose=["HRESCH"]))], {"purpose": "CLINTRCHPC"}, "PERMIT"),
    ("5", "child does not cover parent", [r4(permit(purpose=["CLINTRCH"]))], {}, "DENY"),
    (
        "5",
        "all children do not make the parent",
        [r4(permit(purpose=["BIORCH", "CLINTRCH", "DSRCH", "POARCH", "TRANSRCH"]))],
        {},
        "DENY",
    ),
    ("5", "a denied child blocks the parent", [r4(permit(deny(purpose=["CLINTRCH"])))], {}, "DENY"),
    (
        "5",
        "a denied child leaves its sibling",
        [r4(permit(deny(purpose=["CLINTRCH"])))],
        {"purpose": "DSRCH"},
        "PERMIT",
    ),
    ("5", "operations cover program reporting", [r4(permit(purpose=["HOPERAT"]))], {"purpose": "HPRGRP"}, "PERMIT"),
    ("5", "program reporting is not research", [r4(permit(purpose=["HPRGRP"]))], {}, "DENY"),
    ("5", "any of several purposes", [r4(permit(purpose=["TREAT", "HRESCH"]))], {}, "PERMIT"),
    *(("6", f"action {a}", [r4(permit(action=[a]))], {}, "PERMIT") for a in ("access", "use", "disclose")),
    ("6", "action collect", [r4(permit(action=["collect"]))], {}, "DENY"),
    ("6", "one of several", [r4(permit(action=["correct", "use"]))], {}, "PERMIT"),
    ("6", "a deny of corrections alone", [r4(permit(deny(action=["correct"])))], {}, "PERMIT"),
    *(
        ("7", f"{e} on a permit", [r4(permit(**{e: ["x"]}))], {}, "DENY")
        for e in (
            "code",
            "data",
            "expression",
            "class",
            "modifierExtension",
            "documentType",
            "resourceType",
            "whatever",
        )
    ),
    *(
        ("7", f"{e} on a deny", [r4(permit(deny(**{e: ["x"]})))], {}, "DENY")
        for e in ("code", "data", "expression", "class", "modifierExtension", "whatever")
    ),
    (
        "7",
        "a deny that is not understood, for another purpose",
        [r4(permit(deny(purpose=["TREAT"], code=["x"])))],
        {},
        "PERMIT",
    ),
    (
        "7",
        "a modifier may change even the purpose",
        [r4(permit(deny(purpose=["TREAT"], modifierExtension=[{"url": "x"}])))],
        {},
        "DENY",
    ),
    ("7", "modifier on the consent, permit", [r4(permit(), modifierExtension=[{"url": "x"}])], {}, "DENY"),
    (
        "7",
        "modifier on the consent, deny",
        [r4(permit()), r4(deny(purpose=["TREAT"]), modifierExtension=[1])],
        {},
        "DENY",
    ),
    (
        "7",
        "a deny below a permit that is not understood",
        [r4(permit()), r4(permit(deny(purpose=["HRESCH"]), code=["x"]))],
        {},
        "DENY",
    ),
    ("7", "an unknown action", [r4(permit(action=["sell"]))], {}, "DENY"),
    ("7", "an unknown action denied", [r4(permit(deny(action=["sell"])))], {}, "DENY"),
    ("8", "a permit for a label, segment without", [r4(permit(securityLabel=["SUD"]))], {}, "DENY"),
    ("8", "a deny of a label, segment without", [r4(permit(deny(securityLabel=["SUD"])))], {}, "PERMIT"),
    ("8", "another name of the same box", [r4(deny(permit(securityLabel=["ETH"])))], {"label": "SUD"}, "PERMIT"),
    ("8", "a part of the box is not the box", [r4(deny(permit(securityLabel=["OPIOIDUD"])))], {"label": "SUD"}, "DENY"),
    ("8", "a denied part reaches the box", [r4(permit(deny(securityLabel=["OPIOIDUD"])))], {"label": "SUD"}, "DENY"),
    ("8", "PSY reaches self-harm", [r4(permit(deny(securityLabel=["PSY"])))], {"label": "SELFHARM"}, "DENY"),
    ("8", "MH does not", [r4(permit(deny(securityLabel=["MH"])))], {"label": "SELFHARM"}, "PERMIT"),
    ("8", "BH holds substance use", [r4(permit(deny(securityLabel=["BH"])))], {"label": "SUD"}, "DENY"),
    ("8", "a label nobody here knows, permit", [r4(permit(securityLabel=["R"]))], {"label": "SUD"}, "DENY"),
    ("8", "a label nobody here knows, deny", [r4(permit(deny(securityLabel=["R"])))], {}, "DENY"),
    ("8", "two labels, one denied", [r4(permit(deny(securityLabel=["LEGAL"])))], {"label": ["SUD", "LEGAL"]}, "DENY"),
    ("8", "two labels, both pass", [r4(permit(deny(securityLabel=["HIV"])))], {"label": ["SUD", "LEGAL"]}, "PERMIT"),
    ("8", "two labels, one without permit", [r4(permit(securityLabel=["SUD"]))], {"label": ["SUD", "LEGAL"]}, "DENY"),
    ("9", "permit and deny", [r4(permit()), r4(deny())], {}, "DENY"),
    ("9", "permit and a deny for another purpose", [r4(permit()), r4(deny(purpose=["TREAT"]))], {}, "PERMIT"),
    (
        "9",
        "permit and another's permit for treatment",
        [r4(permit()), r5("permit", period={"end": "2020"})],
        {},
        "PERMIT",
    ),
    ("9", "an R5 deny with exceptions denies all else", [r4(permit()), r5("deny", {"purpose": ["TREAT"]})], {}, "DENY"),
    (
        "10",
        "actor by class",
        [r4(permit(actor=["class:research_partner"]))],
        {"actors": ["UNIV-A", "class:research_partner"]},
        "PERMIT",
    ),
    ("10", "nobody asks, permit", [r4(permit(actor=["UNIV-A"]))], {"actors": []}, "DENY"),
    ("10", "nobody asks, deny", [r4(permit(deny(actor=["UNIV-B"])))], {"actors": []}, "DENY"),
    (
        "10",
        "an unresolved reference, permit",
        [r4(permit(actor=[{"reference": {"reference": "Organization/UNIV-A"}}]))],
        {},
        "DENY",
    ),
    (
        "10",
        "an unresolved reference, deny",
        [r4(permit(deny(actor=[{"reference": {"reference": "Organization/9"}}])))],
        {},
        "DENY",
    ),
    (
        "10",
        "opt-out rule without provisions stays a refusal",
        [r4(permit()), {"status": "active", "dateTime": "2026-01-10", "policyRule": "OPTOUT"}],
        {},
        "DENY",
    ),
    ("10", "an advance directive is about something else", [r4(permit(), scope="adr")], {}, "DENY"),
]


@pytest.mark.parametrize(
    ("rule", "title", "consents", "atom", "expected"), CASES, ids=[f"{c[0]}: {c[1]}" for c in CASES]
)
def test_the_rules(rule: str, title: str, consents: list[Any], atom: dict[str, Any], expected: str) -> None:
    """Each rule says what it says, and the order of consents says nothing."""
    assert outcome(*consents, **atom) == expected, f"rule {rule}: {title}"
    assert outcome(*reversed(consents), **atom) == expected


@pytest.mark.parametrize(
    "broken",
    [
        None,
        "permit",
        {},
        {"status": 1},
        r4([]),
        r4(permit(purpose=[])),
        r4(permit(purpose="HRESCH")),
        r4(permit(purpose=[None])),
        r4(permit(period={"end": "06/01/2026"})),
        r4(permit(period={})),
        r4(permit(period={"start": "2026-02-01", "end": "2026-01-01"})),
        r4({"type": "maybe"}),
        r5("perhaps"),
        r5("permit", "x"),
        r4(permit(), dateTime="10.01.2026"),
    ],
)
def test_what_is_not_well_formed_denies(broken: Any) -> None:
    """It may be anybody's refusal, so it takes the others' permit away too."""
    assert outcome(r4(permit()), broken) == "DENY"
    assert "STORE_ROW_INVALID" in evaluate([broken], ATOM)[1]


def test_a_tree_too_deep_is_refused_and_not_followed() -> None:
    tree: dict[str, Any] = permit()
    for _ in range(200):
        tree = deny(permit(tree))
    assert outcome(r4(tree)) == "DENY"


@pytest.mark.parametrize(
    "atom",
    [
        {"as_of": "1 June"},
        {"as_of": None},
        {"session_date": "03/01/2026"},
        {"actors": [1]},
        {"purpose": ["HRESCH", "HPRGRP"]},
        {"label": {"code": "SUD"}},
    ],
)
def test_an_atom_that_cannot_be_read_is_said_so(atom: dict[str, Any]) -> None:
    with pytest.raises(ConsentError) as raised:
        evaluate([r4(permit())], {**ATOM, **atom})
    assert raised.value.faults


def test_reasons_name_the_nearest_misses() -> None:
    assert evaluate([r4(permit(actor=["UNIV-B"]))], ATOM) == ("DENY", ("RECIPIENT_NOT_COVERED",))
    assert evaluate([r4(permit(period={"end": "2026-05-31"}))], ATOM)[1] == ("REC_EXPIRED",)
    assert evaluate([r4(permit()), r4(deny())], ATOM)[1] == ("CONFLICT_DENY_OVERRIDES", "CONSENT_REFUSED")
    assert evaluate([r4(permit())], ATOM)[1] == ("CONSENT_PERMIT:fhir[0]",)
