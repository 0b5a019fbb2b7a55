"""The header of every table of the records folder, in the order in which `init` and `export` write it."""

from __future__ import annotations

from pipeline.consent.read_consents import CONSENTS
from pipeline.consent.read_people import PEOPLE
from pipeline.consent.read_sessions import PARTICIPANTS, SESSIONS

CONSENT_COLUMNS = CONSENTS.columns
PEOPLE_COLUMNS = PEOPLE.columns
SESSION_COLUMNS = SESSIONS.columns
PARTICIPANT_COLUMNS = PARTICIPANTS.columns
