"""A recall from the pages: somebody takes consent back, a manager sees what is out and takes it back."""

from __future__ import annotations

import time

import pytest

from flows.verbs.requesting import decide_request, release_request
from flows.verbs.review import decide_in
from pipeline.storage.runs import ReleaseState
from tests.end_to_end.review_room import WHEN, Pages

pytestmark = pytest.mark.xdist_group("pages")


def test_what_somebody_takes_back_is_recalled_by_a_manager(own: Pages) -> None:
    house, request = own.house, own.house.requests.list()[0]
    decide_in(house, own.item("S-1").item_id, by="ruth", approve=True)
    decide_request(house, request.request_id, by="ruth", approve=True)
    release_id = release_request(house, request.request_id, when=WHEN)
    table = house.workspace / "records" / "consents.csv"
    with own.client("maria") as maria:
        assert "Nothing has to be taken back" in maria.get("/recall/look").text
        table.write_text(table.read_text().replace(",active,P-1,", ",entered_in_error,P-1,"), encoding="utf-8")
        looked = maria.get("/recall/look").text
        assert release_id in looked
        assert "/people/P-1" in looked
        maria.post("/recall")
        told = _told(own)
        assert f"{release_id}: recalled" in told
        assert maria.post(f"/releases/{release_id}/archive").status_code == 404
    assert [r.state for r in house.releases.list()] == [ReleaseState.RECALLED]
    with own.client("ruth") as ruth:
        assert ruth.post("/recall").status_code == 403


def _told(pages: Pages) -> str:
    """What the recall came to, as the page that waits for it is told."""
    deadline = time.monotonic() + 120
    with pages.client("maria") as client:
        while time.monotonic() < deadline:
            page = client.get("/recall/state").text
            if "Taking it back" not in page:
                return page
            time.sleep(0.2)
    raise AssertionError("the recall did not end within 120 s")
