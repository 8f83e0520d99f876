"""Names that mean one thing everywhere: countries, capitals, well-known organisations.

places.tsv is built from GeoNames (evals/tables/places.py), given_names.txt from Faker
(evals/tables/given_names.py); gazetteer.toml adds what they lack.
"""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from copydesk_shared.contracts.article import EntityType


@dataclass(frozen=True)
class Known:
    """The canonical name and type behind a form; `soft` means: unless it is a person's name."""

    name: str
    type: EntityType
    soft: bool = False


@dataclass(frozen=True)
class Gazetteer:
    """Look-ups by exact form, and the small lists that keep junk out."""

    known: Mapping[str, Known]
    by_first_word: Mapping[str, tuple[str, ...]]
    """First word of a form that is surely a name wherever it stands → such forms, longest first."""
    people: frozenset[str]
    countries: Mapping[str, Known]
    """Words for people → their country, which `Russian-led` names."""
    calendar: frozenset[str]
    not_organisations: frozenset[str]
    not_after_person: frozenset[str]
    not_in_names: frozenset[str]
    honorifics: tuple[str, ...]
    royal: frozenset[str]
    heads: Mapping[str, EntityType]
    """Last words that say what a name is: Party, Festival, Empire."""
    heads_of: Mapping[str, EntityType]
    """Words that go on with "of": University of, Kingdom of."""
    happenings: Mapping[str, str]
    """Words for what may happen at a place → the usual one: quake → earthquake."""
    elections: frozenset[str]
    first_words: Mapping[str, EntityType]
    """First words that say it: Port, Storm."""
    before_storm: frozenset[str]
    given_names: frozenset[str]
    towns: frozenset[str]
    """Given names that stand for a town as often."""
    not_surnames: frozenset[str]
    joined: frozenset[str]
    """Words before an "and" that is part of a name: Social Democratic and Labour Party."""

    def look_up(self, form: str, *, taken_for: EntityType) -> Known | None:
        """What the form means. `WASHINGTON` of a dateline is read as `Washington`.

        Nobody is called Kyiv or Jordan alone, whatever a model says: a country or capital is a
        person only as part of a full name, which is not looked up. Virginia may be a person.
        """
        found = self.known.get(form) or self.known.get(form.title() if form.isupper() else "")
        if found is not None and found.soft and taken_for is EntityType.PERSON:
            return None
        return found

    def is_canonical(self, name: str, kind: EntityType) -> bool:
        """Whether this is a name that the table gives to an entity."""
        found = self.known.get(name)
        return found is not None and (found.name, found.type) == (name, kind)


@cache
def gazetteer() -> Gazetteer:
    """The table that ships with the service."""
    files = resources.files("copydesk_enrich.entities")
    data = tomllib.loads(files.joinpath("gazetteer.toml").read_text("utf-8"))
    known: dict[str, Known] = {}
    people: defaultdict[str, dict[str, Known]] = defaultdict(dict)
    # The first meaning of a form wins: ours stand before the table's, and in the table countries
    # before capitals, capitals before states.
    for row in (*_ours(data), *sorted(_table(files.joinpath("places.tsv").read_text("utf-8")))):
        soft = row.rank == _SOFT or row.name in data["also_surnames"]
        same = known.get(row.name) or Known(row.name, row.kind, soft=soft)
        for form in (row.name, *row.forms):
            known.setdefault(form, same)
        for word in row.people:
            people[word][same.name] = same
    shared = {word: known[name] for word, name in data["countries"].items()}
    own = {word: next(iter(of.values())) for word, of in people.items() if len(of) == 1}
    return Gazetteer(
        known=known,
        by_first_word=_by_first_word(known),
        people=frozenset(people.keys() - known.keys()),
        countries={**own, **shared},
        calendar=frozenset(data["calendar"]),
        not_organisations=frozenset(data["not_organisations"]),
        not_after_person=frozenset(data["not_after_person"]),
        not_in_names=frozenset(data["not_in_names"]),
        # Longest first, so that "Vice President" goes before "President".
        honorifics=tuple(sorted(data["honorifics"], key=len, reverse=True)),
        royal=frozenset(data["royal"]),
        heads={w: EntityType(kind) for kind, words in data["heads"].items() for w in words},
        heads_of={w: EntityType(kind) for kind, words in data["heads_of"].items() for w in words},
        first_words={
            w: EntityType(kind) for kind, words in data["first_words"].items() for w in words
        },
        before_storm=frozenset(data["before_storm"]),
        given_names=_given_names(files.joinpath("given_names.txt").read_text("utf-8"), data),
        towns=frozenset(data["towns"]),
        not_surnames=frozenset(data["not_surnames"]),
        happenings=data["happenings"],
        elections=frozenset(data["elections"]),
        joined=frozenset(data["joined"]),
    )


@dataclass(frozen=True, order=True)
class _Row:
    rank: int
    name: str
    kind: EntityType
    forms: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


_RANKS = {"country": 0, "capital": 1, "state": 2}
_SOFT = _RANKS["state"]


def _ours(data: Mapping[str, list[Mapping[str, list[str]]]]) -> Iterator[_Row]:
    sections = {
        "country": EntityType.PLACE,
        "capital": EntityType.PLACE,
        "place": EntityType.PLACE,
        "organisation": EntityType.ORGANISATION,
    }
    for section, kind in sections.items():
        for entry in data[section]:
            forms, people = tuple(entry.get("forms", ())), tuple(entry.get("people", ()))
            yield _Row(0, str(entry["name"]), kind, forms, people)


def _table(text: str) -> Iterator[_Row]:
    for line in text.splitlines():
        if not line.startswith("#"):
            kind, name, forms, people = (column.split("|") for column in line.split("\t"))
            yield _Row(
                _RANKS[kind[0]],
                name[0],
                EntityType.PLACE,
                tuple(filter(None, forms)),
                tuple(filter(None, people)),
            )


def _given_names(text: str, data: Mapping[str, list[str]]) -> frozenset[str]:
    rows = (line for line in text.splitlines() if not line.startswith("#"))
    names = {name for row in rows for name in row.split()} | set(data["given_names"])
    return frozenset(names - set(data["not_given_names"]) - set(data["calendar"]))


def _by_first_word(forms: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Forms of several words, and acronyms of three letters or more."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for form in forms:
        first, *others = form.split(" ")
        if others or (form.isupper() and form.isalpha() and len(form) > 2):  # noqa: PLR2004
            found[first].append(form)
    return {first: tuple(sorted(same, key=lambda f: (-len(f), f))) for first, same in found.items()}
