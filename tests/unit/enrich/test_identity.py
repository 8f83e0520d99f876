# ruff: noqa: RUF001  # typographic marks are meant here

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk_enrich.entities.identity import entity_id
from copydesk_shared.contracts.article import EntityType


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Jens Stoltenberg", "person:jens-stoltenberg"),
        ("Martin O’Malley", "person:martin-omalley"),
        ("José Muñoz", "person:jose-munoz"),
        ("Søren Ørsted", "person:soren-orsted"),
    ],
)
def test_an_id_can_be_read(name: str, slug: str) -> None:
    assert entity_id(EntityType.PERSON, name) == slug


def test_names_that_a_slug_cannot_hold_are_told_apart_by_their_hash() -> None:
    tokyo, kyoto = (entity_id(EntityType.PLACE, name) for name in ("東京", "京都"))
    assert tokyo != kyoto
    assert re.fullmatch(r"place:[0-9a-f]{8}", tokyo)


@given(st.text(min_size=1))
def test_an_id_is_safe_and_stable_for_any_name(name: str) -> None:
    made = entity_id(EntityType.WORK, name)
    assert re.fullmatch(r"work:[a-z0-9-]*", made)
    assert len(made) < 100
    assert made == entity_id(EntityType.WORK, name)
