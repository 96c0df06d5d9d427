"""What people wrote into our own self-evaluation: reasons, measures, the conclusion, the same text (S07 S17 S19)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from hengji.model.evaluation import Evaluation, Line, ProjectEvaluation
from hengji.model.finding import Finding, Place
from hengji.scoring.reported import folded
from hengji.scoring.self_faults import FAULTS
from hengji.scoring.self_limits import Limits


def says(text: str | None, limits: Limits) -> bool:
    """Whether a reason says anything; a draft whose 【】 nobody filled in is none yet."""
    told = (text or "").strip("。 ")
    return bool(told) and told not in limits.words["no_reason"] and "【" not in told


def conclusion(number: int, one: ProjectEvaluation, missed: Sequence[Line], limits: Limits) -> Iterator[Finding]:
    """S19: the objective is said to be reached in everything while lines are missed and nothing is done about them."""
    text = one.objective_actual or ""
    silent = [str(line.number) for line in missed if not says(line.corrective_action, limits)]
    if silent and limits.says("all_reached", text) and not limits.says("but", text):
        yield FAULTS["S19"].at(
            Place(),
            f"项目{number}“{one.name}”年度总体目标写“{_short(text)}”，而第{'、'.join(silent)}项没有达到指标值，也没有改进措施。请使结论与表一致。",
            f"Project {number}: the conclusion says all was done, while indicators {', '.join(silent)} missed their targets "
            "and no measure is given.",
            on=(number, None),
        )  # fmt: skip


def same_text(evaluation: Evaluation, limits: Limits) -> Iterator[Finding]:
    """S17: a long text that several projects share."""
    of: Counter[str] = Counter()
    for one in evaluation.projects:
        texts = {one.objective_actual, one.execution.reason, *(line.variance_reason for line in one.lines)}
        of.update({folded(t) for t in texts if t and len(t) >= limits.same_characters})
    for text, projects in of.items():
        if projects >= limits.same_projects:
            yield FAULTS["S17"].at(
                Place(), f"{projects} 个项目写着同样的话“{_short(text)}”。请按各项目的实际情况填写。",
                f"{projects} projects share the text “{_short(text)}”.", cites=limits.cites("same_text"), on=(None, None),
            )  # fmt: skip


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
