"""Encodings: told where it is sure, refused where it is not, and the copy in the encoding of the original."""

from __future__ import annotations

import pytest

from pipeline.errors import InputError
from pipeline.formats import read, write
from pipeline.formats.decode import Decoded
from pipeline.model import Redaction

TEXTS = {
    "en": "Jordan came by the drop-in on Alder Street. “It’s been rough,” he said – his sister Lou called, the café.",
    "es": "Hoy Begoña llegó más temprano que de costumbre. Contó que su hermano Íñigo se mudó a Logroño. ¿Quedamos?",
    "fr": "Rénée est arrivée plus tôt que d'habitude. Son frère Gaëtan a déménagé à Besançon ; elle dort très mal.",
    "pl": "Dzisiaj Małgorzata przyszła wcześniej niż zwykle. Jej brat Łukasz znów przeprowadził się do Łodzi.",
    "cs": "Dnes Jiřina přišla dříve než obvykle. Řekla, že se její bratr Štěpán přestěhoval do Plzně a špatně spí.",
    "tr": "Bugün Gülşah her zamankinden erken geldi. Kardeşi Çağrı'nın yeniden İzmir'e taşındığını söyledi.",
    "ru": "Сегодня Марина пришла раньше обычного. Она рассказала, что её брат Алексей снова переехал в Тверь.",
    "el": "Σήμερα η Μαρία ήρθε νωρίτερα από το συνηθισμένο. Μας είπε ότι ο αδελφός της ο Αλέξης μετακόμισε στη Λάρισα.",
    "ja": "今日は田中さんがいつもより早く来ました。弟の健一さんがまた大阪に引っ越したことを話してくれました。",
    "zh": "今天王芳比平时来得早。她说她的弟弟王强又搬回了成都，而且她晚上很难入睡。我们约好星期五晚上通电话。",
}
SURE = [
    *(("en", codec) for codec in ("cp1252", "mac_roman")),
    *(("es", codec) for codec in ("cp1252", "mac_roman", "cp850")),
    *(("fr", codec) for codec in ("cp1252", "mac_roman", "cp850")),
    *[("pl", "cp1250"), ("cs", "cp1250"), ("tr", "cp1254"), ("ru", "cp1251"), ("ru", "koi8_r"), ("ru", "cp866")],
    *[("el", "cp1253"), ("ja", "cp932"), ("ja", "euc_jp"), ("zh", "gb18030"), ("zh", "big5")],
]  # fmt: skip
CODECS = ("cp1250", "cp1251", "cp1252", "cp1253", "mac_roman", "koi8_r", "cp932", "gb18030", "iso8859_2")


@pytest.mark.parametrize(("language", "codec"), SURE)
def test_a_note_in_an_old_encoding_is_read_and_comes_back_in_it(language: str, codec: str) -> None:
    text = TEXTS[language].encode(codec, "replace").decode(codec)
    data = text.encode(codec)
    document = read(data, doc_id="D-1")
    assert document.text == text
    assert write(data, document, Redaction(doc_id="D-1", replacements=(), kept=frozenset({0}))) == data


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("language", ["en", "ru", "ja"])
def test_wide_encodings_are_read_with_and_without_their_mark(codec: str, mark: str, language: str) -> None:
    text = mark + TEXTS[language] + "\n"
    assert read(text.encode(codec), doc_id="D-1").text == text


@pytest.mark.parametrize(
    "codec", ["cp1250", "cp1251", "cp1252", "cp1253", "mac_roman", "koi8_r", "cp932", "gb18030", "iso8859_2"]
)
@pytest.mark.parametrize("language", sorted(TEXTS))
@pytest.mark.parametrize("length", [12, 40, 200])
def test_what_is_read_at_all_is_read_rightly(language: str, codec: str, length: int) -> None:
    """A wrong guess would hide names; a refusal only asks for UTF-8."""
    text = TEXTS[language][:length].encode(codec, "ignore").decode(codec)
    if text.isascii():
        return
    try:
        found = read(text.encode(codec), doc_id="D-1").text
    except InputError:
        return
    assert found == text


def test_a_character_that_the_encoding_lacks_becomes_plain_ascii() -> None:
    assert Decoded(text="", codec="cp1252").encode("Łódź “ő” ✓") == b"?\xf3dz \x93o\x94 ?"
    assert Decoded(text="", codec="koi8_r").encode("“é” – …") == b'"e" - ...'
