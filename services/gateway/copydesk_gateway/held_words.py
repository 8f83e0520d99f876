"""Whether the index holds a word anywhere, texts included, as it is written."""

from collections.abc import Awaitable, Callable
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

    async def holds(self, word: str) -> bool:
        """Whether any article has it, without tolerance for typos."""
        named = await self._generation()
        if named != self._named or len(self._held) >= MAX_WORDS:
            self._named, self._held = named, {}
        held = self._held
        if word not in held:
            # A phrase of one word is matched exactly by both engines.
            request = SearchRequest(query=Query((Phrase((word,)),)), limit=0)
            held[word] = (await self._engine.search(request)).total.value > 0
        return held[word]
