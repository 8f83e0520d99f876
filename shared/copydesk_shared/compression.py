"""zstd for what the store keeps: a news article shrinks to about two fifths."""

import zstandard

LEVEL = 3
MAX_BYTES = 64 * 2**20


def compress(text: str) -> bytes:
    return zstandard.ZstdCompressor(level=LEVEL).compress(text.encode())


def decompress(data: bytes) -> bytes:
    return zstandard.ZstdDecompressor().decompress(data, max_output_size=MAX_BYTES)
