"""Findings that a person decided to let stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hengji.legislation import cite
from hengji.model.finding import Finding, Severity
from hengji.model.review import Waiver
from hengji.model.table import TargetTable

# Not a rule: it says something about what was handed in, so it has no number of the catalogue.
UNUSED = "T00"


def set_aside(
    found: Iterable[Finding], waivers: Sequence[Waiver], table: TargetTable
) -> tuple[tuple[Finding, ...], tuple[tuple[Finding, Waiver], ...], tuple[Finding, ...]]:
    """(open findings, waived ones with their waiver, an info finding for every waiver that matched nothing)."""
    left: list[Finding] = []
    waived: list[tuple[Finding, Waiver]] = []
    used: set[int] = set()
    for finding in found:
        name = table.projects[finding.project - 1].name if finding.project else None
        matching = [n for n, w in enumerate(waivers) if _covers(w, finding, name)]
        used.update(matching)
        if matching:
            waived.append((finding, waivers[matching[0]]))
        else:
            left.append(finding)
    unused = tuple(_unused(w) for n, w in enumerate(waivers) if n not in used)
    return tuple(left), tuple(waived), unused


def _covers(waiver: Waiver, finding: Finding, project: str | None) -> bool:
    return (
        waiver.code == finding.code
        and (waiver.project is None or waiver.project == project)
        and (waiver.indicator is None or waiver.indicator == finding.indicator)
    )


def _unused(waiver: Waiver) -> Finding:
    of = f"项目《{waiver.project}》" if waiver.project else "全表"
    of += f"第{waiver.indicator}项" if waiver.indicator else ""
    of_en = (f"project “{waiver.project}”" if waiver.project else "the whole table") + (
        f", indicator {waiver.indicator}" if waiver.indicator else ""
    )
    return Finding(
        UNUSED,
        Severity.INFO,
        f"对 {waiver.code} 的豁免没有对应的问题（{of}，{waiver.by}，{waiver.on}）。"
        "问题可能已经改正，或表格改过名称、序号。请核对后撤销或改写这条豁免。",
        f"the waiver of {waiver.code} matches no finding ({of_en}, {waiver.by}, {waiver.on}). "
        "The fault may be gone, or a name or number has changed. Withdraw or correct the waiver.",
        cites=(cite("practice", "豁免"),),
    )
