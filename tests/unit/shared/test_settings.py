"""Settings come from the environment, typed and with units."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from copydesk_shared.compression import compress, decompress
from copydesk_shared.settings import CommonSettings, DeliverySettings


@pytest.mark.parametrize("text", ["90", "90.0", "PT1M30S", "00:01:30"])
def test_a_duration_is_seconds_or_iso_8601(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("COPYDESK_RECLAIM_AFTER", text)
    assert DeliverySettings().reclaim_after == timedelta(seconds=90)


@pytest.mark.parametrize("text", ["soon", "", "nan"])
def test_nonsense_is_refused_at_start(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("COPYDESK_RECLAIM_AFTER", text)
    with pytest.raises(ValidationError):
        DeliverySettings()


def test_the_password_of_redis_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPYDESK_REDIS_URL", "redis://:hunter2@redis:6379/0")
    assert "hunter2" not in repr(CommonSettings())


@pytest.mark.parametrize("text", ["", "plain", "naïve — 日本語 🚢" * 500])
def test_what_the_store_compresses_comes_back_whole(text: str) -> None:
    assert decompress(compress(text)).decode() == text
