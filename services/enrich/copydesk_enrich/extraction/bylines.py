"""Who wrote it: names out of bylines, and the biography that stands at the foot."""

# ruff: noqa: RUF001  # typographic marks are meant here

import re
from collections.abc import Iterable, Sequence

from copydesk_shared.contracts.article import Author

_PREFIX = re.compile(r"(?i:(?:written|reported|words|story|posted)? ?by:? +|author:? +)")
_SPLIT = re.compile(r"\s*(?:;|\||•|·|\s&\s|,? and |, )\s*")
_ROLE = re.compile(
    r"(?i:\b(?:writer|reporter|correspondent|editor|staff|contributor|columnist|producer|bureau"
    r"|news|desk|service|press|times|post|journal|herald|today|inc|llc)\b)"
)
_ADDRESS = re.compile(r"\S+@\S+|https?://\S+|(?<!\w)@\w+")
_CALLING = (
    r"(?:writer|reporter|journalist|editor|correspondent|columnist|author|contributor|freelancer"
    r"|essayist|critic|commentator|broadcaster|photojournalist|blogger|producer|anchor)"
)
# What else the bearer of a full name may be; a story ends on such people only if it has named them.
_OFFICE = (
    r"(?:analyst|professor|lecturer|fellow|scholar|director|president|chair(?:man|woman|person)?"
    r"|attorney|lawyer|economist|historian|strategist|consultant|host|(?:co-?)?founder|executive"
    r"|advis[eo]r|scientist|psychiatrist|psychologist|physician|veteran|researcher|Republican"
    r"|Democrat|member|teacher|activist|advocate|officer|secretary|ambassador|partner|expert"
    r"|novelist|dean|pastor|manager|head|former|graduate)"
)
# "Malik is a skilled writer …", "Ada Marlowe covers …": a name, then what its bearer does.
_NAME = r"[A-ZÀ-Þ][\w.’'-]*(?:\s(?:de|da|van|von|der|al|bin|[A-ZÀ-Þ][\w.’'-]*)){0,3}"
_FULL_NAME = r"[A-ZÀ-Þ][\w.’'-]*(?:\s(?:de|da|van|von|der|al|bin|[A-ZÀ-Þ][\w.’'-]*)){1,3}"
_BIO = re.compile(
    rf"(?:[—–•⦁*-]{{1,2}}\s?)?(?:(?P<full>{_FULL_NAME})(?:,\s[^.!?\n]{{3,140}},)?\s(?:"
    rf"(?:is|was)\s[^.!?\n]{{0,140}}?\b{_OFFICE}\b"
    r"|(?:served|serves)\s(?:in|as|on|under)\b|(?:teaches|blogs|tweets|hosts|leads)\s)"
    rf"|(?P<name>{_NAME}),?\s(?:"
    rf"(?:is|was|joined|works (?:for|at|as))\s[^.!?\n]{{0,120}}?\b{_CALLING}\b"
    r"|(?:covers|edits)\s(?!that\b|up\b)|(?:writes|reports)\s(?:for|about|on|from|regularly)\b"
    r"|has (?:covered|written|reported)\s(?!that\b)"
    r"|est\s[^.!?\n]{0,60}?\b(?:journaliste|correspondante?|rédact\w{2,8}|chroniqueu\w{1,3})\b"
    r"|ist\s[^.!?\n]{0,60}?\b(?:Redakteur|Journalist|Korrespondent)\w{0,3}\b"
    r"|schreibt\s(?:für|über)\b"
    r"|[^\n]{3,500}\b(?:[Ff]ollow (?:him|her|them) (?:on|@)|[Ss]ee more on (?:his|her)\b"
    r"|(?:can|may) be reached (?:at|via)\b|(?:[Cc]ontact|[Ee]mail) (?:him|her|them) at\b)"
    r"))"
)
_LONGEST_BIO = 700
_LONGEST_NAME = 60
_NO_NAME = frozenset({"He", "She", "They", "It", "The", "This", "There", "Who", "His", "Her", "A"})


def split_byline(byline: str) -> tuple[Author, ...]:
    """Authors named in a byline: prefix, roles and addresses left out, each name once."""
    text = _PREFIX.sub("", _ADDRESS.sub("", byline[:400]).strip(), count=1).strip(" ,.;|")
    parts = [part.strip(' ,.|-–—"“”') for part in _SPLIT.split(text)]
    names = [part for part in parts if part and len(part) <= _LONGEST_NAME]
    people = [name for name in names if not _ROLE.search(name)] or names[:1]
    return tuple(Author(name=_well_cased(name)) for name in dict.fromkeys(people))


def read_bio(paragraph: str, *, rest: Iterable[str], known: Sequence[Author]) -> Author | None:
    """The author that a closing paragraph introduces, or None where it is prose.

    The surname must not occur in the rest of the body (else the paragraph is about a person of
    the story), unless the name is a known author's.
    """
    if len(paragraph) > _LONGEST_BIO:
        return None
    match = _BIO.match(paragraph)
    if match is None:
        return None
    name = match["full"] or match["name"]
    surname = name.split()[-1]
    if name.split()[0] in _NO_NAME:
        return None
    bylined = any(author.name.casefold() == name.casefold() for author in known)
    first = name.split()[0]
    whole_word = re.compile(rf"\b(?:{re.escape(first)}|{re.escape(surname)})\b")
    if not bylined and any(whole_word.search(text) for text in rest):
        return None
    return Author(name=name, bio=paragraph)


def with_bios(authors: Sequence[Author], bios: Sequence[Author]) -> tuple[Author, ...]:
    """Bios laid onto the authors that they name; a bio without an author adds one."""
    by_name = {bio.name.casefold(): bio for bio in bios}
    merged = [by_name.pop(author.name.casefold(), author) for author in authors]
    return (*merged, *by_name.values())


def _well_cased(name: str) -> str:
    return name.title() if name.isupper() and len(name.split()) > 1 else name
