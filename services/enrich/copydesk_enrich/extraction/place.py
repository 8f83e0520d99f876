"""Where a paragraph stood on its page: its tag, the furniture around it, the links in it."""

from dataclasses import dataclass

from copydesk_enrich.extraction.rules import Region


@dataclass(frozen=True)
class Anchor:
    """A link of a paragraph: its text, and the address as written."""

    text: str
    href: str


@dataclass(frozen=True)
class Place:
    """`region` is the page furniture that the paragraph is part of; `linked` is all link text."""

    tag: str
    region: Region | None = None
    linked: bool = False
    anchors: tuple[Anchor, ...] = ()

    @property
    def heading(self) -> int | None:
        """The level of a heading, 1 to 6."""
        return int(self.tag[1]) if len(self.tag) == 2 and self.tag[1].isdigit() else None  # noqa: PLR2004  # `h2`
