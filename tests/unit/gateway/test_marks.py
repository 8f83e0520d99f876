"""A text cut at its names is the same text."""

from hypothesis import given
from hypothesis import strategies as st
from newsroom import entity

from copydesk_gateway.pages.marks import marked_paragraphs
from copydesk_shared.contracts.article import Entity, Mention

TEXT = "Marta Lindqvist of Port Ellery spoke."


def named(name: str, *places: tuple[int, int, int]) -> Entity:
    mentions = tuple(
        Mention(paragraph=paragraph, start=start, end=end, text="")
        for paragraph, start, end in places
    )
    return entity(name).model_copy(update={"mentions": mentions})


def test_names_are_cut_out_and_know_whom_they_name() -> None:
    marta, port = named("Marta", (0, 0, 15)), named("Port Ellery", (0, 19, 30))
    (pieces,) = marked_paragraphs([TEXT], [port, marta])
    assert [(piece.text, piece.entity) for piece in pieces] == [
        ("Marta Lindqvist", marta),
        (" of ", None),
        ("Port Ellery", port),
        (" spoke.", None),
    ]


def test_of_two_names_in_one_place_the_longer_is_marked() -> None:
    short, whole = named("Marta", (0, 0, 5)), named("Marta Lindqvist", (0, 0, 15))
    (pieces,) = marked_paragraphs([TEXT], [short, whole])
    assert [piece.entity for piece in pieces] == [whole, None]


def test_a_mention_beyond_its_paragraph_is_left_out() -> None:
    far = named("Far", (0, 30, 99), (7, 0, 3), (0, -4, 2), (0, 9, 9))
    assert [[piece.text for piece in pieces] for pieces in marked_paragraphs([TEXT], [far])] == [
        [TEXT]
    ]


places = st.tuples(st.integers(-1, 3), st.integers(-3, 30), st.integers(-3, 30))


@given(st.lists(st.text(max_size=25), max_size=3), st.lists(places, max_size=12))
def test_the_pieces_are_the_paragraph(
    paragraphs: list[str], mentions: list[tuple[int, int, int]]
) -> None:
    pieces = marked_paragraphs(paragraphs, [named("X", place) for place in mentions])
    assert ["".join(piece.text for piece in each) for each in pieces] == paragraphs
