"""Targets too low, too uniform, not the project's own, or not knowable in time: T31, T32, T41, T48."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from hengji.model.finding import Severity
from hengji.model.table import Indicator, TargetTable
from hengji.model.target import Clause
from hengji.review.examples import project, sheet, table
from hengji.review.likeness import figures_in, measure_key
from hengji.review.material import OUTCOME, Item, Material, plain_name
from hengji.review.money_units import in_wan
from hengji.review.practice import Practice
from hengji.review.registry import REASONABLE, Example, Hit, Words, guidance, practice, registered
from hengji.review.signs import is_full_marks, is_share, single
from hengji.review.wording import figure, quoted, subject
from hengji.targets import read_target


def _prior_needed(material: Material) -> tuple[str, str] | None:
    if material.prior is None:
        return (
            "判断目标是否偏低，需要上年的目标或实际完成值，或者行业标准",
            "whether a target is low needs last year's figures or a standard",
        )
    return None


_BEFORE = table(project(("12", "有效传输率", "≥90%"), ("11", "帮扶企业数量", "≥20家")), year=2023)


@registered(
    code="T31",
    name="low-target",
    title="目标低于上年",
    title_en="target below last year",
    severity=Severity.WARNING,
    needs=_prior_needed,
    zh=Words(
        "指标值“{value}”低于上年{what}“{before}”",
        "目标应当从严从高，比上年还低又没有说明，完成了也不是成绩",
        "请提高指标值，或在备注说明降低的原因",
    ),
    en=Words(
        "the value “{value}” is below last year's {what_en} “{before}”",
        "Targets should be strict; a lower one without reason is no achievement",
        "Raise it or give the reason in the remark",
    ),
    cites=(REASONABLE, guidance("历史标准")),
    item="绩效合理性",
    flagged=(Example(table(project(("12", "有效传输率", "≥75%"))), prior=_BEFORE),),
    passing=(
        Example(table(project(("12", "有效传输率", "≥92%"))), prior=_BEFORE),
        Example(table(project(("12", "有效传输率", "≥75%")))),
        Example(table(project(("11", "帮扶企业数量", "≥10家"))), prior=_BEFORE),
    ),
)
def low_target(material: Material) -> Iterator[Hit]:
    """A rate of the same project and name below last year's actual or target; how many depends on the year's money."""
    if material.prior is None:
        return
    before = _last_year(material.prior, material.practice)
    for item in material.items:
        clause = single(item)
        if clause is None or clause.number is None or not is_share(clause):
            continue
        name = material.jobs[item.project - 1].project.name
        for what, what_en, text, old in before.get(_key(name, item.predicate, material.practice), ()):
            if old.number is not None and is_share(old) and _weaker(item, clause.number, old.number, material.practice):
                yield Hit(
                    item,
                    values={"what": what, "what_en": what_en, "before": quoted(text)},
                    suggestion=f"{item.name}≥【{figure(old)}】%（上年{what}{quoted(text)}；降低的须说明原因）",
                )
                break


def _weaker(item: Item, now: Decimal, old: Decimal, rules: Practice) -> bool:
    return now > old if rules.says("lower_is_better", item.predicate) else now < old


def _key(project_name: str, indicator: str, rules: Practice) -> tuple[str, str, tuple[str, ...]]:
    return plain_name(project_name), measure_key(indicator, rules), figures_in(indicator)


def _last_year(
    prior: TargetTable, rules: Practice
) -> dict[tuple[str, str, tuple[str, ...]], list[tuple[str, str, str, Clause]]]:
    found: dict[tuple[str, str, tuple[str, ...]], list[tuple[str, str, str, Clause]]] = {}
    for old in prior.projects:
        for indicator in old.indicators:
            for what, what_en, text in _figures(indicator):
                clauses = [
                    c for c in read_target(text, indicator.name, prior.fiscal_year).clauses if c.number is not None
                ]
                if len(clauses) == 1:
                    key = _key(old.name, plain_name(indicator.name), rules)
                    found.setdefault(key, []).append((what, what_en, text, clauses[0]))
    return found


def _figures(indicator: Indicator) -> Iterator[tuple[str, str, str]]:
    if indicator.actual:
        yield "实际完成值", "actual value", indicator.actual
    if indicator.annual_target:
        yield "目标值", "target", indicator.annual_target


@registered(
    code="T32",
    name="all-hundred",
    title="指标值多为100%",
    title_en="mostly 100 percent",
    severity=Severity.INFO,
    zh=Words(
        "{total}项指标中有{count}项为100%（第{listed}项）",
        "大多数指标都定满值，分不出做得好坏，也没有测算的痕迹",
        "请按历史完成情况测定，改用数量、时限或分级的指标",
    ),
    en=Words(
        "{count} of {total} indicators are 100 % (numbers {listed})",
        "Where nearly all targets are the maximum, good work cannot be told from poor",
        "Set them from past results; use quantities, limits or grades",
    ),
    cites=(REASONABLE, practice("指标值全部为100%")),
    item="绩效合理性",
    flagged=(
        sheet(
            ("11", "车辆数量", "2台"), ("12", "验收合格率", "100%"), ("13", "到位率", "100%"), ("24", "使用率", "100%")
        ),
    ),
    passing=(
        sheet(
            ("11", "车辆数量", "2台"),
            ("12", "验收合格率", "100%"),
            ("13", "到位时间", "6月底前"),
            ("24", "使用率", "≥80%"),
        ),
        sheet(("12", "验收合格率", "100%")),
    ),
)
def all_hundred(material: Material) -> Iterator[Hit]:
    """The share of targets of 100 % over the limit, in projects with enough indicators."""
    limit, least = material.practice.limit("full_marks_percent"), material.practice.limit("full_marks_from")
    for job in material.jobs:
        full = [i for i in job.items if is_full_marks(i)]
        if len(job.items) >= least and 100 * len(full) >= limit * len(job.items):
            listed = "、".join(str(i.indicator.number) for i in full)
            about = subject(full[0], material.practice)
            yield Hit(
                job,
                values={"total": len(job.items), "count": len(full), "listed": listed},
                suggestion=f"如第{full[0].indicator.number}项“{about}”按近三年平均测定为≥【…】%，或改为{about.removesuffix('率')}的数量、时限",
            )


@registered(
    code="T41",
    name="not-attributable",
    title="结果难以归因于项目",
    title_en="result not attributable",
    severity=Severity.INFO,
    zh=Words(
        "“{name}”是整个区域的结果，而项目资金只有{money}万元",
        "结果受多方面影响，达到了不一定是本项目的作用，达不到也不一定是本项目的责任",
        "请改为本项目直接影响的范围内的效果",
    ),
    en=Words(
        "“{name}” is a result of the whole area, while the project has only {money} ten thousand yuan",
        "Such a result has many causes and shows little about this project",
        "Measure the effect where the project itself acts",
    ),
    cites=(REASONABLE, practice("绩效归因")),
    item="绩效合理性",
    flagged=(Example(table(project(("23", "环境事故发生数", "0起"), money="47.30"))),),
    passing=(
        Example(table(project(("23", "环境事故发生数", "0起"), money="547.30"))),
        Example(table(project(("23", "帮扶企业整改率", "≥90%"), money="47.30"))),
        Example(table(project(("23", "空气质量", "改善"), money=None))),
    ),
)
def not_attributable(material: Material) -> Iterator[Hit]:
    """A regional outcome under a project with little money."""
    limit = material.practice.limit("small_money_wan")
    for item in material.of(*OUTCOME):
        work = material.jobs[item.project - 1].project
        money = in_wan(work.funds.total, work.money_unit or material.table.money_unit)
        if money is not None and 0 < money < limit and material.practice.says("unattributable", item.predicate):
            about = subject(item, material.practice)
            yield Hit(
                item,
                values={"money": format(money, "f")},
                suggestion=f"{about}改为本项目范围内的结果，如“经本项目监测（帮扶、整治）的【对象】中，【问题】整改率≥【…】%”",
            )


@registered(
    code="T48",
    name="known-too-late",
    title="评价时还取不到数",
    title_en="not known when evaluated",
    severity=Severity.INFO,
    zh=Words(
        "“{name}”（指标值“{value}”）要用“{source}”，通常在年度结束后才公布",
        "自评时数据还没有出来，只能空着或者估计",
        "请写明数据来源和取数时间，或改用年内能取得的数据",
    ),
    en=Words(
        "“{name}” (value “{value}”) needs “{source}”, usually published after the year",
        "At self-evaluation the figure is not there yet",
        "State source and date of the figure, or use one available within the year",
    ),
    cites=(REASONABLE, practice("数据可得性")),
    item="实现可能性",
    flagged=(sheet(("23", "环境空气质量综合指数同比下降", "是")), sheet(("21", "旅游收入占地区生产总值比重", "≥5%"))),
    passing=(sheet(("23", "自动监测站点优良天数", "≥300天")),),
)
def known_too_late(material: Material) -> Iterator[Hit]:
    """Yearly statistics, rankings and results of exams that are published after the year."""
    for item in material.items:
        source = material.practice.find("published_later", item.both)
        if source:
            year = f"{material.year}年" if material.year else "当年"
            yield Hit(
                item,
                values={"source": source},
                suggestion=(
                    f"{subject(item, material.practice)}（数据来源：【发布单位】，"
                    f"取{year}【1—11】月累计，【…】年【…】月发布）"
                ),
            )
