import asyncio

import pytest
from redis.asyncio import Redis

from copydesk_enrich.duplicates import signature
from copydesk_enrich.groups import COPIES, DuplicateGroups, band_key
from copydesk_shared import keys
from copydesk_shared.contracts.article import Duplicates
from copydesk_shared.related import copies, signature_key

REPORT = " ".join(
    f"On day {n} the engineers of the harbour board looked at cable {n} of the long bridge and"
    f" wrote note {n * 7} about rust, paint and the wind that shook it."
    for n in range(12)
)
TALE = " ".join(
    f"Chapter {n} follows the violinist through village {n * 3}, where a choir of bakers sings"
    f" until the lamps go out and nobody remembers whose birthday number {n} it was."
    for n in range(12)
)
HEAD = "By our own correspondent, with the agencies, from the capital this morning. "


@pytest.fixture
def groups(redis: "Redis") -> DuplicateGroups:
    return DuplicateGroups(redis)


async def enter(
    redis: "Redis", groups: DuplicateGroups, article_id: str, text: str, *, version: int = 1
) -> Duplicates:
    """Join as enrich does, with an article in the store that has been accepted."""
    await redis.hset(keys.article(article_id), mapping={"version": version, "state": "live"})
    return await groups.join(article_id, version, signature(text))


async def members(redis: "Redis", group_id: str) -> list[str]:
    (found,) = await copies(redis, [group_id])
    return found


async def test_a_wire_copy_names_its_original(redis: "Redis", groups: DuplicateGroups) -> None:
    assert await enter(redis, groups, "first", REPORT) == Duplicates(group_id="first")
    copy = await enter(redis, groups, "second", HEAD + REPORT)
    assert (copy.of, copy.group_id) == ("first", "first")
    assert copy.similarity is not None
    assert 0.8 < copy.similarity < 1


async def test_another_text_is_no_copy(redis: "Redis", groups: DuplicateGroups) -> None:
    await enter(redis, groups, "first", REPORT)
    assert await enter(redis, groups, "other", TALE) == Duplicates(group_id="other")


async def test_the_original_is_the_first_that_came(redis: "Redis", groups: DuplicateGroups) -> None:
    for article_id in ("m", "z", "a"):
        found = await enter(redis, groups, article_id, REPORT)
    assert found.of == "m"
    again = await enter(redis, groups, "m", REPORT)
    assert again == Duplicates(group_id="m")


async def test_a_correction_is_no_copy_of_itself(redis: "Redis", groups: DuplicateGroups) -> None:
    await enter(redis, groups, "first", REPORT)
    assert await enter(redis, groups, "first", HEAD + REPORT, version=2) == Duplicates(
        group_id="first"
    )


async def test_redelivery_answers_the_same_and_changes_nothing(
    redis: "Redis", groups: DuplicateGroups
) -> None:
    await enter(redis, groups, "first", REPORT)
    once = await enter(redis, groups, "second", HEAD + REPORT)
    band = [await redis.get(key) async for key in redis.scan_iter("copydesk:lsh:*")]
    assert await enter(redis, groups, "second", HEAD + REPORT) == once
    assert [await redis.get(key) async for key in redis.scan_iter("copydesk:lsh:*")] == band


async def test_a_version_that_resembles_no_more_leaves_the_group(
    redis: "Redis", groups: DuplicateGroups
) -> None:
    await enter(redis, groups, "first", REPORT)
    await enter(redis, groups, "second", REPORT)
    left = await enter(redis, groups, "second", TALE, version=2)
    assert left.of is None
    assert left.group_id not in {"first", "second"}
    assert await enter(redis, groups, "second", TALE, version=2) == left


async def test_an_original_that_becomes_another_text_leaves_its_copies(
    redis: "Redis", groups: DuplicateGroups
) -> None:
    await enter(redis, groups, "first", REPORT)
    await enter(redis, groups, "second", REPORT)
    left = await enter(redis, groups, "first", TALE, version=2)
    third = await enter(redis, groups, "third", REPORT)
    assert (third.of, third.group_id) == ("second", "first")
    assert left.group_id not in {None, "first"}


async def test_copies_stay_one_group_when_their_original_has_left(
    redis: "Redis", groups: DuplicateGroups
) -> None:
    for article_id in ("first", "second", "third"):
        await enter(redis, groups, article_id, REPORT)
    await enter(redis, groups, "first", TALE, version=2)
    corrected = await enter(redis, groups, "second", HEAD + REPORT, version=2)
    assert corrected == Duplicates(group_id="first")
    third = await enter(redis, groups, "third", HEAD + REPORT, version=2)
    assert (third.of, third.group_id) == ("second", "first")


async def test_a_look_at_another_text_foresees_the_group_that_the_next_version_begins(
    redis: "Redis", groups: DuplicateGroups
) -> None:
    await enter(redis, groups, "first", REPORT)
    foreseen = await groups.foresee("first", signature(TALE))
    assert await enter(redis, groups, "first", TALE, version=2) == foreseen


