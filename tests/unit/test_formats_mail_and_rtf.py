"""E-mail and rich text by example: whose words they are, what is dropped, what is refused."""

from __future__ import annotations

import shutil
import subprocess
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.formats import read, write
from pipeline.model import Document, Redaction

PAIRS = Path(__file__).resolve().parents[1] / "golden" / "formats"
HEAD = "From: Ann Lee <ann@x.example>\nTo: Bo\nMIME-Version: 1.0\n"


def keep_all(document: Document) -> Redaction:
    return Redaction(doc_id=document.doc_id, replacements=(), kept=frozenset(range(len(document.turns))))


def mail(body: str, headers: str = "") -> Document:
    return read(f"{HEAD}{headers}\n{body}".encode(), doc_id="D-1")


def said(document: Document) -> list[tuple[str | None, str]]:
    return [
        (turn.speaker, "".join(document.text[r.start : r.end] for r in document.bodies(turn.n)))
        for turn in document.turns[1:]
    ]


def test_quoted_words_are_of_whom_the_line_above_names_else_of_nobody() -> None:
    body = "Mine.\n\nOn Mon, Mar 2, 2026 at 9:01 AM Bo Ray <bo@x.example> wrote:\n> His.\n>> Deeper.\n\nMine again.\n"
    wrote = "On Mon, Mar 2, 2026 at 9:01 AM Bo Ray <bo@x.example> wrote:"
    assert said(mail(body)) == [
        ("Ann Lee", "Mine."),
        ("Bo Ray", f"{wrote}\n> His."),
        (">", ">> Deeper."),
        ("Ann Lee", "Mine again."),
    ]
    assert said(mail("Mine.\n> Whose?\n")) == [("Ann Lee", "Mine."), (">", "> Whose?")]


@pytest.mark.parametrize(
    "body",
    [
        "Mine.\n\n-----Original Message-----\nFrom: Bo Ray <bo@x.example>\nSent: today\n\nHis.\n\nAlso his.\n",
        "Mine.\n\nOn 2 March 2026, Bo Ray wrote:\n\nHis.\n\nAlso his.\n",
        "Mine.\n\n---------- Forwarded message ---------\nFrom: Bo Ray <bo@x.example>\n\nHis.\n\nAlso his.\n",
    ],
)
def test_a_message_inside_is_of_whom_it_names_to_the_end(body: str) -> None:
    found = said(mail(body))
    assert found[0] == ("Ann Lee", "Mine.")
    assert {speaker for speaker, _ in found[1:]} == {"Bo Ray"}


def test_a_message_inside_without_a_name_is_nobodys() -> None:
    assert said(mail("Mine.\n\nBegin forwarded message:\n\nWhose?\n"))[-1] == (">", "Whose?")


def test_a_web_page_is_read_as_it_shows() -> None:
    page = "<style>zq</style><p>Hi <b>Bo</b>,</p><div style='display:none'>zq</div><blockquote>His.</blockquote>"
    found = said(mail(page, "Content-Type: text/html\n"))
    assert found == [("Ann Lee", "Hi Bo,"), (">", "> His.")]


def test_text_that_is_not_in_the_encoding_it_declares_is_read_as_a_file_would_be() -> None:
    data = f"{HEAD}Content-Type: text/plain; charset=us-ascii\n\n".encode() + "Café René.\n".encode("cp1252")
    assert read(data, doc_id="D-1").text.endswith("Café René.\n")


@pytest.mark.parametrize(
    ("headers", "body", "what"),
    [
        ("Content-Type: application/pkcs7-mime\n", "x", "encrypted"),
        (
            "Content-Type: multipart/mixed; boundary=b\n",
            "--b\nContent-Type: multipart/mixed; boundary=b\n\n" * 150,
            "nests",
        ),
    ],
)
def test_mail_that_cannot_be_read_is_refused(headers: str, body: str, what: str) -> None:
    with pytest.raises(InputError, match=what):
        mail(body, headers)


def test_the_copy_is_a_message_that_pythons_own_reader_takes_without_defects() -> None:
    message = message_from_bytes((PAIRS / "mail.copy.eml").read_bytes(), policy=policy.default)
    assert message.defects == []
    assert message.get_content_type() == "text/plain"
    assert set(message.keys()) == {
        "From", "To", "Cc", "Date", "Subject", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"
    }  # fmt: skip
    assert "café and all" in message.get_content()


def test_a_header_turn_that_is_withheld_takes_all_headers_along() -> None:
    data = f"{HEAD}Subject: About Ann\n\nWords.\n".encode()
    document = read(data, doc_id="D-1")
    copy = write(data, document, Redaction(doc_id="D-1", replacements=(), kept=frozenset({1})))
    assert b"Ann" not in copy
    assert message_from_bytes(copy).get_payload() == "Words.\n"


def rtf(body: str) -> str:
    return read(f"{{\\rtf1\\ansi {body}}}".encode("ascii"), doc_id="D-1").text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"\ansicpg1251 \'e4\'ee\'ec", "дом"),
        (r"{\fonttbl{\f0 A;}{\f1\fcharset128 B;}}\f1 \'93\'fa\f0  x", "日 x"),
        (r"\uc1 a\u8211?b\uc0 \u8212c", "a–b—c"),
        (r"\u-10179?\u-8704?!", "😀!"),
        (r"a{\v zq}b{\deleted zq}c{\*\unknown zq}d", "abcd"),
        (r"a\bin4 }{}{b", "ab"),
        (r"{\field{\*\fldinst zq}{\fldrslt shown}}", "shown"),
        (r"one\par two\line three", "one\n\ntwo\nthree"),
        (r"one\par\par two\par three", "one\n\ntwo\nthree"),
        (r"\trowd a\cell b\cell\row", "a\tb\t\n\n"),
        (r"{\header zqhead}words", "words\nzqhead"),
    ],
)
def test_rich_text_is_read_as_word_shows_it(body: str, text: str) -> None:
    assert rtf(body) == text


@pytest.mark.timeout(30)
def test_depth_costs_no_recursion_and_damage_is_refused() -> None:
    assert rtf("{" * 50_000 + "x" + "}" * 50_000) == "x"
    for broken in ("{" * 50_000, "{\\pict zq}", r"words{\b"):
        with pytest.raises(InputError):
            read(f"{{\\rtf1 {broken}".encode("ascii"), doc_id="D-1")


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_reads_the_copy_as_we_do(tmp_path: Path) -> None:
    home = f"-env:UserInstallation=file://{tmp_path}/home"
    command = ["soffice", home, "--headless", "--convert-to", "txt:Text (encoded):UTF8", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(PAIRS / "letter.copy.rtf")], check=True, timeout=120)
    ours = read((PAIRS / "letter.copy.rtf").read_bytes(), doc_id="D-1").text
    assert (tmp_path / "letter.copy.txt").read_text("utf-8-sig").split() == ours.split()
