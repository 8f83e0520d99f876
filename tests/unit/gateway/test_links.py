from urllib.parse import parse_qsl, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from copydesk_gateway.pages.links import SearchState, entity_search
from copydesk_gateway.params import PageParams
from copydesk_gateway.query import Sort

STATE = SearchState(
    q='sea "walls"',
    values=(("section", "A & B"), ("entity", "Øre <b>")),
    published_from="2026-03-01",
    sort=Sort.OLDEST,
)


def read(url: str) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(url).query)


def test_the_url_holds_the_whole_state() -> None:
    assert read(STATE.page("abc")) == [
        ("q", 'sea "walls"'),
        ("section", "A & B"),
        ("entity", "Øre <b>"),
        ("from", "2026-03-01"),
        ("sort", "oldest"),
        ("cursor", "abc"),
    ]


def test_a_state_is_read_back_from_its_parameters() -> None:
    params = PageParams.model_validate(
        {"q": STATE.q, "section": ["A & B"], "entity": ["Øre <b>"], "from": "2026-03-01"}
        | {"sort": "oldest"}
    )
    assert SearchState.of(params) == STATE


@given(st.text(), st.sampled_from(["section", "entity"]))
def test_toggling_twice_changes_nothing(value: str, name: str) -> None:
    state = STATE if not STATE.has(name, value) else SearchState()
    assert state.toggled(name, value).toggled(name, value) == state


def test_an_empty_search_is_the_front_page() -> None:
    assert SearchState().url == "/"
    assert STATE.without_filters().searching("").sorted_by(Sort.NEWEST).url == "/?sort=newest"


def test_an_entity_links_to_its_articles() -> None:
    assert read(entity_search('A "B" & C')) == [("entity", 'A "B" & C')]
