"""What scoring takes from a rule pack: read once, checked, with its citations."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from hengji.legislation import Law, LawError, law
from hengji.model.finding import Citation

HUNDRED = Decimal(100)
_MODES = {"half_even": ROUND_HALF_EVEN, "half_up": ROUND_HALF_UP}
_SHAPES = ("weights", "weights_without_satisfaction", "weights_with_cost", "weights_with_cost_without_satisfaction")
_KEYS = ("quantitative", "qualitative_bands", "execution", "cut_offs", "over_achievement_percent", "rounding",
         "execution_reason_below_percent")  # fmt: skip


@dataclass(frozen=True)
class Rules:
    """The law of scoring on a day.

    `weights` by name of their entry; `levels` tells which level-1 names and codes belong to which part; `bands` are
    upper and lower limits in percent, falling; `satisfaction_steps` and `execution_steps` are (at least percent, points
    of ten), empty where the pack scores by ratio; `pass_line` is the percentage below which a completion ratio earns
    nothing (None: the plain ratio); `laws` are the entries themselves, for workings.
    """

    pack: str
    on: datetime.date
    weights: Mapping[str, Mapping[str, Decimal]]
    levels: Mapping[str, tuple[str, ...]]
    lower_is_better: str
    late: str
    bands: Mapping[str, tuple[Decimal, Decimal]]
    execution_base: str
    execution_steps: tuple[tuple[Decimal, Decimal], ...]
    satisfaction_steps: tuple[tuple[Decimal, Decimal], ...]
    cut_offs: Mapping[str, Decimal]
    over_percent: Decimal
    places: int
    rounding: str
    laws: Mapping[str, Law]
    pass_line: Decimal | None = None

    @property
    def execution_points(self) -> Decimal:
        """The points of the budget's execution; 0 where the pack gives it none."""
        return self.weights["weights"].get("execution", Decimal(0))

    def rounded(self, number: Decimal) -> Decimal:
        """Points as printed."""
        return number.quantize(Decimal(1).scaleb(-self.places), _MODES[self.rounding])

    def cites(self, *keys: str) -> tuple[Citation, ...]:
        """What says so."""
        return tuple(self.laws[k].citation for k in keys if k in self.laws)

    @property
    def unverified(self) -> tuple[Citation, ...]:
        """Citations of this law whose text was not checked, each once."""
        found = dict.fromkeys(entry.citation for entry in self.laws.values() if not entry.verified)
        return tuple(found)


def rules_of(pack: str, on: datetime.date) -> Rules:
    """The rules of a pack in force on a day.

    Raises:
        LawError: the pack does not say what scoring needs.
        PackError: the pack does not hold together.
    """
    laws = {key: law(f"self_evaluation.{key}", pack=pack, on=on) for key in _KEYS}
    shapes = {}
    for shape in _SHAPES:
        found = _optional(f"self_evaluation.{shape}", pack, on)
        if found is not None:
            laws[shape], shapes[shape] = found, found.numbers
    levels = law("hierarchy", pack=pack, on=on)
    laws["hierarchy"] = levels
    quantitative = laws["quantitative"].table
    execution = laws["execution"].table
    rounding = laws["rounding"].table
    steps = {}
    for name in ("execution_steps", "satisfaction_steps"):
        entry = _optional(f"self_evaluation.{name}", pack, on)
        if entry is not None:
            laws[name] = entry
        steps[name] = _steps(entry)
    line = None
    if quantitative["below"] == "pass_line":
        laws["pass_line_percent"] = law("self_evaluation.pass_line_percent", pack=pack, on=on)
        line = laws["pass_line_percent"].number
    return Rules(
        pack, on, shapes, {part: tuple(str(w) for w in words) for part, words in levels.table.items()},  # type: ignore[union-attr]
        str(quantitative["lower_is_better"]), str(quantitative.get("late", "zero")),
        {name: (Decimal(str(pair[0])), Decimal(str(pair[1]))) for name, pair in laws["qualitative_bands"].table.items()},  # type: ignore[index]
        str(execution["base"]), steps["execution_steps"], steps["satisfaction_steps"],
        laws["cut_offs"].numbers, laws["over_achievement_percent"].number, int(Decimal(str(rounding["places"]))),
        str(rounding["mode"]), laws, line,
    )  # fmt: skip


def _optional(key: str, pack: str, on: datetime.date) -> Law | None:
    try:
        return law(key, pack=pack, on=on)
    except LawError:
        return None


def _steps(entry: Law | None) -> tuple[tuple[Decimal, Decimal], ...]:
    if entry is None or not isinstance(entry.value, tuple):
        return ()
    return tuple((Decimal(str(pair[0])), Decimal(str(pair[1]))) for pair in entry.value)  # type: ignore[index]
