import pytest

from copydesk_gateway.caching import entity_tag, is_known

TAG = entity_tag(3, b"body")


def test_the_tag_follows_version_and_content() -> None:
    assert len({TAG, entity_tag(4, b"body"), entity_tag(3, b"other")}) == 3
    assert TAG.startswith('W/"')


def test_parts_of_a_tag_do_not_run_together() -> None:
    assert entity_tag("ab", "c") != entity_tag("a", "bc")


@pytest.mark.parametrize(
    ("header", "known"),
    [
        (None, False),
        (TAG, True),
        (TAG.removeprefix("W/"), True),
        (f'"other", {TAG}', True),
        ("*", True),
        ('"other"', False),
        (TAG.removeprefix("W/").strip('"'), False),
    ],
)
def test_if_none_match(header: str | None, known: bool) -> None:
    assert is_known(header, TAG) is known
