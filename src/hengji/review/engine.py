"""The review: every rule over one table, waivers set aside, the form filled as a proposal."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal

from hengji.legislation import Pack
from hengji.model.finding import Finding
from hengji.model.review import Method, NotChecked, Review, Waiver
from hengji.model.table import TargetTable
from hengji.review.catalogue import RULES
from hengji.review.form import fill_forms
from hengji.review.material import Key, material_of
from hengji.review.practice import Practice
from hengji.review.waivers import set_aside


def review(
    table: TargetTable,
    *,
    on: datetime.date,
    pack: str | Pack = "national-2020",
    method: Method = Method.GENERAL,
    waivers: Sequence[Waiver] = (),
    prior: TargetTable | None = None,
    weights: Mapping[Key, Decimal] | None = None,
    evidence: Mapping[Key, str] | None = None,
) -> Review:
    """The findings on a table of targets, what could not be checked, and the eight-item form of every project.

    Pure: same arguments, same answer. Nothing in the table makes it raise; what is odd is a finding.

    Args:
        table: as read; its fiscal year, where known, decides which years are wrong.
        on: the date whose law applies.
        pack: rule pack, by name or one that was read.
        method: which of the two forms the unit uses; both are filled, the review remembers the choice.
        waivers: findings to let stand. They no longer count in the form; one that matches nothing is reported.
        prior: last year's table (targets, or a self-evaluation with actuals); without it T31, T37 and part of T47
            are not checked.
        weights: points by (project name, indicator number) where the table prints none.
        evidence: source of data by (project name, indicator number), as known from elsewhere; counts for T44.

    Raises:
        LawError: no such pack.
    Source: 财预〔2015〕88号, review of targets and annex 3.
    """
    material = material_of(table, Practice(pack, on), prior=prior, weights=weights, evidence=evidence)
    found: list[Finding] = []
    missing: list[NotChecked] = []
    for rule in RULES:
        lacking = rule.missing(material)
        if lacking:
            missing.append(lacking)
        found += rule.findings(material)
    found.sort(key=_order)
    open_findings, waived, unused = set_aside(found, waivers, table)
    forms = fill_forms(material, open_findings, RULES)
    if forms and not any(form.items for form in forms):
        missing.append(
            NotChecked("FORM", f"审核表和分项等级在{on}尚未施行", f"the review form was not yet in force on {on}")
        )
    return Review((*open_findings, *unused), waived, tuple(missing), forms, method)


def _order(finding: Finding) -> tuple[int, int, str]:
    """What concerns the whole table first, then project by project, a project's own before its indicators'."""
    return finding.project or 0, finding.indicator or 0, finding.code