async def test_a_withdrawn_original_hands_over_to_the_next(
    redis: "Redis", groups: DuplicateGroups
) -> None:
    for article_id in ("first", "second"):
        await enter(redis, groups, article_id, REPORT)
    await redis.hset(keys.article("first"), "state", "withdrawn")
    third = await enter(redis, groups, "third", REPORT)
    assert (third.of, third.group_id) == ("second", "first")


async def test_a_late_older_version_says_and_changes_nothing(
    redis: "Redis", groups: DuplicateGroups
) -> None:
    await enter(redis, groups, "first", REPORT)
    await enter(redis, groups, "second", TALE, version=2)
    before = await redis.hgetall(signature_key("second"))
    assert await groups.join("second", 1, signature(REPORT)) == Duplicates()
    assert await redis.hgetall(signature_key("second")) == before


async def test_a_short_text_is_compared_with_nothing(
    redis: "Redis", groups: DuplicateGroups
) -> None:
    brief = "The harbour bridge is closed until further notice."
    assert await enter(redis, groups, "first", brief) == Duplicates()
    assert await enter(redis, groups, "second", brief) == Duplicates()


async def test_an_article_cut_to_a_brief_has_no_copies_any_more(
    redis: "Redis", groups: DuplicateGroups
) -> None:
    await enter(redis, groups, "first", REPORT)
    await enter(redis, groups, "first", "The report was withdrawn.", version=2)
    assert (await enter(redis, groups, "second", REPORT)).of is None


async def test_the_original_is_found_behind_many_copies(
    redis: "Redis", groups: DuplicateGroups
) -> None:
    for number in range(120):
        found = await enter(redis, groups, f"{number:036}", REPORT)
    assert (found.of, found.group_id) == (f"{0:036}", f"{0:036}")
    (band,) = [key async for key in redis.scan_iter(band_key("*"), count=1000)][:1]
    assert await redis.strlen(band) <= 50 * 37


async def test_foreseeing_writes_nothing(redis: "Redis", groups: DuplicateGroups) -> None:
    await enter(redis, groups, "first", REPORT)
    known = {key async for key in redis.scan_iter("*")}
    foreseen = await groups.foresee("draft", signature(HEAD + REPORT))
    assert (foreseen.of, foreseen.group_id) == ("first", "first")
    assert {key async for key in redis.scan_iter("*")} == known


async def test_copies_that_arrive_at_once_on_many_replicas_are_one_group(
    redis: "Redis", redis_url: str
) -> None:
    clients = [Redis.from_url(redis_url) for _ in range(8)]
    try:
        for number in range(len(clients)):
            key = keys.article(f"copy{number}")
            await redis.hset(key, mapping={"version": 1, "state": "live"})
        signed = [signature(HEAD * (number % 2) + REPORT) for number in range(len(clients))]
        found = await asyncio.gather(
            *(
                DuplicateGroups(client).join(f"copy{number}", 1, one)
                for number, (client, one) in enumerate(zip(clients, signed, strict=True))
            )
        )
    finally:
        for client in clients:
            await client.aclose()
    (original,) = [f"copy{number}" for number, one in enumerate(found) if one.of is None]
    assert {one.of for one in found} == {None, original}
    assert {one.group_id for one in found} == {original}


async def test_a_group_lists_its_copies_in_the_order_in_which_they_came(
    redis: "Redis", groups: DuplicateGroups
) -> None:
    await enter(redis, groups, "m", REPORT)
    assert await members(redis, "m") == []
    for article_id in ("z", "a", "m"):
        await enter(redis, groups, article_id, REPORT)
    await enter(redis, groups, "other", TALE)
    assert await members(redis, "m") == ["m", "z", "a"]


async def test_who_becomes_another_text_is_listed_no_more(
    redis: "Redis", groups: DuplicateGroups
) -> None:
    for article_id in ("first", "second", "third"):
        await enter(redis, groups, article_id, REPORT)
    await enter(redis, groups, "second", TALE, version=2)
    assert await members(redis, "first") == ["first", "third"]
    await enter(redis, groups, "second", REPORT, version=3)
    assert await members(redis, "first") == ["first", "second", "third"]
    await enter(redis, groups, "first", "The report was withdrawn.", version=2)
    assert await members(redis, "first") == ["second", "third"]


async def test_a_list_of_copies_is_bounded_and_keeps_its_original(
    redis: "Redis", groups: DuplicateGroups
) -> None:
    for number in range(COPIES + 5):
        await enter(redis, groups, f"{number:036}", REPORT)
    listed = await members(redis, f"{0:036}")
    assert len(listed) == COPIES
    assert (listed[0], listed[-1]) == (f"{0:036}", f"{COPIES + 4:036}")


async def test_every_key_but_the_counter_expires(redis: "Redis", groups: DuplicateGroups) -> None:
    await enter(redis, groups, "first", REPORT)
    await redis.delete(keys.article("first"))
    lasting = [key async for key in redis.scan_iter("*") if await redis.ttl(key) < 0]
    assert lasting == [b"copydesk:lsh:entered"]
