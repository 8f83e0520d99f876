from datetime import UTC, datetime, timedelta
from uuid import RFC_4122, UUID

from copydesk_ingest.submission_ids import submission_id

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)


def test_a_submission_id_is_the_partition_and_a_uuid_of_version_7() -> None:
    partition, _, rest = submission_id(AT).partition("-")
    uuid = UUID(rest)
    assert partition == "0"
    assert (uuid.version, uuid.variant) == (7, RFC_4122)
    assert uuid.int >> 80 == AT.timestamp() * 1000


def test_submission_ids_sort_by_time_and_never_repeat() -> None:
    ids = [submission_id(AT + timedelta(milliseconds=i)) for i in range(100)]
    assert ids == sorted(ids)
    assert len({submission_id(AT) for _ in range(1000)}) == 1000
