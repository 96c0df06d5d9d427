"""Scored lines and projects made by hand, for frames, whole units and roll-ups."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from hengji.model.evaluation import ExecutionScore, Line, ProjectEvaluation, Working


def line(
    code: str, target: str, actual: str, most: str, earned: str, *parts: str, number: int = 1, name: str = ""
) -> Line:
    """A line as the self-evaluation makes it; without a text of points it was not scored."""
    inputs = {"实际完成值": actual, "指标值": target, "分值": most}
    inputs |= dict(zip(("分子", "分母"), parts, strict=False))
    return Line(
        number, code, name or f"指标{number}", None, None, target, actual or None, Decimal(most),
        Decimal(earned) if earned else None, workings=(Working("得分", "", inputs, earned),),
    )  # fmt: skip


def project(
    lines: Sequence[Line] = (), money: Sequence[str] | None = ("100", "120", "90"), name: str = "项目"
) -> ProjectEvaluation:
    """A project with its lines and its money: first budget, adjusted budget, paid."""
    first, final, paid = (None, None, None) if money is None else map(Decimal, money)
    return ProjectEvaluation(name, ExecutionScore(first, final, paid, None, Decimal(10), None), tuple(lines))
