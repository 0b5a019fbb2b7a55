"""What the pages are made of: the vendored file is unmodified, nothing is inline, nothing comes from elsewhere."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

WEB = Path(__file__).resolve().parents[2] / "flows" / "web"
# SHA-256 of dist/htmx.min.js in the package htmx.org 2.0.11 of the npm registry
HTMX = "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717"
OURS = [*sorted((WEB / "templates").iterdir()), *sorted((WEB / "static").iterdir())]


def test_the_vendored_file_is_as_its_authors_published_it() -> None:
    assert hashlib.sha256((WEB / "vendor" / "htmx.min.js").read_bytes()).hexdigest() == HTMX
    assert HTMX in (WEB / "vendor" / "README.md").read_text()
    assert "Zero-Clause BSD" in (WEB / "vendor" / "LICENSE").read_text()


def test_nothing_is_inline_that_a_strict_policy_would_stop() -> None:
    for path in OURS:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:|hx-on|\beval\(", text), (
            path
        )


def test_nothing_is_asked_for_from_elsewhere() -> None:
    for path in OURS:
        found = re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]+", path.read_text(encoding="utf-8"))
        assert set(found) <= {"//www.w3.org", "http://www.w3.org"}, path


def test_no_template_switches_escaping_off() -> None:
    for path in OURS:
        assert not re.search(r"\|\s*safe\b|autoescape", path.read_text(encoding="utf-8")), path
