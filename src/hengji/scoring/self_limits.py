"""Limits and words that a rule pack gives for checking a finished self-evaluation."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Literal

from hengji.legislation import Law, LawError, law
from hengji.model.finding import Citation
from hengji.scoring.rules import Rules

Word = Literal["reached", "partly", "missed", "not_applicable", "no_reason", "all_reached", "but", "shares",
               "less_is_better"]  # fmt: skip
_NUMBERS = ("over_achievement_percent", "over_achievement_reason_percent", "copied_percent", "copied_at_least",
            "all_excellent_at_least", "execution_reason_below_percent")  # fmt: skip
_WORDS = (
    "reached",
    "partly",
    "missed",
    "not_applicable",
    "no_reason",
    "all_reached",
    "but",
    "shares",
    "less_is_better",
)


@dataclass(frozen=True)
class Limits:
    """Numbers and words by the name of their entry; `pass_line` is None where the pack scores by the plain ratio."""

    numbers: Mapping[str, Decimal]
    words: Mapping[str, tuple[str, ...]]
    same_characters: Decimal
    same_projects: Decimal
    small_sample: Decimal
    pass_line: Decimal | None
    laws: Mapping[str, Law]

    def says(self, kind: Word, text: str) -> bool:
        """Whether a text has one of the words of a kind."""
        return any(word in text for word in self.words[kind])

    def cites(self, *keys: str) -> tuple[Citation, ...]:
        """Where a limit stands."""
        return tuple(self.laws[k].citation for k in keys)


def limits_of(rules: Rules) -> Limits:
    """The limits of the pack that the rules are of, on their day.

    Raises:
        LawError: the pack lacks one.
    """
    return _limits(rules.pack, rules.on)


@cache
def _limits(pack: str, on: datetime.date) -> Limits:
    laws = {key: law(f"self_evaluation.{key}", pack=pack, on=on) for key in (*_NUMBERS, "same_text")}
    words = {kind: law(f"self_evaluation.words_{kind}", pack=pack, on=on).words for kind in _WORDS}
    try:
        line = law("self_evaluation.pass_line_percent", pack=pack, on=on).number
    except LawError:
        line = None
    same = laws["same_text"].numbers
    return Limits(
        {key: laws[key].number for key in _NUMBERS}, words, same["characters"], same["projects"],
        law("measures.small_sample", pack=pack, on=on).number, line, laws,
    )  # fmt: skip
