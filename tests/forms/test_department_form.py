"""The forms of a whole unit and of a departmental evaluation: blocks, sums, no marks of unverified law in their cells."""

from __future__ import annotations

import datetime
import io
from dataclasses import replace
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from hengji.forms import Material, as_docx, as_html, as_xlsx, department_form, frame_form
from hengji.forms.department_form import amounts_of
from hengji.model.evaluation import Evaluation, ExecutionScore, Line, ProjectEvaluation, Stage, Working
from hengji.model.execution import BySource
from hengji.model.finding import Citation
from hengji.model.table import Project, Source, TargetTable
from hengji.reading import read

from .office import MARKS, pages_of

OPEN = Citation("财预〔2020〕10号", "项目支出绩效评价管理办法", "项目支出绩效评价指标体系框架", False)
_D = Decimal
FORTY = Decimal(40)


def money(budget: str, paid: str, fiscal: str) -> ExecutionScore:
    b, p, f = _D(budget), _D(paid), _D(fiscal)
    sources = (BySource("其他资金", b - f, _D(0)), BySource("财政拨款", f, p))
    return ExecutionScore(b, b, p, p / b * 100, _D(0), None, sources=sources)


def material(stage: Stage, tasks: int = 2, points: Decimal | None = FORTY) -> Material:
    lines = tuple(
        Line(n, None, f"第{n}项", level1, "二级", "要点" * 20, "93.24%", _D(50), points, evidence="批复", variance_reason="核查属实",
             workings=(Working("得分", "由人按佐证评定", {}, "40.00", (OPEN,)),))
        for n, level1 in enumerate(("过程", "产出"), 1)
    )  # fmt: skip
    total = None if points is None else points * 2
    whole = ProjectEvaluation(
        "某局", money(f"{100 * tasks}.5", "90.125", "80"), lines, total, total, objective="改善环境"
    )
    each = tuple(
        ProjectEvaluation(f"任务{n}", money("100.25", "45.0625", "40"), (), objective=f"内容{n}")
        for n in range(1, tasks + 1)
    )
    projects = (whole, *each) if stage is Stage.DEPARTMENT_SELF_EVALUATION else (whole,)
    made = Evaluation(
        stage, datetime.date(2024, 12, 31), "national-2020", "0" * 64, projects, (), True, (OPEN,), "某局", 2024, "万元"
    )
    table = TargetTable(
        Source("", "", ""), department="某局", fiscal_year=2024, money_unit="万元",
        projects=tuple(Project(p.name) for p in projects),
    )  # fmt: skip
    return Material(table, made, "全国办法")


def rows(content: bytes) -> list[list[object]]:
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    return [[c.value for c in row if c.value is not None] for row in sheet.iter_rows()]


@pytest.fixture(scope="module")
def unit() -> Material:
    return material(Stage.DEPARTMENT_SELF_EVALUATION)


def test_blocks_stand_in_their_order(unit):
    firsts = [row[0] for row in rows(as_xlsx(department_form(unit))) if row]
    blocks = [
        "部门（单位）整体支出绩效自评表",
        "部门名称",
        "年度\n主要\n任务",
        "金额合计",
        "资金",
        "年度\n总体\n目标",
        "年度\n绩效\n指标",
        "总分",
    ]
    assert [f for f in firsts if f in blocks] == blocks


def test_the_amounts_of_a_task_are_whole_from_the_treasury_and_from_elsewhere(unit):
    (task,) = [row for row in rows(as_xlsx(department_form(unit))) if row[:1] == ["任务1"]]
    assert task == ["任务1", "内容1", 100.25, 40, 60.25, 45.06, 45.06, 0]


def test_the_parts_of_an_amount_always_make_it():
    budget, fiscal, other, paid, *parts = amounts_of(money("100.25", "45.0625", "40"))
    assert (fiscal + other, sum(parts)) == (budget, paid)
    unnamed = replace(money("1", "1", "1"), sources=(BySource("", _D(1), _D(1)),))
    assert amounts_of(unnamed) == (1, None, None, 1, None, None)


def test_an_unfinished_evaluation_says_so_above_every_page():
    header = department_form(material(Stage.DEPARTMENT_SELF_EVALUATION, points=None)).header
    assert header == "模拟数据　有指标未计分，不能报送"
    assert department_form(material(Stage.DEPARTMENT_SELF_EVALUATION)).header == "模拟数据"


@pytest.mark.parametrize(
    "stage", [Stage.DEPARTMENT_SELF_EVALUATION, Stage.DEPARTMENTAL_EVALUATION, Stage.FISCAL_EVALUATION]
)
def test_no_mark_of_unverified_law_stands_in_a_cell_of_the_form(stage):
    form = department_form if stage is Stage.DEPARTMENT_SELF_EVALUATION else frame_form
    book = load_workbook(io.BytesIO(as_xlsx(form(material(stage)))))
    said = ["".join(str(c.value) for row in sheet.iter_rows() for c in row if c.value) for sheet in book]
    assert "待核" not in said[0]
    assert "待核" in said[1]


def test_a_departmental_and_a_fiscal_evaluation_are_told_apart():
    titles = [
        rows(as_xlsx(frame_form(material(s))))[0][0] for s in (Stage.DEPARTMENTAL_EVALUATION, Stage.FISCAL_EVALUATION)
    ]
    assert titles == ["项目支出绩效评价指标评分表（部门评价）", "项目支出绩效评价指标评分表（财政评价）"]


def test_a_thousand_tasks_are_all_printed():
    made = rows(as_xlsx(department_form(material(Stage.DEPARTMENT_SELF_EVALUATION, tasks=1000))))
    assert sum(row[:1] != [] and str(row[0]).startswith("任务") and row[0] != "任务名称" for row in made) == 1000


@pytest.mark.parametrize("render", [as_xlsx, as_docx, as_html])
def test_the_same_material_gives_the_same_bytes(unit, render):
    assert render(department_form(unit)) == render(department_form(unit))


class TestInLibreOffice:
    pytestmark = MARKS

    def test_both_forms_open_and_print_whole(self, tmp_path):
        unit = department_form(material(Stage.DEPARTMENT_SELF_EVALUATION, tasks=40))
        one = frame_form(material(Stage.DEPARTMENTAL_EVALUATION))
        pages = pages_of(
            tmp_path, {"u.xlsx": as_xlsx(unit), "v.docx": as_docx(unit), "e.xlsx": as_xlsx(one), "f.docx": as_docx(one)}
        )
        for name in ("u.xlsx", "v.docx"):
            whole = "".join(pages[name])
            assert all(f"任务{n}" in whole for n in range(1, 41))
            assert "金额合计" in whole
            assert "单位负责人(签字)" in whole
        for name in ("e.xlsx", "f.docx"):
            assert "评价等级" in "".join(pages[name])


@pytest.mark.parametrize(("render", "name"), [(as_xlsx, "u.xlsx"), (as_html, "u.html")])
def test_our_reader_reads_the_indicators_back(unit, render, name):
    (project,) = read(render(department_form(unit)), name).projects
    lines = unit.evaluation.projects[0].lines
    assert [(i.name, i.level1, i.annual_target, i.actual) for i in project.indicators] == [
        (li.name, li.level1, li.target, li.actual) for li in lines
    ]
    assert [Decimal(i.points or 0) for i in project.indicators] == [li.points for li in lines]
    assert (project.funds.final_budget, project.funds.outturn) == (Decimal("200.50"), Decimal("90.12"))
