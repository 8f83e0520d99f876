from datetime import UTC, datetime

from copydesk_ingest.draft import Draft
from copydesk_shared.contracts.submission import ArticleSubmitted, GivenImage, Op, Precision, Warned

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
HEAD = '{"article_id":"a","version":3,'
ADDED_ON_ACCEPTANCE = {"submission_id", "article_id", "version", "op", "received_at", "trace"}


def test_a_draft_has_every_field_of_the_event_that_a_publisher_decides() -> None:
    of_event = set(ArticleSubmitted.model_fields)
    assert set(Draft.model_fields) == of_event - ADDED_ON_ACCEPTANCE


def test_what_the_script_puts_together_is_the_event() -> None:
    draft = Draft(
        source="wire",
        external_id="7",
        url="https://example.org/a",
        content_type="text/plain",
        content='Quotes " and \\ and \u2028 and \n lines',
        title="Harbour",
        byline="Jo",
        language="en",
        published=AT,
        published_precision=Precision.DAY,
        modified=AT,
        section="Local",
        keywords=("a", "b"),
        embargoed_until=AT,
        expires=AT,
        images=(GivenImage(href="https://example.org/1.jpg", caption="The pier"),),
        warnings=(Warned(code="c", message="m", field="f"),),
    )
    trace = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"
    tail = draft.event_tail("0-s", received_at=AT, trace=trace)
    event = ArticleSubmitted.model_validate_json(HEAD + tail)
    assert event == ArticleSubmitted(
        submission_id="0-s",
        article_id="a",
        version=3,
        op=Op.PUBLISH,
        received_at=AT,
        trace=trace,
        **{name: getattr(draft, name) for name in Draft.model_fields},
    )


def test_the_smallest_draft_is_an_event_too() -> None:
    draft = Draft(source="wire", content_type="text/plain", content="x")
    event = ArticleSubmitted.model_validate_json(
        HEAD + draft.event_tail("0-s", received_at=AT, trace=None)
    )
    assert (event.content, event.trace, event.keywords) == ("x", None, ())
