"""The sentence that shows an entity."""

from entity_builders import PERSON

from copydesk_enrich.entities.clusters import Cluster
from copydesk_enrich.entities.sentences import MOST_CHARS, Sentences
from copydesk_enrich.entities.spans import Mentioned


def shown(name: str, *paragraphs: str) -> str:
    mentions = [
        Mentioned(number, start, start + len(form), form, PERSON)
        for number, text in enumerate(paragraphs)
        for form in (name, name.rsplit(maxsplit=1)[-1])
        if (start := text.find(form)) >= 0
    ]
    evidence = Sentences(paragraphs).evidence(Cluster(name, PERSON, mentions))
    return paragraphs[evidence.paragraph][evidence.start : evidence.end]


def test_it_is_the_first_with_the_full_name() -> None:
    text = "Oakley spoke first, as she does. Then Mayor Tess Oakley opened the bridge. Rain fell."
    assert shown("Tess Oakley", text) == "Then Mayor Tess Oakley opened the bridge."


def test_one_that_says_something_goes_before_a_stub() -> None:
    assert shown("Tess Oakley", "Tess Oakley!", "Nobody asked Tess Oakley about the bridge.") == (
        "Nobody asked Tess Oakley about the bridge."
    )


def test_an_endless_one_is_cut_around_the_name_between_words() -> None:
    text = "word " * 300 + "Tess Oakley " + "word " * 300
    found = shown("Tess Oakley", text)
    assert "Tess Oakley" in found
    assert len(found) <= MOST_CHARS
    assert set(found.split()) == {"word", "Tess", "Oakley"}


def test_a_name_with_a_full_stop_is_not_cut() -> None:
    assert shown("Yahoo! Inc", "They sold Yahoo! Inc to a friend of theirs.") == (
        "They sold Yahoo! Inc to a friend of theirs."
    )
