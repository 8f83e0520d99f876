"""What no document of any format may do."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from read_formats import NOW, batch, drafted, read, sample

from copydesk_ingest.formats.media_types import BATCHES, Form
from copydesk_ingest.refusals import RefusedError

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)
NAMED = {
    Form.JSON_LD: "ferry.jsonld",
    Form.NINJS: "ferry.ninjs1.json",
    Form.WORDPRESS: "ferry.wordpress.json",
    Form.JSON_FEED: "ferry.feed.json",
}


def mutilated(document: Any, draw: Callable[[Any], Any]) -> Any:
    """The document with a few of its values, at any depth, replaced by others."""
    if draw(st.integers(0, 12)) == 0:
        return draw(VALUES)
    if isinstance(document, dict):
        return {name: mutilated(value, draw) for name, value in document.items()}
    if isinstance(document, list):
        return [mutilated(value, draw) for value in document]
    return document


@pytest.mark.parametrize("name", ["ferry.ninjs2.json", "ferry.ninjs3.json", *NAMED.values()])
@settings(max_examples=60)
@given(data=st.data())
def test_a_mutilated_document_is_a_draft_or_a_refusal(name: str, data: st.DataObject) -> None:
    document = mutilated(orjson.loads(sample(name)), data.draw)
    body = orjson.dumps(document)
    forms = [form for form, of_form in NAMED.items() if of_form == name] or [Form.NINJS]
    for form in forms:
        with suppress(RefusedError):
            draft = drafted(read(body, query=[("format", form)]))
            draft.event_tail("0-s", received_at=NOW, trace=None)
    with suppress(RefusedError):
        batch(body, "application/json")


@pytest.mark.parametrize("name", ["ferry.rss", "ferry.atom"])
@settings(max_examples=60)
@given(data=st.data())
def test_a_mutilated_feed_is_drafts_or_a_refusal(name: str, data: st.DataObject) -> None:
    body = bytearray(sample(name))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(body)))
        length = data.draw(st.integers(0, 40))
        other = data.draw(st.binary(max_size=8) | st.sampled_from([b"<a>", b"&x;", b"<item>"]))
        body[start : start + length] = other
    with suppress(RefusedError):
        batch(bytes(body), "application/rss+xml")


@given(st.binary(max_size=200), st.sampled_from(BATCHES))
def test_any_bytes_are_a_batch_or_a_refusal(body: bytes, media_type: str) -> None:
    with suppress(RefusedError):
        batch(body, media_type)
