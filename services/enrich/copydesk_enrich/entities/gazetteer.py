"""Names that mean one thing everywhere: countries, capitals, well-known organisations."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

from copydesk_shared.contracts.article import EntityType


@dataclass(frozen=True)
class Known:
    """The canonical name and type behind a form."""

    name: str
    type: EntityType


@dataclass(frozen=True)
class Gazetteer:
    """Look-ups by exact form, and the small lists that keep junk out."""

    known: dict[str, Known]
    ambiguous: frozenset[str]
    people: frozenset[str]
    calendar: frozenset[str]
    not_organisations: frozenset[str]
    not_after_person: frozenset[str]
    honorifics: tuple[str, ...]

    def look_up(self, form: str, *, taken_for: EntityType) -> Known | None:
        """What the form means; a given name that is also a place stays a person if taken for one.

        `WASHINGTON` of a dateline is read as `Washington`.
        """
        if form in self.ambiguous and taken_for is EntityType.PERSON:
            return None
        return self.known.get(form) or self.known.get(form.title() if form.isupper() else "")


@cache
def gazetteer() -> Gazetteer:
    """The table that ships with the service."""
    text = resources.files("copydesk_enrich.entities").joinpath("gazetteer.toml").read_text("utf-8")
    data = tomllib.loads(text)
    known: dict[str, Known] = {}

    def learn(forms: Iterable[str], name: str, kind: EntityType) -> None:
        # The first meaning of a form wins: countries stand before capitals and organisations.
        for form in forms:
            known.setdefault(form, Known(name, kind))

    for country in data["country"]:
        name = country["name"]
        learn((name, *country.get("forms", ())), name, EntityType.PLACE)
    for country in data["country"]:
        main, *others = country.get("capital", ()) or (None,)
        if main:
            learn((main,), main, EntityType.PLACE)
            for other in others:
                # A second capital stands for itself; another spelling stands for the first.
                learn((other,), other if other in data["own_capitals"] else main, EntityType.PLACE)
    for kind, key in ((EntityType.PLACE, "place"), (EntityType.ORGANISATION, "organisation")):
        for entry in data[key]:
            learn((entry["name"], *entry.get("forms", ())), entry["name"], kind)
    return Gazetteer(
        known=known,
        ambiguous=frozenset(data["also_given_names"]),
        people=frozenset(word for country in data["country"] for word in country.get("people", ())),
        calendar=frozenset(data["calendar"]),
        not_organisations=frozenset(data["not_organisations"]),
        not_after_person=frozenset(data["not_after_person"]),
        # Longest first, so that "Vice President" goes before "President".
        honorifics=tuple(sorted(data["honorifics"], key=len, reverse=True)),
    )
