"""What each mode asks of the server."""

import pytest

from copydesk_shared.durability import UNKNOWN, Durability, shortfall


def test_the_modes_have_the_server_sync_each_second_or_always() -> None:
    assert Durability("everysec").appendfsync == "everysec"
    assert Durability("fsync").appendfsync == "always"
    assert Durability("always") is Durability.FSYNC
    with pytest.raises(ValueError, match="maybe"):
        Durability("maybe")


@pytest.mark.parametrize(
    ("wanted", "appendfsync"),
    [
        (Durability.EVERYSEC, "everysec"),
        (Durability.EVERYSEC, "always"),
        (Durability.FSYNC, "always"),
    ],
)
def test_a_server_that_syncs_as_often_or_oftener_suffices(
    wanted: Durability, appendfsync: str
) -> None:
    assert shortfall(wanted, appendonly="yes", appendfsync=appendfsync) is None


@pytest.mark.parametrize(
    ("wanted", "appendonly", "appendfsync", "said"),
    [
        (
            Durability.EVERYSEC,
            "no",
            "everysec",
            "appendonly is no: a crash of Redis loses articles",
        ),
        (Durability.EVERYSEC, "yes", "no", "appendfsync is no, everysec needs everysec"),
        (Durability.FSYNC, "no", "always", "appendonly is no: a crash of Redis loses articles"),
        (Durability.FSYNC, "yes", "everysec", "appendfsync is everysec, fsync needs always"),
        (Durability.FSYNC, "yes", UNKNOWN, "appendfsync is unknown, fsync needs always"),
    ],
)
def test_a_server_that_promises_less_is_told(
    wanted: Durability, appendonly: str, appendfsync: str, said: str
) -> None:
    assert shortfall(wanted, appendonly=appendonly, appendfsync=appendfsync) == said
