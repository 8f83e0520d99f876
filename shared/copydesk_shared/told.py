"""What an article tells of the entities that it names, and how names are compared and chosen."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from copydesk_shared.contracts.article import EntityType
from copydesk_shared.words import unmarked


@dataclass(frozen=True)
class Told:
    """What one article tells of one entity, and by which id its own rules knew it (`local_id`).

    `forms` are the names its text uses. `joins` are slugs (of `entity_id`) that others may use for
    it, each with whether it is of a full name. `given`: the name is the gazetteer's and stays.
    """

    entity_id: str
    type: EntityType
    name: str
    local_id: str
    forms: tuple[str, ...]
    joins: tuple[tuple[str, bool], ...] = ()
    given: bool = False


def folded(form: str) -> str:
    """A name as it is looked for: no case, no accents, single blanks."""
    return " ".join(unmarked(form.casefold()).split())


def canonical_name(forms: Mapping[str, int]) -> str:
    """The form that most articles use, a full name before a surname or an acronym.

    Raises ValueError without any form.
    """
    full = [form for form in forms if " " in form and not form.isupper()]
    return min(full or forms, key=lambda form: (-forms[form], -len(form), form))


def packed(told: Collection[Told]) -> str:
    """As JSON for the scripts, without what goes without saying: each article keeps a record."""
    return json.dumps([_row(one) for one in told], ensure_ascii=False, separators=(",", ":"))


def _row(one: Told) -> dict[str, object]:
    row: dict[str, object] = {
        "id": one.entity_id,
        "forms": [(form, folded(form)) for form in one.forms],
    }
    if one.name != one.forms[0]:
        row["name"] = one.name
    if one.local_id != one.entity_id:
        row["local"] = one.local_id
    if one.joins:
        row["joins"] = one.joins
    if one.given:
        row["given"] = one.name
    return row


def unpacked(text: str | bytes) -> list[Told]:
    return [
        Told(
            entity_id=row["id"],
            type=EntityType(row["id"].partition(":")[0]),
            name=row.get("name", row["forms"][0][0]),
            local_id=row.get("local", row["id"]),
            forms=tuple(form for form, _ in row["forms"]),
            joins=tuple((slug, full) for slug, full in row.get("joins", ())),
            given="given" in row,
        )
        for row in json.loads(text)
    ]
