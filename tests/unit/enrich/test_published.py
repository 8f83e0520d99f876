from datetime import UTC, datetime

import pytest
from newsroom import an_article

from copydesk_enrich.published import keep_date
from copydesk_shared.contracts.article import Article, Precision, Provenance, Published

FIRST, LATER = datetime(2026, 5, 3, tzinfo=UTC), datetime(2026, 5, 9, tzinfo=UTC)


def dated(value: datetime, provenance: Provenance) -> Article:
    published = Published(value=value, precision=Precision.DAY, provenance=provenance)
    return an_article("a").model_copy(update={"published": published})


@pytest.mark.parametrize(
    ("own", "earlier", "kept"),
    [
        (Provenance.RECEIVED, Provenance.PUBLISHER, FIRST),
        (Provenance.RECEIVED, Provenance.RECEIVED, FIRST),
        (Provenance.METADATA, Provenance.METADATA, FIRST),
        (Provenance.METADATA, Provenance.PUBLISHER, FIRST),
        (Provenance.METADATA, Provenance.RECEIVED, LATER),
    ],
)
def test_a_correction_keeps_the_first_date_unless_its_own_is_better_founded(
    own: Provenance, earlier: Provenance, kept: datetime
) -> None:
    assert keep_date(dated(LATER, own), dated(FIRST, earlier)).published.value == kept
