"""The rules of suspicion: code, name, how their query is read, words."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `shape`: run (improbable by the outlet's own habit), spell (hours on end), rows (spans as they are)."""

    code: str
    name: str
    shape: str
    zh: str
    en: str
    figures: tuple[str, ...] = ()


def _rules() -> tuple[Rule, ...]:
    table = tomllib.loads(files(__package__).joinpath("catalogue.toml").read_text("utf-8"))
    return tuple(Rule(**{**rule, "figures": tuple(rule.get("figures", ()))}) for rule in table["rule"])


RULES = _rules()
