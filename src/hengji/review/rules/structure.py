"""The set of indicators as a whole: how many, what backs them, how they weigh (T43 to T45)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from hengji.legislation import LawError, law
from hengji.model.category import Level1
from hengji.model.finding import Severity
from hengji.model.table import TableKind
from hengji.review.examples import project, sheet, table
from hengji.review.material import Item, Job, Material
from hengji.review.registry import QUANTIFIED, Example, Hit, Ref, Words, guidance, practice, registered
from hengji.review.wording import quoted

_ROWS = tuple(("11", f"帮扶{kind}数量", "≥20家") for kind in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌")
_POINTS = re.compile(r"^\s*(-?\d+(?:\.\d+)?)\s*分?\s*$")


@registered(
    code="T43",
    name="too-many-or-few",
    title="指标过多或过少",
    title_en="too many or too few indicators",
    severity=Severity.INFO,
    zh=Words("共有{count}项指标，{judged}", "{why}", "{do}"),
    en=Words("{count} indicators, {judged_en}", "{why_en}", "{do_en}"),
    cites=(guidance("重点突出"), practice("指标数量")),
    item="指标科学性",
    flagged=(sheet(*_ROWS), sheet(*_ROWS[:3])),
    passing=(sheet(*_ROWS[:9]),),
)
def too_many_or_few(material: Material) -> Iterator[Hit]:
    """More or fewer indicators than the limits."""
    many, few = material.practice.limit("many_indicators"), material.practice.limit("few_indicators")
    if material.table.kind is TableKind.EVALUATION:
        return
    for job in material.jobs:
        count = len(job.items)
        if count > many:
            yield Hit(
                job,
                values={
                    "count": count,
                    "judged": f"超过{many}项",
                    "judged_en": f"more than {many}",
                    "why": "重点不突出，取数和佐证的工作量大",
                    "why_en": "The main ones are lost among them and proof costs much work",
                    "do": "请保留能反映主要任务和支出方向的指标，合并同类项",
                    "do_en": "Keep those that show the main tasks and merge the rest",
                },
                suggestion=f"由{count}项压缩到【{many}】项以内，先合并内容相近的，再删去通用管理类的",
            )
        elif 0 < count < few:
            yield Hit(
                job,
                values={
                    "count": count,
                    "judged": f"少于{few}项",
                    "judged_en": f"fewer than {few}",
                    "why": "产出、质量、时效、成本和效益难以都有体现",
                    "why_en": "Output, quality, time, cost and effect can hardly all be shown",
                    "do": "请核对是否有遗漏的类别",
                    "do_en": "Check which classes are missing",
                },
                suggestion=f"在现有{count}项之外补充：{_absent(job)}",
            )


def _absent(job: Job) -> str:
    wanted = {"11": "数量指标", "12": "质量指标", "13": "时效指标", "14": "成本指标"}
    there = {i.level2.code for i in job.items if i.level2}
    missing = [name for code, name in wanted.items() if code not in there]
    if not any(code[0] == "2" for code in there):
        missing.append("效益指标")
    return "、".join(f"{m}【…】" for m in missing) or "主要支出方向的【…】"


@registered(
    code="T44",
    name="no-basis",
    title="没有指标口径、依据和数据来源",
    title_en="no definition, basis or data source",
    severity=Severity.WARNING,
    zh=Words(
        "{count}项指标{all}没有指标解释、取值依据和数据来源",
        "怎样计算、凭什么资料证明没有约定，自评时容易各说各话",
        "请至少为主要指标补写计算口径、取值依据和数据来源",
    ),
    en=Words(
        "{count} indicators{all_en} without definition, basis of the value and data source",
        "How it is computed and proved is not agreed beforehand",
        "Add definition, basis and source at least for the main ones",
    ),
    cites=(guidance("指标值设定依据和完成值数据来源"), QUANTIFIED),
    item="指标科学性",
    flagged=(sheet(("11", "帮扶企业数量", "≥20家")),),
    passing=(Example(table()),),
)
def no_basis(material: Material) -> Iterator[Hit]:
    """One finding for a table whose form has no such columns; else one for every project that leaves them blank."""
    if material.table.kind not in (TableKind.TARGETS, TableKind.TRANSFER_TARGETS, TableKind.DEPARTMENT_TARGETS):
        return
    without = {job.number: [i for i in job.items if not _backed(i, job, material)] for job in material.jobs}
    total = sum(map(len, without.values()))
    if total == 0:
        return
    if total == sum(len(job.items) for job in material.jobs):
        yield Hit(
            None,
            values={"count": total, "all": "全部", "all_en": ", all of them"},
            suggestion=_define(material.jobs[0].items or next(j.items for j in material.jobs if j.items)),
        )
        return
    for job in material.jobs:
        if without[job.number]:
            listed = "、".join(str(i.indicator.number) for i in without[job.number][:8])
            yield Hit(
                job,
                values={"count": len(without[job.number]), "all": f"（第{listed}项等）", "all_en": f" ({listed} …)"},
                suggestion=_define(without[job.number]),
            )


def _backed(item: Item, job: Job, material: Material) -> bool:
    known = material.evidence is not None and (job.project.name, item.indicator.number) in material.evidence
    return known or material.practice.says("basis", item.indicator.remark)


def _define(items: list[Item] | tuple[Item, ...]) -> str:
    return (
        f"如“{quoted(items[0].name, 24)}”：计算口径【…】；取值依据【计划、"
        "行业、历史标准或支出标准】；数据来源【台账、系统、报告名称】"
    )


def _weights_needed(material: Material) -> tuple[str, str] | None:
    if not any(_weights(job, material) for job in material.jobs):
        return "核对权重需要各项指标的分值，表中没有", "weights cannot be checked: the table prints no points"
    return None


def _weights(job: Job, material: Material) -> list[tuple[Item, Decimal]]:
    """The points of a project's indicators; empty when none is printed or handed in."""
    found = []
    for item in job.items:
        given = (material.weights or {}).get((job.project.name, item.indicator.number))
        printed = _POINTS.match(item.indicator.max_points or "")
        if given is not None or printed:
            found.append((item, given if given is not None else Decimal(printed[1]) if printed else Decimal(0)))
    return found


