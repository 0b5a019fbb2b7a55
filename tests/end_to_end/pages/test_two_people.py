"""A name at the terminal and an account of the pages are one person, however the name is written."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from flows.verbs.requesting import ask
from pipeline.review import ReviewState
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
    for typed, code, said in (("Maria", 14, "second person has to"), ("maria ", 2, "without blanks")):
        done = storykeeper("review", "approve", own.item("S-1").item_id, "--as", typed, "-w", str(own.house.workspace))
        assert (done.returncode, said in done.stderr) == (code, True), done.stderr
    assert own.item("S-1").state is ReviewState.NEEDS_REVIEW
    asked = ("--use", "group", "--recipient", "program", "-w", str(own.house.workspace))
    assert storykeeper("run", *asked, "--as", " maria").returncode == 2
