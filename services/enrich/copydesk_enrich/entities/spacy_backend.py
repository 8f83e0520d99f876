"""spaCy behind the port. Importing this module imports spaCy: only do so when it is chosen."""

import importlib
import warnings
from collections.abc import Sequence
from importlib.metadata import version

import spacy
from spacy.language import Language

from copydesk_enrich.entities.backend import Span
from copydesk_shared.contracts.article import EntityType

_TYPES = {
    # OntoNotes
    "PERSON": EntityType.PERSON,
    "ORG": EntityType.ORGANISATION,
    "GPE": EntityType.PLACE,
    "LOC": EntityType.PLACE,
    "FAC": EntityType.PLACE,
    "EVENT": EntityType.EVENT,
    "WORK_OF_ART": EntityType.WORK,
    # WikiNER, of the European models
    "PER": EntityType.PERSON,
}
_PIPES = ("transformer", "tok2vec", "ner")
# What news models carry besides; leaving it out saves a third of the loading time.
_UNUSED = ("tagger", "parser", "attribute_ruler", "lemmatizer", "morphologizer", "senter")
_MODULE = "pkg:"


class SpacyBackend:
    """A loaded pipeline of which only tok2vec (or transformer) and ner run."""

    def __init__(self, model: str) -> None:
        self._nlp = _load(model)
        self._nlp.select_pipes(enable=[name for name in _PIPES if name in self._nlp.pipe_names])
        meta = self._nlp.meta
        self.version = f"spacy-{version('spacy')}/{meta['lang']}_{meta['name']}-{meta['version']}"

    def reads(self, language: str) -> bool:
        return language in {self._nlp.lang, "und"} or self._nlp.lang == "xx"

    def recognise(self, texts: Sequence[str]) -> list[list[Span]]:
        return [
            [
                Span(entity.start_char, entity.end_char, _TYPES[entity.label_])
                for entity in document.ents
                if entity.label_ in _TYPES
            ]
            for document in self._nlp.pipe(texts)
        ]


def _load(model: str) -> Language:
    """`pkg:module` has a load() of its own; anything else is spacy.load's name or path."""
    with warnings.catch_warnings():
        # Trained with 3.7, run with 3.8: its scores were measured in just this combination.
        warnings.filterwarnings("ignore", message=r"\[W095\]", category=UserWarning)
        if model.startswith(_MODULE):
            module = importlib.import_module(model.removeprefix(_MODULE))
            nlp: Language = module.load(exclude=list(_UNUSED))
            return nlp
        return spacy.load(model, exclude=list(_UNUSED))
