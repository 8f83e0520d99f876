from pathlib import Path

import pytest
from enrich_submissions import a_submission

from copydesk_enrich.extraction.own_rules import OwnRulesError, RuleShelf
from copydesk_enrich.extraction.settled import extract

PROSE = "The council of Port Elder voted on Sunday to reopen the old harbour bridge."
TIDES = """
[[rule]]
id = "own.tides"
kind = "page_chrome"
where = "anywhere"
pattern = 'High water at \\d\\d:\\d\\d'
matches = ["High water at 06:12"]
misses = ["High water at the quay"]
"""
HERALD = """
[source.herald]
off = ["chrome.advertisement"]
keep = ["Most Read"]
[[source.herald.rule]]
id = "herald.dog"
kind = "page_chrome"
where = "anywhere"
pattern = 'The Herald never sleeps'
matches = ["The Herald never sleeps"]
misses = ["The dog never sleeps"]
"""


def removed(shelf: RuleShelf, source: str, *lines: str) -> set[str]:
    content = "\n\n".join((PROSE, *lines, PROSE.replace("old", "new")))
    settled = extract(a_submission(content, title="A headline"), rules=shelf.of(source))
    return {block.text for block in settled.extraction.removed_blocks}


def test_without_a_file_the_shipped_rules_apply() -> None:
    assert removed(RuleShelf.read(None), "herald", "Advertisement") == {"Advertisement"}


def test_a_rule_of_its_own_applies_to_every_source(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(TIDES)
    assert removed(RuleShelf.read(path), "any", "High water at 06:12") == {"High water at 06:12"}


def test_a_source_may_switch_off_keep_and_add(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(TIDES)
    (tmp_path / "b.toml").write_text(HERALD)
    shelf = RuleShelf.read(tmp_path)
    lines = ("Advertisement", "Most Read", "The Herald never sleeps", "High water at 06:12")
    assert removed(shelf, "herald", *lines) == {"The Herald never sleeps", "High water at 06:12"}
    assert removed(shelf, "post", *lines) == {"Advertisement", "Most Read", "High water at 06:12"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (TIDES.replace("06:12", "noon"), "own.tides"),
        (TIDES.replace("page_chrome", "weather"), "weather"),
        (TIDES.replace("id =", "name ="), "id"),
        (HERALD.replace("chrome.advertisement", "chrome.nothing"), "chrome.nothing"),
        ("[sources.herald]\noff = []\n", "sources"),
        ("[[rule", "own.toml"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_fault(
    tmp_path: Path, text: str, told: str
) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text)
    with pytest.raises(OwnRulesError, match=told):
        RuleShelf.read(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OwnRulesError):
        RuleShelf.read(tmp_path / "none.toml")
