"""docs/api.md says what the code does."""

import re
from pathlib import Path

import pytest

from copydesk_enrich.settings import Settings as EnrichSettings
from copydesk_gateway.settings import Settings as GatewaySettings
from copydesk_ingest.settings import Settings as IngestSettings

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "api.md").read_text()
CODE = re.compile(
    r"""(?:RefusedError|DependencyDownError|_bad_parameter|too_large)\(\s*"([a-z_]+)"
    |Problem\(\s*HTTPStatus\.\w+,\s*"([a-z_]+)"
    |(?:code=|_?warn\(|tell\(|_left_out\(|Warned\()(?:info,\s*)?\s*"([a-z_]+)"
    """,
    re.VERBOSE,
)


def _codes() -> set[str]:
    paths = [
        *(ROOT / "services" / "ingest").rglob("*.py"),
        *(ROOT / "services" / "gateway").rglob("*.py"),
        ROOT / "shared" / "copydesk_shared" / "problems.py",
    ]
    return {
        next(filter(None, groups)) for path in paths for groups in CODE.findall(path.read_text())
    }


def test_every_code_of_a_problem_or_a_warning_is_explained() -> None:
    codes = _codes()
    assert {"too_deep", "article_failed", "bad_operator", "timezone_assumed", "store_full"} <= codes
    assert not {code for code in codes if f"`{code}`" not in PAGE}


@pytest.mark.parametrize("name", re.findall(r"`COPYDESK_([A-Z_]+)`", PAGE))
def test_the_settings_of_the_limits_exist(name: str) -> None:
    every = (IngestSettings, EnrichSettings, GatewaySettings)
    known = {field for settings in every for field in settings.model_fields}
    assert name.lower() in known
