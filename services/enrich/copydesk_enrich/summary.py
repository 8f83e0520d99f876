"""A summary by the lead: news says what matters first."""

from collections.abc import Sequence

from copydesk_enrich.prose import first_words, sentences

# What fits under a headline in a list of results.
MOST_CHARS = 320


def summarise(paragraphs: Sequence[str], *, most: int = MOST_CHARS) -> str:
    """Whole sentences from the top of the body, at most `most` characters.

    A first sentence that is too long by itself is cut between words.
    """
    summary = ""
    for paragraph in paragraphs:
        # Sentences beyond the limit cannot be chosen, so a huge paragraph is not split whole.
        for sentence in sentences(paragraph[: 2 * most]):
            longer = f"{summary} {sentence}".strip()
            if len(longer) > most:
                return summary or first_words(longer, limit=most)
            summary = longer
        if len(paragraph) > 2 * most or len(summary) > most // 2:
            break
    return summary
