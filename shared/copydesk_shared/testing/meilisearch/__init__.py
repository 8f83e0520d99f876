"""A loopback stand-in for Meilisearch: the part of its wire that Copydesk's adapters use.

It answers as the server does where the adapters depend on it: asynchronous tasks that fail as a
whole, problems with their codes, settings that must be set before a field is filtered or sorted by,
the grammar of filters, ranking rules in their order. It shares no code with the adapters or with
the embedded engine.

What it cannot catch: the real order of near-equal hits (proximity and word positions are not
scored), the real tokeniser (CJK, compounds, synonyms, stop words), typos in prefixes and split
words, estimates that are off, batching, limits on size and memory, search cut-offs, keys with
scopes, and whatever a newer server changes. For those run the contract suite with `MEILI_URL`.
"""

from copydesk_shared.testing.meilisearch.server import Exchange, Knobs, LoopbackMeilisearch
from copydesk_shared.testing.meilisearch.thread import loopback_meilisearch

__all__ = ["Exchange", "Knobs", "LoopbackMeilisearch", "loopback_meilisearch"]
