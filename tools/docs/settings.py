"""The table of settings, from the table that the server itself reads."""

from __future__ import annotations

from ruststack.settings import SETTINGS, Setting
from tools.docs.sections import table


def settings_table() -> str:
    """One row a setting; what has nothing to act on yet says so."""
    rows = [_row(setting) for setting in SETTINGS]
    return table(["variable", "flag", "also read from", "values", "meaning"], rows)


def _row(setting: Setting) -> list[str]:
    meaning = setting.meaning if setting.is_ready else f"{setting.meaning} *Checked, but without effect yet.*"
    others = ", ".join(f"`{name}`" for name, _ in setting.others)
    return [f"`{setting.variable}`", f"`{setting.flag}`", others, setting.values.replace("|", "\\|"), meaning]
