"""Learned lines against a real server."""

import pytest
from newsroom import an_article
from redis.asyncio import Redis

from copydesk_enrich.boilerplate import REMEMBERED, Boilerplate, lines_key
from copydesk_enrich.extraction.learned import line_key
from copydesk_shared.contracts.article import Article

FOOTER = "Das Hafenblatt erscheint jeden Morgen"


def with_lines(number: int, *lines: str, version: int = 1, source: str = "hafen") -> Article:
    return an_article(
        f"article {number}",
        version=version,
        source=source,
        paragraphs=(f"Nur im Artikel {number}.", *lines),
    )


@pytest.fixture
def boilerplate(redis: "Redis") -> Boilerplate:
    return Boilerplate(redis, seen_in=3)


async def test_a_line_of_enough_articles_of_a_source_is_known(boilerplate: Boilerplate) -> None:
    for number in range(2):
        await boilerplate.learn(with_lines(number, FOOTER))
    assert await boilerplate.known("hafen") == frozenset()
    await boilerplate.learn(with_lines(2, FOOTER))
    assert await boilerplate.known("hafen") == {line_key(FOOTER)}
    assert await boilerplate.known("other") == frozenset()


async def test_a_redelivery_and_a_correction_count_once(boilerplate: Boilerplate) -> None:
    for version in (1, 1, 2, 3, 4):
        await boilerplate.learn(with_lines(7, FOOTER, version=version))
    assert await boilerplate.known("hafen") == frozenset()


async def test_replicas_that_learn_apart_agree(redis: "Redis") -> None:
    for number in range(3):
        await Boilerplate(redis, seen_in=3).learn(with_lines(number, FOOTER))
    assert await Boilerplate(redis, seen_in=3).known("hafen") == {line_key(FOOTER)}


async def test_a_line_is_forgotten_when_the_source_has_dropped_it(boilerplate: Boilerplate) -> None:
    for number in range(3):
        await boilerplate.learn(with_lines(number, FOOTER))
    for number in range(3, 3 + 2 * REMEMBERED):
        await boilerplate.learn(with_lines(number))
    assert await boilerplate.known("hafen") == frozenset()


async def test_the_memory_of_a_source_is_bounded_and_expires(
    redis: "Redis", boilerplate: Boilerplate
) -> None:
    for number in range(3 * REMEMBERED):
        await boilerplate.learn(with_lines(number, *(f"Zeile {number} {n}" for n in range(10))))
    assert await redis.hlen(lines_key("hafen")) < 2 * REMEMBERED * 11
    assert await redis.ttl(lines_key("hafen")) > 0


async def test_a_line_that_stays_in_use_stays_known(boilerplate: Boilerplate) -> None:
    for number in range(3 * REMEMBERED):
        await boilerplate.learn(with_lines(number, FOOTER))
    assert await boilerplate.known("hafen") == {line_key(FOOTER)}


async def test_nothing_is_learned_where_it_is_turned_off(redis: "Redis") -> None:
    off = Boilerplate(redis, seen_in=0)
    for number in range(5):
        await off.learn(with_lines(number, FOOTER))
    assert await off.known("hafen") == frozenset()
    assert await redis.exists(lines_key("hafen")) == 0
