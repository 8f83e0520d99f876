"""The contracts only grow: a snapshot of each schema, and payloads of old that must keep parsing.

After a deliberate addition, write the snapshots anew with `COPYDESK_WRITE_SNAPSHOTS=1`.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from copydesk_shared.contracts.article import Article
from copydesk_shared.contracts.events import (
    ArticleEnriched,
    ArticleIndexed,
    ArticleWithdrawn,
    DeadLetter,
)
from copydesk_shared.contracts.preview import PreviewReply
from copydesk_shared.contracts.receipt import Receipt
from copydesk_shared.contracts.submission import ArticleSubmitted
from copydesk_shared.contracts.trace import TraceEvent
from copydesk_shared.search_schema import SearchDocument

HERE = Path(__file__).parent
MODELS = (
    Article,
    ArticleEnriched,
    ArticleIndexed,
    ArticleSubmitted,
    ArticleWithdrawn,
    DeadLetter,
    PreviewReply,
    Receipt,
    SearchDocument,
    TraceEvent,
)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_schema_is_the_one_on_record(model: type[BaseModel]) -> None:
    snapshot = HERE / "schemas" / f"{model.__name__}.json"
    schema = model.model_json_schema()
    if os.environ.get("COPYDESK_WRITE_SNAPSHOTS"):
        snapshot.parent.mkdir(exist_ok=True)
        snapshot.write_text(json.dumps(schema, indent=1, sort_keys=True) + "\n")
    assert schema == json.loads(snapshot.read_text())


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_payload_of_the_first_release_still_parses(model: type[BaseModel]) -> None:
    payload = (HERE / "payloads" / f"{model.__name__}.v1.json").read_text()
    assert isinstance(model.model_validate_json(payload), model)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_fields_of_a_newer_peer_are_ignored(model: type[BaseModel]) -> None:
    payload: dict[str, Any] = json.loads(
        (HERE / "payloads" / f"{model.__name__}.v1.json").read_text()
    )
    payload["field_of_the_future"] = {"any": "thing"}
    assert "field_of_the_future" not in model.model_validate(payload).model_dump()
