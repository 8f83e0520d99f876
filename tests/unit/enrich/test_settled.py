from datetime import timedelta
from typing import Any

import pytest
from enrich_submissions import RECEIVED, SCRAPED, a_submission

from copydesk_enrich.extraction.rules import rule_book
from copydesk_enrich.extraction.settled import Settled, extract
from copydesk_shared.contracts.article import LinkKind, Precision, Provenance
from copydesk_shared.contracts.submission import GivenImage, GivenLink, Warned
from copydesk_shared.errors import PermanentError

PROSE = "The tide was out. Nobody on the quay spoke of the bridge."


def settle(content: str = PROSE, **fields: object) -> Settled:
    return extract(a_submission(content, **fields), rules=rule_book())


def test_what_the_publisher_gives_wins() -> None:
    settled = settle(SCRAPED, title="Ours", byline="Jo Reed", section="Harbour", published=RECEIVED)
    assert (settled.title, settled.section) == ("Ours", "Harbour")
    assert settled.published.value == RECEIVED
    assert settled.published.provenance is Provenance.PUBLISHER
    assert [author.name for author in settled.authors] == ["Jo Reed", "Ada Marlowe"]


def test_a_given_byline_takes_the_biography_of_the_text() -> None:
    settled = settle(SCRAPED, byline="Ada Marlowe")
    assert [author.name for author in settled.authors] == ["Ada Marlowe"]
    assert settled.authors[0].bio is not None


def test_a_title_is_never_empty() -> None:
    settled = settle(title="  ")
    assert settled.title == PROSE
    assert [warning.code for warning in settled.warnings] == ["no_title"]
    assert "no_title" in settled.extraction.reasons


def test_a_title_made_of_words_is_cut_between_words() -> None:
    assert settle("word " * 60 + ".").title.endswith("word…")


def test_without_any_date_the_time_of_receipt_stands_in() -> None:
    published = settle().published
    assert (published.value, published.provenance) == (RECEIVED, Provenance.RECEIVED)


@pytest.mark.parametrize(("days", "code"), [(2, "future_date"), (-700 * 365, "implausible_date")])
def test_an_absurd_date_is_refused_with_a_warning(days: int, code: str) -> None:
    settled = settle(title="V", published=RECEIVED + timedelta(days=days))
    assert settled.published.value == RECEIVED
    assert [(warning.code, warning.field) for warning in settled.warnings] == [(code, "published")]


@pytest.mark.parametrize("field", ["published", "modified"])
def test_a_date_that_ingest_has_told_to_be_in_the_future_is_refused_without_another_word(
    field: str,
) -> None:
    warned = Warned(code="future_date", message="m", field=field)
    fields: dict[str, Any] = {field: RECEIVED + timedelta(days=400), "warnings": (warned,)}
    settled = settle(title="V", **fields)
    assert (settled.published.value, settled.modified) == (RECEIVED, None)
    assert settled.warnings == (warned,)


def test_a_modification_in_the_future_is_none() -> None:
    settled = settle(title="V", modified=RECEIVED + timedelta(days=2))
    assert settled.modified is None
    assert [(w.code, w.field) for w in settled.warnings] == [("future_date", "modified")]
    ahead = RECEIVED + timedelta(hours=14)
    assert settle(title="V", modified=ahead).modified == ahead


def test_an_embargoed_article_may_bear_the_date_of_its_embargos_end() -> None:
    end = RECEIVED + timedelta(days=9)
    settled = settle(title="V", published=end, modified=end, embargoed_until=end)
    assert (settled.published.value, settled.modified, settled.warnings) == (end, end, ())
    late = settle(title="V", published=end + timedelta(minutes=1), embargoed_until=end)
    assert [warning.code for warning in late.warnings] == ["future_date"]


def test_the_publishers_day_stays_a_day() -> None:
    settled = settle(published=RECEIVED, published_precision=Precision.DAY)
    assert settled.published.precision is Precision.DAY


def test_a_date_a_few_hours_ahead_is_a_zone_not_a_mistake() -> None:
    ahead = RECEIVED + timedelta(hours=14)
    assert settle(published=ahead).published.value == ahead


