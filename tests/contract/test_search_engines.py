"""One suite for every search engine: written through index's port, read through gateway's.

The third target is a real Meilisearch, when `MEILI_URL` and `MEILI_KEY` are set. Sets and orders
are asserted, never the order of near-equals.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from search_targets import SERVER, TARGETS, Target, a_target

from copydesk_gateway.engines import embedded as tantivy_reader
from copydesk_gateway.engines import meilisearch as meilisearch_reader
from copydesk_gateway.engines.port import SearchPage
from copydesk_gateway.query import (
    Collapse,
    Either,
    Filters,
    Phrase,
    Query,
    SearchRequest,
    Sort,
    Titled,
    Valued,
    Word,
)
from copydesk_index.engines import embedded as tantivy_writer
from copydesk_index.engines import meilisearch as meilisearch_writer
from copydesk_shared.errors import DependencyDownError
from copydesk_shared.search_schema import SearchDocument
from copydesk_shared.testing.meilisearch import LoopbackMeilisearch, loopback_meilisearch
from copydesk_shared.testing.meilisearch.documents import NOON_S, a_document

HOUR_S = 3600
FACETS = ("source", "section", "language", "entity")


@pytest.fixture(scope="module")
def loopback() -> Iterator[LoopbackMeilisearch]:
    with loopback_meilisearch(key="a-master-key-for-tests") as server:
        yield server


@pytest.fixture(params=TARGETS)
async def target(
    request: pytest.FixtureRequest, tmp_path: Path, loopback: LoopbackMeilisearch
) -> AsyncIterator[Target]:
    async with a_target(request.param, tmp_path, loopback) as made:
        yield made


def words(text: str) -> Query:
    return Query(terms=tuple(Word(word) for word in text.split()))


def asking(text: str, **more: Any) -> SearchRequest:
    return SearchRequest(query=words(text), **more)


def phrase(text: str) -> Phrase:
    return Phrase(tuple(text.split()))


@pytest.mark.skipif(SERVER is None, reason="MEILI_URL and MEILI_KEY name no Meilisearch server")
async def test_the_suite_runs_over_a_real_server(target: Target) -> None:
    assert await target.reader.healthy()


# --- writing ---


async def test_a_written_article_is_found_as_it_was_written(target: Target) -> None:
    document = a_document("a1", section=None, url=None)
    await target.write(document)
    (hit,) = (await target.reader.search(asking("harbour"))).hits
    assert (hit.article_id, hit.version, hit.title) == ("a1", 1, document.title)
    assert (hit.summary, hit.body) == (document.summary, document.body)
    assert list(hit.authors) == ["Ines Moreau"]
    assert list(hit.entities) == ["Port Authority"]
    assert (hit.source, hit.section, hit.language, hit.url) == ("tidewater", None, "en", None)
    assert (hit.published_s, hit.order_key) == (NOON_S, document.order_key)
    assert (hit.word_count, hit.reading_minutes) == (13, 1)
    assert hit.score is not None


async def test_a_new_version_replaces_the_old(target: Target) -> None:
    await target.write(a_document("a1"), a_document("a2", title="Tram line opens"))
    await target.write(a_document("a1", version=2, title="Lighthouse sold"))
    assert await target.found(asking("lighthouse")) == ["a1"]
    assert await target.writer.versions(["a1", "a2"]) == {"a1": 2, "a2": 1}
    assert (await target.reader.search(SearchRequest())).total.value == 2


async def test_writing_the_same_again_changes_nothing(target: Target) -> None:
    for _ in range(3):
        await target.write(a_document("a1"))
    assert (await target.reader.search(asking("harbour"))).total.value == 1


async def test_of_two_documents_with_one_id_the_last_stays(target: Target) -> None:
    await target.write(a_document("a1", title="Early"), a_document("a1", title="Late", version=2))
    assert await target.writer.versions(["a1"]) == {"a1": 2}
    assert [hit.title for hit in (await target.reader.search(SearchRequest())).hits] == ["Late"]


async def test_a_deleted_article_is_gone_and_an_unknown_one_is_no_error(target: Target) -> None:
    await target.write(a_document("a1"), a_document("a2"))
    await target.writer.write((), ("a1", "never-there"))
    assert await target.found(asking("harbour")) == ["a2"]
    assert await target.writer.versions(["a1", "a2"]) == {"a2": 1}


async def test_one_write_adds_and_deletes(target: Target) -> None:
    await target.write(a_document("a1"))
    await target.writer.write([a_document("a2")], ["a1"])
    assert await target.found(SearchRequest()) == ["a2"]


async def test_a_refused_document_leaves_its_neighbours_confirmed(target: Target) -> None:
    # Meilisearch takes no such id, tantivy no number beyond 64 bits.
    bad = a_document("no such id!", order_key=2**70)
    neighbours = [a_document(f"a{number}") for number in range(7)]
    report = await target.writer.write([*neighbours[:4], bad, *neighbours[4:]], ())
    assert list(report.refused) == ["no such id!"]
    assert report.refused["no such id!"]
    assert set(await target.found(SearchRequest())) == {each.id for each in neighbours}


async def test_text_that_is_no_unicode_is_refused(target: Target) -> None:
    broken = a_document("broken").model_copy(update={"title": "half a pair \ud800"})
    report = await target.writer.write([a_document("a1"), broken, a_document("a2")], ())
    assert list(report.refused) == ["broken"]
    assert set(await target.found(SearchRequest())) == {"a1", "a2"}


async def test_only_held_articles_have_versions(target: Target) -> None:
    assert await target.writer.versions([]) == {}
    assert await target.writer.versions(["a1", "no such id!"]) == {}


# --- words ---


async def test_typos_are_forgiven_by_length(target: Target) -> None:
    await target.write(
        a_document("nato", title="Stoltenberg leaves NATO", body="The alliance looks ahead."),
        a_document("bank", title="Bank lowers rates", body="Loans get cheaper."),
    )
    assert (await target.found(asking("stoltenbrg nato")))[0] == "nato"
    assert (await target.found(asking("lowres")))[0] == "bank"
    assert await target.found(asking("nado")) == []
    assert await target.found(asking("bnak")) == []


async def test_numbers_are_taken_at_their_word(target: Target) -> None:
    await target.write(a_document("a1", title="Flight 90210 lands", body="It was late."))
    assert await target.found(asking("90210")) == ["a1"]
    assert await target.found(asking("90211 quay")) == []


async def test_case_and_accents_do_not_matter(target: Target) -> None:
    await target.write(a_document("a1", title="Zürich café déjà vu"))
    for text in ("zurich", "ZÜRICH", "cafe", "Déja"):
        assert await target.found(asking(text)) == ["a1"], text


async def test_only_the_last_word_is_also_a_prefix(target: Target) -> None:
    await target.write(a_document("a1", title="Parliament votes", body="A long night."))
    assert await target.found(asking("parlia")) == ["a1"]
    assert await target.found(asking("votes parlia")) == ["a1"]
    assert await target.found(asking("parlia votes", sort=Sort.NEWEST)) == []


async def test_a_single_letter_is_no_prefix(target: Target) -> None:
    await target.write(
        a_document("a1", title="Plan B adopted"), a_document("a2", title="Bridge burns")
    )
    assert await target.found(asking("b")) == ["a1"]
    assert await target.found(asking("plan b", sort=Sort.NEWEST)) == ["a1"]
    assert set(await target.found(asking("br"))) == {"a2"}
    assert await target.found(asking("b", sort=Sort.NEWEST)) == ["a1"]


async def test_words_that_nothing_has_are_let_go_by_relevance_only(target: Target) -> None:
    await target.write(a_document("a1", title="Glacier melts"))
    assert await target.found(asking("glacier xylophone")) == ["a1"]
    assert await target.found(asking("glacier xylophone", sort=Sort.NEWEST)) == []


async def test_a_page_tells_how_many_words_nothing_has_beside_the_others(target: Target) -> None:
    await target.write(
        a_document("a1", title="Glacier melts"), a_document("a2", title="Glacier walk")
    )

    async def left_out(request: SearchRequest) -> int:
        page = await target.reader.search(request)
        assert page.total.value > 0
        return page.left_out

    assert await left_out(asking("glacier xylophone")) == 1
    assert await left_out(asking("glacier xylophone zebra")) == 2
    assert await left_out(asking("glacier xylophone", offset=1, limit=1)) == 1
    assert await left_out(asking("glacier xylophone", collapse=Collapse.DUPLICATES)) == 1
    assert await left_out(asking("glacier melts")) == 0
    assert await left_out(asking("glacier")) == 0
    with_a_phrase = Query((Word("glacier"), phrase("glacier walk"), Word("zebra")))
    assert await left_out(SearchRequest(with_a_phrase, facets=("source",))) == 1


async def test_who_has_all_words_comes_first(target: Target) -> None:
    await target.write(
        a_document("one", title="Glacier walk", body="A path."),
        a_document("both", title="Glacier melts quickly", body="A path."),
    )
    assert (await target.found(asking("glacier quickly")))[0] == "both"


async def test_a_word_in_the_headline_beats_one_in_the_text(target: Target) -> None:
    await target.write(
        a_document("text", title="Evening news", body="One word on the glacier among many others."),
        a_document("head", title="Glacier", body="One word on the ice among many others."),
    )
    assert await target.found(asking("glacier")) == ["head", "text"]


async def test_phrases_are_words_in_a_row_within_one_text(target: Target) -> None:
    await target.write(
        a_document("row", title="The prime minister resigns", entities=("Ada Lind", "Bo Ek")),
        a_document("apart", title="Minister in prime health", entities=()),
    )
    for text, expected in (
        ("prime minister", ["row"]),
        ("Prime Minister", ["row"]),
        ("minister prime", []),
        ("lind bo", []),
        ("ada lind", ["row"]),
    ):
        assert await target.found(SearchRequest(Query((phrase(text),)))) == expected, text


async def test_a_phrase_forgives_no_typo(target: Target) -> None:
    await target.write(a_document("a1", title="Stoltenberg resigns"))
    assert await target.found(SearchRequest(Query((phrase("stoltenbrg"),)))) == []
    assert await target.found(SearchRequest(Query((phrase("stoltenberg resigns"),)))) == ["a1"]


async def test_exclusions_take_out_words_and_phrases(target: Target) -> None:
    await target.write(
        a_document("tram", title="Tram opens", body="Rides are free on Sunday."),
        a_document("ferry", title="Ferry opens", body="Rides are free on Monday."),
        a_document("bus", title="Bus opens", body="Free are the rides."),
    )

    async def without(*excluded: Word | Phrase) -> set[str]:
        return set(await target.found(SearchRequest(Query((Word("opens"),), excluded))))

    assert await without(Word("tram")) == {"ferry", "bus"}
    assert await without(phrase("rides are free")) == {"bus"}
    assert await without(Word("tram"), Word("monday")) == {"bus"}
    assert await without(Word("tran")) == {"tram", "ferry", "bus"}
    alone = await target.found(SearchRequest(Query(excluded=(Word("tram"),))))
    assert set(alone) == {"ferry", "bus"}


async def test_an_exclusion_leaves_the_last_word_a_prefix(target: Target) -> None:
    await target.write(
        a_document("sea", title="Storm at sea"), a_document("pitch", title="Storm on the pitch")
    )
    for query in (
        Query((Word("stor"),), (Word("pitch"),)),
        Query((Word("storm"), Word("se")), (phrase("on the"), Titled(("nothing",)))),
    ):
        assert await target.found(SearchRequest(query, sort=Sort.NEWEST)) == ["sea"], query


async def test_exclusions_hold_beside_as_many_words_as_are_searched(target: Target) -> None:
    ten = "one two three four five six seven eight nine ten"
    await target.write(
        a_document("kept", title=ten), a_document("left", title=f"{ten} pitch and field")
    )
    for excluded in (Word("pitch"), phrase("pitch and field")):
        query = Query(words(ten).terms, (excluded,))
        for sort in Sort:
            assert await target.found(SearchRequest(query, sort=sort)) == ["kept"], excluded


async def test_more_words_can_be_excluded_than_searched(target: Target) -> None:
    await target.write(a_document("a1", title="Tram opens"), a_document("a2", title="Bus opens"))
    noise = [Word(f"noise{number}") for number in range(20)]
    query = Query((Word("opens"),), (*noise, Word("tram")))
    assert await target.found(SearchRequest(query)) == ["a2"]


# --- logic and fields ---


@pytest.fixture
async def ferries(target: Target) -> Target:
    await target.write(
        a_document("night", title="Night ferry sails", body="To Oslo.", source="tidewater"),
        a_document("day", title="Day boat sails", body="No night ferry.", source="hilltop"),
        a_document("tram", title="Tram opens", body="A lantern.", source="tidewater"),
    )
    return target


@pytest.mark.parametrize(
    ("terms", "excluded", "ids"),
    [
        ((Either((Word("oslo"), Word("lantern"))),), (), {"night", "tram"}),
        ((Word("sails"), Either((Word("oslo"), Word("lantern")))), (), {"night"}),
        ((Either((Word("oslo"), Phrase(("no", "night")))),), (), {"night", "day"}),
        ((Either((Word("oslo"), Valued("source", "hilltop"))),), (), {"night", "day"}),
        ((Either((Valued("source", "hilltop"), Titled(("tram",)))),), (), {"day", "tram"}),
        (
            (Either((Word("night"), Word("tram"))), Either((Word("oslo"), Word("lantern")))),
            (),
            {"night", "tram"},
        ),
        ((Either((Word("yacht"), Word("quay"))),), (), set()),
        ((Either((Word("sails"), Word("opens"))),), (Word("tram"),), {"night", "day"}),
        ((Titled(("ferry",)),), (), {"night"}),
        ((Titled(("night", "ferry")),), (), {"night"}),
        ((Titled(("ferry", "night")),), (), set()),
        ((Titled(("NIGHT",)), Word("oslo")), (), {"night"}),
        ((Titled(("nigh",)),), (), set()),
        ((), (Titled(("night",)),), {"day", "tram"}),
        ((), (Titled(("night", "ferry")),), {"day", "tram"}),
        ((), (Valued("source", "tidewater"),), {"day"}),
        ((Word("sails"),), (Valued("source", "hilltop"), Valued("section", "x")), {"night"}),
    ],
)
@pytest.mark.parametrize("sort", list(Sort))
async def test_alternatives_headlines_and_exclusions(
    ferries: Target, terms: Any, excluded: Any, ids: set[str], sort: Sort
) -> None:
    page = await ferries.reader.search(SearchRequest(Query(terms, excluded), sort=sort))
    assert {hit.article_id for hit in page.hits} == ids
    assert len(page.hits) == len(ids) == page.total.value


async def test_alternatives_are_filtered_counted_and_paged(ferries: Target) -> None:
    query = Query((Either((Word("night"), Word("oslo"), Word("lantern"))),))
    request = SearchRequest(query, Filters(source=("tidewater",)), facets=("source", "section"))
    page = await ferries.reader.search(request)
    assert {hit.article_id for hit in page.hits} == {"night", "tram"}
    assert counts(page, "source") == {"tidewater": 2, "hilltop": 1}
    assert counts(page, "section") == {"Transport": 2}
    everything = await ferries.all_found(SearchRequest(query, sort=Sort.NEWEST, limit=1))
    assert sorted(everything) == ["day", "night", "tram"]


async def test_copies_are_found_once_when_collapsed(target: Target) -> None:
    await target.write(
        a_document("first", group_id="g1", published_s=NOON_S),
        a_document("copy", group_id="g1", published_s=NOON_S + 60, source="other"),
        a_document("alone", group_id="g2", published_s=NOON_S + 30),
        a_document("older", group_id=None, published_s=NOON_S - 30),
    )
    collapsed = asking("harbour", collapse=Collapse.DUPLICATES, facets=("source",))
    for sort, ids in (
        (Sort.NEWEST, ["copy", "alone", "older"]),
        (Sort.OLDEST, ["older", "first", "alone"]),
    ):
        request = replace(collapsed, sort=sort, limit=2)
        page = await target.reader.search(request)
        assert page.total.value == 3
        assert counts(page, "source") == {"tidewater": 3, "other": 1}
        assert await target.all_found(request) == ids
    relevant = await target.reader.search(collapsed)
    assert relevant.total.value == 3
    assert len({hit.group_id for hit in relevant.hits}) == len(relevant.hits) == 3
    filtered = replace(collapsed, filters=Filters(source=("tidewater",)))
    assert set(await target.found(filtered)) == {"first", "alone", "older"}


async def test_articles_that_share_an_order_key_are_never_skipped(target: Target) -> None:
    keys = [7, 7, 8, 9, 9, 9, 10]
    documents = [
        a_document(f"a{number}", order_key=(NOON_S << 20) + key) for number, key in enumerate(keys)
    ]
    await target.write(*documents)
    for limit in (1, 2, 3, 4):
        found = await target.all_found(asking("harbour", sort=Sort.OLDEST, limit=limit))
        assert sorted(found) == [each.id for each in documents], limit


# --- filters and facets ---


@pytest.fixture
async def archive(target: Target) -> Target:
    rows = [
        ("a1", "tidewater", "Transport", "en", ("Ada Lind", "Bo Ek"), 0),
        ("a2", "tidewater", "Politics", "en", ("Ada Lind",), 1),
        ("a3", "hilltop", "Politics", "de", ("Ada Lind", "Senate"), 2),
        ("a4", "hilltop", None, "fr", (), 3),
        ("a5", "marsh", "Transport", "en", ("Senate",), 4),
    ]
    await target.write(
        *(
            a_document(
                name,
                source=source,
                section=section,
                language=language,
                entities=entities,
                entity_ids=tuple(f"e-{entity.split()[0].lower()}" for entity in entities),
                people=tuple(each for each in entities if each != "Senate"),
                organisations=tuple(each for each in entities if each == "Senate"),
                places=("Sund",) if name == "a3" else (),
                quality={"a2": 0.5, "a3": 0.49, "a4": 1.0}.get(name),
                published_s=NOON_S + hours * HOUR_S,
            )
            for name, source, section, language, entities, hours in rows
        )
    )
    return target


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(source=("tidewater",)), {"a1", "a2"}),
        (Filters(source=("tidewater", "marsh")), {"a1", "a2", "a5"}),
        (Filters(section=("Politics",)), {"a2", "a3"}),
        (Filters(language=("de", "fr")), {"a3", "a4"}),
        (Filters(entity=("Ada Lind",)), {"a1", "a2", "a3"}),
        (Filters(entity=("Ada Lind", "Senate")), {"a1", "a2", "a3", "a5"}),
        (Filters(entity=("Ada",)), set()),
        (Filters(source=("nobody",)), set()),
        (Filters(source=("tidewater",), section=("Politics",)), {"a2"}),
        (Filters(published_from=NOON_S + 3 * HOUR_S), {"a4", "a5"}),
        (Filters(published_to=NOON_S + HOUR_S), {"a1", "a2"}),
        (Filters(published_from=NOON_S + HOUR_S, published_to=NOON_S + 2 * HOUR_S), {"a2", "a3"}),
        (Filters(published_from=-(2**80), published_to=2**80), {"a1", "a2", "a3", "a4", "a5"}),
        (Filters(day=("2025-06-15",)), {"a1", "a2", "a3", "a4", "a5"}),
        (Filters(day=("2025-06-14", "2025-06-16")), set()),
        (Filters(author=("Ines Moreau",), entity_id=("e-senate",)), {"a3", "a5"}),
        (Filters(person=("Ada Lind",)), {"a1", "a2", "a3"}),
        (Filters(person=("Senate",)), set()),
        (Filters(org=("Senate",), place=("Sund",)), {"a3"}),
        (Filters(min_quality=0.5), {"a2", "a4"}),
    ],
)
@pytest.mark.parametrize("query", ["", "harbour"])
async def test_filters_narrow_a_search(
    archive: Target, query: str, filters: Filters, expected: set[str]
) -> None:
    page = await archive.reader.search(asking(query, filters=filters))
    assert {hit.article_id for hit in page.hits} == expected
    assert page.total.value == len(expected)


async def test_an_engine_tells_which_values_it_holds_as_they_are_spelled(archive: Target) -> None:
    held = [
        Valued("source", "tidewater"),
        Valued("section", "Politics"),
        Valued("language", "de"),
        Valued("entity", "Bo Ek"),
        Valued("person", "Ada Lind"),
        Valued("org", "Senate"),
        Valued("place", "Sund"),
        Valued("author", "Ines Moreau"),
    ]
    others = [Valued("section", "politics"), Valued("person", "Senate"), Valued("entity", "Ada")]
    assert list(await archive.reader.held([*held, *others, Valued("source", "\ud800")])) == held
    await archive.writer.write((), ["a1", "a2"])
    assert list(await archive.reader.held([Valued("source", "tidewater")])) == []


async def test_a_value_is_found_and_excluded_in_any_of_its_spellings(archive: Target) -> None:
    given = Valued("source", "x", ("hilltop", "marsh"))
    for query, expected in (
        (Query((Either((given, Word("nothing"))),)), {"a3", "a4", "a5"}),
        (Query(excluded=(given,)), {"a1", "a2"}),
    ):
        assert set(await archive.found(SearchRequest(query))) == expected


NASTY = [
    'the "Daily" Planet',
    "l'Écho d'Ici",
    "back\\slash",
    "ends in \\",
    '\\" OR source = "tidewater',
    "x' OR 'a' = 'a",
    '"] OR source IN ["tidewater',
    "tab\tand\nline",
    "ünïcödé 日本語 🦀",
    "NOT",
    "AND",
    "TO",
    "a, b",
    "(brackets)",
    "_geoRadius(1, 2, 3)",
    "-minus",
    "*",
    "100%",
    "\\n",
    "\\u0041",
]


async def test_filter_values_are_never_syntax(target: Target) -> None:
    documents = [
        a_document(f"a{number}", source=value, section=value, entities=(value,))
        for number, value in enumerate(NASTY)
    ]
    await target.write(a_document("other"), *documents)
    for document in documents:
        for filters in (
            Filters(source=(document.source,)),
            Filters(section=(document.source,)),
            Filters(entity=(document.source, "")),
        ):
            assert await target.found(SearchRequest(filters=filters)) == [document.id], filters


@pytest.mark.parametrize(
    "text", [*NASTY, "", " ", "-", '"', "\x00", "\ud800", "é" * 9000, "a:b^2~"]
)
async def test_no_text_is_an_error(archive: Target, text: str) -> None:
    for query in (
        Query((Word(text),)),
        Query((Phrase((text, text)),)),
        Query((Word("harbour"),), (Word(text), Phrase((text,)))),
        Query(tuple(Word(text) for _ in range(40)), (Phrase((text, "harbour")),)),
    ):
        await archive.reader.search(SearchRequest(query, facets=FACETS))
    await archive.reader.search(SearchRequest(filters=Filters(source=(text,), entity=(text,))))


def counts(page: SearchPage, facet: str) -> dict[str, int]:
    return {each.value: each.count for each in page.facets[facet]}


async def test_facets_are_counted_over_all_matches(archive: Target) -> None:
    page = await archive.reader.search(asking("harbour", limit=1, facets=FACETS))
    assert set(page.facets) == set(FACETS)
    assert counts(page, "source") == {"tidewater": 2, "hilltop": 2, "marsh": 1}
    assert counts(page, "section") == {"Politics": 2, "Transport": 2}
    assert counts(page, "language") == {"en": 3, "de": 1, "fr": 1}
    assert counts(page, "entity") == {"Ada Lind": 3, "Senate": 2, "Bo Ek": 1}
    assert [each.value for each in page.facets["entity"]] == ["Ada Lind", "Senate", "Bo Ek"]
    assert [each.value for each in page.facets["source"]] == ["hilltop", "tidewater", "marsh"]


async def test_a_facet_ignores_its_own_filter_but_no_other(archive: Target) -> None:
    filters = Filters(source=("tidewater",), language=("en",))
    page = await archive.reader.search(SearchRequest(filters=filters, facets=FACETS))
    assert {hit.article_id for hit in page.hits} == {"a1", "a2"}
    assert page.total.value == 2
    assert counts(page, "source") == {"tidewater": 2, "marsh": 1}
    assert counts(page, "language") == {"en": 2}
    assert counts(page, "section") == {"Transport": 1, "Politics": 1}
    assert counts(page, "entity") == {"Ada Lind": 2, "Bo Ek": 1}


@pytest.mark.parametrize(
    ("facet", "prefix", "found"),
    [
        ("entity", "", {"Ada Lind": 3, "Senate": 2, "Bo Ek": 1}),
        ("entity", "lin", {"Ada Lind": 3}),
        ("entity", "ÁDA l", {"Ada Lind": 3}),
        ("entity", "ada ek", {}),
        ("person", "e", {"Bo Ek": 1}),
        ("org", "sen", {"Senate": 2}),
        ("author", "ines", {"Ines Moreau": 5}),
        ("section", "p", {"Politics": 2}),
        ("day", "2025", {"2025-06-15": 5}),
        ("day", "2024", {}),
        ("source", '") OR (', {}),
    ],
)
async def test_a_facet_is_searched_by_the_heads_of_words(
    archive: Target, facet: str, prefix: str, found: dict[str, int]
) -> None:
    own: Any = {facet: ("2025-06-15",)}  # which is left out
    request = asking("harbour", filters=Filters(**own))
    values = await archive.reader.facet_values(request, facet, prefix, limit=10)
    assert {each.value: each.count for each in values} == found


async def test_a_facet_is_searched_within_the_search_and_up_to_a_limit(archive: Target) -> None:
    request = SearchRequest(filters=Filters(language=("en",)))
    (value,) = await archive.reader.facet_values(request, "entity", "", limit=1)
    assert (value.value, value.count) == ("Ada Lind", 2)
    either = SearchRequest(Query((Either((Word("harbour"), Word("x"))),)), request.filters)
    found = await archive.reader.facet_values(either, "entity", "se", limit=5)
    assert [(each.value, each.count) for each in found] == [("Senate", 1)]


async def test_accents_in_a_value_do_not_hide_it(target: Target) -> None:
    await target.write(a_document("a1", entities=("Málaga Airport", "Ørsted")))
    for prefix, value in (("mala", "Málaga Airport"), ("air", "Málaga Airport"), ("Ø", "Ørsted")):
        found = await target.reader.facet_values(SearchRequest(), "entity", prefix, limit=5)
        assert [each.value for each in found] == [value], prefix


async def test_matches_are_counted_by_day_month_and_year(target: Target) -> None:
    day = 86_400
    await target.write(
        *(
            a_document(f"a{n}", published_s=NOON_S + shift * day)
            for n, shift in enumerate((0, 0, 1, 40))
        ),
        a_document("old", published_s=-3 * day),
    )
    calendar = (await target.reader.search(asking("harbour", calendar=True))).calendar
    assert calendar is not None
    first = NOON_S // day
    assert calendar.days == {first: 2, first + 1: 1, first + 40: 1, -3: 1}
    assert calendar.months == {2025 * 12 + 5: 3, 2025 * 12 + 6: 1, 1969 * 12 + 11: 1}
    assert calendar.years == {2025: 4, 1969: 1}
    assert (await target.reader.search(asking("harbour"))).calendar is None


async def test_only_asked_facets_are_counted(archive: Target) -> None:
    assert (await archive.reader.search(SearchRequest())).facets == {}
    page = await archive.reader.search(asking("nothing-has-this", facets=("source",)))
    assert page.facets == {"source": ()}


# --- order and pages ---


async def test_date_order_is_strict(archive: Target) -> None:
    assert await archive.found(SearchRequest()) == ["a5", "a4", "a3", "a2", "a1"]
    newest = await archive.reader.search(asking("harbour", sort=Sort.NEWEST))
    assert [hit.article_id for hit in newest.hits] == ["a5", "a4", "a3", "a2", "a1"]
    assert all(hit.score is None for hit in newest.hits)
    oldest = await archive.found(asking("harbour", sort=Sort.OLDEST))
    assert oldest == ["a1", "a2", "a3", "a4", "a5"]


async def test_dates_order_even_against_relevance(target: Target) -> None:
    await target.write(
        a_document("weak", title="Evening news", body="A glacier.", published_s=NOON_S + 1),
        a_document("strong", title="Glacier", body="Glacier, glacier.", published_s=NOON_S),
    )
    assert await target.found(asking("glacier", sort=Sort.NEWEST)) == ["weak", "strong"]
    assert (await target.found(asking("glacier")))[0] == "strong"


async def page_through(
    target: Target, sort: Sort, *, inserts: Sequence[SearchDocument]
) -> list[str]:
    """All pages by date; one more article is published after each of them."""
    seen: list[str] = []
    waiting = list(inserts)
    after: int | None = None
    while True:
        request = asking("harbour", sort=sort, limit=4, after_key=after)
        page = await target.reader.search(request)
        if not page.hits:
            return seen
        seen += [hit.article_id for hit in page.hits]
        after = page.hits[-1].order_key
        if waiting:
            await target.write(waiting.pop())


@pytest.mark.parametrize("sort", [Sort.NEWEST, Sort.OLDEST])
async def test_pages_by_date_neither_overlap_nor_skip_while_news_arrive(
    target: Target, sort: Sort
) -> None:
    # Pairs share a second: only the order key's hash tells them apart.
    old = [a_document(f"a{number:02}", published_s=NOON_S + number // 2) for number in range(18)]
    step = 100 if sort is Sort.NEWEST else -100
    fresh = [
        a_document(f"n{number}", published_s=NOON_S + step * (number + 1)) for number in range(3)
    ]
    await target.write(*old)
    seen = await page_through(target, sort, inserts=fresh)
    assert len(seen) == len(set(seen))
    expected = sorted(old, key=lambda each: each.order_key, reverse=sort is Sort.NEWEST)
    assert seen == [each.id for each in expected]


async def test_total_and_facets_are_those_of_the_whole_search_on_every_page(
    archive: Target,
) -> None:
    first = await archive.reader.search(
        asking("harbour", sort=Sort.NEWEST, limit=2, facets=("source",))
    )
    second = await archive.reader.search(
        asking(
            "harbour",
            sort=Sort.NEWEST,
            limit=2,
            facets=("source",),
            after_key=first.hits[-1].order_key,
        )
    )
    assert [hit.article_id for hit in (*first.hits, *second.hits)] == ["a5", "a4", "a3", "a2"]
    assert first.total.value == second.total.value == 5
    assert first.facets == second.facets


async def test_pages_by_relevance_make_up_the_whole(archive: Target) -> None:
    pages = [
        await archive.found(asking("harbour", limit=2, offset=offset)) for offset in (0, 2, 4, 6)
    ]
    assert [len(page) for page in pages] == [2, 2, 1, 0]
    assert {each for page in pages for each in page} == {"a1", "a2", "a3", "a4", "a5"}


@pytest.mark.parametrize(("limit", "offset"), [(0, 0), (20, 1000), (20, 10**12), (10**12, 0)])
async def test_depth_is_bounded(archive: Target, limit: int, offset: int) -> None:
    page = await archive.reader.search(asking("harbour", limit=limit, offset=offset))
    assert page.total.value == 5
    assert len(page.hits) == (5 if limit > 20 else 0)


# --- when there is nothing, or nobody ---


async def test_a_new_engine_is_empty_and_healthy(target: Target) -> None:
    page = await target.reader.search(asking("anything", facets=("source",)))
    assert (list(page.hits), page.total.value, page.facets) == ([], 0, {"source": ()})
    assert await target.writer.healthy()
    assert await target.reader.healthy()


async def test_before_the_first_index_there_is_nothing_to_find(
    tmp_path: Path, loopback: LoopbackMeilisearch
) -> None:
    for reader in (
        tantivy_reader.EmbeddedSearchEngine(tmp_path / "nowhere"),
        meilisearch_reader.MeilisearchSearchEngine(
            loopback.url, key=loopback.key, index="not_made_yet"
        ),
    ):
        page = await reader.search(asking("anything", facets=("source",)))
        assert (page.hits, page.total.value, page.facets) == ((), 0, {"source": ()})
        assert await reader.healthy()
        await reader.close()


def nobody_listens() -> str:
    """An address that refuses connections: port 1 is reserved and not in use."""
    return "http://127.0.0.1:1"


async def test_a_reader_that_reaches_no_engine_says_so(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged"
    writer = tantivy_writer.EmbeddedIndexEngine(damaged)
    await writer.open()
    await writer.close()
    (meta,) = damaged.glob("*/meta.json")
    meta.write_text("{")
    for reader in (
        tantivy_reader.EmbeddedSearchEngine(damaged),
        meilisearch_reader.MeilisearchSearchEngine(
            nobody_listens(), key=None, index="articles", timeout=timedelta(seconds=1)
        ),
    ):
        with pytest.raises(DependencyDownError) as failure:
            await reader.search(asking("anything"))
        assert failure.value.code == "search_down"
        assert not await reader.healthy()
        await reader.close()


async def test_a_writer_that_reaches_no_engine_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no directory")
    for writer in (
        tantivy_writer.EmbeddedIndexEngine(tmp_path / "file" / "search"),
        meilisearch_writer.MeilisearchIndexEngine(
            nobody_listens(), key=None, index="articles", timeout=timedelta(seconds=1)
        ),
    ):
        with pytest.raises(DependencyDownError) as at_open:
            await writer.open()
        with pytest.raises(DependencyDownError) as at_write:
            await writer.write([a_document("a1")], ())
        assert at_open.value.code == at_write.value.code == "search_down"
        assert not await writer.healthy()
        await writer.close()
