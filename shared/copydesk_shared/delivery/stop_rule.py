"""The stop rule: when most articles of several sources meet bugs, it is not the articles.

A bad deploy would move a whole queue into the dead stream within minutes. The rule looks at the
last articles whose handling ended and stops the stage before it buries more. Pure: no clock, no
server. (After arroyo's DlqLimit, which bounds dead letters by ratio and count.)
"""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

UNEXPECTED: Final = frozenset({"unexpected", "extraction_failed", "worker_crashed"})
"""The codes of failures that only a bug explains, in this code or in a library under it.

Not among them are time-outs, which a starved machine causes too and which pass by themselves.
"""


@dataclass(frozen=True)
class StopRule:
    """Stop at unexpected failures of `share` times `window` among the last `window`.

    They have to come from `sources` sources: a single publisher's odd pages stop nobody. A window
    of 0 turns the rule off.
    """

    window: int
    share: float
    sources: int


class RecentEnds:
    """How the handling of the last `window` articles ended, and what the rule says to it.

    An entry counts once, however often it is retried: its latest end replaces the one before.
    """

    def __init__(self, rule: StopRule) -> None:
        self._rule = rule
        self._sources: OrderedDict[str, str | None] = OrderedDict()

    def finished(self, entry_id: str) -> None:
        """The entry ended well, or died for a reason that lies in itself."""
        self._note(entry_id, None)

    def failed(self, entry_id: str, *, source: str) -> None:
        """The entry met an unexpected error."""
        self._note(entry_id, source)

    def forget(self) -> None:
        self._sources.clear()

    def verdict(self) -> str | None:
        """Why the stage is to stop, None while it may go on."""
        failed = [source for source in self._sources.values() if source is not None]
        sources = len(set(failed))
        enough = len(failed) >= max(1.0, self._rule.share * self._rule.window)
        if not self._rule.window or not enough or sources < self._rule.sources:
            return None
        return (
            f"{len(failed)} of the last {len(self._sources)} articles"
            f" of {sources} sources met unexpected errors"
        )

    def _note(self, entry_id: str, source: str | None) -> None:
        self._sources.pop(entry_id, None)
        self._sources[entry_id] = source
        if len(self._sources) > self._rule.window:
            self._sources.popitem(last=False)
