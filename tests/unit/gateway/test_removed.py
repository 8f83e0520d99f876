"""Readers are told what was taken out in sentences, not in the names of rules."""

from copydesk_enrich.extraction.rules import Kind
from copydesk_gateway.pages.removed import removed
from copydesk_shared.contracts.article import RemovedBlock


def block(kind: str, text: str, rule: str) -> RemovedBlock:
    return RemovedBlock(kind=kind, text=text, position=0, rule=rule)


def test_what_one_rule_took_in_a_row_is_one_row() -> None:
    path = [block("breadcrumb", text, "breadcrumbs.leading") for text in ("Home", ">", "Sport")]
    rows = removed([*path, block("credit", "Photo: Ada", "credit.agency"), path[0]])
    assert [list(row.texts) for row in rows] == [["Home", ">", "Sport"], ["Photo: Ada"], ["Home"]]


def test_every_kind_has_its_own_sentence() -> None:
    sentences = {removed([block(kind, "x", "r")])[0].sentence for kind in Kind}
    assert len(sentences) == len(Kind)
    assert not any("_" in sentence for sentence in sentences)
    fallbacks = {f"{kind.replace('_', ' ').capitalize()}." for kind in Kind}
    assert not sentences & fallbacks


def test_a_kind_of_ones_own_is_named() -> None:
    assert removed([block("house_ad", "x", "own")])[0].sentence == "House ad."
