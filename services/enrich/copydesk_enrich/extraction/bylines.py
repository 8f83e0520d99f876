"""Who wrote it: names out of bylines, and the biography that stands at the foot."""

# ruff: noqa: RUF001  # typographic marks are meant here

import re
from collections.abc import Iterable, Sequence

from copydesk_enrich.extraction.agencies import AGENCY, NO_PERSON, NOBODY, TRAILING_AGENCY
from copydesk_enrich.extraction.name_case import well_cased
from copydesk_shared.contracts.article import Author

_BY = re.compile(
    r"(?i:(?:(?:written|reported|words|story|posted|text|reporting|analysis|review|report) )?"
    r"by(?::\s*|\s+)|(?:guest |contributing |staff )?(?:author|writer|columnist|reporter)s?:\s*)"
)
# In other languages `by` may begin a name (Von Miller, Di Stefano): there a first name and another
# follow, or names that the language's own `and` joins.
_BY_ELSEWHERE = re.compile(
    r"(?i:(?P<by>von|par|por|di|door|av|af)(?::\s*|\s+))(?=[^\W\d_a-zà-ÿ]\S*\s+\S)"
)
_AND_ELSEWHERE = {
    "von": "und", "par": "et", "por": "y|e", "di": "ed?", "door": "en", "av": "og|och",
    "af": "og",
}  # fmt: skip
_ALSO_BY = re.compile(
    r"(?i:[\s,;.–—-]+(?:with\s+)?(?:(?:additional|further|extra)\s+)?"
    r"(?:report(?:ing|s)|research|contributions?|assistance|help)\s+(?:by|from)\s+"
    r"|\s+as\s+told\s+to\s+)"
)
_SPLIT = re.compile(r"\s*(?:;|\||/|•|·|\s&\s|,?\s(?i:and|und|et|og|och)\s|\s(?i:with)\s|,\s)\s*")
_FIRST = re.compile(r"[,;&]|\s(?i:and)\s")
# `Ortega y Gasset` and `Costa e Silva` are names; between two full names it joins them.
_JOINED_NAMES = re.compile(r"(?<=\S\s)(\S+)\s(?i:y|e)\s(?=\S+\s\S)")
_JOIN_SURNAMES = frozenset(("por", "di"))
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+|https?://\S+|(?<!\w)@\w+")
_SUFFIX = re.compile(r",\s*(?=(?:[JS]r|JR|SR|II|III|IV)\b)")
_DEGREE = re.compile(r",\s*(?:Ph\.?\s?D|M\.?D|Esq|OBE|MBE|CBE)\b\.?")
_WHENCE = re.compile(r"(?<=\S)\s+(?:for|at|in)\s+(?=[A-ZÀ-Þ]).*|(?<=\S)\s+for\s+the\s+.*")
_INVERTED = re.compile(r"([^\s,]+),\s*([^\s,]+)")
_EDGES = ' \t\n,|-–—"“”'
_LONGEST = 400
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
    """The authors that a byline names, each once, in its own words.

    Prefixes, addresses, places, callings and affiliations are left out. A house is the author
    where no person is named (`Reuters`), and nobody is where a byline says only `Staff and
    agencies`.
    """
    text = _ADDRESS.sub(" ", _ASIDE.sub(" ", _cut(byline)))
    text = _SUFFIX.sub(" ", _DEGREE.sub("", " ".join(text.split())).strip(_EDGES))
    parts = [
        tidy
        for segment in _ALSO_BY.sub("; ", _without_by(text)).split(";")
        for part in _names(segment.strip(_EDGES))
        if (tidy := _trimmed(part)) and len(tidy) <= _LONGEST_NAME and not NOBODY.fullmatch(tidy)
    ]
    people = [part for part in parts if not (AGENCY.fullmatch(part) or NO_PERSON.search(part))]
    return tuple(Author(name=name) for name in dict.fromkeys(map(well_cased, people or parts[:1])))


def _cut(byline: str) -> str:
    return byline if len(byline) <= _LONGEST else byline[:_LONGEST].rpartition(" ")[0]


def _without_by(text: str) -> str:
    """The names behind `by`; those that another language's `and` joins stand apart by `;`."""
    if found := _BY.match(text):
        text = text[found.end() :]
    elsewhere = _BY_ELSEWHERE.match(text)
    if elsewhere is None:
        return _JOINED_NAMES.sub(r"\1; ", text)
    names = text[elsewhere.end() :]
    by = elsewhere["by"].lower()
    joined = re.sub(rf"\s(?i:{_AND_ELSEWHERE[by]})\s", "; ", names)
    first = _FIRST.split(joined, maxsplit=1)[0]
    if joined == names and len(first.split()) < 2:  # noqa: PLR2004  # a first name and a surname
        return text
    one_name = by in _JOIN_SURNAMES and re.fullmatch(r"\S+\s[^;]+; \S+", joined)
    return names if one_name else joined


def _names(segment: str) -> list[str]:
    """The names of a list; `Doe, Jane`, two words and no more, is one."""
    inverted = _INVERTED.fullmatch(segment)
    if inverted and not any(
        AGENCY.fullmatch(word) or NO_PERSON.search(word) for word in inverted.groups()
    ):
        return [f"{inverted[2]} {inverted[1]}"]
    return _SPLIT.split(segment)


def _trimmed(part: str) -> str:
    """One name without where its bearer works; the point of `Jr.` stays."""
    name = part.strip(_EDGES + ".")
    if found := _BY.match(name):
        name = name[found.end() :]
    shorter = TRAILING_AGENCY.sub("", _WHENCE.sub("", name))
    name = shorter if " " in shorter else name
    return f"{name}." if re.search(r"\s(?i:jr|sr)$", name) and f"{name}." in part else name


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
