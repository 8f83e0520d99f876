from hypothesis import given, settings
from hypothesis import strategies as st
from newsroom import an_article, entity

from copydesk_gateway.evidence import MAX_CHARS, MAX_PASSAGES, passages
from copydesk_shared.contracts.article import Article, Entity, Mention


def naming(name: str, *paragraphs: str) -> tuple[Article, Entity]:
    """An article and its entity, mentioned wherever its name stands."""
    mentions = [
        Mention(paragraph=number, start=start, end=start + len(name), text=name)
        for number, text in enumerate(paragraphs)
        for start in range(len(text))
        if text.startswith(name, start)
    ]
    named = entity(name).model_copy(update={"mentions": tuple(mentions)})
    return an_article("evidence", paragraphs=paragraphs, entities=(named,)), named


def test_the_sentence_around_a_name_is_shown_once() -> None:
    article, named = naming(
        "Sund", "It rained. Was Sund, or all of Sund, flooded? Nobody knew.", "Sund slept."
    )
    found = passages(article, named)
    assert [passage.text for passage in found] == [
        "Was Sund, or all of Sund, flooded?",
        "Sund slept.",
    ]
    assert [passage.paragraph for passage in found] == [0, 1]
    assert found[0].text[found[0].start : found[0].end] == "Sund"


def test_a_quotation_ends_with_its_mark() -> None:
    article, named = naming("Ada", "“Not now.” Ada left. She was late.")
    assert [passage.text for passage in passages(article, named)] == ["Ada left."]


def test_there_are_only_some() -> None:
    article, named = naming("Sund", *["Sund again."] * 20)
    assert len(passages(article, named)) == MAX_PASSAGES


@settings(deadline=None)  # machines differ, and CI's are slow
@given(st.text(alphabet="ab .!?”", max_size=900), st.text(alphabet="ab .!?”", max_size=900))
def test_a_passage_holds_the_name_and_is_bounded(before: str, after: str) -> None:
    article, named = naming("Sund", f"{before}Sund{after}")
    (passage,) = passages(article, named)
    assert passage.text[passage.start : passage.end] == "Sund"
    assert passage.text in article.paragraphs[0]
    assert len(passage.text) <= MAX_CHARS
