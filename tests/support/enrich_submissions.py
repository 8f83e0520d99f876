"""Submissions for the tests of enrich, with everything but the content filled in."""

from datetime import UTC, datetime
from typing import Any

from copydesk_shared.contracts.submission import ArticleSubmitted

RECEIVED = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


def a_submission(content: str, **fields: Any) -> ArticleSubmitted:
    defaults: dict[str, Any] = {
        "submission_id": "0-018f",
        "article_id": "a-1",
        "version": 1,
        "source": "harbour-herald",
        "content_type": "text/plain",
        "received_at": RECEIVED,
    }
    return ArticleSubmitted(content=content, **defaults | fields)


SCRAPED = """\
1. Home
  2. /
  3. Local
  4. /
  5. Article
  6. /
  7. Council Votes to Reopen...

Council Votes to Reopen the Old Harbour Bridge After Two Years

By Ada Marlowe

Published: 3 May 2026 at 5:30 pm EST

The council of Port Elder voted on Sunday to reopen the old harbour bridge, which a storm had
closed two years ago, after engineers found that its piers would stand.

Credits: LensHouse

Mayor Tess Oakley called the vote a relief for the 4,000 people who live across the water.

Read More: Ferry Strike Enters Third Week

Advertisement

"We have waited long enough," Oakley said. "Read more than the headline and you see why."

Sign up for our free newsletter and never miss a tide.

Also Read: Who Pays for the Sea Wall?

Credits: LensHouse

The first cars will cross in June.

Read Next: Lighthouse Keeper Retires

Ada Marlowe is a reporter who covers the coast for the Harbour Herald.
"""
