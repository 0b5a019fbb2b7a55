"""The prose of docs/consent.md that no table holds: its head, what each column of a record may hold, its end."""

from __future__ import annotations

from pipeline.labels import Category

HEAD = """\
# Consent: who may see what, and why

Printed from `tests/spec/consent` by `make docs`; do not edit. Every row of every table below is a test.

"Do I have the person's permission to talk about this?" Anything but a yes that is written, current, specific to
this use and this recipient, and not taken back, is a no. Not legal advice: the program's counsel decides what law
applies. This gate is a promise of the program, stricter than federal law for data that is truly de-identified.

A **use** is `group` (inside the program's peer community) or `research` (a registered outside recipient under an
approval). A **record** is one version of one consent, refusal or revocation by one person. A **session** is a
transcript or a note with its roster; a **segment** is a turn of it, a paragraph, a row. A **category** is one of
six boxes on the form. **as_of** is the instant decided for: an argument, never the clock. A **member** of a session
is everybody on its roster who is not staff.

The outcome is PERMIT, WITHHOLD_PART or DENY, always with reasons and the records (id, version, content hash) that
decided. A stage that denies ends the decision, and all reasons of that stage are collected. There is no override by
a person: to change a decision, change a record.

The code reads in the same order: `decide.py` (stages 0, 1 and the session rows of 4), `standing.py` with
`record_stage.py`, `revocations.py`, `supersession.py` and `signers.py` (stage 2), `cells.py` (stage 3), `admit.py`
(the segments of stage 4), `exit.py` and `small_cells.py` (stage 5).

## Stated choices

Where the rules leave room, these hold; each has a row below.

- The most restrictive record wins a conflict; a conflict is lifted only by `supersedes_id`, a newer version, or a
  record that is entered in error. The order of a file never decides anything.
- A blank on a consent narrows it: a blank category is no yes, a blank data window begins on the day of signature,
  blank note classes are the ordinary ones. A blank on a refusal widens it: every use, recipient, note class and
  session.
- A refusal that says no to named categories refuses these; one that names none refuses everything. Its `yes` means
  nothing.
- What a consent says no to outlives its expiry and its revocation, as a refusal does, until a consent that is alive
  replaces it: the end of a consent never lets out more.
- A revocation that names nothing on file takes back everything signed up to it. A date alone takes effect at 00:00
  and reaches every consent signed on that day.
- A record entered in error is ignored altogether, also as a version. Of the other versions the highest alone
  counts, whatever its state; but a refusal under it comes back unless that version is alive.
- A consent whose state before today nobody can know (inactive, found false, an event without a date) counts as once
  in force: what it retired stays retired.
- A refusal is lifted by nothing that was signed before it, by no ring of names, and by no revocation.
- A birth date is believed before a status. What was signed in minority counts later only with the person's own
  signature, and if that was enough then or came together with the parent's.
- Strict groups count a guest as a client. By segment, a worker's turn on a category needs the yes of every client
  of the roster, also of one who permits nothing.
- Somebody of the program who is mentioned but was not there is asked by the same question as those who were.
- An end date includes its whole day in the program's time zone; a time without offset is program time.

How to read the tables: a row changes one case, in which client P1 gave a full consent C1 for both uses and worker
W1 was present. `C1.field` is a field of a record, `P1.field` one of a person; an empty cell leaves the field out.
`C1v2` is version 2 of C1, `R1` a refusal of everything, `X1` a revocation, `C2@P2` a record of person P2. Segments
are written `id:speaker`, then `[category]`, `@person` for a mention, `@third` for a sensitive matter of a third
party, `>id` for the turn it says it answers, `?` for an uncertain label, `*` for a first-person disclosure. X9 is
on no roster."""

COLUMN_TEXTS = {
    "consent_id": "stable id; required",
    "version": "a whole number from 1; required",
    "record_type": "`consent`, `refusal`, `revocation`; required",
    "status": "`active`, `draft`, `inactive`, `proposed`, `entered_in_error`; required",
    "person_id": "program code; blank: the row belongs to nobody and every decision stops",
    "supersedes_id": "the `consent_id` that this record retires, or that a revocation takes back",
    "purposes": "`group`, `research`, semicolons between; `all` on refusals only",
    "recipients": "registered ids, `class:program`, `class:research_partner`; semicolons between; exact",
    "may_disclose": "who may disclose, as on the form",
    "info_description": "what may be disclosed, as on the form",
    "note_classes": "`peer_note`, `transcript`, `group_summary`, `sud_counseling_note`, `psychotherapy_note`; "
    "blank on a consent: the first three",
    **{f"cat_{c}": "`yes`, `no`; blank: no yes" for c in Category},
    "data_from": "first day of sessions covered; blank on a consent: the day of signature",
    "data_to": "last day of sessions covered; blank: none",
    "signed_on": "date, or time with offset",
    "effective_on": "date or time; blank: from signature",
    "expires_on": "date (its whole day counts) or time",
    "expiry_event": "the event that ends it, in words",
    "expiry_event_state": "`not_occurred`, `occurred`; blank beside an event: unknown, no vote",
    "revoked_on": "date (from 00:00) or time",
    "revocation_scope": "`record`, `all`; blank: this record",
    "signer_roles": "`self`, `parent_or_guardian`, `personal_representative`; semicolons between",
    "authority_document": "reference; required where a personal representative signs",
    "signature_evidence": "reference to the signature",
    "st_revocation_right": "`yes`: the form told of the right to revoke; required",
    "st_redisclosure": "`yes`, `no`: the form told of redisclosure",
    "st_refusal_consequences": "`yes`, `no`: the form told what a refusal means",
    "st_not_conditioned": "`yes`, `no`: the form said that services do not depend on it",
    "recall_promised": "`yes`, `no`: the form promised to recall what is out when it expires",
    "known_false": "`yes`: somebody knows that it is false",
    "unsupported_constraints": "a condition in words: a consent with one has no vote",
    "recorded_by": "audit; required in a file",
    "recorded_at": "audit; required in a file",
}

TAIL = """\
## The laws

Properties over random stores, in `tests/property/test_consent_laws.py`: the order of records is irrelevant; adding
a refusal or a revocation never widens (a refusal that itself retires another refusal apart: that is what it says),
nor does the passing of an expiry, a category turned from yes to no, or a label added; without a record nothing is
released; strict output is a subset of segment output; another person's record changes nothing; the same as_of
replays to the same decision.

## FHIR Consent (R4 and R5)

A FHIR Consent stays as it is and votes in stage 3 by its tree; `fhir*.py`, rows in `tests/unit/test_fhir.py`. The
root is the default decision, each level an exception to its parent. Siblings OR with deny-overrides; attributes
within a provision AND; values within an attribute OR.

1. Only `active` counts. Without a base decision, a date, or a purpose in the request it is not applicable: deny.
2. An R4 nested rule of its parent's type has no effect.
3. The walk goes to the end of every branch.
4. An end by date alone is its whole day.
5. A permit for a purpose covers its children, never the reverse. A deny covers its children, and a denied child blocks
   a request for the parent.
6. `action` has to include access, use or disclose.
7. An element that is not understood (`code`, `data`, `expression`, `class`, any modifierExtension): a permit does not
   match, a deny does.
8. Labels are tested one by one; a segment passes only if each passes.
9. Several consents: one that denies wins.
10. What 42 CFR 2.31 asks for and FHIR cannot state comes from our extension, else there is no vote. References are
    resolved within the bundle alone. Writing FHIR as rows refuses what rows cannot say.

## What a recipient learns of refusals

Nothing. The manifest of a release lists what is in it, never what was refused, by whom, or how many."""
