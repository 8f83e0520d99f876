"""Which forms are one entity: surname and full name, acronym and long form, known aliases."""

# ruff: noqa: RUF001  # typographic marks are meant here

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from copydesk_enrich.entities.gazetteer import Gazetteer, Known
from copydesk_enrich.entities.identity import entity_id, name_words
from copydesk_enrich.entities.spans import Mentioned
from copydesk_enrich.entities.transliteration import one_spelling
from copydesk_enrich.entities.wording import type_by_words
from copydesk_shared.contracts.article import EntityType

_COMPANY_SUFFIXES = (" inc.", " inc", " corp.", " corp", " ltd.", " ltd", " co.", " llc", " plc")
_ACRONYM = range(2, 7)
# On a tie the type that is more often right when models waver.
_RANK = (
    EntityType.PERSON,
    EntityType.ORGANISATION,
    EntityType.PLACE,
    EntityType.EVENT,
    EntityType.WORK,
)


@dataclass
class Cluster:
    """One entity of one article: its name, its type, and every mention."""

    name: str
    type: EntityType
    mentions: list[Mentioned] = field(default_factory=list)

    @property
    def forms(self) -> Counter[str]:
        return Counter(mention.form for mention in self.mentions)


def cluster(mentions: Sequence[Mentioned], table: Gazetteer) -> list[Cluster]:
    """Mentions gathered into entities, in order of first mention.

    Order of evidence: a person's full name in the same article, the gazetteer, an acronym of a
    long form, the majority of what the model took the form for.
    """
    votes = _votes(mentions, table)
    full_names = _full_names(votes, table)
    acronyms = _acronyms(mentions, votes)
    clusters: dict[str, Cluster] = {}
    for mention in mentions:
        vote = votes[_fold(mention.form)]
        named = mention.name and Known(mention.name, mention.type)
        owner = named or _owner(mention, vote, full_names, acronyms, table)
        # By the id that it will have: Saint-Elder and Saint Elder are one.
        key = entity_id(owner.type, _fold(owner.name))
        clusters.setdefault(key, Cluster(owner.name, owner.type)).mentions.append(mention)
    return list(clusters.values())


@dataclass
class _Vote:
    """What the article says of one form: how often, as what, in which spellings."""

    types: Counter[EntityType] = field(default_factory=Counter)
    spellings: Counter[str] = field(default_factory=Counter)
    spelt_out: bool = False
    by_words: EntityType | None = None

    @property
    def type(self) -> EntityType:
        """What the words of the name give away, else what the model says most often."""
        return self.by_words or min(
            self.types, key=lambda kind: (-self.types[kind], _RANK.index(kind))
        )

    @property
    def spelling(self) -> str:
        """The usual spelling; one in capitals only if there is no other."""
        return min(
            self.spellings,
            key=lambda form: (" " in form and form.isupper(), -self.spellings[form], form),
        )


_Votes = dict[str, _Vote]


def _votes(mentions: Iterable[Mentioned], table: Gazetteer) -> _Votes:
    votes: _Votes = defaultdict(_Vote)
    for mention in mentions:
        vote = votes[_fold(mention.form)]
        vote.types[mention.type] += 1
        vote.spellings[mention.form] += 1
        vote.spelt_out |= mention.spelt_out is not None
    for vote in votes.values():
        vote.by_words = type_by_words(vote.spelling, table)
    return votes


def _fold(form: str) -> str:
    folded = form.casefold().replace("’", "'")
    for suffix in _COMPANY_SUFFIXES:
        folded = folded.removesuffix(suffix)
    return folded


