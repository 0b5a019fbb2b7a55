"""Presidio's own default recognizers with the small spaCy model, for measuring beside ours. Never part of a release.

Its e-mail recognizer asks the network for the list of public suffixes; here it reads the list inside its package.
Texts longer than spaCy takes are read in pieces, cut at white space.
"""

from __future__ import annotations

import functools

import tldextract
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import SpacyNlpEngine
from presidio_analyzer.predefined_recognizers import EmailRecognizer

from recognizers.layers import LANGUAGE, SPACY_MODEL

LONGEST = 200_000


class OfflineEmail(EmailRecognizer):
    """The same pattern; the ending is checked against the packaged list."""

    @functools.cached_property
    def suffixes(self) -> tldextract.TLDExtract:
        return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)

    def validate_result(self, pattern_text: str) -> bool:
        return bool(self.suffixes(pattern_text).top_domain_under_public_suffix)


def build_default() -> AnalyzerEngine:
    """An AnalyzerEngine as it comes, offline."""
    engine = SpacyNlpEngine(models=[{"lang_code": LANGUAGE, "model_name": SPACY_MODEL}])
    engine.load()
    registry = RecognizerRegistry(supported_languages=[LANGUAGE])
    registry.load_predefined_recognizers(languages=[LANGUAGE], nlp_engine=engine)
    registry.remove_recognizer("EmailRecognizer")
    registry.add_recognizer(OfflineEmail(supported_language=LANGUAGE))
    return AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=[LANGUAGE])


def mask_ranges(analyzer: AnalyzerEngine, text: str) -> list[tuple[int, int]]:
    """What the default would mask, in offsets of the text."""
    ranges = []
    at = 0
    while at < len(text):
        end = min(len(text), at + LONGEST)
        if end < len(text):
            end = max(text.rfind(" ", at, end), at + LONGEST // 2)
        ranges += [(at + r.start, at + r.end) for r in analyzer.analyze(text[at:end], LANGUAGE)]
        at = end
    return ranges
