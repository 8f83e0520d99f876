from urllib.parse import parse_qsl, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from copydesk_gateway.pages.links import SearchState, entity_url
from copydesk_gateway.params import PageParams
from copydesk_gateway.query import Collapse, Sort

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


def test_a_feed_is_the_same_search_in_its_own_order() -> None:
    address = urlsplit(STATE.feed("atom"))
    assert address.path == "/v1/search.atom"
    assert parse_qsl(address.query) == [pair for pair in read(STATE.url) if pair[0] != "sort"]


def test_a_form_keeps_what_it_does_not_ask_for() -> None:
    assert dict(STATE.pairs(without=("q", "from"))) == {
        "section": "A & B",
        "entity": "Øre <b>",
        "sort": "oldest",
    }


def test_filters_of_every_kind_are_taken_off_at_once() -> None:
    state = SearchState(q="x", min_quality="0.5", collapse=Collapse.DUPLICATES, sort=Sort.NEWEST)
    assert state.filtered
    assert state.without_filters().url == "/?q=x&sort=newest"


def test_the_address_of_an_entity_is_one_path() -> None:
    assert entity_url("person:a/b?c") == "/entities/person:a%2Fb%3Fc"