def test_a_date_of_the_text_is_used_where_the_publishers_is_absurd() -> None:
    text = f"A headline of four words\n\n3 May 2026\n\n{PROSE}"
    published = settle(text, published=RECEIVED + timedelta(days=400)).published
    assert (published.precision, published.provenance) == (Precision.DAY, Provenance.TEXT)


def test_pictures_of_the_publisher_come_first_and_once() -> None:
    figure = '<figure><img src="https://a.example/{0}"><figcaption>{0}</figcaption></figure>'
    settled = settle(
        f"<article>{figure.format(1)}{figure.format(2)}<p>{PROSE}</p></article>",
        content_type="text/html",
        images=(GivenImage(href="https://a.example/2", credit="Jo Reed"),),
    )
    assert [(image.href, image.credit) for image in settled.images] == [
        ("https://a.example/2", "Jo Reed"),
        ("https://a.example/1", None),
    ]


def test_warnings_of_ingest_stay() -> None:
    warned = Warned(code="charset_repaired", message="m")
    assert settle(title="V", warnings=(warned,)).warnings == (warned,)


@pytest.mark.parametrize("content", ["", " \n\t\n", "Advertisement", "1. Home\n2. /\n3. Local"])
@pytest.mark.parametrize("content_type", ["text/plain", "text/html"])
def test_nothing_but_junk_is_no_content(content: str, content_type: str) -> None:
    if content_type == "text/html":
        content = "".join(f"<p>{line}</p>" for line in content.splitlines() if "." not in line)
    with pytest.raises(PermanentError) as caught:
        settle(content, content_type=content_type, title="V")
    assert caught.value.code == "no_content"


def test_quality_falls_with_each_flaw() -> None:
    good = settle((PROSE + "\n\n") * 1 + "word " * 80 + ".", title="V", published=RECEIVED)
    assert (good.extraction.quality, good.extraction.reasons) == (1.0, ())
    bad = settle("It Ã© was â€ broken \ufffd.")
    assert bad.extraction.quality < 0.3
    assert set(bad.extraction.reasons) >= {"no_title", "very_short", "broken_characters", "no_date"}


def test_links_of_the_publisher_follow_those_of_the_text_each_once() -> None:
    links = [
        GivenLink(href="https://a.example/tide", label="The  tide"),
        GivenLink(href="https://a.example/fog", label="Fog"),
        GivenLink(href="https://a.example/quay"),
        GivenLink(href="https://a.example/here#top", label="Itself"),
    ]
    anchor = '<a href="/tide">The tide</a>'
    settled = settle(
        f"<article><p>{PROSE} {anchor} was out again at noon on Tuesday.</p></article>",
        content_type="text/html",
        url="https://a.example/here",
        links=tuple(links),
    )
    assert [(link.kind, link.title, link.label, link.url) for link in settled.related_links] == [
        (LinkKind.INLINE, "The tide", "The tide", "https://a.example/tide"),
        (LinkKind.PUBLISHER, "Fog", "Fog", "https://a.example/fog"),
        (LinkKind.PUBLISHER, "https://a.example/quay", None, "https://a.example/quay"),
    ]
    assert settled.related_links[1].position is None


@pytest.mark.parametrize(
    ("summary", "standfirst"),
    [
        ("Nobody speaks of it.", "Nobody speaks of it."),
        ("Two years on… nobody speaks of it.", "Two years on… nobody speaks of it."),
        ("The tide was out. Nobody on…", None),
        ("The tide was out. Nobody […] Continue reading Bridge", None),
        ("The tide was out. Nobody on the quay spoke of the bridge. More", None),
        ("Nobody on the quay spoke of the bridge.", None),
        ("The bridge!", None),
        (" ", None),
        ("…", None),
    ],
)
def test_the_publishers_summary_is_the_standfirst_unless_the_text_says_it(
    summary: str, standfirst: str | None
) -> None:
    assert settle(title="The bridge", standfirst=summary).standfirst == standfirst


def test_a_standfirst_in_the_text_comes_before_the_publishers() -> None:
    assert settle(SCRAPED, standfirst="In short.").standfirst == "In short."
    page = f'<article><h1>V</h1><p class="standfirst">Set apart.</p><p>{PROSE}</p></article>'
    settled = settle(page, content_type="text/html", title="V", standfirst="In short.")
    assert settled.standfirst == "Set apart."