def _weighted(*points: str, levels: str = "ABCD") -> Example:
    codes = {"A": "11", "B": "12", "C": "22", "D": "31"}
    rows = [(codes[k], f"指标事项{k}完成情况", "≥90%", "", p) for k, p in zip(levels, points, strict=True)]
    return Example(table(project(*rows)))


@registered(
    code="T45",
    name="weights",
    title="指标权重不合规",
    title_en="weights out of order",
    severity=Severity.ERROR,
    needs=_weights_needed,
    zh=Words("{seen}", "权重决定得分，不合规定的权重会使自评分数失真", "请按规定重新分配权重，批复后不再变动"),
    en=Words(
        "{seen_en}",
        "Weights decide the score; wrong ones distort the self-evaluation",
        "Distribute them anew; after approval they stay",
    ),
    cites=(Ref("mof-2020-10", "单位自评指标权重"),),
    item="规范完整性",
    flagged=(_weighted("25", "25", "30", "15"), _weighted("25", "25", "40", "0"), _weighted("70", "5", "10", "5")),
    passing=(_weighted("25", "25", "30", "10"), sheet(("11", "帮扶企业数量", "≥20家"))),
)
def weights(material: Material) -> Iterator[Hit]:
    """The sum, a weight of nothing, a weight over the limit, level 1 against the pack (milder: it may be adjusted)."""
    try:
        packs = [
            law(f"self_evaluation.{k}", pack=material.practice.pack, on=material.practice.on).numbers
            for k in _keys(material)
        ]
    except LawError:
        return
    for job in material.jobs:
        points = _weights(job, material)
        if points and len(points) * 2 > len(job.items):
            yield from _of_project(job, points, packs, material)


