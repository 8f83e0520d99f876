import pytest

from copydesk.failures import CommandError
from copydesk.settings_view import all_settings, settings_of


def test_every_service_tells_its_settings_with_meaning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPYDESK_REDIS_URL", "redis://:secret@store:6379/0")
    monkeypatch.setenv("COPYDESK_PORT", "9000")
    found = all_settings()
    assert list(found) == ["ingest", "enrich", "index", "gateway"]
    for settings in found.values():
        by_name = {setting.name: setting for setting in settings}
        assert by_name["COPYDESK_PORT"].value == "9000"
        assert by_name["COPYDESK_PORT"].given
        assert not by_name["COPYDESK_LOG_LEVEL"].given
        assert by_name["COPYDESK_LOG_LEVEL"].value == by_name["COPYDESK_LOG_LEVEL"].default
        assert by_name["COPYDESK_REDIS_URL"].value == "**********"
        assert all(setting.description for setting in settings)
    assert "secret" not in str(found)


def test_a_value_that_a_service_refuses_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPYDESK_PORT", "many")
    with pytest.raises(CommandError, match=r"ingest would not start: COPYDESK_PORT: .*integer"):
        settings_of("ingest")
