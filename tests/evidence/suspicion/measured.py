"""Recall and false alarms of the rules on a set of the yardstick: what was planted is found where a finding overlaps it."""

from __future__ import annotations

import datetime
from collections import Counter
from typing import NamedTuple

from tests.evidence.suspicion.yardstick import Yardstick

from hengji.evidence.suspicion.readings import connection
from hengji.evidence.suspicion.suspect import Suspicion, suspicions

MEANT = {
    "oxygen_raised": "oxygen", "oxygen_lowered": "oxygen", "zs_off": "zs_formula", "cou_off": "cou_formula",
    "hour_off": "hour_not_mean", "hidden_by_mark": "hiding_marks",
}  # fmt: skip
"""The rule that is meant for a kind, where it is not of the same name."""


class Measured(NamedTuple):
    """`found` and `by_meant` spells by kind (by any rule, by the rule meant for it), of `planted`; and what was wrong."""

    planted: Counter[str]
    found: Counter[str]
    by_meant: Counter[str]
    false: list[Suspicion]
    clean_days: int

    @property
    def recall(self) -> float:
        return sum(self.found.values()) / sum(self.planted.values())

    @property
    def recall_by_meant(self) -> float:
        return sum(self.by_meant.values()) / sum(self.planted.values())

    @property
    def false_a_thousand_days(self) -> float:
        return 1000 * len(self.false) / self.clean_days

    def table(self) -> str:
        lines = [
            f"{kind:18}{self.found[kind]:4}/{self.planted[kind]}   by its own rule {self.by_meant[kind]:4}"
            for kind in self.planted
        ]
        wrong = Counter(one.rule.name for one in self.false)
        lines.append(f"recall {self.recall:.4f}, each by its own rule {self.recall_by_meant:.4f}")
        lines.append(f"false alarms {len(self.false)} on {self.clean_days} clean outlet-days: "
                     f"{self.false_a_thousand_days:.2f} per 1,000; {dict(wrong)}")  # fmt: skip
        return "\n".join(lines)


def measure(yardstick: Yardstick) -> Measured:
    found = suspicions(connection(yardstick.readings, yardstick.parameters, yardstick.register))
    by_mn: dict[str, list[Suspicion]] = {}
    for one in found:
        # The second device of a pair is named after the first; it stands for the same spell.
        by_mn.setdefault(one.mn if one.mn in yardstick.clean else one.mn.removesuffix("B"), []).append(one)
    planted, hit, meant = Counter[str](), Counter[str](), Counter[str]()
    for spell in yardstick.spells:
        names = {
            one.rule.name
            for one in by_mn.get(spell.mn, ())
            if one.begins < spell.end and one.ends + datetime.timedelta(hours=1) > spell.begin
        }
        planted[spell.kind] += 1
        hit[spell.kind] += bool(names)
        meant[spell.kind] += MEANT.get(spell.kind, spell.kind) in names
    false = [one for one in found if one.mn in yardstick.clean]
    return Measured(planted, hit, meant, false, len(yardstick.clean) * yardstick.days)
