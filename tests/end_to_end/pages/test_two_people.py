"""A name at the terminal and an account of the pages are one person, however the name is written."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from flows.verbs.requesting import ask
from pipeline.errors import UsageError
from pipeline.reviewing.review import ReviewState
from pipeline.storage.tables import reviews
from tests.end_to_end.review_room import WHEN, Pages
from tests.end_to_end.workspaces import storykeeper

pytestmark = pytest.mark.xdist_group("pages")


@pytest.mark.parametrize("typed", ["maria", "Maria", "MARIA"])
def test_who_asked_at_the_terminal_does_not_approve_on_the_pages(own: Pages, typed: str) -> None:
    with own.house.database.writing() as transaction:
        transaction.connection.execute(update(reviews).values(requested_by=typed))
    item = own.item("S-1")
    request = ask(own.house, "research", "program", read_all=True, actor=typed, when=WHEN)
    with own.client("maria") as maria:
        for path in (f"/copies/{item.item_id}/decision", f"/requests/{request.request_id}/decision"):
            got = maria.post(path, data={"decision": "approve"})
            assert (got.status_code, "second person has to" in got.text) == (409, True)
        assert "your own request" in maria.get("/queue").text


def test_who_asked_on_the_pages_does_not_approve_at_the_terminal(own: Pages) -> None:
    workspace = ("-w", str(own.house.workspace))
    done = storykeeper("review", "approve", own.item("S-1").item_id, "--as", "Maria", *workspace)
    assert (done.returncode, "second person has to" in done.stderr) == (14, True), done.stderr
    assert own.item("S-1").state is ReviewState.NEEDS_REVIEW
    for typed in (" maria", "maria\u00a0", "m\u0430ria"):  # blanks, and a letter that only looks the same
        with pytest.raises(UsageError, match="without blanks"):
            ask(own.house, "research", "program", read_all=True, actor=typed, when=WHEN)
