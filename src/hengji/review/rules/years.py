"""The year's part and the whole term: T33 to T36."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hengji.model.finding import Severity
from hengji.model.target import Clause, TargetKind
from hengji.review.examples import project, sheet, table
from hengji.review.likeness import content, overlap
from hengji.review.material import Item, Job, Material, Target
from hengji.review.registry import FORM, MATCHING, QUANTIFIED, Example, Hit, Words, practice, registered
from hengji.review.signs import is_share, numbered, unit_of
from hengji.review.wording import clean, figure, quoted

_YEAR = re.compile(r"(?<!\d)(20\d{2})(?=年|年度|\s*[-—–~～至到]\s*20\d{2}|[）)])")
_SPAN = re.compile(r"(20\d{2})\s*年?度?\s*[-—–~～至到]+\s*(20\d{2})\s*年")
# A year that is looked back at or counted from is not the year of the target.
_LOOKING_BACK = re.compile(
    r"(?:[比较]|对比|相比|同比|基数|基期|基准|以来|以前|之前|结转|结余|欠|末|存量|截至|截止|规划|决算|颁布|印发|版|修订|开始|起|批准|下达|《[^》]*)"
)
_MEANT_BY = 12  # characters around a year in which such a word belongs to it


def _pair(item: Item) -> tuple[Target, Target] | None:
    """(annual, whole term) where both are printed and differ."""
    return (item.targets[0], item.targets[1]) if len(item.targets) == 2 else None


def _one(target: Target) -> Clause | None:
    found = numbered(target)
    return found[0] if len(found) == 1 else None


@registered(
    code="T33",
    name="year-exceeds-term",
    title="年度值大于实施周期值",
    title_en="year exceeds whole term",
    severity=Severity.ERROR,
    zh=Words(
        "年度指标值“{value}”大于实施周期指标值“{term}”",
        "年度任务是整个周期任务的一部分，不可能比总数还多",
        "请核对是否填反或漏改",
    ),
    en=Words(
        "the annual value “{value}” exceeds the whole-term value “{term}”",
        "A year's part cannot exceed the whole",
        "Check whether they were swapped or one was not updated",
    ),
    cites=(MATCHING, practice("年度与周期")),
    item="规范完整性",
    flagged=(sheet(("11", "监测次数", "400次", "350次")),),
    passing=(
        sheet(("11", "监测次数", "350次", "400次")),
        sheet(("12", "合格率", "≥98%", "≥95%")),
        sheet(("14", "单价", "≤9元", "≤8元")),
    ),
)
def year_exceeds_term(material: Material) -> Iterator[Hit]:
    """A count in the same unit, larger for the year than for the term; upper limits and rates may do that."""
    for item in material.items:
        pair = _pair(item)
        annual, term = (_one(pair[0]), _one(pair[1])) if pair else (None, None)
        if pair is None or annual is None or term is None or annual.number is None or term.number is None:
            continue
        counts = annual.kind in (TargetKind.COUNT, TargetKind.APPROX) and not is_share(annual) and not annual.per
        upper = annual.op in ("<=", "<") or term.op in ("<=", "<")
        if counts and not upper and unit_of(annual) == unit_of(term) and annual.number > term.number:
            yield Hit(
                item,
                values={"term": quoted(pair[1].text)},
                suggestion=(
                    f"{item.name}：实施周期≥【{figure(annual)}】{annual.unit or ''}，"
                    f"年度≥【{figure(term)}】{term.unit or ''}"
                ),
            )


@registered(
    code="T34",
    name="term-equals-year",
    title="跨年项目周期值与年度值相同",
    title_en="multi-year project without a whole-term value",
    severity=Severity.INFO,
    zh=Words(
        "“{span}”是跨年的，{count}项指标的实施周期值与年度值全部相同",
        "看不出哪些任务属于本年，监控和自评会按总数考核",
        "请分别填写整个周期和本年的指标值",
    ),
    en=Words(
        "“{span}” spans years, yet whole-term and annual values of all {count} indicators are equal",
        "Nobody can tell this year's part",
        "Give values for the whole term and for the year",
    ),
    cites=(MATCHING, practice("年度与周期")),
    item="资金匹配性",
    flagged=(Example(table(project(("11", "系统数量", "2个", "2个"), name="2024年-2025年运维项目"))),),
    passing=(
        Example(table(project(("11", "系统数量", "2个", "4个"), name="2024年-2025年运维项目"))),
        Example(table(project(("11", "系统数量", "2个"), name="2024年-2025年运维项目"))),
        sheet(("11", "系统数量", "2个", "2个")),
    ),
)
def term_equals_year(material: Material) -> Iterator[Hit]:
    """A span of years in the project's name or term objective, and no indicator whose two values differ."""
    for job in material.jobs:
        span = _span(job)
        both = [i for i in job.items if i.indicator.whole_term_target and i.indicator.annual_target]
        if span and both and all(_pair(i) is None for i in both):
            shown = next(
                (i for i in both if numbered(i.targets[0]) and not is_share(numbered(i.targets[0])[0])), both[0]
            )
            yield Hit(
                job,
                values={"span": quoted(span), "count": len(both)},
                suggestion=(
                    f"如第{shown.indicator.number}项{quoted(shown.name, 20)}："
                    f"实施周期【…】，年度{quoted(clean(shown.text), 20)}"
                ),
            )


