"""What the words of a name say that it is, whatever a model takes it for: Port, Storm, Olaf, Jr."""

from collections.abc import Sequence

from copydesk_enrich.entities.gazetteer import Gazetteer
from copydesk_enrich.terms import fold, frequencies_for
from copydesk_shared.contracts.article import EntityType

_OF_A_PERSON = frozenset({"Jr.", "Jr", "Sr.", "Sr"})
_TWO, _THREE = 2, 3
# Dakota Meyer is somebody, Dakota Research is not: nouns are common in the news. Of 6,000 articles;
# judged on the names of the wire that a model did not take for persons.
_MOST_ARTICLES = 8


def type_by_words(name: str, table: Gazetteer) -> EntityType | None:
    """The type that the words of a name give away, None where they do not."""
    words = name.split()
    if name in table.known or len(words) < _TWO:
        return None
    if words[-1] in _OF_A_PERSON or _is_given_and_surname(words, table):
        return EntityType.PERSON
    kind = table.first_words.get(words[-_TWO])
    leads = len(words) == _TWO or (len(words) == _THREE and words[0] in table.before_storm)
    return kind if leads and may_follow(words[-1], table) else None


def may_follow(word: str, table: Gazetteer) -> bool:
    """Whether a word makes a name of `Port` before it: Elder does, Authority does not."""
    return (
        word[0].isupper()
        and word not in table.heads
        and word not in table.not_surnames
        and word not in table.not_in_names
        and word not in table.calendar
        and word not in table.honorifics
    )


def _is_given_and_surname(words: Sequence[str], table: Gazetteer) -> bool:
    """`Olaf Scholz`, `Kim Q. Reed`; Morgan Stanley and Beverly Hills are no people."""
    first, *initials, last = words
    if len(words) > _THREE or any(len(initial.rstrip(".")) > 1 for initial in initials):
        return False
    return (
        first in table.given_names
        and last.isalpha()
        and last[1:].islower()
        and last not in table.given_names
        and last not in table.known
        and not last.endswith("s")  # a plural more often: Jackson Generals
        and may_follow(last, table)
        and frequencies_for("en").by_word.get(fold(last), 1) <= _MOST_ARTICLES
    )
