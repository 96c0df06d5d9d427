"""A small table with a review, made by hand so that no change of a rule changes a form, and tables made by chance."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from hypothesis import strategies as st

from hengji.model.finding import Citation, Finding, Place, Severity
from hengji.model.review import Grade, NotChecked, ProjectReview, Review, ReviewItem, Waiver
from hengji.model.table import Funds, Indicator, Project, Source, TargetTable
from hengji.reading import read

ON = datetime.date(2024, 1, 1)
PUBLISHED = Path(__file__).parents[1] / "data" / "panyu-2024.txt"


def published() -> TargetTable:
    """The published table of the tests."""
    return read(PUBLISHED.read_bytes(), PUBLISHED.name)


def small_table() -> TargetTable:
    """Two projects: one with everything, one of which the document says little."""
    first = Project(
        "=污水处理设施运行维护",
        (
            Indicator(1, "巡查次数", "产出指标", "数量指标", "11", "≥36次", "≥12次"),
            Indicator(2, "数据传输率", "产出指标", "质量指标", "12", "≥90%", "90%以上；\n停电除外"),
            Indicator(3, "-群众满意度", "满意度指标", "服务对象满意度", "31", None, "满意"),
        ),
        code="440113-001",
        fund_user="某区环境监测站",
        funds=Funds(Decimal("1234.50"), Decimal("1000.00"), None, Decimal("234.50")),
        objective="保障设施正常运行。\n1.按期巡查；\n2.按期报数。",
        whole_term_objective="三年内设施完好率达到95%。",
    )
    second = Project(
        "应急物资", (Indicator(1, "物资储备", "产出指标"),), fund_user="某区环境监测站", funds=Funds(Decimal("0.50"))
    )
    return TargetTable(
        Source("表.txt", "ab" * 32, "text/plain", "utf-8"),
        title="项目支出绩效目标表",
        department="某区生态环境局",
        fiscal_year=2024,
        money_unit="万元",
        printed_totals=Funds(Decimal("1235.00"), Decimal("1000.00"), None, Decimal("234.50")),
        projects=(first, second),
    )


_METHOD = Citation("财预〔2015〕88号", "中央部门预算绩效目标管理办法", "细化量化", False)
_CHECKED = Citation("财预〔2020〕10号", "项目支出绩效评价管理办法", "自评", True)
_PRACTICE = Citation("", "绩效目标审核实务", "一项一值", False)


def small_review() -> Review:
    """Findings of each severity on the table, a project and indicators; one waived; items proposed and left open."""
    findings = (
        Finding(
            "T01", Severity.ERROR,
            "指标值“满意”只有程度用语（项目1《=污水处理设施运行维护》第3项“-群众满意度”）。年终无法判断完成没有。请写成比率。",
            "vague", Place(100, 102), "≥【…】%", (_METHOD, _PRACTICE), 1, 3,
        ),
        Finding("T17", Severity.WARNING, "没有设置成本指标（项目1《=污水处理设施运行维护》）。花钱无从比较。", "no cost", Place(), None, (_METHOD,), 1),
        Finding("T44", Severity.INFO, "4项指标全部没有指标解释（全表）。请补写口径。", "no notes", Place(), None, (_CHECKED,)),
    )  # fmt: skip
    waived = Finding(
        "T26",
        Severity.INFO,
        "名称过长（项目1《=污水处理设施运行维护》第2项“数据传输率”）。请改短。",
        "long",
        Place(),
        None,
        (),
        1,
        2,
    )
    waiver = Waiver("T26", "=污水处理设施运行维护", 2, "沿用上级名称", "张三", datetime.date(2024, 1, 5))
    needs = NotChecked("T47", "判断是否照抄上年，需要上年的绩效目标表", "needs last year's table")
    return Review(
        findings, ((waived, waiver),), (needs,), (_form("=污水处理设施运行维护"), _form("应急物资", good=True))
    )


def _form(name: str, good: bool = False) -> ProjectReview:
    def item(
        item: str,
        dimension: str,
        most: int,
        grade: Grade | None,
        points: str | None,
        *because: str,
        ask: str | None = None,
    ):
        return ReviewItem(item, dimension, Decimal(most), grade, points and Decimal(points), because, ask)

    vague = (Grade.EXCELLENT, "15.00") if good else (Grade.POOR, "8.85", "T01")
    items = (
        item("规范完整性", "完整性", 10, Grade.EXCELLENT, "10.00"),
        item("明确清晰性", "完整性", 10, Grade.EXCELLENT, "10.00"),
        item("目标相关性", "相关性", 15, None, None, ask="目标是否符合规划？"),
        item("指标科学性", "相关性", 15, *vague),
        item("绩效合理性", "适当性", 15, None, None, ask="预期绩效是否显著？"),
        item("资金匹配性", "适当性", 15, None, None, *(() if good else ("T17",)), ask="目标与资金是否匹配？"),
        item("实现可能性", "可行性", 10, None, None, ask="把握有多大？"),
        item("条件充分性", "可行性", 10, None, None, ask="条件是否具备？"),
    )  # fmt: skip
    ends = (Decimal("35.00"), Decimal("100.00")) if good else (Decimal("28.85"), Decimal("93.85"))
    best = Grade.EXCELLENT if good else Grade.FAIR
    reach = (Grade.POOR, best)
    return ProjectReview(name, items, None, None, None, reach, (Grade.POOR, Grade.EXCELLENT), ends)


# Words as published tables have them: signs in front, separators of other kinds, figures, line breaks inside.
_LETTERS = "巡查监测完成率数量设备运行保障水质报告企业环境执法宣传培训车辆系统维护及时有效提升"
_SIGNS = "0123456789.%≥≤<>&\"'+-=@/（）()“”《》、，"


def words(least: int = 1, most: int = 40) -> st.SearchStrategy[str]:
    """Text that begins with a letter or with a sign of a formula, and may be broken into lines."""
    letter = st.sampled_from(_LETTERS)
    front = st.sampled_from(["", "", "", "=", "+", "-", "@", "＝", "=SUM(A1)", "<r>", "1.", "'"])
    inner = st.text(st.sampled_from(_LETTERS + _SIGNS), max_size=most)
    # A line that begins with a number is the next item to a reader of packed indicators, where a mark follows it.
    line = inner.map(str.strip).filter(lambda said: said and not said[0].isdigit())
    broken = st.lists(line, min_size=1, max_size=3).map("\n".join)
    return st.builds(lambda f, a, middle, b: f + a + middle + b, front, letter, broken | inner, letter)


_YUAN = st.decimals(0, Decimal("99999999.99"), places=2)
_TEN_THOUSANDS = st.decimals(0, Decimal("9999999.999999"), places=6) | st.decimals(0, 99999, places=2)
_LEVELS = (
    ("产出指标", "数量指标", "11"), ("产出指标", "质量指标", "12"), ("效益指标", "社会效益", "22"), ("满意度指标", "服务对象满意度", "31"),
)  # fmt: skip


@st.composite
def tables(draw: st.DrawFn, *, long: bool = False) -> TargetTable:
    """Tables with and without year, in 元 or 万元, with amounts missing; `long` has a text beyond the height of a row."""
    unit = draw(st.sampled_from(["元", "万元"]))
    amounts = _YUAN if unit == "元" else _TEN_THOUSANDS
    projects = []
    for k in range(draw(st.integers(1, 3))):
        parts = draw(st.tuples(*[st.none() | amounts] * 3))
        given = [p for p in parts if p is not None]
        total = draw(st.sampled_from([sum(given, Decimal(0))])) if given else draw(st.none() | amounts)
        levels = sorted(draw(st.lists(st.sampled_from(_LEVELS), min_size=1, max_size=4)), key=lambda level: level[2])
        indicators = tuple(
            Indicator(n, draw(words(most=20)), *level, draw(words(most=20)), draw(words(most=20)))
            for n, level in enumerate(levels, 1)
        )
        objective = draw(words(most=80))
        if long and k == 0:
            objective = objective * (4000 // len(objective))
            last = indicators[-1]
            indicators = (
                *indicators[:-1],
                last._replace(annual_target=last.annual_target * (3000 // len(last.annual_target))),
            )
        projects.append(
            Project(draw(words(most=15)), indicators, funds=Funds(total, *parts), objective=objective)
        )  # fmt: skip
    table = TargetTable(Source("made", "", ""), projects=tuple(projects), title="项目支出绩效目标表", money_unit=unit)
    return replace(
        table, fiscal_year=draw(st.none() | st.integers(2015, 2035)), department=draw(st.none() | st.just("某区财政局"))
    )


def core(project: Project):
    """What must come back of a project when a form is read again."""
    funds = project.funds
    money = (funds.total, funds.fiscal_appropriation, funds.special_account, funds.other_funds, funds.carry_over)
    return (
        project.name, project.code, money, project.objective, project.whole_term_objective,
        [(i.number, i.code, i.level1, i.level2, i.name, i.whole_term_target, i.annual_target) for i in project.indicators],
    )  # fmt: skip
