"""Dates and times as pages write them, in UTC."""

from datetime import UTC, date, datetime

from copydesk_shared.contracts.article import Precision, Published


def day(value: date) -> str:
    """`3 March 2026`."""
    return f"{value.day} {value:%B %Y}"


def when(moment: datetime) -> str:
    """`3 March 2026, 14:05 UTC`; midnight is taken for a date without a time."""
    moment = moment.astimezone(UTC)
    midnight = (moment.hour, moment.minute, moment.second) == (0, 0, 0)
    return day(moment) if midnight else f"{day(moment)}, {moment:%H:%M} UTC"


def published(value: Published) -> str:
    """As `when`, to the precision that is known."""
    return day(value.value) if value.precision is Precision.DAY else when(value.value)
