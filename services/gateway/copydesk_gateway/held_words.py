"""Whether the index holds words anywhere, texts included, as they are written."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Final

from copydesk_gateway.engines.port import SearchEngine
from copydesk_gateway.query import Phrase, Query, SearchRequest

MAX_WORDS: Final = 10_000


class HeldWords:
    """Asks the engine, and remembers the answers for as long as `generation` names the same state.

    Raises `DependencyDownError` when the engine is away.
    """

    def __init__(self, engine: SearchEngine, generation: Callable[[], Awaitable[str]]) -> None:
        self._engine = engine
        self._generation = generation
        self._named = ""
        self._held: dict[str, bool] = {}

    async def missing(self, words: Iterable[str]) -> set[str]:
        """Those of the words that no article has, without tolerance for typos."""
        named = await self._generation()
        if named != self._named or len(self._held) >= MAX_WORDS:
            self._named, self._held = named, {}
        # Another call may begin a new memory meanwhile.
        held = self._held
        asked = set(words)
        for word in asked - held.keys():
            # A phrase of one word is matched exactly by both engines.
            request = SearchRequest(query=Query((Phrase((word,)),)), limit=0)
            held[word] = (await self._engine.search(request)).total.value > 0
        return {word for word in asked if not held[word]}
