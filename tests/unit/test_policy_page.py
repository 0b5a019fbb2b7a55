"""docs/policies.md is what the policies say. After a change: `STORYKEEPER_GOLDEN=write` and this test, then read it."""

from __future__ import annotations

import os
from pathlib import Path

from pipeline.policy_page import policy_page

PAGE = Path(__file__).parents[2] / "docs" / "policies.md"


def test_the_page_of_the_manual_is_printed_from_the_policies():
    if os.environ.get("STORYKEEPER_GOLDEN") == "write":
        PAGE.write_text(policy_page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == policy_page()
