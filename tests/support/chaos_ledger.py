"""What a publisher was told: the ledger that the oracle holds the pipeline to."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a submission is meant to become; `poison` is planted and has to die."""

    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    POISON = "poison"


@dataclass(frozen=True)
class Confirmed:
    """A submission that the pipeline has answered for: 202, or 200 to the repeat of a lost one."""

    submission_id: str
    article_id: str
    version: int
    kind: Kind
    poison: str = ""


class Ledger:
    """Confirmed submissions, and answers that should not have been given."""

    def __init__(self) -> None:
        self.submissions: dict[str, Confirmed] = {}
        self.unconfirmed: list[str] = []
        """Posts that were given up: nothing is known of them, and the run proves nothing."""
        self.broken_repeats: list[str] = []
        """Unchanged repeats that were not answered as what they were."""
        self.repeats = 0

    def confirm(self, confirmed: Confirmed) -> None:
        """Write down an answer. A submission id given to two posts is a broken answer."""
        known = self.submissions.setdefault(confirmed.submission_id, confirmed)
        if known != confirmed:
            self.broken_repeats.append(f"{confirmed} was answered as {known}")

    def confirm_repeat(self, known: Confirmed, *, submission_id: str, version: int) -> None:
        """Compare the answer to an unchanged repeat with the answer that came first."""
        self.repeats += 1
        if (submission_id, version) != (known.submission_id, known.version):
            self.broken_repeats.append(
                f"a repeat of {known.submission_id} became {submission_id} v{version}"
            )

    def histories(self) -> Mapping[str, Sequence[Confirmed]]:
        """The submissions of each article by version."""
        articles: defaultdict[str, list[Confirmed]] = defaultdict(list)
        for submission in self.submissions.values():
            articles[submission.article_id].append(submission)
        return {
            article_id: sorted(history, key=lambda submission: submission.version)
            for article_id, history in articles.items()
        }
