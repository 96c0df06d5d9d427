"""A dossier as exchange files with the national field names: one package (JSON) and a CSV a table.

Nothing is made up: a field that hengji does not know is null, and the list of fields says so. What the national fields
have no place for stands in tables of our own, so that a package is read again to the same table.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

from hengji.dossier.errors import DossierError
from hengji.dossier.folder import Dossier
from hengji.dossier.in_force import table_in_force
from hengji.dossier.stored import newest
from hengji.forms.evaluation_material import SIMULATED, objective_actual, reason_of, shown
from hengji.model.evaluation import Evaluation, ProjectEvaluation, Stage
from hengji.model.execution import BySource
from hengji.model.table import Funds, Indicator, Project, TableKind, TargetTable
from hengji.reading.exchange import FORMAT, QUALITATIVE, TOTAL, Table, exchange_tables, ids, signs
from hengji.reading.limits import MAX_PACKAGE
from hengji.reading.money import printed
from hengji.targets import number_text, read_target

PACKAGE = "exchange.json"
FIELD_LIST = "fields.csv"
_NOT_DELETED, _OF_THE_YEAR = "2", "0"
_BUDGET = ("original_budget", "final_budget", "outturn", "execution_rate", "points")
_OPS = {"==": "="}
Row = dict[str, Any]
Rows = dict[str, list[Row]]


def exchanged(dossier: Dossier) -> dict[str, Any]:
    """The package of a dossier: its table in force, and what of monitoring and self-evaluation was frozen last.

    Raises:
        DossierError: the change log, the chain or a frozen file was altered.
    """
    scored, watched = newest(dossier, Stage.SELF_EVALUATION), newest(dossier, Stage.MONITORING)
    evaluation = scored.evaluation if scored else None
    last = max((s.evaluation.as_of for s in (scored, watched) if s), default=None)
    table = dossier.table if last is None else table_in_force(dossier.table, dossier.changes.read(), last)
    money: Sequence[Sequence[BySource]] = ()
    if evaluation is not None:
        table, money = evaluated_table(table, evaluation), [p.execution.sources for p in evaluation.projects]
    made = package(table, money=money)
    if watched is not None:
        made["tables"]["PAY_PERF_MONITOR_INFO"] = _monitored(table, watched.evaluation)
    if any(s.evaluation.simulated for s in (scored, watched) if s):
        made["tables"]["HJ_TABLE"][0]["simulated"] = SIMULATED
    return made


def evaluated_table(table: TargetTable, evaluation: Evaluation) -> TargetTable:
    """A self-evaluation as the table that its forms would be read as, with the figures as they are."""
    heads = {p.name: p for p in table.projects}
    projects = tuple(_evaluated(one, heads.get(one.name)) for one in evaluation.projects)
    return TargetTable(
        table.source, kind=TableKind.SELF_EVALUATION, title=table.title, department=evaluation.department or table.department,
        fiscal_year=evaluation.fiscal_year or evaluation.as_of.year, money_unit=evaluation.money_unit or table.money_unit,
        printed_totals=table.printed_totals, projects=projects,
    )  # fmt: skip


def _evaluated(one: ProjectEvaluation, head: Project | None) -> Project:
    base = replace(head, kind=None) if head else Project(one.name)
    money = one.execution
    funds = replace(
        base.funds, original_budget=money.original_budget, final_budget=money.final_budget, outturn=money.outturn,
        execution_rate=money.execution_rate, max_points=money.max_points, points=money.points,
    )  # fmt: skip
    lines = tuple(
        Indicator(
            line.number, line.name, line.level1, line.level2, line.code, annual_target=line.target, actual=line.actual,
            max_points=printed(line.max_points), points=printed(line.points), variance_reason=reason_of(line),
            remark=line.remark,
        )
        for line in one.lines
    )  # fmt: skip
    return replace(
        base, indicators=lines, funds=funds, objective=one.objective or base.objective,
        objective_actual=objective_actual(one), total_points=printed(shown(one.total_points)),
    )  # fmt: skip


def package(table: TargetTable, *, money: Sequence[Sequence[BySource]] = ()) -> dict[str, Any]:
    """A table as a package; `money` splits budget and payments of each project by source.

    Places, findings and the file it was read from are not part of it.
    """
    who = (table.department or "", str(table.fiscal_year or ""))
    projects = ids([(*who, p.name) for p in table.projects])
    rows: Rows = {name: [] for name in exchange_tables()}
    _add(rows, "HJ_TABLE", None, kind=table.kind.value, title=table.title, department=table.department, fiscal_year=table.fiscal_year,
         money_unit=table.money_unit, **_amounts(table.printed_totals, ("total", "fiscal_appropriation", "special_account", "other_funds")))  # fmt: skip
    for n, (key, project) in enumerate(zip(projects, table.projects, strict=True)):
        scored = (project.kind or table.kind) is TableKind.SELF_EVALUATION
        _project(rows, key, project, scored, money[n] if money else ())
        numbered = ids([(key, str(i.number)) for i in project.indicators])
        for kpi, indicator in zip(numbered, project.indicators, strict=True):
            _indicator(rows, key, kpi, indicator, table.fiscal_year, scored)
    return {"format": FORMAT, "tables": rows}


def _project(rows: Rows, key: str, project: Project, scored: bool, sources: Iterable[BySource]) -> None:
    funds, goal = project.funds, {"objective": project.objective, "objective_actual": project.objective_actual}
    total = project.total_points
    if scored:
        _add(rows, "PM_PERF_SELF_EVAL", key, total_eval_value=total)
        _add(rows, "PM_SELF_EVAL_GOAL", key, kpi_target=project.objective, goal_comp=project.objective_actual)
        goal, total = {}, None
    _add(
        rows, "HJ_PROJECT", key, name=project.name, code=project.code, fund_user=project.fund_user,
        supervising_department=project.supervising_department, kind=project.kind.value if project.kind else None,
        money_unit=project.money_unit, whole_term_objective=project.whole_term_objective, total_points=total, **goal,
        **_amounts(funds, ("total", "fiscal_appropriation", "special_account", "other_funds", "carry_over", "max_points")),
    )  # fmt: skip
    for line in project.printed_funds:
        _add(rows, "HJ_FUNDS", key, label=line.label, figures=json.dumps(line.values, ensure_ascii=False))
    if any(getattr(funds, name) is not None for name in _BUDGET):
        _money(rows, key, TOTAL, funds.original_budget, funds.final_budget, funds.outturn,
               exe_amt_rate=printed(funds.execution_rate), exe_score=printed(funds.points))  # fmt: skip
    for source in sources:
        _money(rows, key, source.source or "其他", None, source.budget, source.paid)


def _money(
    rows: Rows,
    key: str,
    what: str,
    first: Decimal | None,
    final: Decimal | None,
    paid: Decimal | None,
    **more: str | None,
) -> None:
    adjusted = None if first is None or final is None else final - first
    _add(rows, "PM_PERF_SELF_BGT", key, found_type=what, reply_amt=printed(first), year_adj_amt=printed(adjusted),
         cur_amt=printed(final), year_exe_amt=printed(paid), **more)  # fmt: skip


def _indicator(rows: Rows, key: str, kpi: str, one: Indicator, year: int | None, scored: bool) -> None:
    sign, number, unit = sign_of(one.annual_target, one.name, year)
    _add(
        rows, "PM_PERF_INDICATOR", key, kpi_id=kpi, fiscal_year=year, kpi_lv1=one.level1, kpi_lv2=one.level2, kpi_lv3=one.name,
        kpi_val=one.annual_target, kpi_remark=one.remark, is_deleted=_NOT_DELETED, name=one.name, computesign=sign,
        indexval=number, meterunit=unit, yearflag=_OF_THE_YEAR,
    )  # fmt: skip
    figures = {
        "actual": one.actual,
        "max_points": one.max_points,
        "points": one.points,
        "variance_reason": one.variance_reason,
    }
    if scored:
        _add(rows, "PM_SELF_EVAL_INDICATOR", key, kpi_id=kpi, kpi_val=one.annual_target, ind_comp=one.actual,
             ind_weight=one.max_points, eval_score=one.points, devi_analy=one.variance_reason)  # fmt: skip
        figures = {}
    causes = json.dumps(one.deviation_causes, ensure_ascii=False) if one.deviation_causes else None
    _add(
        rows, "HJ_INDICATOR", key, kpi_id=kpi, number=one.number, code=one.code, whole_term_target=one.whole_term_target,
        forecast=one.forecast, deviation_causes=causes, likelihood=one.likelihood, **figures,
    )  # fmt: skip


def sign_of(target: str | None, name: str, year: int | None) -> tuple[str | None, str | None, str | None]:
    """Code of the calculation sign, number and unit of a target value; text that is no one comparison is 定性.

    Of a qualitative one the number is 0 and the text goes to the unit. All None without a target.
    """
    if target is None:
        return None, None, None
    codes = {s.sign: s.code for s in signs()}
    reading = read_target(target, name, year)
    clause = reading.clauses[0]
    sign = codes.get(_OPS.get(clause.op or "", clause.op or ""))
    number = None if clause.number is None else number_text(clause.number)
    plain = len(reading.clauses) == 1 and not reading.leftover
    if plain and sign is not None and number is not None and f"{number}{clause.unit or ''}" in target:
        return sign, number, clause.unit
    return codes[QUALITATIVE], "0", target


def _monitored(table: TargetTable, evaluation: Evaluation) -> list[Row]:
    """Rows of what was frozen of monitoring, for the projects and indicators that the table has."""
    who = (table.department or "", str(table.fiscal_year or ""))
    keys = dict(zip((p.name for p in table.projects), ids([(*who, p.name) for p in table.projects]), strict=True))
    rows: Rows = {"PAY_PERF_MONITOR_INFO": []}
    for one in evaluation.projects:
        project = next((p for p in table.projects if p.name == one.name), None)
        if project is None:
            continue
        key = keys[one.name]
        kpis = dict(
            zip(
                (i.number for i in project.indicators),
                ids([(key, str(i.number)) for i in project.indicators]),
                strict=True,
            )
        )
        for line in one.lines:
            if line.number in kpis:
                reasons = [*line.deviation_causes, *([line.variance_reason] if line.variance_reason else [])]
                _add(
                    rows, "PAY_PERF_MONITOR_INFO", key, kpi_id=kpis[line.number], kpi_target=one.objective,
                    pro_bgt_comp=printed(one.execution.outturn), est_pro_bgt_annual=printed(one.execution.forecast),
                    lv1_perf_ind_name=line.level1, lv2_perf_ind_name=line.level2, lv3_perf_ind_name=line.name,
                    kpi_val=line.target, perf_comp=line.actual, est_perf_annual=line.forecast,
                    ana_dev_reasons="；".join(reasons) or None, rectify_advise=line.corrective_action,
                )  # fmt: skip
    return rows["PAY_PERF_MONITOR_INFO"]


def _add(rows: Rows, name: str, key: str | None, /, **given: object) -> None:
    """A row with all fields of its table, those that are not known as null."""
    table = exchange_tables()[name]
    known = given if key is None else {"hj_project_id": key, **given}
    if wrong := known.keys() - set(table.names):
        raise KeyError(f"{name} has no field {min(wrong)}")
    rows[name].append({field: known.get(field) for field in table.names})


def _amounts(funds: Funds, names: Iterable[str]) -> dict[str, str | None]:
    assert {f.name for f in fields(Funds)} >= set(names)
    return {name: printed(getattr(funds, name)) for name in names}


def exchange_files(made: Mapping[str, Any]) -> dict[str, bytes]:
    """File name → content: the package, a CSV a table (UTF-8 with a mark, so that a spreadsheet opens it), the fields.

    Raises:
        DossierError: the package is larger than what is read again.
    """
    tables: Mapping[str, list[Row]] = made["tables"]
    data = _package_bytes(made)
    if len(data) > MAX_PACKAGE:
        raise DossierError(
            f"交换包有 {len(data):,} 字节，超过上限 {MAX_PACKAGE:,} 字节，没有写出。请按单位拆分。",
            f"The package has {len(data):,} bytes, over {MAX_PACKAGE:,}; not written. Split it by unit.",
        )
    files = {PACKAGE: data}
    for name, table in exchange_tables().items():
        rows = ([row[field] for field in table.names] for row in tables[name])
        files[f"{name}.csv"] = _csv([table.names, *rows])
    return {**files, FIELD_LIST: _csv(_field_list(tables))}


def _package_bytes(made: Mapping[str, Any]) -> bytes:
    """The package as JSON, a row a line, so that a person can look at it and two packages can be compared by lines."""
    tables = (
        f"{json.dumps(name)}: [\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]"
        for name, rows in made["tables"].items()
    )
    text = f'{{"format": {json.dumps(made["format"])}, "tables": {{\n' + ",\n".join(tables) + "\n}}\n"
    return text.encode("utf-8", "replace")


def _field_list(tables: Mapping[str, list[Row]]) -> Iterable[Sequence[object]]:
    """What each field is, whether it is a national one, what stands in it, and in how many rows of this package."""
    yield "表", "表名", "字段", "含义", "来源", "内容", "已填行数", "行数"
    for name, table in exchange_tables().items():
        for field in table.fields:
            filled = sum(row[field.name] is not None for row in tables[name])
            yield (name, table.title, field.name, field.zh, _origin(table, field.name), field.filled or "空：本系统没有这项数据",
                   filled, len(tables[name]))  # fmt: skip
    for sign in signs():
        checked = "已核" if sign.verified else "代码未核对，发送前请与接收方确认"
        yield "PM_PERF_INDICATOR", "绩效指标", f"computesign={sign.code}", sign.name, checked, "", "", ""


def _origin(table: Table, field: str) -> str:
    linked = field.startswith("hj_") or (field == "kpi_id" and table.name != "PM_PERF_INDICATOR")
    return "衡绩自有" if table.verified or linked else "国家一体化字段名（见于在用系统，未与标准文本核对）"


def _csv(rows: Iterable[Sequence[object]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(["" if value is None else value for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig", "replace")
