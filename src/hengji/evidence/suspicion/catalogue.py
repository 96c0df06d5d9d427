"""The rules of suspicion: code, name, how their query is read, words."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `shape`: run (improbable by the outlet's own habit), spell (hours on end), rows (spans as they are).

    `zh` and `en` are what is told, with figures; `formula` says when, `honest` what an honest plant may look like, `example`
    works one case.
    """

    code: str
    name: str
    title: str
    title_en: str
    shape: str
    zh: str
    en: str
    formula_zh: str
    formula_en: str
    honest_zh: str
    honest_en: str
    example_zh: str
    example_en: str
    figures: tuple[str, ...] = ()

    def sections(self) -> list[tuple[str, str, str]]:
        """Heading in both languages, then the Chinese and the English text."""
        return [
            ("何时提示 when", self.formula_zh, self.formula_en),
            ("正常企业也可能如此 an honest plant may look like it", self.honest_zh, self.honest_en),
            ("算例(模拟数据) worked example", self.example_zh, self.example_en),
        ]


def _rules() -> tuple[Rule, ...]:
    table = tomllib.loads(files(__package__).joinpath("catalogue.toml").read_text("utf-8"))
    return tuple(Rule(**{**rule, "figures": tuple(rule.get("figures", ()))}) for rule in table["rule"])


RULES = _rules()
