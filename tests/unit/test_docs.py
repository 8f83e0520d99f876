"""The documentation says what the code does."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
EVENT = re.compile(r"""log\.(?:debug|info|warning|error|exception|critical)\(\s*"([a-z_]+)\"""")
METRIC = re.compile(r"""(?:Counter|Gauge|Histogram)\(\s*"(copydesk_[a-z_]+)\"""")
METRIC_NAME = re.compile(r"`(copydesk_[a-z_]+?)(?:_total)?`")


def _code() -> str:
    folders = ("shared", "services", "cli")
    return "\n".join(
        path.read_text() for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))
    )


def _page() -> str:
    return (ROOT / "docs" / "events.md").read_text()


def test_every_log_event_is_documented_and_no_other() -> None:
    first_cells = re.findall(r"^\| (`[a-z_]+`(?:, `[a-z_]+`)*) \|", _page(), flags=re.MULTILINE)
    listed = {name for cell in first_cells for name in re.findall(r"`([a-z_]+)`", cell)}
    listed -= {name for name in listed if name.startswith("copydesk_")}
    assert listed == set(EVENT.findall(_code()))


def test_every_metric_is_documented_and_no_other() -> None:
    assert set(METRIC_NAME.findall(_page())) == set(METRIC.findall(_code()))


def test_links_between_the_pages_lead_somewhere() -> None:
    pages = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]
    for page in pages:
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text()):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name}: {target}"