def _keys(material: Material) -> tuple[str, ...]:
    keys = ["weights", "weights_without_satisfaction", "weights_with_cost", "weights_with_cost_without_satisfaction"]
    known = material.practice.pack.find
    return tuple(k for k in keys if k == "weights" or known(f"self_evaluation.{k}", material.practice.on))


def _of_project(
    job: Job, points: list[tuple[Item, Decimal]], packs: list[dict[str, Decimal]], material: Material
) -> Iterator[Hit]:
    execution = packs[0].get("execution", Decimal(0))
    full = sum(packs[0].values(), Decimal(0))
    total = sum((p for _, p in points), Decimal(0))
    own = job.project.funds.max_points
    wanted = [full - execution] if own else [full - execution, full]
    if total not in wanted:
        said = "或".join(str(w) for w in wanted)
        yield Hit(
            job,
            values={
                "seen": f"各项指标分值合计{total}，应为{said}（另有预算执行率{execution}分）",
                "seen_en": (
                    f"the points of all indicators add up to {total}, not "
                    f"{' or '.join(map(str, wanted))} (beside {execution} for execution)"
                ),
            },
            suggestion=f"合计调整为【{wanted[0]}】分："
            + "、".join(f"第{i.indicator.number}项【{p}】" for i, p in points[:4])
            + "……",
        )
    limit = material.practice.limit("single_weight_max_percent")
    for item, weight in points:
        if weight <= 0:
            yield Hit(
                item,
                field="max_points",
                values={
                    "seen": f"“{quoted(item.name)}”的分值为{weight}",
                    "seen_en": f"“{quoted(item.name)}” has {weight} points",
                },
                suggestion=f"{item.name}：【…】分；不考核的删去",
            )
        elif len(points) > 2 and total > 0 and 100 * weight > limit * total:
            yield Hit(
                item,
                field="max_points",
                severity=Severity.WARNING,
                values={
                    "seen": f"“{quoted(item.name)}”一项占{weight}分，超过{total}分的{limit}%",
                    "seen_en": f"“{quoted(item.name)}” alone has {weight} of {total} points",
                },
                suggestion=f"{item.name}：【{(total * limit / 200).normalize():f}】分，其余分给主要产出和效益",
            )
    if total == full - execution:
        yield from _levels(job, points, packs)


def _levels(job: Job, points: list[tuple[Item, Decimal]], packs: list[dict[str, Decimal]]) -> Iterator[Hit]:
    by_level: dict[Level1, Decimal] = {}
    for item, weight in points:
        if item.level1 is None:
            return
        by_level[item.level1] = by_level.get(item.level1, Decimal(0)) + weight
    names = {Level1.COST: "成本", Level1.OUTPUT: "产出", Level1.OUTCOME: "效益", Level1.SATISFACTION: "满意度"}
    if any({level: p[level.value] for level in Level1 if level.value in p} == by_level for p in packs):
        return
    with_same = [p for p in packs if {lv for lv in Level1 if lv.value in p} == set(by_level)]
    nearest = (with_same or packs)[0]
    seen_en = ", ".join(f"{lv.value} {by_level[lv]}" for lv in Level1 if lv in by_level)
    rule_en = ", ".join(f"{lv.value} {nearest[lv.value]}" for lv in Level1 if lv.value in nearest)
    seen = "、".join(f"{names[lv]}{by_level[lv]}" for lv in Level1 if lv in by_level)
    rule = "、".join(f"{names[lv]}{nearest[lv.value]}" for lv in Level1 if lv.value in nearest)
    yield Hit(
        job,
        severity=Severity.WARNING,
        values={
            "seen": f"一级指标权重为{seen}，规定一般为{rule}",
            "seen_en": f"level-1 weights are {seen_en}; the rule is {rule_en}",
        },
        suggestion=f"按{rule}调整；情况特殊需要调整的，写明理由",
    )
