"""Links set in capitals: `COUNCIL VOTES TO REOPEN BRIDGE` between two paragraphs of copy."""

from collections.abc import Sequence

from copydesk_enrich.extraction.headlines import looks_like_headline
from copydesk_enrich.extraction.rules import RuleBook

_FEWEST_WORDS = 6
# An article of which more is in capitals is written so: a newsletter's headings, a list of laws.
_MOST = 0.5
_MOST_HEADINGS = 1


def find_shouts(lines: Sequence[str], rules: RuleBook) -> frozenset[int]:
    """The numbers of the lines in capitals that are headlines of other articles, and no bylines.

    Where short headings are in capitals too, capitals are the article's own style: then none.
    """
    shouts: list[int] = []
    headings = 0
    for number, line in enumerate(lines):
        if not line.isupper() or rules.recognise(line, in_head=True) is not None:
            continue
        if len(line.split()) >= _FEWEST_WORDS and looks_like_headline(line):
            shouts.append(number)
        else:
            headings += 1
    own_style = headings > _MOST_HEADINGS or len(shouts) > _MOST * len(lines)
    return frozenset() if own_style else frozenset(shouts)
