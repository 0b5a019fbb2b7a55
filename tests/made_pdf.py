"""Makes PDFs as people have them, with a nonsense word in every place of the file where no reader of the page looks."""

from __future__ import annotations

import io
from collections.abc import Sequence

from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText, Link
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    TextStringObject,
)
from reportlab.pdfgen.canvas import Canvas

HIDDEN = ("zqtitle", "zqauthor", "zqattached", "zqnote", "zqlink", "zqfield", "zqlayer", "zqscript", "zqmark", "zqxmp")


def plain(pages: Sequence[Sequence[str]], *, face: str = "Helvetica", bold: bool = False) -> bytes:
    """Pages of lines; an empty line is an empty line."""
    out = io.BytesIO()
    canvas = Canvas(out, pageCompression=0, invariant=1)
    canvas.setTitle("zqtitle")
    canvas.setAuthor("zqauthor")
    for page in pages:
        canvas.setFont(face, 11)
        for n, line in enumerate(page):
            canvas.drawString(72, 720 - 14 * n, line)
            if bold:
                canvas.drawString(72.3, 720 - 14 * n, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def hiding(pages: Sequence[Sequence[str]]) -> bytes:
    """The same pages in a file that holds each of HIDDEN somewhere else."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(plain(pages))))
    writer.add_attachment("zqattached.txt", b"zqattached")
    writer.add_annotation(0, FreeText(text="zqnote", rect=(50, 550, 200, 650)))
    writer.add_annotation(0, Link(rect=(50, 50, 100, 100), url="https://zqlink.example/"))
    script = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("say zqscript")}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(script)
    writer.add_outline_item(title="zqmark", page_number=0)
    _field(writer)
    _layer(writer)
    xmp = DecodedStreamObject()
    xmp.set_data(b"<x:xmpmeta>zqxmp</x:xmpmeta>")
    writer.root_object[NameObject("/Metadata")] = writer._add_object(xmp)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _field(writer: PdfWriter) -> None:
    field = DictionaryObject(
        {
            NameObject("/FT"): NameObject("/Tx"),
            NameObject("/T"): TextStringObject("name"),
            NameObject("/V"): TextStringObject("zqfield"),
        }
    )
    fields = DictionaryObject({NameObject("/Fields"): ArrayObject([writer._add_object(field)])})
    writer.root_object[NameObject("/AcroForm")] = fields


def _layer(writer: PdfWriter) -> None:
    """Words in a layer that is switched off."""
    layer = writer._add_object(
        DictionaryObject({NameObject("/Type"): NameObject("/OCG"), NameObject("/Name"): TextStringObject("zqlayer")})
    )
    settings = DictionaryObject({NameObject("/OFF"): ArrayObject([layer])})
    writer.root_object[NameObject("/OCProperties")] = DictionaryObject(
        {NameObject("/OCGs"): ArrayObject([layer]), NameObject("/D"): settings}
    )
    page = writer.pages[0]
    page["/Resources"][NameObject("/Properties")] = DictionaryObject({NameObject("/L"): layer})
    words = DecodedStreamObject()
    words.set_data(b"/OC /L BDC BT /F1 11 Tf 72 300 Td (zqlayer) Tj ET EMC")
    contents = page.raw_get("/Contents")
    page[NameObject("/Contents")] = ArrayObject([contents, writer._add_object(words)])


def scanned(*, words: str = "") -> bytes:
    """A page that is one picture, with these words as its text layer."""
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    canvas.drawImage(ImageReader(Image.new("RGB", (60, 80), "white")), 0, 0, 595, 842)
    canvas.drawString(72, 700, words)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def locked(password: str) -> bytes:
    """A page behind a password, or behind none but encrypted all the same."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(plain([["Came by."]]))))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


GOLDEN = (
    (
        "Harborlight check-in, invented",
        "",
        "Dana Reyes: Thanks for coming in, Jordan. How was the week",
        "since we last talked?",
        "",
        "Jordan Pike: Rough. I left Pell's Hardware on Tuesday and my",
        "sister Lou Pike drove me home.",
    ),
    (
        "Dana Reyes: What helped?",
        "",
        "Jordan Pike: The evening group, and calling you, José.",
    ),
)

if __name__ == "__main__":  # python -m tests.made_pdf > tests/golden/formats/handout.pdf
    import sys

    sys.stdout.buffer.write(hiding(GOLDEN))
