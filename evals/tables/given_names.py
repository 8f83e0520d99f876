"""Rebuild the table of given names from those that Faker gives to made-up people.

    uv run --group tables python evals/tables/given_names.py

A name counts that people have in two countries or more, in Latin letters; the lists of one country
alone hold surnames and words. Faker is MIT; the table's head says so.
"""

import pkgutil
import re
import textwrap
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import faker.providers.person as people

TABLE = Path(__file__).parents[2] / "services/enrich/copydesk_enrich/entities/given_names.txt"
FEWEST_COUNTRIES = 2
_LISTS = ("first_names", "first_names_male", "first_names_female", "first_names_nonbinary")
_LATIN = re.compile(r"[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿĀ-ž]+(?:-[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿĀ-ž]+)?")


def countries() -> Iterator[frozenset[str]]:
    """The given names of each country that Faker knows."""
    for module in pkgutil.iter_modules(people.__path__):
        if module.ispkg:
            provider = import_module(f"{people.__name__}.{module.name}").Provider
            lists = (getattr(provider, name, ()) for name in _LISTS)
            # One provider has a property there, which only its instances can tell.
            names = (name for one in lists if not isinstance(one, property) for name in one)
            yield frozenset(filter(_LATIN.fullmatch, names))


def main() -> None:
    counts = Counter(name for names in countries() for name in names)
    names = sorted(name for name, count in counts.items() if count >= FEWEST_COUNTRIES)
    head = [
        "# Written by evals/tables/given_names.py; do not edit. Additions go into gazetteer.toml.",
        f"# Faker {version('faker')}, MIT.",
    ]
    rows = textwrap.wrap(" ".join(names), width=110, break_on_hyphens=False)
    TABLE.write_text("\n".join([*head, *rows]) + "\n", "utf-8")
    print(f"{len(names)} names, {TABLE.stat().st_size} bytes → {TABLE.name}")


if __name__ == "__main__":
    main()
