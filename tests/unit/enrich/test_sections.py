import pytest

from copydesk_enrich.extraction.sections import section_of


@pytest.mark.parametrize(
    ("url", "section"),
    [
        ("https://herald.example/politics/2026/05/03/bridge", "Politics"),
        ("https://herald.example/news/north-america/bridge", "North America"),
        ("https://herald.example/2026/05/bridge", None),
        ("https://herald.example/bridge-reopens", None),
        ("https://herald.example/article/123", None),
        ("https://herald.example/", None),
        ("https://[bad", None),
        (None, None),
    ],
)
def test_the_section_is_the_first_part_of_the_path_that_can_be_one(
    url: str | None, section: str | None
) -> None:
    assert section_of(url) == section
