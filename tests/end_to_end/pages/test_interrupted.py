"""The pages are killed while they work: whoever asked sees it plainly and asks again."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from pathlib import Path

import httpx
import pytest

from flows.web.call import COOKIE, csrf_of
from flows.wiring import open_house
from tests.end_to_end.review_room import Pages, serving
from tests.end_to_end.workspaces import AS_OF, STORYKEEPER

pytestmark = pytest.mark.xdist_group("pages")


def killed_while_making_copies(workspace: Path) -> str:
    """Ask the pages to make copies, and kill them before they are made; the request."""
    command = [str(STORYKEEPER), "review", "-w", str(workspace), "--port", "0", "--json", "--as-of", AS_OF.isoformat()]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout is not None
        address = json.loads(server.stdout.readline())["address"]
        with open_house(workspace) as house:
            pages = Pages(address=address, house=house)
            request, token = house.requests.list()[0].request_id, pages.token("maria")
        cookie, form = {COOKIE: token}, {"x-csrf-token": csrf_of(token)}
        with httpx.Client(base_url=address, cookies=cookie, headers=form, timeout=60) as maria:
            assert maria.post(f"/requests/{request}/copies").status_code == 303
            assert "Making the copies" in maria.get(f"/requests/{request}").text
        server.kill()
    return request


def test_who_asked_sees_that_it_was_interrupted_and_asks_again(made: Path, tmp_path: Path) -> None:
    workspace = Path(shutil.copytree(made, tmp_path / "ws"))
    request = killed_while_making_copies(workspace)
    with serving(workspace) as pages, pages.client("maria") as maria, pages.client("ruth") as ruth:
        told = maria.get(f"/requests/{request}").text
        assert "This was interrupted" in told
        assert told.count("Make the copies again") == 1
        assert "A manager has to have the copies made again" in ruth.get(f"/requests/{request}").text
        maria.post(f"/requests/{request}/copies")
        deadline = time.monotonic() + 120
        while "Making the copies" in (told := maria.get(f"/requests/{request}").text):
            assert time.monotonic() < deadline, "the copies were not made within 120 s"
            time.sleep(0.2)
        assert "interrupted" not in told
        assert not pages.house.drafts.has("jobs", f"request {request}")


def test_copies_that_were_never_made_are_not_shown_as_none(own: Pages) -> None:
    request = own.house.requests.list()[0].request_id
    own.house.drafts.drop(f"request {request}")
    with own.client("maria") as maria:
        assert "were not made" in maria.get(f"/requests/{request}").text


def test_a_recall_and_a_copy_made_again_tell_of_it_too(own: Pages) -> None:
    item = own.item("S-1").item_id
    for name in ("recall", f"copy {item}"):
        own.house.drafts.put("jobs", name, b"")  # as a killed process leaves it
    with own.client("maria") as maria:
        assert "The last recall was interrupted" in maria.get("/recall").text
        assert "The last recall was interrupted" in maria.get("/recall/state").text
        assert "This was interrupted" in maria.get(f"/copies/{item}/again").text
