"""部门(单位)整体支出绩效自评 of a dossier: by the unit's own table of targets where one is recorded, else by a frame."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hengji.dossier import framed_given as given
from hengji.dossier.attachments import kept
from hengji.dossier.computed import settings_of
from hengji.dossier.errors import DossierError
from hengji.dossier.evaluated import Evaluated, evaluate
from hengji.dossier.folder import Dossier
from hengji.dossier.opening import read_document
from hengji.legislation import LawError, PackError
from hengji.model.binding import Actual, ActualStatus
from hengji.model.evaluation import Evaluation, Stage
from hengji.model.table import Indicator, Project, Status
from hengji.scoring.as_json import canonical
from hengji.scoring.department import by_own_table, tasks_of, ties, together
from hengji.scoring.frames import department_frame
from hengji.scoring.frames_measures import Basis
from hengji.scoring.frames_score import Framed, framed
from hengji.scoring.rules import Rules, rules_of
from hengji.targets import read_target

OWN_TABLE = "own_table"
_WORDS = ("是", "否", "优", "良", "中", "差")


def evaluate_department(
    dossier: Dossier, as_of: datetime.date | None = None, *, pack: str | None = None, frame: str | None = None,
    engine: str = "duckdb", held: Mapping[str, Any] | None = None,
) -> Evaluated:  # fmt: skip
    """The whole unit evaluated: the first project of the evaluation is the unit, the others are its tasks with their money.

    `frame` names one of the pack's, or `own_table`; without it the recorded table of the unit, else the pack's default.

    Raises:
        DossierError: as `evaluate`; a table of the unit that is gone, altered or cannot be read; no such frame.
    """
    base = evaluate(dossier, Stage.SELF_EVALUATION, as_of, pack=pack, engine=engine, held=held)
    changes, table, on = base.dossier.changes.read(), base.computed.table, base.computed.period.as_of
    old, recorded = base.evaluation, given.department_table(changes)
    unit = table.department or dossier.unit or "本单位"
    tasks = tasks_of(old.projects)
    chosen = frame or (OWN_TABLE if recorded else None)
    try:
        rules = rules_of(old.pack, on)
        if chosen == OWN_TABLE:
            own = _own(base.dossier, recorded, unit)
            made, named = _by_own_table(own, base, rules), OWN_TABLE
        else:
            own = Project(unit)
            use = department_frame(old.pack, on, chosen, given.given_points(changes, given.DEPARTMENT))
            lines = given.given_lines(changes, given.DEPARTMENT, None)
            made, named = framed(unit, use, Basis(old.projects, None, table.fiscal_year), lines, rules), use.name
    except (LawError, PackError) as error:
        raise DossierError(
            f"规则包 {old.pack} 的部门整体指标体系用不了：{error}", f"The pack {old.pack} has no such frame: {error}"
        ) from None
    objective, reached = given.department_objective(changes)
    money = together(tasks)
    scored = made.one.execution
    execution = replace(money, max_points=scored.max_points, points=scored.points, workings=scored.workings)
    whole = replace(
        made.one, name=unit, execution=execution, objective=objective or own.objective,
        objective_actual=reached or own.objective_actual,
    )  # fmt: skip
    inputs = {**base.inputs, "stage": Stage.DEPARTMENT_SELF_EVALUATION.value, "frame": named}
    findings = (*made.findings, *ties(tasks, table.printed_totals.total, table.money_unit or "万元"))
    evaluation = Evaluation(
        Stage.DEPARTMENT_SELF_EVALUATION, on, old.pack, hashlib.sha256(canonical(inputs)).hexdigest(), (whole, *tasks),
        findings, old.simulated, rules.unverified, unit, old.fiscal_year, old.money_unit,
    )  # fmt: skip
    return Evaluated(base.dossier, base.computed, evaluation, inputs)


def _own(dossier: Dossier, recorded: tuple[str, str] | None, unit: str) -> Project:
    """The unit's own table of targets as one project."""
    if recorded is None:
        raise DossierError(
            "还没有登记部门整体绩效目标表。请先运行 hengji record 年度文件夹 department_targets --set file=文件。",
            "No table of the unit is recorded; run hengji record DOSSIER department_targets --set file=FILE first.",
        )
    name, digest = recorded
    path = kept(dossier.folder, digest)
    data = path.read_bytes() if path else b""
    if path is None or hashlib.sha256(data).hexdigest() != digest:
        raise DossierError(
            f"部门整体绩效目标表 {name} 不见了或被改动过。请从备份恢复 attachments/{digest[:16]}…。",
            f"The table of the unit {name} is gone or was altered; restore attachments/{digest[:16]}… from a backup.",
        )
    table = read_document(data, name)
    with_lines = [p for p in table.projects if p.indicators]
    if table.status is Status.REFUSED or len(with_lines) != 1:
        raise DossierError(
            f"{name} 应是一个部门的整体绩效目标表，读到 {len(with_lines)} 张有指标的表。请换成只有一张表的文件重新登记。",
            f"{name} should hold one table of a unit, {len(with_lines)} with indicators were read; record another file.",
        )
    return replace(with_lines[0], name=with_lines[0].name or unit)


def _by_own_table(own: Project, base: Evaluated, rules: Rules) -> Framed:
    changes, year = base.dossier.changes.read(), base.computed.table.fiscal_year
    said = given.department_actuals(changes)
    alike: dict[str, list[Actual]] = {}
    for actual in base.computed.actuals:
        alike.setdefault(actual.name, []).append(actual)
    actuals = {}
    for indicator in own.indicators:
        one = said.get(str(indicator.number)) or said.get(indicator.name)
        same = alike.get(indicator.name, [])
        if one is not None:
            actuals[own.name, indicator.number] = _given(own.name, indicator, one, year)
        elif len(same) == 1:  # the only indicator of that name among the unit's projects is the same thing
            actuals[own.name, indicator.number] = replace(same[0], project=own.name, number=indicator.number)
    made = by_own_table(
        own,
        actuals,
        tasks_of(base.evaluation.projects),
        rules,
        tolerance=settings_of(base.dossier).tolerance,
        year=year,
    )
    lines = tuple(
        replace(line, evidence=one.evidence, variance_reason=one.reason or line.variance_reason)
        if (one := said.get(str(line.number)) or said.get(line.name)) else line
        for line in made.one.lines
    )  # fmt: skip
    return Framed(replace(made.one, lines=lines), made.findings)


def _given(project: str, indicator: Indicator, one: given.GivenActual, year: int | None) -> Actual:
    """What a person wrote as an actual value: a word of the contract, or one number with its unit; else undecidable."""
    text = one.actual.strip()
    blank = Actual(project, indicator.number, indicator.name, None, ActualStatus.ATTESTED)
    if text == given.NOT_APPLICABLE:
        return replace(blank, status=ActualStatus.NOT_APPLICABLE)
    if text in _WORDS:
        extras = {k: v for k, v in (("band", one.band), ("attachment", one.attachment)) if v}
        return replace(blank, value=text, extras=extras)
    clauses = [c for c in read_target(text, "", year).clauses if c.number is not None]
    if len(clauses) != 1:
        return replace(blank, status=ActualStatus.UNDECIDABLE, note=f"“{text}”不是一个数 / not one number")
    return replace(blank, value=clauses[0].number, unit=clauses[0].unit)
