"""A self-evaluation that someone else filled in, recomputed: S01 to S21 as far as the document alone can show them.

What is sound under any rule that the packs leave open is not objected to; what a document cannot tell is listed by
`not_checked`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from hengji.model.finding import Finding
from hengji.model.review import NotChecked
from hengji.model.table import Project, TargetTable
from hengji.scoring.foreign_lines import Reviewed, line_findings, reviewed
from hengji.scoring.foreign_money import money_findings
from hengji.scoring.foreign_sums import sum_findings
from hengji.scoring.foreign_words import table_findings, word_findings
from hengji.scoring.rules import Rules
from hengji.scoring.self_faults import not_checked as _not_checked
from hengji.scoring.self_limits import Limits, limits_of


def check_self_evaluation(table: TargetTable, rules: Rules, *, tolerance: Decimal) -> tuple[Finding, ...]:
    """What is wrong in a filled-in self-evaluation, project by project in its order.

    Args:
        table: the document as read, of kind self_evaluation.
        rules: the law of scoring on the day it was written, which is usually the year after the one it is of.
        tolerance: how far below “about so many” still counts as reached, a share.
    """
    limits = limits_of(rules)
    found: list[Finding] = []
    all_lines = []
    reasons_read = any(i.variance_reason for p in table.projects for i in p.indicators)
    for number, project in enumerate(table.projects, 1):
        lines = reviewed(project, rules, limits, tolerance, table.fiscal_year)
        all_lines.append(lines)
        found += _project(number, project, lines, rules, limits, reasons_read)
    return (*found, *table_findings(table, rules, limits))


def _project(
    number: int, project: Project, lines: Sequence[Reviewed], rules: Rules, limits: Limits, reasons_read: bool
) -> Iterator[Finding]:
    yield from line_findings(number, lines, rules, limits, reasons_read=reasons_read)
    yield from money_findings(number, project, rules)
    yield from sum_findings(number, project, lines, rules)
    yield from word_findings(number, project, lines, rules, limits)


def not_checked(table: TargetTable) -> tuple[NotChecked, ...]:
    """What could not be looked at in a document, and what it would need."""
    missing = list(_not_checked())
    indicators = [i for p in table.projects for i in p.indicators]
    if not any(i.points for i in indicators):
        missing += [NotChecked(c, "各指标得分", "the points of the indicators") for c in ("S01", "S03", "S08", "S14")]
    elif not any(i.max_points for i in indicators):
        missing += [NotChecked(c, "各指标分值", "the weights of the indicators") for c in ("S01", "S03", "S08", "S14")]
    if not any(i.variance_reason for i in indicators):
        missing.append(NotChecked("S07", "偏差原因一栏", "the column of reasons"))
    if not any(p.total_points for p in table.projects):
        missing.append(NotChecked("S02", "总分", "the total"))
    if not any(p.funds.outturn for p in table.projects):
        missing.append(NotChecked("S15", "全年执行数", "what was paid"))
    return tuple(sorted(missing, key=lambda one: one.code))
