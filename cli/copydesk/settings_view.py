"""Every setting of every service: its name in the environment, value, default and meaning."""

import importlib
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings
from rich.table import Table

from copydesk.failures import CommandError, Exit
from copydesk.markup import plain
from copydesk.plan import SERVICES


@dataclass(frozen=True)
class Setting:
    """`value` of a secret that was set is masked; its default stands in the source anyway."""

    name: str
    value: str
    default: str
    given: bool
    description: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def settings_of(service: str) -> list[Setting]:
    """What the service would read from this environment; CommandError if it would refuse."""
    kind: type[BaseSettings] = importlib.import_module(f"copydesk_{service}.settings").Settings
    prefix = kind.model_config.get("env_prefix", "")
    try:
        settings = kind()
    except ValidationError as exc:
        faults = "; ".join(
            f"{prefix}{'_'.join(str(step) for step in fault['loc']).upper()}: {fault['msg']}"
            for fault in exc.errors()
        )
        raise CommandError(f"{service} would not start: {faults}", exit_code=Exit.USAGE) from exc
    rows = []
    for name, field in kind.model_fields.items():
        given = name in settings.model_fields_set
        value, default = getattr(settings, name), field.get_default(call_default_factory=True)
        rows.append(
            Setting(
                name=f"{prefix}{name}".upper(),
                value=_said(value) if given else _said(default, secret=False),
                default=_said(default, secret=False),
                given=given,
                description=field.description or "",
            )
        )
    return rows


def all_settings() -> dict[str, list[Setting]]:
    return {service: settings_of(service) for service in SERVICES}


def settings_table(service: str, settings: list[Setting]) -> Table:
    table = Table(title=service, title_justify="left", box=None, header_style="dim")
    for title in ("setting", "value", "default", "meaning"):
        table.add_column(title, overflow="fold", no_wrap=title == "setting")
    for setting in settings:
        table.add_row(
            plain(setting.name),
            plain(setting.value, "bold green" if setting.given else ""),
            plain(setting.default, "dim"),
            plain(setting.description, "dim"),
        )
    return table


def _said(value: Any, *, secret: bool = True) -> str:
    if isinstance(value, SecretStr):
        return str(value) if secret else value.get_secret_value()
    return "" if value is None else str(value)