def _full_names(votes: _Votes, table: Gazetteer) -> dict[str, str | None]:
    """Full name, surname and given name, each to the person's name; None where it is open whose.

    `Robert Mueller` and `Robert S. Mueller III` are one person, as are `Javad Zarif` and
    `Mohammad Javad Zarif`. Surname and given name stand there in their one spelling. Of two people
    with one surname it is the one more often named in full: second reference is for whom the story
    is about.
    """
    people: list[list[str]] = []
    for folded, vote in votes.items():
        named = vote.type is EntityType.PERSON and vote.spelling not in table.known
        if named and len(_name_words(folded)) > 1:
            same = [p for p in people if all(_same_person(form, folded) for form in p)]
            same[0].append(folded) if len(same) == 1 else people.append([folded])
    names: dict[str, str | None] = {}
    claims: dict[str, Counter[str]] = defaultdict(Counter)
    for forms in people:
        best = min(forms, key=lambda form: (-votes[form].types.total(), -len(form), form))
        name = votes[best].spelling
        for form in forms:
            names[form] = name
            words = _name_words(form)
            claims[words[0]][name] += votes[form].types.total()
            claims[words[-1]][name] += votes[form].types.total()
    for part, claim in claims.items():
        (name, most), *others = claim.most_common(2)
        names[part] = None if others and others[0][1] == most else name
    return names


def _name_words(folded: str) -> list[str]:
    return name_words(one_spelling(folded))


def _is_given(folded: str, name: str) -> bool:
    words = _name_words(_fold(name))
    return one_spelling(folded) == words[0] != words[-1]


def same_person(one: str, other: str) -> bool:
    """Whether two full names may be one person's: see `_same_person`."""
    return _same_person(_fold(one), _fold(other))


def _same_person(one: str, other: str) -> bool:
    """One name ends in the other, or first and last word are the same and none between differs.

    George Bush may be George W. Bush, who is not George H. W. Bush.
    """
    shorter, longer = sorted((_name_words(one), _name_words(other)), key=len)
    if longer[-len(shorter) :] == shorter:
        return True
    middle, other_middle = shorter[1:-1], longer[1:-1]
    return (shorter[0], shorter[-1]) == (longer[0], longer[-1]) and (
        not middle
        or (
            len(middle) == len(other_middle)
            and all(_same_middle(*pair) for pair in zip(middle, other_middle, strict=True))
        )
    )


def _same_middle(one: str, other: str) -> bool:
    """`S.` is short for `Swan`."""
    short, long = sorted((one.rstrip("."), other.rstrip(".")), key=len)
    return short == long or (len(short) == 1 and long.startswith(short))


def _acronyms(mentions: Iterable[Mentioned], votes: _Votes) -> dict[str, str]:
    """Acronyms spelt out in the same article, to the long form: by brackets, else by initials."""
    long_forms: dict[str, str] = {}
    for mention in mentions:
        if mention.spelt_out is not None:
            long_forms.setdefault(_fold(mention.form), votes[_fold(mention.spelt_out)].spelling)
    for vote in votes.values():
        words = vote.spelling.replace("-", " ").split()
        if vote.type is not EntityType.ORGANISATION or len(words) < 2:  # noqa: PLR2004  # a word
            continue
        capitals = [word[0] for word in words if word[0].isupper()]
        for initials in ("".join(capitals), "".join(word[0] for word in words)):
            if len(initials) in _ACRONYM:
                long_forms.setdefault(initials.casefold(), vote.spelling)
    return long_forms


def _owner(
    mention: Mentioned,
    vote: _Vote,
    full_names: dict[str, str | None],
    acronyms: dict[str, str],
    table: Gazetteer,
) -> Known:
    folded = _fold(mention.form)
    known = table.look_up(mention.form, taken_for=vote.type) or table.countries.get(mention.form)
    name = full_names.get(folded if " " in folded else one_spelling(folded))
    if name is not None and vote.type is not EntityType.PERSON and _is_given(folded, name):
        # Many given names are words or towns: only a surname or a plain one outweighs the model.
        given = vote.spelling.title() if vote.spelling.isupper() else vote.spelling
        name = name if given in table.given_names - table.towns else None
    # A place's name is a person's only where the model says so: Washington the city and the actor.
    if name is not None and (known is None or mention.type is EntityType.PERSON):
        return Known(name, EntityType.PERSON)
    if known is not None:
        return known
    long_form = acronyms.get(folded)
    if long_form and (mention.form.isupper() or vote.spelt_out):
        return table.look_up(long_form, taken_for=EntityType.ORGANISATION) or Known(
            long_form, EntityType.ORGANISATION
        )
    return Known(vote.spelling, vote.type)