def _span(job: Job) -> str | None:
    for text in (job.project.name, job.project.whole_term_objective or ""):
        found = _SPAN.search(text)
        if found and int(found[1]) < int(found[2]):
            return found.group()
    return None


def _year_needed(material: Material) -> tuple[str, str] | None:
    if material.year is None:
        return (
            "核对指标中的年份，需要知道预算年度",
            "which years are wrong can only be told when the budget year is known",
        )
    return None


@registered(
    code="T35",
    name="wrong-year",
    title="年份与预算年度不符",
    title_en="wrong year",
    severity=Severity.WARNING,
    needs=_year_needed,
    zh=Words(
        "{part}“{text}”写的是{found}年，预算年度是{year}年",
        "可能是上年内容没有改，或把往年的任务算进本年",
        "请核对；确为往年任务的写明与本年资金的关系",
    ),
    en=Words(
        "the {part_en} “{text}” says {found}, the budget year is {year}",
        "It may be left over from last year or count another year's work",
        "Check it; if it is earlier work, say how it belongs to this year's money",
    ),
    cites=(FORM, practice("年份核对")),
    item="规范完整性",
    flagged=(sheet(("11", "技术服务数量（2023年）", "250个")), sheet(("13", "项目完成时间", "2023年12月底前"))),
    passing=(
        sheet(("11", "技术服务数量（2024年）", "250个")),
        sheet(("23", "违法案件数", "比2023年下降5%")),
        sheet(("12", "2023年—2025年规划任务完成率", "100%")),
    ),
)
def wrong_year(material: Material) -> Iterator[Hit]:
    """A year before the budget year in a name or annual value, not as a baseline, span or past paper."""
    if material.year is None:
        return
    for item in material.items:
        annual = item.indicator.annual_target or ""
        for part, part_en, field, text in (
            ("名称", "name", "name", item.name),
            ("指标值", "value", "annual_target", annual),
        ):
            found = _earlier(text, material.year)
            if found:
                yield Hit(
                    item,
                    field=field,
                    values={
                        "part": part,
                        "part_en": part_en,
                        "text": quoted(text),
                        "found": found,
                        "year": material.year,
                    },
                    suggestion=(
                        f"{part}改为“{quoted(text.replace(str(found), f'【{material.year}】'))}”，往年任务移到备注"
                    ),
                )
                break


def _earlier(text: str, year: int) -> int | None:
    spans = [m.span() for m in _SPAN.finditer(text)]
    for found in _YEAR.finditer(text):
        start, end = found.span()
        near = text[max(0, start - _MEANT_BY) : end + _MEANT_BY]
        if int(found[1]) < year and not _LOOKING_BACK.search(near) and not any(a <= start < b for a, b in spans):
            return int(found[1])
    return None


@registered(
    code="T36",
    name="two-things",
    title="周期值与年度值说的不是一件事",
    title_en="whole-term and annual value differ in kind",
    severity=Severity.WARNING,
    zh=Words(
        "实施周期指标值“{term}”和年度指标值“{value}”说的不是一件事",
        "年度完成了也推不出周期完成，前后无法衔接",
        "请统一内容和单位，只分数值大小",
    ),
    en=Words(
        "whole-term value “{term}” and annual value “{value}” speak of different things",
        "Reaching the one says nothing about the other",
        "Use the same content and unit, with different figures",
    ),
    cites=(QUANTIFIED, practice("年度与周期")),
    item="明确清晰性",
    flagged=(
        sheet(("11", "比对监测", "比对监测数量不少于50家", "已安装在线设备的排污单位50家")),
        sheet(("12", "报告质量", "提交阶段报告", "通过专家评审")),
        sheet(("11", "培训", "2场", "100人次")),
    ),
    passing=(
        sheet(("11", "日报", "150份", "250份")),
        sheet(("11", "报告", "提交2份阶段成果报告", "报告2份")),
        sheet(("12", "合格率", "≥90%", "≥95%")),
    ),
)
def two_things(material: Material) -> Iterator[Hit]:
    """Different units, an approval against a mere delivery, or texts with nothing in common."""
    for item in material.items:
        pair = _pair(item)
        if pair and _differ(*pair):
            known = clean(pair[0].text if numbered(pair[0]) else pair[1].text)
            yield Hit(
                item,
                values={"term": quoted(pair[1].text)},
                suggestion=f"实施周期和年度都写“{quoted(known, 24)}”一类内容，分别为【…】和【…】",
            )


def _differ(annual: Target, term: Target) -> bool:
    one, other = _one(annual), _one(term)
    if one and other:
        if one.unit and other.unit and unit_of(one) != unit_of(other) and is_share(one) == is_share(other):
            return not (one.unit.endswith(other.unit) or other.unit.endswith(one.unit))
        if is_share(one) != is_share(other) and one.unit and other.unit:
            return True
    events = [{c.event for c in t.reading.clauses if c.event} for t in (annual, term)]
    if bool(events[0]) != bool(events[1]) and not one and not other:
        return True
    texts = content(annual.text), content(term.text)
    return min(len(t) for t in texts) >= 4 and overlap(*texts) == 0
